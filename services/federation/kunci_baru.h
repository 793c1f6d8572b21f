/* kunci_baru - how another node is told of our rotated keys: the command that it takes from us */
#ifndef FEDERATION_KUNCI_BARU_H
#define FEDERATION_KUNCI_BARU_H

#include "runtime/remote.h"

/* As link_rows.keys_told: putar_kunci_simpul for a parent, catat_kunci_induk for a child. ERR_LIMIT. */
enum err kunci_baru(const struct own_node *own, enum remote_kind to, struct arena *arena,
	const struct schema **ret_schema, const void **ret_command) MUST_CHECK;

#endif

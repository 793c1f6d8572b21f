/* kartu - the contact card that notification reaches a requester by
 *
 * A letter, done once by case and version at the receiver. Sent at the lodging,
 * whenever the contact changes, and again when it is asked for. Where there
 * is none any more, that is what is answered. */
#ifndef INTAKE_KARTU_H
#define INTAKE_KARTU_H

#include "runtime/ctx.h"

enum err kartu_send(struct ctx *ctx, struct id permohonan, uint32_t versi,
	const struct register_baris *row, const struct isi_permohonan *isi) MUST_CHECK;
enum err intake_minta_kartu(struct ctx *ctx, const void *message) MUST_CHECK;

#endif

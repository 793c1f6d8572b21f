/* naskah_isian - the fields of a notice's text: what stands for {nomor}, {batas} and the like */
#ifndef NOTIFICATION_NASKAH_ISIAN_H
#define NOTIFICATION_NASKAH_ISIAN_H

#include "notification/naskah.h"

enum { ISIAN_MAX = 48 };

struct isian_row {
	const char *name;
	struct str value;
};

struct isian {
	const struct naskah_input *in;
	struct arena *arena;
	struct isian_row rows[ISIAN_MAX];
	uint32_t count;
	bool is_full; /* of the arena: the fields are not all there */
};

/* Every field that has a value. */
void isian_fill(struct isian *f);
/* NULL where it has none. */
const struct str *isian_get(const struct isian *f, struct str name);

#endif

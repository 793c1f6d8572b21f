/* orang - persons as they are taken in: what is malformed or contradicts itself is refused
 *
 * What is merely missing is a fact that workflow judges (completeness): it is
 * recorded, and said in the event. Fields of the requester are named as they
 * are, those of others behind whom they belong to ("kuasa.nik"). */
#ifndef INTAKE_ORANG_H
#define INTAKE_ORANG_H

#include "runtime/ctx.h"

/* All that a request says of persons; NULL where somebody is not there. */
struct para_orang {
	uint32_t jenis; /* jenis_pemohon */
	const struct orang *pemohon, *kuasa, *pengguna;
	bool has_surat_kuasa;
	struct str surat_kuasa;
};

enum err orang_check(struct ctx *ctx, const struct para_orang *o) MUST_CHECK;
/* What the channel itself must have told: whoever writes by e-mail has an address. */
enum err orang_check_kanal(struct ctx *ctx, uint32_t kanal, const struct orang *pemohon) MUST_CHECK;

/* Whether the identity that the kind needs was given (DOMAIN.md 1.2). */
bool orang_identitas_ada(uint32_t jenis, const struct orang *pemohon);
/* Whether a power of attorney is there, where one is needed or not. */
bool orang_surat_kuasa_ada(const struct para_orang *o);

/* Whether a text is there and not only blanks. */
bool teks_ada(bool has, struct str text);

#endif

/* surel - whether a text may be used as an e-mail address
 *
 * Narrower than RFC 5321: one @, an unquoted ASCII name of at most 64 bytes, a
 * domain of two or more labels. Checked before an address is stored and again
 * before it reaches SMTP, where a line break would be a command. */
#ifndef DOMAIN_SUREL_H
#define DOMAIN_SUREL_H

#include "base/str.h"

enum { SUREL_MAX = 254, SUREL_NAME_MAX = 64, SUREL_LABEL_MAX = 63 };

/* ERR_LIMIT (terlalu_panjang) over a limit, else ERR_INVALID; field is surel. Rules:
 * wajib_diisi, huruf_tidak_sah, perlu_satu_at, nama_tidak_sah, domain_tidak_sah. */
enum err surel_check(struct str address, struct problem *why) MUST_CHECK;

/* "b***@example.go.id": the first letter and the domain; "***" when it is no address. */
enum { SUREL_MASKED_MAX = SUREL_MAX + 4 };
void surel_mask(struct str address, char ret[SUREL_MASKED_MAX]);

#endif

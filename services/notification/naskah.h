/* naskah - the text of a notice, from what is known of the case
 *
 * A pure function of its input: the same delivery gives the same text. The
 * wording is templat.c's; here are its fields. */
#ifndef NOTIFICATION_NASKAH_H
#define NOTIFICATION_NASKAH_H

#include "base/arena.h"
#include "proto/messages.h"

enum { NASKAH_BODY_MAX = 40000, NASKAH_SUBJECT_MAX = 300 };

struct naskah_days {
	uint32_t jawab, perpanjangan, keberatan, tanggapan_keberatan, sengketa;
};

struct naskah_input {
	uint32_t kind; /* enum jenis_pengiriman */
	const struct kartu_kontak *card;
	const struct isi_pemberitahuan *wording; /* NULL for the receipt alone */
	const struct unit *unit;                 /* NULL: not registered, its code stands for it */
	struct str body_name;                    /* the public body */
	struct str place;                        /* may be empty */
	struct str tracking;                     /* where cases are looked up; may be empty */
	bool counts_from_complete;               /* the days count since completeness, not receipt */
	struct naskah_days days;
	date_days today; /* of the notice, not of an attempt */
};

struct naskah {
	struct str subject, body;
};

/* Both in the arena. ERR_LIMIT: it would be longer than NASKAH_BODY_MAX, or the arena is full. */
enum err naskah_write(const struct naskah_input *in, struct arena *arena,
	struct naskah *ret) MUST_CHECK;

#endif

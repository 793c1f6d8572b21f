/* time_limit - how many working days the law gives, and where it says so
 *
 * The defaults of the settings. A body may promise less to its citizens (most
 * publish a service standard); which number counts is policy data, this table
 * is what the law says when nothing is set. Sources: UU 14/2008 (the public
 * information act), as collected in DOMAIN.md 2. */
#ifndef DOMAIN_TIME_LIMIT_H
#define DOMAIN_TIME_LIMIT_H

#include "base/str.h"

enum time_limit_name {
	LIMIT_PEMBERITAHUAN,       /* 10: written notice on a request; art 22(7) */
	LIMIT_PERPANJANGAN,        /* 7: added once, with a written reason; art 22(8) */
	LIMIT_MINTA_LENGKAPI,      /* 3: an incomplete request is told; practice of KPU */
	LIMIT_MELENGKAPI,          /* 3: the requester completes it; practice of KPU */
	LIMIT_KEBERATAN,           /* 30: objection after the reason was found; art 36(1) */
	LIMIT_TANGGAPAN_KEBERATAN, /* 30: answer of the Atasan PPID; art 36(2) */
	LIMIT_SENGKETA,            /* 14: dispute after the answer, or after the 30 days; art 37(2) */
	LIMIT_KI_MULAI,            /* 14: the commission begins; art 38(1) */
	LIMIT_KI_SELESAI,          /* 100: the commission ends; art 38(2) */
	LIMIT_GUGATAN,             /* 14: suit after the commission's ruling; art 48(1) */
	TIME_LIMITS,
};

struct time_limit {
	const char *name;      /* of the setting */
	uint32_t working_days; /* the default */
	const char *source;    /* quoted in the trace and in --describe */
};

/* Lent from a static table. */
const struct time_limit *time_limit_get(enum time_limit_name name);

#endif

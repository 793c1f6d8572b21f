#include "domain/time_limit.h"

#include <assert.h>

/* clang-format off */
static const struct time_limit limits[] = {
/*	                               name                  days  source */
	[LIMIT_PEMBERITAHUAN]       = { "pemberitahuan",       10, "UU 14/2008 art 22(7)" },
	[LIMIT_PERPANJANGAN]        = { "perpanjangan",         7, "UU 14/2008 art 22(8)" },
	[LIMIT_MINTA_LENGKAPI]      = { "minta_lengkapi",       3, "DOMAIN.md 1.3 [S8]" },
	[LIMIT_MELENGKAPI]          = { "melengkapi",           3, "DOMAIN.md 1.3 [S8]" },
	[LIMIT_KEBERATAN]           = { "keberatan",           30, "UU 14/2008 art 36(1)" },
	[LIMIT_TANGGAPAN_KEBERATAN] = { "tanggapan_keberatan", 30, "UU 14/2008 art 36(2)" },
	[LIMIT_SENGKETA]            = { "sengketa",            14, "UU 14/2008 art 37(2)" },
	[LIMIT_KI_MULAI]            = { "ki_mulai",            14, "UU 14/2008 art 38(1)" },
	[LIMIT_KI_SELESAI]          = { "ki_selesai",         100, "UU 14/2008 art 38(2)" },
	[LIMIT_GUGATAN]             = { "gugatan",             14, "UU 14/2008 art 48(1)" },
};
/* clang-format on */

_Static_assert(sizeof limits / sizeof limits[0] == TIME_LIMITS, "one row for each limit");

const struct time_limit *time_limit_get(enum time_limit_name name)
{
	assert((size_t)name < TIME_LIMITS);
	return &limits[name];
}

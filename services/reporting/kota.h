/* kota - the question what the requests of a whole city add up to, by node and unit */
#ifndef REPORTING_KOTA_H
#define REPORTING_KOTA_H

#include "runtime/view.h"

enum err ask_laporan_kota(struct view *view, const void *question, void *answer) MUST_CHECK;

#endif

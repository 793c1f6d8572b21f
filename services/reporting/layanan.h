/* layanan - the question what the requests of a period add up to */
#ifndef REPORTING_LAYANAN_H
#define REPORTING_LAYANAN_H

#include "runtime/view.h"

enum err ask_laporan_layanan(struct view *view, const void *question, void *answer) MUST_CHECK;

#endif

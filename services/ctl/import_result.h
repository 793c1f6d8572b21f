/* import_result - what came of an import: how many rows were taken, which were refused, which numbers are missing */
#ifndef CTL_IMPORT_RESULT_H
#define CTL_IMPORT_RESULT_H

#include "ctl/ctl.h"
#include "ctl/refused.h"

enum { IMPORT_YEARS_MAX = 64 };

struct import_result {
	const char *unit, *series; /* lent */
	struct refused refused;
	uint64_t rows, taken, known, unknown;
	uint32_t years[IMPORT_YEARS_MAX]; /* of the rows that were sent; gaps are asked for them */
	uint32_t year_count;
};

void import_result_clear(struct import_result *r);
void import_result_note_year(struct import_result *r, uint32_t year);
/* One row's answer. */
void import_result_add(struct import_result *r, uint64_t line, enum err e,
	const struct sesi_reply *reply);
/* A row that was not sent. */
void import_result_refuse(struct import_result *r, uint64_t line, enum err e,
	const struct problem *why);
/* Prints all of it, with the gaps that intake tells; the exit code of the import. */
enum ctl_exit import_result_say(struct ctl *ctl, struct client *client, struct import_result *r);

#endif

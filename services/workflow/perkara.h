/* perkara - the tables of cases: the row, the worklist's index and counts, the history
 *
 * One row a case; the others are made with it, in perkara_keep, so that they
 * cannot differ. What intake's register tells of a case (number, channel,
 * subject, tracking hash) is projected beside it. */
#ifndef WORKFLOW_PERKARA_H
#define WORKFLOW_PERKARA_H

#include "runtime/ctx.h"
#include "runtime/fold.h"

extern const struct table perkara_table;         /* by case */
extern const struct table perkara_urutan_table;  /* by unit, state, due date, case */
extern const struct table perkara_jumlah_table;  /* by unit, state */
extern const struct table perkara_langkah_table; /* by case, number of the step from 1 */
extern const struct table perkara_daftar_table;  /* projected: by case */
extern const struct table perkara_nomor_table;   /* projected: by number, case */
extern const struct table perkara_catatan_table; /* vault: by case, number of the step */

/* Lent from the struct. */
struct perkara_key {
	char bytes[128];
	size_t len;
};
struct str perkara_key_str(const struct perkara_key *key);
struct str perkara_id_str(const struct id *id);
/* A place in the worklist; its prefixes are a unit, and a unit's state. */
struct perkara_key perkara_unit_key(struct str unit);
struct perkara_key perkara_state_key(struct str unit, uint32_t status);
struct perkara_key perkara_place_key(const struct perkara *row);
struct perkara_key perkara_step_key(struct id id, uint32_t step);
/* The prefix of all cases with the number; letters count as capitals. */
struct perkara_key perkara_number_key(struct str nomor);

/* Timers: their names, in the machine and in the descriptor. */
#define TIMER_TENGGAT "tenggat"               /* the due date of the answer is over */
#define TIMER_KELENGKAPAN "kelengkapan_habis" /* the limit to complete is over */

/* apply: one event's change of a case. begin of a known one, change row, keep. */
struct perkara_change {
	struct perkara before; /* zero when it begins */
	struct perkara row;
};
enum err perkara_begin(struct fold *fold, struct id id, struct perkara_change *ret) MUST_CHECK;
/* Writes row, index, counts, timer and the step `kejadian`, whose due date is that of the row where has_due. */
enum err perkara_keep(struct fold *fold, struct perkara_change *change, const char *kejadian,
	bool has_due) MUST_CHECK;

enum err project_daftar_diajukan(struct projection *p, const void *event) MUST_CHECK;
enum err project_daftar_lama(struct projection *p, const void *event) MUST_CHECK;
enum err project_nomor_diajukan(struct projection *p, const void *event) MUST_CHECK;
enum err project_nomor_lama(struct projection *p, const void *event) MUST_CHECK;

#endif

/* fakta - what each followed event changes of the fact of its request
 *
 * Intake says that a request is there and of what sort, workflow how it ended.
 * The two streams come in any order: what workflow tells of a request that the
 * register has not told of yet is kept and counts when it has. The same of every
 * node: projection_node says whose request it is. */
#ifndef REPORTING_FAKTA_H
#define REPORTING_FAKTA_H

#include "runtime/fold.h"

enum err project_diajukan(struct projection *p, const void *event) MUST_CHECK;
enum err project_lama_dicatat(struct projection *p, const void *event) MUST_CHECK;
enum err project_ringkasan(struct projection *p, const void *event) MUST_CHECK;

enum err project_diregister(struct projection *p, const void *event) MUST_CHECK;
enum err project_dilengkapi(struct projection *p, const void *event) MUST_CHECK;
enum err project_diperpanjang(struct projection *p, const void *event) MUST_CHECK;
enum err project_terlewati(struct projection *p, const void *event) MUST_CHECK;
enum err project_diputus(struct projection *p, const void *event) MUST_CHECK;
enum err project_gugur(struct projection *p, const void *event) MUST_CHECK;
enum err project_dihidupkan(struct projection *p, const void *event) MUST_CHECK;
enum err project_dicabut(struct projection *p, const void *event) MUST_CHECK;
enum err project_dialihkan(struct projection *p, const void *event) MUST_CHECK;
enum err project_perkara_lama(struct projection *p, const void *event) MUST_CHECK;

/* Of another node; our own units stand in policy_unit. */
enum err project_unit_lain(struct projection *p, const void *event) MUST_CHECK;

#endif

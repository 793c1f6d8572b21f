/* perkara - what workflow decided of a request, for the register's columns: a fold of its stream */
#ifndef INTAKE_PERKARA_H
#define INTAKE_PERKARA_H

#include "runtime/fold.h"

extern const struct table register_perkara_table; /* by case */

enum err register_project_diputus(struct projection *p, const void *event) MUST_CHECK;
enum err register_project_diserahkan(struct projection *p, const void *event) MUST_CHECK;
enum err register_project_gugur(struct projection *p, const void *event) MUST_CHECK;
enum err register_project_dihidupkan(struct projection *p, const void *event) MUST_CHECK;
enum err register_project_dicabut(struct projection *p, const void *event) MUST_CHECK;
enum err register_project_dialihkan(struct projection *p, const void *event) MUST_CHECK;

#endif

/* daftar_kerja - worklists and cases, for officers; tracking, for citizens */
#ifndef WORKFLOW_DAFTAR_KERJA_H
#define WORKFLOW_DAFTAR_KERJA_H

#include "runtime/view.h"

enum err ask_daftar_kerja(struct view *view, const void *question, void *answer) MUST_CHECK;
enum err ask_lihat_perkara(struct view *view, const void *question, void *answer) MUST_CHECK;
enum err ask_rinci_perkara(struct view *view, const void *question, void *answer) MUST_CHECK;
enum err ask_lihat_catatan(struct view *view, const void *question, void *answer) MUST_CHECK;
enum err ask_lacak(struct view *view, const void *question, void *answer) MUST_CHECK;

/* Whether what the case now waits for (answer, or completion) is over; never for one whose clock stands. */
bool perkara_is_late(const struct perkara *row, time_us now);

#endif

/* kalender - the days off, a row a year, replaced as a whole when a decree changes
 *
 * Each change has a version, one number for the node's calendar: a due date
 * says by which one it was counted. */
#ifndef WORKFLOW_KALENDER_H
#define WORKFLOW_KALENDER_H

#include "runtime/policy.h"

extern const struct table kalender_table;

enum err decide_muat_kalender(struct ctx *ctx, const void *message) MUST_CHECK;
enum err apply_kalender_dimuat(struct fold *fold, const void *event) MUST_CHECK;
enum err ask_kalender_lihat(struct view *view, const void *question, void *answer) MUST_CHECK;

#endif

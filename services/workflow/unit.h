/* unit - the units that this node serves: code, name, letterhead, persons in office */
#ifndef WORKFLOW_UNIT_H
#define WORKFLOW_UNIT_H

#include "runtime/policy.h"

extern const struct table unit_table;

enum err decide_daftarkan_unit(struct ctx *ctx, const void *message) MUST_CHECK;
enum err apply_unit_didaftarkan(struct fold *fold, const void *event) MUST_CHECK;
enum err ask_unit_daftar(struct view *view, const void *question, void *answer) MUST_CHECK;
enum err ask_unit_lihat(struct view *view, const void *question, void *answer) MUST_CHECK;

#endif

/* kebijakan - the values of rules, for a unit or for the whole node
 *
 * Which rules there are, and what the law says where nothing is set:
 * common/runtime/policy_rule.c. A change holds for what is decided after it. */
#ifndef WORKFLOW_KEBIJAKAN_H
#define WORKFLOW_KEBIJAKAN_H

#include "runtime/policy.h"

extern const struct table kebijakan_table;
/* This service's own policy tables, for the readers of runtime/policy.h. */
extern const struct policy_tables policy_own;

enum err decide_atur_kebijakan(struct ctx *ctx, const void *message) MUST_CHECK;
enum err apply_kebijakan_diatur(struct fold *fold, const void *event) MUST_CHECK;
enum err ask_kebijakan_daftar(struct view *view, const void *question, void *answer) MUST_CHECK;

#endif

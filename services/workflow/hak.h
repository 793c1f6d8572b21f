/* hak - grants: account, role, unit, from, until
 *
 * While there is no grant at all, ppidctl gives the first: an administrator of
 * the whole node without an end. From then on only administrators grant and
 * revoke, each within the reach of the own grant, and the last administrator
 * of the node cannot be taken away: nobody could give the next grant. */
#ifndef WORKFLOW_HAK_H
#define WORKFLOW_HAK_H

#include "runtime/policy.h"

extern const struct table hak_table;

enum err decide_beri_hak(struct ctx *ctx, const void *message) MUST_CHECK;
enum err decide_cabut_hak(struct ctx *ctx, const void *message) MUST_CHECK;
enum err apply_hak_diberikan(struct fold *fold, const void *event) MUST_CHECK;
enum err apply_hak_dicabut(struct fold *fold, const void *event) MUST_CHECK;
enum err ask_hak_daftar(struct view *view, const void *question, void *answer) MUST_CHECK;

/* For the descriptor: grants as this service's own tables have them. */
bool workflow_may(struct ctx *ctx, struct id actor, uint32_t roles, struct str unit);

#endif

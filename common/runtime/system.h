/* system - what every service can be told and asked beside its own messages */
#ifndef RUNTIME_SYSTEM_H
#define RUNTIME_SYSTEM_H

#include "runtime/service.h"
#include "runtime/view.h"

struct runtime;

/* system.c: questions and commands that every service has. */
extern const struct command_row system_commands[];
extern const uint32_t system_command_count;
extern const struct question_row system_questions[];
extern const uint32_t system_question_count;
extern const struct event_row system_events[];
extern const uint32_t system_event_count;

/* Where the own log stands; where the followed ones do. */
struct posisi own_place(const struct runtime *r);
enum err followed_places(struct view *view, struct posisi **ret, uint32_t *ret_len) MUST_CHECK;

/* backup.c: questions of system.c */
enum err backup_hold(struct view *view, const void *question, void *answer);
enum err backup_copy(struct view *view, const void *question, void *answer);
enum err backup_copied(struct view *view, const void *question, void *answer);

/* chain.c */
enum err ask_chain(struct view *view, const void *question, void *answer);
enum err ask_seals(struct view *view, const void *question, void *answer);

/* lost.c */
enum err ask_missing(struct view *view, const void *question, void *answer);
enum err missing_settle(struct ctx *ctx, const void *message);
enum err missing_apply_settled(struct fold *fold, const void *message);

#endif

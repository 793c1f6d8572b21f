/* desk - one service at work without links: commands, followed events and questions by hand
 *
 * The engine's own steps (decide, write, apply, project, ask) on a store in
 * memory, one input a transaction. Nothing goes out; letters stay in the outbox,
 * timers and work in their rows. Every failure of the house is an assertion. */
#ifndef LIB_DESK_H
#define LIB_DESK_H

#include "runtime/engine.h"

struct desk {
	struct runtime *runtime;
	struct keyring ring;
	struct arena arena; /* what the desk gave out: until desk_close */
	uint32_t commands;  /* sent so far: ids are made from it */
	struct desk_reading *reading;
};

/* An empty store of the service; the time is now. */
void desk_open(struct desk *desk, const struct service *service, time_us now);
void desk_close(struct desk *desk);
void desk_set_now(struct desk *desk, time_us now);

/* Sends a command; its outcome, copied into the desk's arena. */
struct outcome desk_command(struct desk *desk, uint32_t peer, struct id actor,
	const struct schema *schema, const void *message);
/* The same, and asserts how it ended; rule NULL where it was accepted. */
void desk_expect(struct desk *desk, uint32_t peer, struct id actor, const struct schema *schema,
	const void *message, enum sesi_status status, const char *rule);

/* Takes over from another desk what its log holds and this one has not followed yet. */
void desk_follow(struct desk *desk, struct desk *from);

/* Asks; the answer lives in the desk's arena. rule: why it was refused, NULL when it was not. */
enum err desk_ask(struct desk *desk, uint32_t peer, struct id actor, const struct schema *schema,
	const void *question, void *answer, const char **ret_rule);

/* A context in which tables can be read as a command would, until desk_read_end. */
struct ctx *desk_read(struct desk *desk, struct id actor);
void desk_read_end(struct desk *desk);

/* Folds the log into shadows of the derived tables and compares: whether both are the same. */
bool desk_replays(struct desk *desk);
/* The number of own events. */
uint64_t desk_head(const struct desk *desk);

/* An id of the given number, the same in every run. */
struct id desk_id(uint32_t number);

#endif

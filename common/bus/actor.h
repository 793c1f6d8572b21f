/* actor - a thread with a pipe, for work that may block
 *
 * The owner and the actor exchange whole messages of up to ACTOR_PARTS_MAX
 * parts. The owner's side has a descriptor for the poll loop (bus_watch) that
 * stays readable while there may be something to take. The actor never shares
 * memory with its owner; what it needs comes in a message. Signals are the
 * owner's: start actors after bus_open, which blocks them. */
#ifndef BUS_ACTOR_H
#define BUS_ACTOR_H

#include "base/str.h"

enum { ACTOR_PARTS_MAX = 4 };

struct actor;      /* the owner's side */
struct actor_pipe; /* the actor's side */

/* Runs on the new thread and returns when actor_wait answers false. */
typedef void actor_fn(struct actor_pipe *pipe, void *argument);

/* argument is lent to the thread. NULL: no descriptor or thread left. */
struct actor *actor_start(actor_fn *run, void *argument);
/* Asks it to end and waits until it has. */
void actor_stop(struct actor **actor);
int actor_fd(const struct actor *actor);

/* Sends a message of count parts; copies. */
void actor_send(struct actor *actor, const struct str *parts, uint32_t count);
/* Takes the next message, without waiting: false when there is none. The parts are lent until the next
 * call; absent ones are empty. */
bool actor_take(struct actor *actor, struct str parts[ACTOR_PARTS_MAX]) MUST_CHECK;

/* The actor's side: waits for a message; false when it is asked to end. */
bool actor_wait(struct actor_pipe *pipe, struct str parts[ACTOR_PARTS_MAX]) MUST_CHECK;
void actor_tell(struct actor_pipe *pipe, const struct str *parts, uint32_t count);

#endif

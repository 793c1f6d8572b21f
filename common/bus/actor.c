#include "bus/actor.h"

#include <assert.h>
#include <czmq.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* The descriptor of a ZeroMQ socket is edge-triggered and easy to miss; an
 * eventfd beside the pipe counts what was told and stays readable. It is
 * raised after the message is in the pipe, so whoever sees it finds it. */
struct actor {
	zactor_t *thread;
	zmsg_t *taken;
	actor_fn *run;
	void *argument;
	int event_fd;
};

struct actor_pipe {
	zsock_t *pipe;
	zmsg_t *taken;
	int event_fd;
};

static void send_parts(void *to, const struct str *parts, uint32_t count)
{
	zmsg_t *message = zmsg_new();
	int failed;

	assert(count >= 1 && count <= ACTOR_PARTS_MAX);
	for (uint32_t i = 0; i < count; i++) {
		failed = zmsg_addmem(message, parts[i].ptr == NULL ? "" : parts[i].ptr, parts[i].len);
		assert(failed == 0);
	}
	failed = zmsg_send(&message, to);
	assert(failed == 0); /* a pipe has room for all that its two users have in flight */
}

static void lend_parts(zmsg_t *message, struct str parts[ACTOR_PARTS_MAX])
{
	zframe_t *frame = zmsg_first(message);

	for (uint32_t i = 0; i < ACTOR_PARTS_MAX;
		 i++, frame = frame == NULL ? NULL : zmsg_next(message))
		parts[i] = frame == NULL ? (struct str) { "", 0 }
								 : str_bytes(zframe_data(frame), zframe_size(frame));
}

static void thread_main(zsock_t *pipe, void *argument)
{
	struct actor *owner = argument;
	struct actor_pipe self = { pipe, NULL, owner->event_fd };

	zsock_signal(pipe, 0);
	owner->run(&self, owner->argument);
	zmsg_destroy(&self.taken);
}

struct actor *actor_start(actor_fn *run, void *argument)
{
	struct actor *actor = calloc(1, sizeof *actor);

	if (actor == NULL)
		abort();
	actor->run = run;
	actor->argument = argument;
	actor->event_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (actor->event_fd >= 0)
		actor->thread = zactor_new(thread_main, actor);
	if (actor->thread == NULL) {
		if (actor->event_fd >= 0)
			(void)close(actor->event_fd);
		free(actor);
		return NULL;
	}
	return actor;
}

void actor_stop(struct actor **actor)
{
	struct actor *self = *actor;

	if (self == NULL)
		return;
	zmsg_destroy(&self->taken);
	zactor_destroy(&self->thread);
	(void)close(self->event_fd);
	free(self);
	*actor = NULL;
}

int actor_fd(const struct actor *actor)
{
	return actor->event_fd;
}

void actor_send(struct actor *actor, const struct str *parts, uint32_t count)
{
	send_parts(actor->thread, parts, count);
}

bool actor_take(struct actor *actor, struct str parts[ACTOR_PARTS_MAX])
{
	uint64_t told;

	zmsg_destroy(&actor->taken);
	if ((zsock_events(actor->thread) & ZMQ_POLLIN) == 0) {
		/* First the count, then a second look: what is told in between raises it again. */
		if (read(actor->event_fd, &told, sizeof told) < 0)
			return false;
		if ((zsock_events(actor->thread) & ZMQ_POLLIN) == 0)
			return false;
	}
	actor->taken = zmsg_recv(actor->thread);
	if (actor->taken == NULL)
		return false;
	lend_parts(actor->taken, parts);
	return true;
}

bool actor_wait(struct actor_pipe *pipe, struct str parts[ACTOR_PARTS_MAX])
{
	zmsg_destroy(&pipe->taken);
	pipe->taken = zmsg_recv(pipe->pipe);
	if (pipe->taken == NULL)
		return false;
	/* zactor_destroy says so; our own messages always have a first part of another length. */
	if (zmsg_size(pipe->taken) == 1 && zframe_streq(zmsg_first(pipe->taken), "$TERM"))
		return false;
	lend_parts(pipe->taken, parts);
	return true;
}

void actor_tell(struct actor_pipe *pipe, const struct str *parts, uint32_t count)
{
	const uint64_t one = 1;
	ssize_t n;

	send_parts(pipe->pipe, parts, count);
	n = write(pipe->event_fd, &one, sizeof one);
	(void)n; /* full only after 2^64 - 2 tells */
}

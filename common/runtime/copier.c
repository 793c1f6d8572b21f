#include "runtime/copier.h"

#include "base/log_line.h"
#include "bus/actor.h"
#include "bus/bus.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct copier {
	struct bus *bus;
	const char *service;
	struct runtime *runtime;
	struct actor *actor;     /* NULL until the first copy */
	struct kv_txn *snapshot; /* set before the thread is asked, read by it, until it tells */
	atomic_bool is_cancelled;
};

/* --- on the copier's thread --- */

static void copier_main(struct actor_pipe *pipe, void *argument)
{
	struct copier *self = argument;
	struct str parts[ACTOR_PARTS_MAX];

	log_thread(self->service);
	/* The first part carries the path with its end. */
	while (actor_wait(pipe, parts)) {
		char result =
			(char)self->snapshot->kv->ops->copy(self->snapshot, parts[0].ptr, &self->is_cancelled);

		actor_tell(pipe, &(struct str) { &result, 1 }, 1);
	}
}

/* --- on the service's thread --- */

static void on_ready(void *argument, int fd)
{
	struct copier *self = argument;
	struct str parts[ACTOR_PARTS_MAX];

	(void)fd;
	while (actor_take(self->actor, parts)) {
		self->snapshot = NULL;
		runtime_copied(self->runtime, (enum err)parts[0].ptr[0]);
	}
}

static enum err start(void *argument, struct kv_txn *snapshot, const char *path)
{
	struct copier *self = argument;
	enum err e;

	assert(self->snapshot == NULL);
	if (self->actor == NULL) {
		self->actor = actor_start(copier_main, self);
		if (self->actor == NULL)
			return ERR_UNAVAILABLE;
		e = bus_watch(self->bus, actor_fd(self->actor), on_ready, self);
		if (e != ERR_OK) {
			actor_stop(&self->actor);
			return e;
		}
	}
	self->snapshot = snapshot;
	actor_send(self->actor, &(struct str) { path, strlen(path) + 1 }, 1);
	return ERR_OK;
}

struct copier *copier_open(struct bus *bus, const char *service)
{
	struct copier *self = calloc(1, sizeof *self);

	if (self == NULL)
		abort();
	self->bus = bus;
	self->service = service;
	atomic_init(&self->is_cancelled, false);
	return self;
}

struct copy_host copier_host(struct copier *copier)
{
	return (struct copy_host) { copier, start };
}

void copier_attach(struct copier *copier, struct runtime *runtime)
{
	copier->runtime = runtime;
}

void copier_close(struct copier **copier)
{
	if (*copier == NULL)
		return;
	atomic_store(&(*copier)->is_cancelled, true);
	actor_stop(&(*copier)->actor);
	free(*copier);
	*copier = NULL;
}

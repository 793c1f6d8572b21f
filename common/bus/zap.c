/* The lists of guests. One lock for all of them: a handshake and a message take it for one search. */
#include "bus/zap.h"

#include "bus/zap_parts.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { ADMITTED_MAX = 128, PAUSED_MAX = 64 };

struct admitted {
	char name[ZAP_NAME_MAX], address[ZAP_ADDRESS_MAX];
	int64_t at; /* 0: the row is free */
};

struct paused {
	char name[ZAP_NAME_MAX];
	int64_t until;
};

struct zap {
	char domain[ZAP_DOMAIN_MAX];
	struct guest *guests; /* by key */
	uint32_t guest_count;
	struct knock knocks[ZAP_KNOCKS_MAX]; /* oldest first */
	uint32_t knock_count;
	struct admitted admitted[ADMITTED_MAX]; /* a ring: who was let in last, and from where */
	uint32_t admitted_next;
	struct paused paused[PAUSED_MAX];
	uint32_t paused_next;
	uint32_t pause_ms;
	int event_fd; /* raised while there are knocks */
	struct zap *next;
};

/* libzmq asks at one address of the process; so the actor is the process's, and with it the list of domains. */
static struct {
	pthread_mutex_t opening; /* held while the thread starts or ends */
	pthread_mutex_t lock;    /* of everything in the domains */
	struct zap *domains;
	zactor_t *actor;
} handler = { .opening = PTHREAD_MUTEX_INITIALIZER, .lock = PTHREAD_MUTEX_INITIALIZER };

static void lock(pthread_mutex_t *mutex)
{
	int failed = pthread_mutex_lock(mutex);

	assert(failed == 0);
}

static void unlock(pthread_mutex_t *mutex)
{
	int failed = pthread_mutex_unlock(mutex);

	assert(failed == 0);
}

/* Bound here and given away with the start of the thread, so that a failure is told at once. */
static enum err actor_begin(void)
{
	zsock_t *answers = zsock_new(ZMQ_ROUTER);

	if (answers == NULL)
		return ERR_IO;
	zsock_set_linger(answers, 0);
	if (zsock_bind(answers, ZAP_ADDRESS) < 0) {
		zsock_destroy(&answers);
		return ERR_IO;
	}
	handler.actor = zactor_new(zap_answer_main, answers);
	if (handler.actor == NULL) {
		zsock_destroy(&answers);
		return ERR_IO;
	}
	return ERR_OK;
}

static struct zap *find_domain(struct str domain)
{
	struct zap *z = handler.domains;

	while (z != NULL && !str_is(domain, z->domain))
		z = z->next;
	return z;
}

static enum err join(struct zap *zap)
{
	enum err e = ERR_OK;

	lock(&handler.lock);
	if (find_domain(str_of(zap->domain)) != NULL)
		e = ERR_STATE;
	if (e == ERR_OK) {
		zap->next = handler.domains;
		handler.domains = zap;
	}
	unlock(&handler.lock);
	return e;
}

enum err zap_open(const char *domain, struct zap **ret)
{
	struct zap *zap = calloc(1, sizeof *zap);
	enum err e = ERR_OK;

	if (zap == NULL)
		abort();
	if (domain[0] == '\0' || strlen(domain) >= sizeof zap->domain) {
		free(zap);
		return ERR_INVALID;
	}
	(void)snprintf(zap->domain, sizeof zap->domain, "%s", domain);
	zap->pause_ms = ZAP_PAUSE_MS;
	zap->event_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (zap->event_fd < 0) {
		free(zap);
		return ERR_IO;
	}
	lock(&handler.opening);
	if (handler.actor == NULL)
		e = actor_begin();
	if (e == ERR_OK)
		e = join(zap);
	unlock(&handler.opening);
	if (e == ERR_OK) {
		*ret = zap;
		return ERR_OK;
	}
	(void)close(zap->event_fd);
	free(zap);
	return e;
}

void zap_close(struct zap **zap)
{
	struct zap *self = *zap;
	struct zap **at = &handler.domains;
	bool is_last;

	if (self == NULL)
		return;
	lock(&handler.opening);
	lock(&handler.lock);
	while (*at != self)
		at = &(*at)->next;
	*at = self->next;
	is_last = handler.domains == NULL;
	unlock(&handler.lock);
	if (is_last) /* outside the lock: the thread may be waiting for it */
		zactor_destroy(&handler.actor);
	unlock(&handler.opening);
	(void)close(self->event_fd);
	free(self->guests);
	free(self);
	*zap = NULL;
}

const char *zap_domain(const struct zap *zap)
{
	return zap->domain;
}

int zap_fd(const struct zap *zap)
{
	return zap->event_fd;
}

static int compare_guests(const void *a, const void *b)
{
	const struct guest *x = a, *y = b;
	int order = memcmp(x->key.bytes, y->key.bytes, sizeof x->key.bytes);

	return order != 0 ? order : (int)y->state - (int)x->state;
}

/* The first of those with this key, which has the highest state. */
static const struct guest *find_guest(const struct zap *zap, const struct curve_key *key)
{
	uint32_t low = 0, high = zap->guest_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (memcmp(zap->guests[middle].key.bytes, key->bytes, sizeof key->bytes) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == zap->guest_count ||
		memcmp(zap->guests[low].key.bytes, key->bytes, sizeof key->bytes) != 0)
		return NULL;
	return &zap->guests[low];
}

enum err zap_set(struct zap *zap, const struct guest *guests, uint32_t count)
{
	struct guest *copy, *old;

	if (count > ZAP_GUESTS_MAX)
		return ERR_LIMIT;
	copy = calloc(count == 0 ? 1 : count, sizeof *copy);
	if (copy == NULL)
		abort();
	if (count > 0)
		memcpy(copy, guests, count * sizeof *copy);
	for (uint32_t i = 0; i < count; i++) {
		assert(copy[i].name[0] != '\0' && copy[i].name[ZAP_NAME_MAX - 1] == '\0');
		assert(copy[i].state >= GUEST_WAITING && copy[i].state <= GUEST_REVOKED);
	}
	qsort(copy, count, sizeof *copy, compare_guests);
	lock(&handler.lock);
	old = zap->guests;
	zap->guests = copy;
	zap->guest_count = count;
	unlock(&handler.lock);
	free(old);
	return ERR_OK;
}

enum guest_state zap_state(struct zap *zap, const struct curve_key *key)
{
	enum guest_state state = GUEST_WAITING;
	const struct guest *g;

	lock(&handler.lock);
	g = find_guest(zap, key);
	if (g != NULL)
		state = g->state;
	unlock(&handler.lock);
	return state;
}

/* Strangers can make as many keys as they like: they do not push out those that a person waits for. */
static struct knock *knock_place(struct zap *zap, const struct curve_key *key, bool is_known)
{
	struct knock *stranger = NULL;

	for (uint32_t i = 0; i < zap->knock_count; i++) {
		struct knock *k = &zap->knocks[i];

		if (memcmp(k->key.bytes, key->bytes, sizeof key->bytes) == 0)
			return k;
		if (!k->is_known)
			stranger = k;
	}
	if (zap->knock_count < ZAP_KNOCKS_MAX)
		stranger = &zap->knocks[zap->knock_count++];
	else if (!is_known)
		return NULL;
	if (stranger != NULL)
		*stranger = (struct knock) { .key = *key };
	return stranger;
}

static void note_knock(struct zap *zap, const struct curve_key *key, bool is_known)
{
	const uint64_t one = 1;
	struct knock *k = knock_place(zap, key, is_known);
	ssize_t n;

	if (k == NULL)
		return;
	k->is_known = is_known;
	k->count++;
	n = write(zap->event_fd, &one, sizeof one);
	(void)n; /* full only after 2^64 - 2 */
}

bool zap_next_knock(struct zap *zap, struct knock *ret)
{
	uint64_t raised;
	bool is_there;

	lock(&handler.lock);
	is_there = zap->knock_count > 0;
	if (is_there) {
		*ret = zap->knocks[0];
		zap->knock_count--;
		memmove(zap->knocks, zap->knocks + 1, zap->knock_count * sizeof zap->knocks[0]);
	}
	if (zap->knock_count == 0) {
		ssize_t n = read(zap->event_fd, &raised, sizeof raised);

		(void)n; /* not raised is as well */
	}
	unlock(&handler.lock);
	return is_there;
}

void zap_patience(struct zap *zap, uint32_t pause_ms)
{
	lock(&handler.lock);
	zap->pause_ms = pause_ms;
	unlock(&handler.lock);
}

static struct paused *paused_of(struct zap *zap, const char *name)
{
	for (uint32_t i = 0; i < PAUSED_MAX; i++)
		if (strcmp(name, zap->paused[i].name) == 0)
			return &zap->paused[i];
	return NULL;
}

void zap_pause(struct zap *zap, const char *name)
{
	struct paused *p;

	if (name[0] == '\0')
		return;
	lock(&handler.lock);
	p = paused_of(zap, name);
	if (p == NULL)
		p = &zap->paused[zap->paused_next++ % PAUSED_MAX];
	*p = (struct paused) { .until = zclock_mono() + zap->pause_ms };
	(void)snprintf(p->name, sizeof p->name, "%s", name);
	unlock(&handler.lock);
}

static void note_admitted(struct zap *zap, const char *name, struct str address)
{
	struct admitted *a = &zap->admitted[zap->admitted_next++ % ADMITTED_MAX];

	*a = (struct admitted) { .at = zclock_mono() };
	memcpy(a->name, name, ZAP_NAME_MAX);
	if (address.len < sizeof a->address)
		memcpy(a->address, address.ptr, address.len);
}

bool zap_admitted(struct zap *zap, const char *address, int64_t ms, char ret_name[ZAP_NAME_MAX])
{
	int64_t since = zclock_mono() - ms;
	const struct admitted *found = NULL;
	bool is_one = true;

	lock(&handler.lock);
	for (uint32_t i = 0; i < ADMITTED_MAX; i++) {
		const struct admitted *a = &zap->admitted[i];

		if (a->at == 0 || a->at < since || strcmp(a->address, address) != 0)
			continue;
		is_one = is_one && (found == NULL || strcmp(found->name, a->name) == 0);
		found = a;
	}
	if (found != NULL && is_one)
		memcpy(ret_name, found->name, ZAP_NAME_MAX);
	unlock(&handler.lock);
	return found != NULL && is_one;
}

static bool is_paused(struct zap *zap, const char *name)
{
	const struct paused *p = paused_of(zap, name);

	return p != NULL && zclock_mono() < p->until;
}

enum guest_state zap_judge(struct str domain, const struct curve_key *key, struct str address,
	char ret_name[ZAP_NAME_MAX])
{
	enum guest_state state = GUEST_WAITING;
	struct zap *zap;

	lock(&handler.lock);
	zap = find_domain(domain);
	if (zap != NULL) {
		const struct guest *g = find_guest(zap, key);

		if (g != NULL)
			state = g->state;
		if (state != GUEST_ALLOWED) {
			note_knock(zap, key, g != NULL);
		} else if (is_paused(zap, g->name)) {
			state = GUEST_WAITING;
		} else {
			memcpy(ret_name, g->name, ZAP_NAME_MAX);
			note_admitted(zap, g->name, address);
		}
	}
	unlock(&handler.lock);
	return state;
}

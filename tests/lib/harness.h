/* harness - the services of a node in one process: time, links and crashes in a test's hands
 *
 * Services run by their real descriptors and the real runtime, each over a kv
 * in memory, joined by real sessions. Whoever a service dials that is not opened
 * here is played by the harness: it takes every letter and serves the events
 * that harness_publish gives it. Nothing moves but by harness_run (which every
 * call below does itself, until all is at rest) and harness_advance. What the
 * harness hands out lives until harness_close. A test that asks for what is
 * not there fails by cmocka. */
#ifndef LIB_HARNESS_H
#define LIB_HARNESS_H

#include "base/arena.h"
#include "proto/messages.h"
#include "runtime/service.h"
#include "store/record.h"
#include "store/store.h"

struct harness;
struct kv_image;

struct harness_service {
	const struct service *service;
	const void *settings; /* the service's settings struct, lent; NULL: it has none */
};

/* It is 2026-03-17T02:00:00Z, a Tuesday at nine in WIB, unless `at` says otherwise (0: that moment). */
struct harness *harness_open(const struct harness_service *services, uint32_t count, time_us at);
void harness_close(struct harness **h);
/* The tear-down of a test, *state being the harness. */
int harness_end(void **state);
struct arena *harness_arena(struct harness *h);

time_us harness_now(const struct harness *h);
/* Time goes by, and what comes due in it happens. */
void harness_advance(struct harness *h, time_us by);
void harness_run(struct harness *h);

/* How a command, question or letter ended. */
struct harness_reply {
	bool is_answered; /* false: the service was gone before it could */
	enum sesi_status status;
	struct str field, rule; /* empty where none was said */
	struct str result;      /* encoded */
	struct str go_on;       /* of a question; ptr NULL: nothing more */
	uint64_t first_seq;
	uint32_t count; /* its own events */
};

/* As whom the following calls speak to services: "ctl" (from the start), "gateway". */
void harness_speak_as(struct harness *h, const char *peer);
struct id harness_new_id(struct harness *h);
/* Sends a command and waits; id zero: a new one. reply: of schema->reply, filled when it was accepted; or NULL. */
struct harness_reply harness_command(struct harness *h, const char *service, struct id actor,
	struct id id, const struct schema *schema, const void *body, void *reply);
/* The same without waiting: many can be under way, and harness_run takes them all in. Gives a ticket. */
uint32_t harness_begin(struct harness *h, const char *service, struct id actor, struct id id,
	const struct schema *schema, const void *body);
struct harness_reply harness_reply(const struct harness *h, uint32_t ticket);
/* Asks. go_on: of the answer before, or ptr NULL. answer: of schema->reply. */
struct harness_reply harness_ask(struct harness *h, const char *service, struct id actor,
	const struct schema *schema, const void *body, struct str go_on, void *answer);
/* Reads an encoded result. */
void harness_decode(struct harness *h, const struct schema *schema, struct str bytes, void *ret);

/* What services that are played say: an event of their stream, a letter. A stream NODE-ID/SERVICE is one of
 * another node, served by federation where that is played. */
void harness_publish(struct harness *h, const char *stream, const struct schema *schema,
	struct str key, const void *event);
/* is_answered, and count 1 where it was parked. */
struct harness_reply harness_letter(struct harness *h, const char *from, const char *to,
	struct id id, const struct schema *schema, const void *body);

/* Nobody plays the service until it is called again with another one, or NULL. */
void harness_away(struct harness *h, const char *service);

/* The nth letter (from 0) of this type that was sent to `to`, by whomever: false when there were fewer.
 * Repetitions are not counted. */
bool harness_letter_sent(struct harness *h, const char *to, const struct schema *schema,
	uint32_t nth, void *ret);
uint32_t harness_letters_sent(struct harness *h, const char *to, const struct schema *schema);

/* A service's log: how many events of a type (NULL: of all), and the last one of it (record may be NULL). */
uint32_t harness_events(struct harness *h, const char *service, const struct schema *schema);
bool harness_last_event(struct harness *h, const char *service, const struct schema *schema,
	void *ret, struct record *ret_record);
/* The nth record from 1. */
void harness_record(struct harness *h, const char *service, uint64_t seq, struct record *ret);
/* A row, of a vault table too; false when there is none. */
bool harness_row(struct harness *h, const char *service, const struct table *table, struct str key,
	void *ret);
/* Chain, commitments and derived tables of every service are what its log says. */
void harness_verify(struct harness *h);

/* The end of a service: as a crash (what was not committed is gone), or asked to. Start it again as it was left. */
void harness_crash(struct harness *h, const char *service);
void harness_stop(struct harness *h, const char *service);
void harness_start(struct harness *h, const char *service);
/* It will crash at the nth passage of a crash point; harness_is_up says whether it has. */
void harness_crash_at(struct harness *h, const char *service, const char *point, uint32_t nth);
bool harness_is_up(const struct harness *h, const char *service);
/* The store as it is now, and back to it: the service is stopped. What lies beside the store stays. */
struct kv_image *harness_cut(struct harness *h, const char *service);
void harness_put_back(struct harness *h, const char *service, struct kv_image **image);

/* Work that a service has begun and nobody has done. false: none. payload is encoded. */
bool harness_work(struct harness *h, const char *service, struct str *ret_key,
	struct str *ret_payload);
/* The result of the next slice (NULL: none), and the worker's end. */
void harness_work_done(struct harness *h, const char *service, struct str key, const void *result);

#endif

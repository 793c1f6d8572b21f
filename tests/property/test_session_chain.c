/* Whatever happens between two sessions, the reader accepts the producer's history and nothing else,
 * and when it stops happening the reader has all of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "lib/chance.h"
#include "lib/gen.h"
#include "lib/pair.h"
#include "lib/seed.h"

enum { RUNS = 2000, STEPS = 300, EVENTS = 60 };

struct world {
	struct pair p;
	struct history h;           /* what the producer has */
	struct history other;       /* a history that forked from it, as of a restored producer */
	struct stream_place cursor; /* the reader's, as in its store */
	uint64_t corr;              /* of the open stream; 0: none */
	bool is_copy;               /* it was asked for by TAIL */
	bool is_ended;              /* and its end was said */
	uint32_t sessions, accepted, refused;
	struct chance chance;
	bool has_faults;
};

static uint64_t below(struct world *w, uint64_t n)
{
	return chance_below(&w->chance, n);
}

/* A new connection: nothing of the old one is under way. */
static void reconnect(struct world *w)
{
	struct pair_options options = { .window_events = (uint32_t)(1 + below(w, 20)) };

	session_close(&w->p.sides[DIALER].session);
	session_close(&w->p.sides[LISTENER].session);
	arena_clear(&w->p.arena);
	pair_init(&w->p, options);
	history_make(&w->h, &w->p, EVENTS, "benar");
	history_make(&w->other, &w->p, EVENTS, "benar");
	for (uint32_t i = EVENTS / 2; i <= EVENTS; i++) {
		w->other.records[i] = str_of("lain");
		w->other.places[i].hash = hash_labelled("lsp1-event",
			str_bytes(&w->other.places[i - 1].hash, HASH_BYTES), w->other.records[i]);
	}
	pair_greet(&w->p);
	w->sessions++;
	w->is_copy = below(w, 2) == 0;
	assert_int_equal(!w->is_copy ? session_open_stream(w->p.sides[DIALER].session, str_of("intake"),
									   &w->cursor, &w->corr)
								 : session_tail_stream(w->p.sides[DIALER].session, str_of("intake"),
									   &w->cursor, &w->corr),
		ERR_OK);
}

/* The reader's store: exactly the next records of the true history, or the test fails. */
static void apply(struct world *w, const struct session_note *note)
{
	uint64_t bytes = 0;

	for (uint32_t i = 0; i < note->event_count; i++) {
		const struct session_event *event = &note->events[i];

		assert_int_equal(event->seq, w->cursor.seq + 1);
		assert_true(event->seq <= EVENTS);
		assert_true(str_equal(event->bytes, w->h.records[event->seq]));
		assert_true(hash_equal(&event->hash, &w->h.places[event->seq].hash));
		w->cursor = (struct stream_place) { note->epoch, event->seq, event->hash };
		bytes += 4 + event->bytes.len;
	}
	w->accepted += note->event_count;
	session_consumed(w->p.sides[DIALER].session, note->corr, &w->cursor, bytes, note->event_count,
		w->p.now);
}

static void take_note(struct world *w, int side, const struct session_note *note)
{
	struct session *s = w->p.sides[side].session;
	bool is_wanted = note->kind == NOTE_OPEN || note->kind == NOTE_TAIL;
	uint64_t after = is_wanted ? note->open.after_seq : 0;

	if (note->kind == NOTE_EVENTS && side == DIALER)
		apply(w, note);
	/* A place beyond the history comes of a damaged OPEN: the producer knows no such place. */
	if (is_wanted && side == LISTENER) {
		enum err e = after > EVENTS
			? session_diverged(s, note->corr, &w->h.places[EVENTS])
			: session_opened(s, note->corr, &w->h.places[after], &w->h.places[EVENTS]);

		assert_true(e == ERR_OK || e == ERR_UNAVAILABLE);
	}
	w->refused += note->kind == NOTE_DOWN;
	if (note->kind == NOTE_CLOSE && side == DIALER && !w->has_faults) {
		assert_int_equal(w->cursor.seq, EVENTS);
		w->is_ended = true;
	}
}

/* Where a copy ends the holder says so. */
static void end_copy(struct world *w, uint64_t corr, struct str name, const struct stream_place *at)
{
	struct session *holder = w->p.sides[LISTENER].session;

	if (!session_serves_copy(holder, corr))
		return;
	if (session_head(holder, corr, name, at, (struct str) { NULL, 0 }) == ERR_OK)
		(void)!session_close_stream(holder, corr);
}

/* The producer ships what there is room for; a faulty one takes it from the other history. Before the
 * fork both are true continuations, and no reader could tell; beyond it the chain must. */
static void ship(struct world *w)
{
	struct session *producer = w->p.sides[LISTENER].session;
	uint64_t corrs[SESSION_STREAMS_MAX];
	uint32_t count = session_serving(producer, corrs);

	for (uint32_t i = 0; i < count; i++) {
		const struct history *h = &w->h;
		struct stream_place at, last;
		struct str name, payload;
		uint64_t bytes;
		uint32_t room;

		assert_true(session_served(producer, corrs[i], &name, &at));
		if (at.seq >= EVENTS) {
			end_copy(w, corrs[i], name, &at);
			continue;
		}
		if (w->has_faults && at.seq >= EVENTS / 2 && below(w, 10) == 0)
			h = &w->other;
		session_room(producer, corrs[i], &bytes, &room);
		if (room > EVENTS - at.seq)
			room = (uint32_t)(EVENTS - at.seq);
		if (room == 0)
			continue;
		room = 1 + (uint32_t)below(w, room);
		last = h->places[at.seq + room];
		payload = history_payload(h, &w->p, (uint32_t)at.seq + 1, (uint32_t)at.seq + room);
		if (payload.len <= bytes)
			(void)!session_events(producer, corrs[i], room, &last, payload);
	}
}

static void damage(struct world *w, struct frames *frames)
{
	struct str *frame[] = { &frames->header, &frames->body, &frames->payload };
	struct str *hit = frame[below(w, 3)];

	if (hit->ptr != NULL && hit->len > 0)
		((char *)hit->ptr)[below(w, hit->len)] ^= (char)(1 << below(w, 8));
}

/* In order and once, or, with faults, out of order, twice, never, or damaged. */
static void deliver(struct world *w, int to)
{
	struct pair_side *side = &w->p.sides[to];
	uint64_t fate = w->has_faults ? below(w, 60) : 60;
	uint32_t at = fate == 0 ? (uint32_t)below(w, side->way_count) : 0;

	if (fate == 1)
		damage(w, &side->way[at]);
	if (fate == 2)
		memmove(&side->way[0], &side->way[1], --side->way_count * sizeof side->way[0]);
	else
		take_note(w, to, pair_deliver(&w->p, to, at, fate == 3));
	pair_forget(&w->p);
}

static void step(struct world *w)
{
	int side = (int)below(w, 2);

	if (session_is_down(w->p.sides[DIALER].session) ||
		session_is_down(w->p.sides[LISTENER].session)) {
		reconnect(w);
		return;
	}
	switch (below(w, 4)) {
	case 0:
		ship(w);
		return;
	case 1:
		w->p.now += (time_us)below(w, US_PER_SECOND);
		(void)pair_tick(&w->p, side);
		pair_forget(&w->p);
		return;
	}
	if (w->p.sides[side].way_count > 0)
		deliver(w, side);
}

/* All of it; and of a copy its end. */
static bool is_read(const struct world *w)
{
	return w->cursor.seq == EVENTS && (!w->is_copy || w->is_ended);
}

static void reader_accepts_the_producers_history_and_nothing_else(void **state)
{
	uint64_t seed = seed_new("test_session_chain");
	static struct world w;
	uint64_t accepted = 0, refused = 0, sessions = 0, copies = 0;

	(void)state;
	for (uint32_t run = 0; run < RUNS; run++) {
		memset(&w, 0, sizeof w);
		w.chance.state = seed + run;
		w.has_faults = true;
		reconnect(&w);
		for (uint32_t i = 0; i < STEPS; i++)
			step(&w);
		/* The faults end; a lost OPEN leaves a session that waits, and its owner dials anew. */
		w.has_faults = false;
		reconnect(&w);
		for (uint32_t i = 0; i < 100 * STEPS && !is_read(&w); i++)
			step(&w);
		if (w.cursor.seq == EVENTS && !is_read(&w))
			fail_msg("seed %llu: the end of the copy was not said",
				(unsigned long long)(seed + run));
		if (w.cursor.seq != EVENTS)
			fail_msg("seed %llu: stopped at %llu", (unsigned long long)(seed + run),
				(unsigned long long)w.cursor.seq);
		accepted += w.accepted;
		refused += w.refused;
		copies += w.is_copy;
		sessions += w.sessions;
		pair_clear(&w.p);
	}
	assert_int_equal(accepted, (uint64_t)RUNS * EVENTS);
	assert_true(refused > RUNS / 2); /* the faults were seen */
	assert_true(copies > RUNS / 4);
	(void)printf("%llu sessions, %llu ended by a fault\n", (unsigned long long)sessions,
		(unsigned long long)refused);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reader_accepts_the_producers_history_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

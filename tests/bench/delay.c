#include "bench/delay.h"

#include "bench/requests.h"
#include "bench/zmtp.h"

#include "wire/wire.h"

#include <sodium.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

enum {
	REQUESTS_MAX = 8192,
	EVENTS_MAX = 65536, /* of the stream, from the first look on */
	TIME_LEFT_MS = 60000,
	SILENCE_US = 30000000,
	ARENA_BYTES = 4 << 20,
};

enum side { SIDE_LODGES, SIDE_OWN, SIDE_HELD, SIDE_REPORTED, SIDES };

struct watching;

struct watcher {
	struct watching *all;
	enum side side;
	struct zmtp zmtp;
	struct session *session;
	bool is_ready, is_open;
};

/* One request: when it was answered, with which event. */
struct lodged {
	uint64_t corr, asked, seq;
	double answered;
};

struct watching {
	struct watcher sides[SIDES];
	const char *stream;
	struct stream_place begin;
	struct requests requests;
	struct senders_command command;
	struct lodged *lodged;
	double *seen[DELAY_STAGES]; /* when each event was, from begin on; 0: not yet */
	uint32_t sent, answered;
	int poll;
	struct arena arena;
};

/* --- what comes --- */

static double *seen_at(const struct watching *all, enum delay_stage stage, uint64_t seq)
{
	bench_must(seq > all->begin.seq && seq - all->begin.seq <= EVENTS_MAX, "too many events");
	return &all->seen[stage][seq - all->begin.seq - 1];
}

static void note_seen(struct watching *all, enum delay_stage stage, uint64_t from, uint64_t to)
{
	double now = lap_clock();

	for (uint64_t seq = from; seq <= to; seq++)
		*seen_at(all, stage, seq) = now;
}

/* When reporting has read the event it answers. */
static void ask_reporting(struct watching *all, struct lodged *l)
{
	struct watcher *w = &all->sides[SIDE_REPORTED];
	struct keadaan nothing = { 0 };
	struct problem why = { NULL, NULL };
	struct sesi_ask ask = { .type = schema_keadaan.code,
		.version = schema_keadaan.version,
		.time_left_ms = TIME_LEFT_MS,
		.has_after_stream = true,
		.after_stream = str_of(all->stream),
		.has_after_epoch = true,
		.after_epoch = all->begin.epoch,
		.has_after_seq = true,
		.after_seq = l->seq };
	struct buf body;

	buf_init(&body, 256);
	bench_must(wire_encode(&schema_keadaan, &nothing, &body, &why) == ERR_OK, "a question");
	ask.body = buf_str(&body);
	bench_must(session_ask(w->session, &ask, &l->asked) == ERR_OK, "a question cannot be sent");
	buf_clear(&body);
	zmtp_write(&w->zmtp);
}

static void take_reply(struct watching *all, const struct session_note *note)
{
	struct lodged *l = all->lodged;

	bench_must(note->reply.status == SESI_STATUS_OK, "a request is refused");
	while (l->corr != note->corr)
		l++;
	l->answered = lap_clock();
	l->seq = note->reply.first_seq;
	all->answered++;
	ask_reporting(all, l);
}

static void take_answer(struct watching *all, const struct session_note *note)
{
	bench_must(note->answer.status == SESI_STATUS_OK, "reporting does not read the stream");
	for (uint32_t n = 0; n < all->sent; n++)
		if (all->lodged[n].asked == note->corr)
			note_seen(all, DELAY_REPORTED, all->lodged[n].seq, all->lodged[n].seq);
}

static void open_stream(struct watcher *w)
{
	uint64_t corr;

	bench_must(session_open_stream(w->session, str_of(w->all->stream), &w->all->begin, &corr) ==
			ERR_OK,
		"a stream cannot be opened");
}

static void take_events(struct watcher *w, const struct session_note *note)
{
	const struct session_event *last = &note->events[note->event_count - 1];
	struct stream_place read = { note->epoch, last->seq, last->hash };
	uint64_t bytes = 0;

	for (uint32_t n = 0; n < note->event_count; n++)
		bytes += note->events[n].bytes.len + 4;
	note_seen(w->all, w->side == SIDE_OWN ? DELAY_OWN : DELAY_HELD, note->events[0].seq, read.seq);
	session_consumed(w->session, note->corr, &read, bytes, note->event_count, zmtp_clock());
}

static void on_message(void *self, const struct frames *frames)
{
	struct watcher *w = self;
	struct session_note note;

	arena_reset(&w->all->arena);
	session_in(w->session, frames, zmtp_clock(), &w->all->arena, &note);
	bench_must(note.kind != NOTE_DOWN && note.kind != NOTE_ERROR, "a session has ended");
	if (note.kind == NOTE_READY) {
		w->is_ready = true;
		if (w->side == SIDE_OWN || w->side == SIDE_HELD)
			open_stream(w);
	} else if (note.kind == NOTE_OPENED) {
		w->is_open = true;
	} else if (note.kind == NOTE_REPLY) {
		take_reply(w->all, &note);
	} else if (note.kind == NOTE_ANSWER) {
		take_answer(w->all, &note);
	} else if (note.kind == NOTE_EVENTS) {
		take_events(w, &note);
	}
}

/* --- what goes --- */

static void watcher_open(struct watching *all, enum side side, struct node *node,
	const char *service)
{
	struct watcher *w = &all->sides[side];
	struct session_config config = {
		.service = STR("gateway"),
		.version = STR("bench"),
		.is_dialer = true,
		.peer_service = STR(""),
		.ping_ms = 60000,
		.dead_ms = 120000,
		.window_bytes = UINT64_C(4) * SESSION_PAYLOAD_MAX,
		.window_events = 8192,
		.send = zmtp_send,
		.self = &w->zmtp,
	};
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = w };
	char endpoint[128];

	randombytes_buf(config.boot.bytes, sizeof config.boot.bytes);
	node_endpoint_of(node, service, endpoint);
	*w = (struct watcher) { .all = all, .side = side };
	zmtp_open(&w->zmtp, endpoint);
	w->session = session_open(&config, zmtp_clock());
	bench_must(epoll_ctl(all->poll, EPOLL_CTL_ADD, w->zmtp.fd, &event) == 0, "epoll");
}

static void lodge(struct watching *all)
{
	struct watcher *w = &all->sides[SIDE_LODGES];
	struct sesi_cmd cmd = { .time_left_ms = TIME_LEFT_MS };

	buf_reset(&all->command.body);
	requests_next(&all->requests, &all->command);
	cmd.id = all->command.id;
	cmd.actor = all->command.actor;
	cmd.type = all->command.schema->code;
	cmd.version = all->command.schema->version;
	cmd.body = buf_str(&all->command.body);
	bench_must(session_cmd(w->session, &cmd, &all->lodged[all->sent].corr) == ERR_OK,
		"a command cannot be sent");
	all->sent++;
}

/* Takes what comes until that moment of lap_clock. */
static void turn(struct watching *all, double until)
{
	struct epoll_event events[SIDES];
	double left = until - lap_clock();
	int n = epoll_wait(all->poll, events, SIDES, left < 0 ? 0 : (int)(left / 1000) + 1);

	bench_must(n >= 0, "epoll");
	for (int i = 0; i < n; i++) {
		struct watcher *w = events[i].data.ptr;

		zmtp_read(&w->zmtp, on_message, w);
	}
	for (int i = 0; i < SIDES; i++) {
		struct session_note note;

		(void)session_tick(all->sides[i].session, zmtp_clock(), &note);
		zmtp_write(&all->sides[i].zmtp);
	}
}

static bool is_listening(const struct watching *all)
{
	for (int i = 0; i < SIDES; i++)
		if (!all->sides[i].is_ready)
			return false;
	return all->sides[SIDE_OWN].is_open && all->sides[SIDE_HELD].is_open;
}

static bool is_done(const struct watching *all)
{
	if (all->answered < all->sent)
		return false;
	for (uint32_t n = 0; n < all->sent; n++)
		for (enum delay_stage stage = 0; stage < DELAY_STAGES; stage++)
			if (*seen_at(all, stage, all->lodged[n].seq) == 0)
				return false;
	return true;
}

static void wait_for(struct watching *all, bool (*is_so)(const struct watching *all),
	const char *what)
{
	double given_up = lap_clock() + SILENCE_US;

	while (!is_so(all)) {
		bench_must(lap_clock() < given_up, what);
		turn(all, lap_clock() + 10000);
	}
}

/* An event may come here before its answer does. */
static void collect(const struct watching *all, struct delays *ret)
{
	for (uint32_t n = 0; n < all->sent; n++) {
		const struct lodged *l = &all->lodged[n];

		for (enum delay_stage stage = 0; stage < DELAY_STAGES; stage++) {
			double us = *seen_at(all, stage, l->seq) - l->answered;

			ret->of[stage].us[ret->of[stage].steps++] = us > 0 ? us : 0;
			ret->of[stage].total_us += us > 0 ? us : 0;
		}
	}
}

static void watching_open(struct watching *all, struct node *below, struct node *above)
{
	struct posisi head = node_state(below, "intake").kepala;

	all->begin = (struct stream_place) { head.epoch, head.seq, head.hash };
	all->lodged = calloc(REQUESTS_MAX, sizeof *all->lodged);
	for (int stage = 0; stage < DELAY_STAGES; stage++) {
		all->seen[stage] = calloc(EVENTS_MAX, sizeof *all->seen[stage]);
		bench_must(all->seen[stage] != NULL, "memory");
	}
	bench_must(all->lodged != NULL && all->poll >= 0, "memory");
	arena_init(&all->arena, ARENA_BYTES);
	buf_init(&all->command.body, SENDERS_BODY_MAX);
	watcher_open(all, SIDE_LODGES, below, "intake");
	watcher_open(all, SIDE_OWN, below, "federation");
	watcher_open(all, SIDE_HELD, above, "federation");
	watcher_open(all, SIDE_REPORTED, above, "reporting");
	wait_for(all, is_listening, "the streams are not opened");
}

static void watching_close(struct watching *all)
{
	for (int i = 0; i < SIDES; i++) {
		session_bye(all->sides[i].session);
		zmtp_write(&all->sides[i].zmtp);
		session_close(&all->sides[i].session);
		zmtp_close(&all->sides[i].zmtp);
	}
	(void)close(all->poll);
	arena_clear(&all->arena);
	buf_clear(&all->command.body);
	for (int stage = 0; stage < DELAY_STAGES; stage++)
		free(all->seen[stage]);
	free(all->lodged);
}

void delay_run(struct node *below, struct node *above, const char *stream, uint32_t requests,
	uint32_t a_second, struct delays *ret)
{
	struct watching all = { .stream = stream, .poll = epoll_create1(EPOLL_CLOEXEC) };
	double begun;

	bench_must(requests <= REQUESTS_MAX, "too many requests");
	watching_open(&all, below, above);
	begun = lap_clock();
	for (uint32_t n = 0; n < requests; n++) {
		double at = begun + n * 1e6 / a_second;

		while (lap_clock() < at)
			turn(&all, at);
		lodge(&all);
		turn(&all, at);
	}
	wait_for(&all, is_done, "an event is not seen everywhere");
	collect(&all, ret);
	watching_close(&all);
}

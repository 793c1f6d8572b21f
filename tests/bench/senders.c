#include "bench/senders.h"

#include "bench/node.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum {
	OUTSTANDING_MAX = 512,
	ARENA_BYTES = 1 << 20,
	TIME_LEFT_MS = 60000,
	SILENCE_MS = 30000,
};

struct sender {
	struct senders *load;
	struct zmtp zmtp;
	struct session *session;
	uint32_t under_way;
	struct {
		uint64_t corr;
		double begun;
	} calls[OUTSTANDING_MAX];
};

struct senders {
	struct sender all[SENDERS_MAX];
	uint32_t count, outstanding, ready;
	senders_next_fn *next;
	void *self;
	struct senders_command command;
	struct arena arena;
	int poll;
	struct lap *lap;
	bool is_sending;
	uint64_t answers, under_way;
};

static void send_next(struct sender *s, double now)
{
	struct senders *l = s->load;
	struct sesi_cmd cmd = { .time_left_ms = TIME_LEFT_MS };
	uint32_t slot = 0;
	enum err e;

	buf_reset(&l->command.body);
	l->next(l->self, &l->command);
	cmd.id = l->command.id;
	cmd.actor = l->command.actor;
	cmd.type = l->command.schema->code;
	cmd.version = l->command.schema->version;
	cmd.body = buf_str(&l->command.body);
	while (s->calls[slot].corr != 0)
		slot++;
	e = session_cmd(s->session, &cmd, &s->calls[slot].corr);
	bench_must(e == ERR_OK, "a command cannot be sent");
	s->calls[slot].begun = now;
	s->under_way++;
	l->under_way++;
}

static void take_reply(struct sender *s, const struct session_note *note)
{
	struct senders *l = s->load;
	double now = lap_clock();
	uint32_t slot = 0;

	if (note->reply.status != SESI_STATUS_OK) {
		(void)fprintf(stderr, "bench: answered %s: %.*s %.*s\n",
			enum_name(&enum_sesi_status, note->reply.status), (int)note->reply.field.len,
			note->reply.has_field ? note->reply.field.ptr : "", (int)note->reply.rule.len,
			note->reply.has_rule ? note->reply.rule.ptr : "");
		exit(1);
	}
	while (s->calls[slot].corr != note->corr)
		slot++;
	if (l->lap->steps < LAP_STEPS_MAX)
		l->lap->us[l->lap->steps++] = now - s->calls[slot].begun;
	s->calls[slot].corr = 0;
	s->under_way--;
	l->under_way--;
	l->answers++;
	if (l->is_sending)
		send_next(s, now);
}

static void on_message(void *self, const struct frames *frames)
{
	struct sender *s = self;
	struct session_note note;

	arena_reset(&s->load->arena);
	session_in(s->session, frames, zmtp_clock(), &s->load->arena, &note);
	if (note.kind == NOTE_READY)
		s->load->ready++;
	if (note.kind == NOTE_REPLY)
		take_reply(s, &note);
	bench_must(note.kind != NOTE_DOWN && note.kind != NOTE_ERROR, "a session has ended");
}

static void tick(struct sender *s)
{
	struct session_note note;

	(void)session_tick(s->session, zmtp_clock(), &note);
	zmtp_write(&s->zmtp);
}

static void turn(struct senders *l)
{
	struct epoll_event events[SENDERS_MAX];
	int n = epoll_wait(l->poll, events, SENDERS_MAX, SILENCE_MS);

	bench_must(n > 0, "no answer comes");
	for (int i = 0; i < n; i++) {
		struct sender *s = events[i].data.ptr;

		zmtp_read(&s->zmtp, on_message, s);
		zmtp_write(&s->zmtp);
	}
}

static void sender_open(struct senders *l, struct sender *s, const char *endpoint)
{
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
		.self = &s->zmtp,
	};
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = s };

	randombytes_buf(config.boot.bytes, sizeof config.boot.bytes);
	s->load = l;
	zmtp_open(&s->zmtp, endpoint);
	s->session = session_open(&config, zmtp_clock());
	tick(s);
	bench_must(epoll_ctl(l->poll, EPOLL_CTL_ADD, s->zmtp.fd, &event) == 0, "epoll");
}

struct senders *senders_open(const char *endpoint, uint32_t sessions, uint32_t outstanding,
	senders_next_fn *next, void *self)
{
	struct senders *l = calloc(1, sizeof *l);

	bench_must(l != NULL && sessions <= SENDERS_MAX && outstanding <= OUTSTANDING_MAX,
		"too many clients");
	l->count = sessions;
	l->outstanding = outstanding;
	l->next = next;
	l->self = self;
	l->poll = epoll_create1(EPOLL_CLOEXEC);
	arena_init(&l->arena, ARENA_BYTES);
	buf_init(&l->command.body, SENDERS_BODY_MAX);
	for (uint32_t i = 0; i < sessions; i++)
		sender_open(l, &l->all[i], endpoint);
	while (l->ready < l->count)
		turn(l);
	return l;
}

void senders_close(struct senders **load)
{
	struct senders *l = *load;

	for (uint32_t i = 0; i < l->count; i++) {
		session_bye(l->all[i].session);
		zmtp_write(&l->all[i].zmtp);
		session_close(&l->all[i].session);
		zmtp_close(&l->all[i].zmtp);
	}
	(void)close(l->poll);
	arena_clear(&l->arena);
	buf_clear(&l->command.body);
	free(l);
	*load = NULL;
}

void senders_run(struct senders *l, double us, struct lap *lap, uint64_t *ret_answers)
{
	double begun = lap_clock();

	l->lap = lap;
	l->answers = 0;
	l->is_sending = true;
	for (uint32_t i = 0; i < l->count; i++) {
		for (uint32_t n = 0; n < l->outstanding; n++)
			send_next(&l->all[i], lap_clock());
		tick(&l->all[i]);
	}
	while (lap_clock() < begun + us)
		turn(l);
	l->is_sending = false;
	while (l->under_way > 0)
		turn(l);
	lap->total_us += lap_clock() - begun;
	*ret_answers = l->answers;
}

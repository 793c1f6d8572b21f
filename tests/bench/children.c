#include "bench/children.h"

#include "bench/linked.h"
#include "bus/bus_message.h"
#include "store/log.h"
#include "store/node_key.h"

#include "base/bytes.h"
#include "base/host.h"
#include "domain/csv.h"
#include "federation/identitas_simpul.h"
#include "wire/wire.h"

#include <czmq.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	WAIT_MS = 20,
	FOLLOW_MS = 60000,
	MESSAGE_EVENTS = 1024,
	ARENA_BYTES = 2 << 20,
	LOG_BYTES_MAX = 16 << 20,
};

struct child {
	struct children *all;
	char name[IDENTITY_NAME_MAX];
	char stream[NODE_STREAM_MAX + 1];
	struct id id;
	struct node_curve curve;
	struct node_sign sign;
	struct hash *hashes; /* after each of its records; the first is the genesis */
	zsock_t *dealer;
	struct session *session;
	uint64_t serves; /* corr; 0: nothing */
};

struct children {
	struct child of[CHILDREN_MAX];
	uint32_t count;
	struct id epoch;
	struct buf payload;                 /* length and bytes of each record */
	size_t at[CHILDREN_EVENTS_MAX + 1]; /* where it begins */
	uint32_t records, events;
	char endpoint[64];
	uint8_t server[NODE_KEY_BYTES];
	struct id above;
	pthread_t thread;
	atomic_bool is_over;
	atomic_uint open_logs;
	struct arena arena;
};

static time_us steady(void)
{
	struct host host = host_system();

	return host_steady(&host);
}

/* --- who they are, and their logs --- */

static bool take_record(void *self, const struct session_event *event, struct id epoch,
	uint64_t head)
{
	struct children *all = self;
	char len[4];

	all->epoch = epoch;
	be32_put(len, (uint32_t)event->bytes.len);
	buf_add(&all->payload, len, sizeof len);
	buf_add_str(&all->payload, event->bytes);
	bench_must(!all->payload.is_full, "a log that is too long");
	all->at[++all->records] = all->payload.len;
	return all->records < CHILDREN_EVENTS_MAX && event->seq < head;
}

static void read_log(struct children *all, struct node *from)
{
	char endpoint[128];
	struct client_options options = { .self = "gateway",
		.service = "intake",
		.endpoint = endpoint,
		.version = "bench" };
	struct stream_place begin = { .seq = 0 };
	struct client *client;
	enum err e;

	node_endpoint_of(from, "intake", endpoint);
	buf_init(&all->payload, LOG_BYTES_MAX);
	client = client_open(&options, &e);
	if (e == ERR_OK)
		e = client_connect(client, FOLLOW_MS);
	if (e == ERR_OK)
		e = client_follow(client, str_of("intake"), &begin, false, FOLLOW_MS, take_record, all);
	client_close(&client);
	bench_must(e == ERR_OK && all->records > 0, "the log cannot be read");
}

/* The chain as its session will say it: each record's hash over the one before. */
static void chain(struct child *c)
{
	const struct children *all = c->all;

	c->hashes = malloc((all->records + 1) * sizeof *c->hashes);
	bench_must(c->hashes != NULL, "memory");
	c->hashes[0] = log_genesis(str_of(c->name), str_of("intake"), &all->epoch);
	for (uint32_t n = 0; n < all->records; n++)
		c->hashes[n + 1] =
			hash_labelled("lsp1-event", str_bytes(c->hashes[n].bytes, sizeof c->hashes[n].bytes),
				str_bytes(all->payload.ptr + all->at[n] + 4, all->at[n + 1] - all->at[n] - 4));
}

static enum err take_row(void *self, const struct csv_row *row)
{
	struct children *all = self;
	struct child *c = &all->of[all->count];
	struct root_key root;

	if (row->line == 1)
		return ERR_OK;
	bench_must(row->err == ERR_OK && row->count > 0 && all->count < CHILDREN_MAX, "a row");
	*c = (struct child) { .all = all };
	(void)snprintf(c->name, sizeof c->name, "%.*s", (int)row->fields[0].len, row->fields[0].ptr);
	randombytes_buf(root.bytes, sizeof root.bytes);
	node_curve_derive(&root, str_of("federation"), 1, &c->curve);
	node_sign_derive(&root, 1, &c->sign);
	c->id = linked_node_id(c->name);
	bench_must(node_stream_name(c->id, str_of("intake"), c->stream) == ERR_OK, c->name);
	chain(c);
	all->count++;
	return ERR_OK;
}

struct children *children_open(const char *csv, struct node *from)
{
	struct children *all = calloc(1, sizeof *all);
	struct csv_reader *reader = csv_open(',', take_row, all);
	FILE *file = fopen(csv, "re");
	char piece[4096];
	size_t n;

	bench_must(all != NULL && reader != NULL && file != NULL, csv);
	arena_init(&all->arena, ARENA_BYTES);
	read_log(all, from);
	while ((n = fread(piece, 1, sizeof piece, file)) > 0)
		bench_must(csv_feed(reader, str_bytes(piece, n)) == ERR_OK, csv);
	bench_must(csv_finish(reader) == ERR_OK, csv);
	csv_close(&reader);
	(void)fclose(file);
	return all;
}

void children_close(struct children **children)
{
	struct children *all = *children;

	for (uint32_t n = 0; n < all->count; n++)
		free(all->of[n].hashes);
	buf_clear(&all->payload);
	arena_clear(&all->arena);
	free(all);
	*children = NULL;
}

uint32_t children_count(const struct children *children)
{
	return children->count;
}

/* --- their enrolment --- */

static void enrol(struct child *c, uint32_t number, struct node *above)
{
	uint8_t signature[SIGNATURE_BYTES];
	struct identitas_simpul identity = { .simpul = c->id,
		.nama = str_of(c->name),
		.generasi = 1,
		.tanda_tangan = str_bytes(signature, sizeof signature) };
	char unit[16], words[FINGERPRINT_TEXT_MAX];
	const char *invite[] = { "node", "invite", NULL, "--unit", unit, "--as", NODE_ACCOUNT, NULL };
	const char *accept[] = { "node", "accept", c->name, "--words", words, "--as", NODE_ACCOUNT,
		NULL };
	struct buf text;

	memcpy(identity.kurva.bytes, c->curve.present.public_key, NODE_KEY_BYTES);
	memcpy(identity.kurva_berikut.bytes, c->curve.next.public_key, NODE_KEY_BYTES);
	memcpy(identity.tanda.bytes, c->sign.public_key, NODE_KEY_BYTES);
	buf_init(&text, IDENTITY_TEXT_MAX);
	identity_statement(&identity, &text);
	node_sign_bytes(&c->sign, buf_str(&text), signature);
	buf_reset(&text);
	identity_text(&identity, &text);
	buf_add(&text, "", 1);
	identity_words(&identity, words);
	(void)snprintf(unit, sizeof unit, "U%03u", number);
	invite[2] = node_write(above, "anak.txt", text.ptr);
	buf_clear(&text);
	node_ctl(above, invite);
	node_ctl(above, accept);
}

void children_enrol(struct children *all, struct node *above)
{
	struct identitas_simpul identity = linked_identity(above);

	all->above = identity.simpul;
	memcpy(all->server, identity.kurva.bytes, sizeof all->server);
	(void)snprintf(all->endpoint, sizeof all->endpoint, "%s", above->listen);
	linked_wait_for_grants(above);
	for (uint32_t n = 0; n < all->count; n++)
		enrol(&all->of[n], n + 1, above);
}

/* --- serving --- */

static enum err send_frames(void *self, const struct frames *frames)
{
	struct child *c = self;

	return message_send(c->dealer, NULL, frames);
}

static struct stream_place place(const struct child *c, uint64_t seq)
{
	return (struct stream_place) { c->all->epoch, seq, c->hashes[seq] };
}

static void tell_catalogue(struct child *c, uint64_t corr)
{
	struct children *all = c->all;
	struct stream_place head = place(c, all->events);
	struct sesi_epoch epoch = { all->epoch, 0, c->hashes[0] };
	struct aliran_simpul entry = { .nama = str_of(c->stream),
		.simpul = c->id,
		.simpul_nama = str_of(c->name),
		.layanan = STR("intake"),
		.kepala_epok = head.epoch,
		.kepala_seq = head.seq,
		.kepala_hash = head.hash,
		.epok = &epoch,
		.epok_len = 1,
		.has_kunci_tanda = true,
		.kunci_tanda = str_bytes(c->sign.public_key, NODE_KEY_BYTES) };
	struct daftar_aliran list = { .aliran = &entry, .aliran_len = 1 };
	struct sesi_answer answer = { .status = SESI_STATUS_OK, .has_body = true };
	struct problem why = { NULL, NULL };
	struct buf body;

	buf_init(&body, 4096);
	bench_must(wire_encode(&schema_daftar_aliran, &list, &body, &why) == ERR_OK, "a catalogue");
	answer.body = buf_str(&body);
	bench_must(session_answer(c->session, corr, &answer) == ERR_OK, "a catalogue is not taken");
	buf_clear(&body);
}

/* All that is granted. */
static void flow(struct child *c)
{
	const struct children *all = c->all;
	struct stream_place at;
	struct str stream;

	while (c->serves != 0 && session_served(c->session, c->serves, &stream, &at) &&
		at.seq < all->events) {
		uint64_t room;
		uint32_t events;
		uint64_t to = at.seq;
		struct stream_place last;

		session_room(c->session, c->serves, &room, &events);
		if (events > MESSAGE_EVENTS)
			events = MESSAGE_EVENTS;
		while (
			to < all->events && to - at.seq < events && all->at[to + 1] - all->at[at.seq] <= room)
			to++;
		if (to == at.seq)
			return;
		last = place(c, to);
		if (session_events(c->session, c->serves, (uint32_t)(to - at.seq), &last,
				str_bytes(all->payload.ptr + all->at[at.seq], all->at[to] - all->at[at.seq])) !=
			ERR_OK)
			return;
	}
}

static void take(struct child *c, const struct session_note *note)
{
	struct stream_place head = place(c, c->all->events), after;
	enum err e = ERR_OK;

	switch (note->kind) {
	case NOTE_ASK:
		tell_catalogue(c, note->corr);
		break;
	case NOTE_OPEN:
		bench_must(note->open.after_seq <= c->all->events, "a place that no log has");
		after = place(c, note->open.after_seq);
		e = session_opened(c->session, note->corr, &after, &head);
		c->serves = note->corr;
		(void)atomic_fetch_add(&c->all->open_logs, 1);
		flow(c);
		break;
	case NOTE_CREDIT:
		flow(c);
		break;
	case NOTE_HEAD_ASKED:
		e = session_head(c->session, note->corr, str_of(c->stream), &head,
			(struct str) { NULL, 0 });
		break;
	case NOTE_ERROR:
	case NOTE_DOWN:
		(void)fprintf(stderr, "bench: %s: %u %.*s\n", c->name, note->error.code,
			(int)note->error.text.len, note->error.text.ptr);
		bench_must(false, "a session has ended");
		break;
	default:
		break;
	}
	bench_must(e == ERR_OK, "a message is not taken");
}

static void receive(struct child *c)
{
	struct session_note note;
	struct message message;

	while (message_take(c->dealer, false, &message)) {
		struct frames frames = message_frames(&message);

		arena_reset(&c->all->arena);
		session_in(c->session, &frames, steady(), &c->all->arena, &note);
		take(c, &note);
		message_clear(&message);
	}
}

static void dial(struct child *c)
{
	struct session_config config = {
		.service = STR("federation"),
		.node = c->id,
		.version = STR("bench"),
		.is_dialer = true,
		.peer_service = STR("federation"),
		.peer_node = c->all->above,
		.ping_ms = 10000,
		.dead_ms = 60000,
		.window_bytes = SESSION_WINDOW_MIN,
		.window_events = 64,
		.send = send_frames,
		.self = c,
	};

	randombytes_buf(config.boot.bytes, sizeof config.boot.bytes);
	c->serves = 0;
	c->dealer = zsock_new(ZMQ_DEALER);
	bench_must(c->dealer != NULL, "a socket");
	zsock_set_linger(c->dealer, 0);
	zsock_set_rcvtimeo(c->dealer, 0);
	zsock_set_curve_publickey_bin(c->dealer, c->curve.present.public_key);
	zsock_set_curve_secretkey_bin(c->dealer, c->curve.present.secret_key);
	zsock_set_curve_serverkey_bin(c->dealer, c->all->server);
	bench_must(zsock_connect(c->dealer, "%s", c->all->endpoint) == 0, c->all->endpoint);
	c->session = session_open(&config, steady());
}

static void *serve(void *argument)
{
	struct children *all = argument;
	zmq_pollitem_t items[CHILDREN_MAX];

	for (uint32_t n = 0; n < all->count; n++) {
		dial(&all->of[n]);
		items[n] =
			(zmq_pollitem_t) { .socket = zsock_resolve(all->of[n].dealer), .events = ZMQ_POLLIN };
	}
	while (!atomic_load(&all->is_over)) {
		bench_must(zmq_poll(items, (int)all->count, WAIT_MS) >= 0, "poll");
		for (uint32_t n = 0; n < all->count; n++) {
			struct session_note note = { .kind = NOTE_NONE };

			if ((items[n].revents & ZMQ_POLLIN) != 0)
				receive(&all->of[n]);
			(void)session_tick(all->of[n].session, steady(), &note);
			take(&all->of[n], &note);
		}
	}
	for (uint32_t n = 0; n < all->count; n++) {
		session_close(&all->of[n].session);
		zsock_destroy(&all->of[n].dealer);
	}
	return NULL;
}

void children_begin(struct children *all, uint32_t events)
{
	bench_must(events > 0 && events <= all->records, "a log is not that long");
	all->events = events;
	atomic_store(&all->is_over, false);
	atomic_store(&all->open_logs, 0);
	bench_must(pthread_create(&all->thread, NULL, serve, all) == 0, "a thread");
}

uint32_t children_open_logs(struct children *all)
{
	return atomic_load(&all->open_logs);
}

void children_end(struct children *all)
{
	atomic_store(&all->is_over, true);
	bench_must(pthread_join(all->thread, NULL) == 0, "a thread");
}

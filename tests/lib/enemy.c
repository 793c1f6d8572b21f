#include "lib/enemy.h"

#include "lib/harness_parts.h"
#include "lib/utusan.h"
#include "runtime/engine.h"
#include "store/node_key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#define FIRST_LINK (UINT64_C(1) << 40)

/* --- the way between --- */

static struct str copy(struct str s)
{
	char *bytes;

	if (s.ptr == NULL)
		return s;
	bytes = malloc(s.len + 1);
	assert_non_null(bytes);
	if (s.len > 0)
		memcpy(bytes, s.ptr, s.len);
	return str_bytes(bytes, s.len);
}

static void post(struct scene *s, struct enemy *e, bool is_up, const struct frames *f)
{
	struct message *m = &s->messages[s->last++ % MESSAGES_MAX];

	assert_true(s->last - s->first <= MESSAGES_MAX);
	*m = (struct message) { e, is_up, { copy(f->header), copy(f->body), copy(f->payload) } };
}

static void message_clear(struct message *m)
{
	free((char *)m->frames.header.ptr);
	free((char *)m->frames.body.ptr);
	free((char *)m->frames.payload.ptr);
}

static struct enemy *enemy_of(struct scene *s, uint64_t link)
{
	return link < FIRST_LINK ? NULL : &s->enemies[link - FIRST_LINK];
}

static enum err runtime_sends(void *self, uint64_t link, const struct frames *frames)
{
	struct scene *s = self;
	struct enemy *e = enemy_of(s, link);

	if (e == NULL)
		return s->below.send(s->below.self, link, frames);
	if (e->session == NULL)
		return ERR_UNAVAILABLE;
	post(s, e, false, frames);
	return ERR_OK;
}

static void runtime_drops(void *self, uint64_t link)
{
	struct scene *s = self;
	struct enemy *e = enemy_of(s, link);

	if (e == NULL)
		s->below.drop(s->below.self, link);
	else if (e->session != NULL)
		session_close(&e->session);
}

static void runtime_settles(void *self, uint64_t link)
{
	struct scene *s = self;

	if (enemy_of(s, link) == NULL)
		s->below.settled(s->below.self, link);
}

static uint64_t runtime_holds(void *self, uint64_t link)
{
	struct enemy *e = enemy_of(self, link);

	return e == NULL ? 0 : e->backlog;
}

static enum err enemy_sends(void *self, const struct frames *frames)
{
	struct enemy *e = self;

	post(e->scene, e, true, frames);
	return ERR_OK;
}

/* --- what it answers --- */

static void answer_catalogue(struct enemy *e, uint64_t corr)
{
	struct aliran_simpul page[64];
	struct daftar_aliran list = { .aliran = page };
	struct sesi_answer answer = { .status = SESI_STATUS_OK, .has_body = true };
	struct problem why;
	struct buf out;

	e->asked++;
	list.aliran_len = e->offer == NULL ? 0 : e->offer(e, page, 64);
	buf_init(&out, SESSION_BODY_MAX);
	assert_int_equal(wire_encode(&schema_daftar_aliran, &list, &out, &why), ERR_OK);
	answer.body = buf_str(&out);
	answer.has_go_on = e->is_endless;
	answer.go_on = str_of("z");
	assert_int_equal(session_answer(e->session, corr, &answer), ERR_OK);
	buf_clear(&out);
}

static void take_command(struct enemy *e, uint64_t corr)
{
	struct sesi_reply reply = { .status = SESI_STATUS_OK };

	e->commands++;
	if (e->refuses != NULL)
		reply = (struct sesi_reply) { .status = SESI_STATUS_REJECTED,
			.has_rule = true,
			.rule = str_of(e->refuses) };
	assert_int_equal(session_reply(e->session, corr, &reply), ERR_OK);
}

static void note_rule(struct enemy *e, uint32_t status, bool has_rule, struct str rule)
{
	size_t len = has_rule && rule.len < sizeof e->rule ? rule.len : 0;

	e->status = (enum sesi_status)status;
	memcpy(e->rule, len > 0 ? rule.ptr : "", len);
	e->rule[len] = '\0';
}

static void take(struct enemy *e, const struct session_note *note)
{
	struct stream_place at;

	switch (note->kind) {
	case NOTE_ASK:
		answer_catalogue(e, note->corr);
		break;
	case NOTE_OPEN:
		at =
			(struct stream_place) { note->open.epoch, note->open.after_seq, note->open.after_hash };
		if (e->head.seq == 0 && !id_is_zero(e->head.epoch))
			at = place_out(&e->head);
		assert_int_equal(session_opened(e->session, note->corr, &at, &at), ERR_OK);
		e->opened++;
		e->corr = note->corr;
		e->opened_bytes += note->open.credit_bytes;
		break;
	case NOTE_CMD:
		take_command(e, note->corr);
		break;
	case NOTE_CLOSE:
		e->closed++;
		break;
	case NOTE_EVENTS:
		e->events += note->event_count;
		break;
	case NOTE_HEAD:
		e->heads++;
		break;
	case NOTE_ERROR:
		e->errors++;
		break;
	case NOTE_REPLY:
		e->replies++;
		note_rule(e, note->reply.status, note->reply.has_rule, note->reply.rule);
		break;
	case NOTE_ANSWER:
		e->answers++;
		note_rule(e, note->answer.status, note->answer.has_rule, note->answer.rule);
		e->body = harness_keep(e->scene->h, note->answer.body);
		e->go_on = note->answer.has_go_on ? harness_keep(e->scene->h, note->answer.go_on)
										  : (struct str) { NULL, 0 };
		break;
	case NOTE_DOWN:
		session_close(&e->session);
		break;
	default:
		break;
	}
}

static void deliver(struct scene *s)
{
	struct message m = s->messages[s->first++ % MESSAGES_MAX];
	struct session_note note;

	if (m.is_up) {
		runtime_frames(s->r, m.e->link, &m.frames);
	} else if (m.e->session != NULL) {
		arena_reset(&m.e->arena);
		session_in(m.e->session, &m.frames, s->h->steady, &m.e->arena, &note);
		take(m.e, &note);
	}
	message_clear(&m);
}

void scene_settle(struct scene *s)
{
	for (uint32_t n = 0; n < 1300; n++) {
		for (uint32_t left = s->last - s->first; left > 0; left--)
			deliver(s);
		harness_run(s->h);
		if (s->first == s->last)
			return;
	}
}

void scene_pass(struct scene *s, time_us by)
{
	for (; by > 0; by -= US_PER_SECOND) {
		harness_advance(s->h, US_PER_SECOND);
		scene_settle(s);
	}
}

/* --- who is there --- */

struct enemy *enemy_connect(struct scene *s, uint32_t node)
{
	struct enemy *e = &s->enemies[s->count];
	struct session_config config = { .service = STR("federation"),
		.node = utusan_id(node),
		.boot = { { 9 } },
		.version = STR("uji"),
		.is_dialer = true,
		.peer_service = STR("federation"),
		.ping_ms = UINT32_MAX / 2,
		.dead_ms = UINT32_MAX,
		.window_bytes = 4 << 20,
		.window_events = 16384,
		.send = enemy_sends,
		.self = e };

	assert_true(s->count < ENEMIES_MAX);
	e->scene = s;
	e->link = FIRST_LINK + s->count++;
	e->node = utusan_id(node);
	arena_init(&e->arena, 8 << 20);
	assert_int_equal(node_stream_name(e->node, str_of("federation"), e->name), ERR_OK);
	runtime_up(s->r, e->link, str_of(e->name), false);
	e->session = session_open(&config, s->h->steady);
	return e;
}

struct enemy *enemy_meet(struct scene *s, uint32_t node)
{
	struct enemy *e = enemy_connect(s, node);
	struct session_note note;

	(void)session_tick(e->session, s->h->steady, &note);
	return e;
}

int scene_begin(void **state)
{
	struct scene *s = calloc(1, sizeof *s);
	void *h;

	assert_non_null(s);
	assert_int_equal(utusan_begin(&h), 0);
	s->h = h;
	s->r = harness_node(s->h, "federation")->runtime;
	s->below = s->r->o.transport;
	s->r->o.transport = (struct transport) { s, runtime_sends, runtime_drops, runtime_settles };
	s->r->o.held = runtime_holds;
	utusan_bring(s->h, CHILD, STATUS_TAUTAN_DITERIMA);
	*state = s;
	return 0;
}

int scene_end(void **state)
{
	struct scene *s = *state;
	void *h = s->h;

	for (uint32_t i = 0; i < s->count; i++) {
		runtime_down(s->r, s->enemies[i].link);
		if (s->enemies[i].session != NULL)
			session_close(&s->enemies[i].session);
		arena_clear(&s->enemies[i].arena);
	}
	while (s->first != s->last)
		message_clear(&s->messages[s->first++ % MESSAGES_MAX]);
	s->r->o.transport = s->below;
	free(s);
	return utusan_end(&h);
}

/* --- what it does --- */

struct aliran_simpul enemy_stream_below(struct enemy *e, uint32_t n, uint32_t generation)
{
	struct harness *h = e->scene->h;
	struct id node = { { 0xbb, (uint8_t)(n >> 8), (uint8_t)n, [8] = 0x80 } };
	char name[NODE_STREAM_MAX + 1];
	struct aliran_simpul entry;

	assert_int_equal(node_stream_name(node, str_of("intake"), name), ERR_OK);
	entry = (struct aliran_simpul) { .nama = harness_keep(h, str_of(name)),
		.simpul = node,
		.simpul_nama = STR("cucu"),
		.layanan = STR("intake") };
	enemy_signs(e, &entry, &(struct place) { { { 5 } }, 1, { { (uint8_t)n } } }, generation);
	return entry;
}

void enemy_signs(struct enemy *e, struct aliran_simpul *entry, const struct place *head,
	uint32_t key)
{
	struct arena *arena = harness_arena(e->scene->h);
	uint8_t seed[crypto_sign_SEEDBYTES], secret[crypto_sign_SECRETKEYBYTES];
	uint8_t *public = arena_take(arena, crypto_sign_PUBLICKEYBYTES);
	uint8_t *signature = arena_take(arena, crypto_sign_BYTES);
	struct buf statement;

	memset(seed, (int)key, sizeof seed);
	assert_int_equal(crypto_sign_seed_keypair(public, secret, seed), 0);
	buf_init(&statement, 256);
	mirror_head_statement(entry->nama, head, &statement);
	assert_int_equal(crypto_sign_detached(signature, NULL, (const unsigned char *)statement.ptr,
						 statement.len, secret),
		0);
	buf_clear(&statement);
	entry->has_kunci_tanda = entry->has_tanda_tangan = entry->has_tanda_seq = true;
	entry->has_tanda_epok = entry->has_tanda_hash = true;
	entry->kunci_tanda = str_bytes(public, crypto_sign_PUBLICKEYBYTES);
	entry->tanda_tangan = str_bytes(signature, crypto_sign_BYTES);
	entry->kepala_epok = entry->tanda_epok = head->epoch;
	entry->kepala_seq = entry->tanda_seq = head->seq;
	entry->kepala_hash = entry->tanda_hash = head->hash;
}

uint32_t enemy_offers_new_ones(struct enemy *e, struct aliran_simpul *page, uint32_t room)
{
	uint32_t count = room < 64 ? room : 64;

	for (uint32_t i = 0; i < count; i++)
		page[i] = enemy_stream_below(e, e->turn++, 1);
	return count;
}

void enemy_asks_catalogue(struct enemy *e, struct str go_on, const char *after)
{
	struct katalog_aliran question = { 0 };
	struct sesi_ask ask = { .type = schema_katalog_aliran.code,
		.version = schema_katalog_aliran.version,
		.time_left_ms = UINT32_MAX,
		.has_go_on = go_on.ptr != NULL,
		.go_on = go_on,
		.has_after_stream = after != NULL,
		.has_after_epoch = after != NULL,
		.has_after_seq = after != NULL,
		.after_seq = 1000 };
	struct problem why;
	struct buf out;
	uint64_t corr;

	if (after != NULL)
		ask.after_stream = str_of(after);
	buf_init(&out, 256);
	assert_int_equal(wire_encode(&schema_katalog_aliran, &question, &out, &why), ERR_OK);
	ask.body = buf_str(&out);
	assert_int_equal(session_ask(e->session, &ask, &corr), ERR_OK);
	buf_clear(&out);
}

/* --- what came of it --- */

const char *scene_trouble(struct scene *s, uint32_t node)
{
	const struct remote_live *live = remote_of(s->r, utusan_id(node));

	return live == NULL || live->trouble == NULL ? "" : live->trouble;
}

uint32_t scene_events(struct scene *s)
{
	return harness_events(s->h, "federation", NULL);
}

uint64_t scene_rows(struct scene *s, const struct table *table)
{
	struct txn *txn;
	uint64_t count;

	assert_int_equal(txn_begin(runtime_store(s->r), KV_READ, &txn), ERR_OK);
	assert_int_equal(table_count(txn, table, &count), ERR_OK);
	txn_abort(&txn);
	return count;
}

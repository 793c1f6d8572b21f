/* What a node below may do that no honest one would, with a key that was accepted: none of it ends the node above,
 * fills its log, its memory or its disk, shows it what is another's, or keeps others from being served. */
#include "base/bytes.h"
#include "federation/aliran.h"
#include "lib/harness_parts.h"
#include "lib/utusan.h"
#include "runtime/engine.h"
#include "store/node_key.h"
#include "store/system_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FIRST_LINK (UINT64_C(1) << 40)
#define MINUTE (60 * US_PER_SECOND)

enum { ENEMIES_MAX = 600, MESSAGES_MAX = 4096, CHILD = 1, SIBLING = 2 };

struct scene;

/* A node below that speaks by hand: its sessions are real ones, what it says is not. */
struct enemy {
	struct scene *scene;
	uint64_t link;
	struct session *session; /* NULL: dropped */
	struct arena arena;
	struct id node;
	char name[NODE_STREAM_MAX + 1];
	/* Fills the page that it answers katalog_aliran with; NULL: an empty one. */
	uint32_t (*offer)(struct enemy *e, struct aliran_simpul *page, uint32_t room);
	bool is_endless; /* every page has a go-on key */
	uint32_t asked, opened, heads, replies, errors, answers;
	uint64_t opened_bytes; /* credit of all streams opened */
	uint32_t turn, closed;
	uint64_t corr;     /* of the stream opened last */
	struct place head; /* of its own log, as far as it was sent */
	enum sesi_status status;
	char rule[64];
	struct str body, go_on; /* of the last answer */
};

struct message {
	struct enemy *e;
	bool is_up; /* to the runtime */
	struct frames frames;
};

struct scene {
	struct harness *h;
	struct runtime *r;
	struct transport below; /* the harness's own */
	struct enemy enemies[ENEMIES_MAX];
	uint32_t count;
	struct message messages[MESSAGES_MAX];
	uint32_t first, last;
};

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
		e->corr = note->corr;
		e->opened_bytes += note->open.credit_bytes;
		break;
	case NOTE_CLOSE:
		e->closed++;
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

/* Until nothing is under way; what answers for ever does so for a bounded time. */
static void settle(struct scene *s)
{
	for (uint32_t n = 0; n < 1300; n++) {
		for (uint32_t left = s->last - s->first; left > 0; left--)
			deliver(s);
		harness_run(s->h);
		if (s->first == s->last)
			return;
	}
}

static void pass(struct scene *s, time_us by)
{
	for (; by > 0; by -= US_PER_SECOND) {
		harness_advance(s->h, US_PER_SECOND);
		settle(s);
	}
}

/* --- who is there --- */

static struct enemy *connect_as(struct scene *s, uint32_t node)
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

static struct enemy *meet(struct scene *s, uint32_t node)
{
	struct enemy *e = connect_as(s, node);
	struct session_note note;

	(void)session_tick(e->session, s->h->steady, &note);
	return e;
}

static int scene_begin(void **state)
{
	struct scene *s = calloc(1, sizeof *s);
	void *h;

	assert_non_null(s);
	assert_int_equal(utusan_begin(&h), 0);
	s->h = h;
	s->r = harness_node(s->h, "federation")->runtime;
	s->below = s->r->o.transport;
	s->r->o.transport = (struct transport) { s, runtime_sends, runtime_drops, runtime_settles };
	utusan_bring(s->h, CHILD, STATUS_TAUTAN_DITERIMA);
	*state = s;
	return 0;
}

static int scene_end(void **state)
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

#define AT_SCENE(f) cmocka_unit_test_setup_teardown(f, scene_begin, scene_end)

static const char *trouble_of(struct scene *s, uint32_t node)
{
	const struct remote_live *live = remote_of(s->r, utusan_id(node));

	return live == NULL || live->trouble == NULL ? "" : live->trouble;
}

static uint32_t events(struct scene *s)
{
	return harness_events(s->h, "federation", NULL);
}

/* --- offers --- */

/* A stream of the n-th node below the enemy, under a key of this generation. */
static struct aliran_simpul stream_below(struct enemy *e, uint32_t n, uint32_t generation)
{
	struct harness *h = e->scene->h;
	struct id node = { { 0xbb, (uint8_t)(n >> 8), (uint8_t)n, [8] = 0x80 } };
	char name[NODE_STREAM_MAX + 1];
	char *key = arena_take(harness_arena(h), SIGN_KEY_BYTES);

	memset(key, (int)generation, SIGN_KEY_BYTES);
	assert_int_equal(node_stream_name(node, str_of("intake"), name), ERR_OK);
	return (struct aliran_simpul) { .nama = harness_keep(h, str_of(name)),
		.simpul = node,
		.simpul_nama = STR("cucu"),
		.layanan = STR("intake"),
		.has_kunci_tanda = true,
		.kunci_tanda = str_bytes(key, SIGN_KEY_BYTES) };
}

static uint32_t offer_new_ones(struct enemy *e, struct aliran_simpul *page, uint32_t room)
{
	uint32_t count = room < 64 ? room : 64;

	for (uint32_t i = 0; i < count; i++)
		page[i] = stream_below(e, e->turn++, 1);
	return count;
}

static uint32_t offer_other_keys(struct enemy *e, struct aliran_simpul *page, uint32_t room)
{
	uint32_t count = room < 8 ? room : 8;

	e->turn++;
	for (uint32_t i = 0; i < count; i++)
		page[i] = stream_below(e, i, e->turn);
	return count;
}

static void tell_head(struct enemy *e, const char *name)
{
	struct stream_place at = { { { 1 } }, 1, { { 1 } } };

	if (e->session != NULL)
		(void)!session_head(e->session, 0, str_of(name), &at, (struct str) { NULL, 0 });
}

static void a_catalogue_without_an_end_is_left(void **state)
{
	struct scene *s = *state;
	struct enemy *e = meet(s, CHILD);

	e->is_endless = true;
	settle(s);
	assert_in_range(e->asked, 2, 600);
	assert_string_equal(trouble_of(s, CHILD), "katalog_tanpa_akhir");
	e->asked = 0;
	e->is_endless = false;
	pass(s, MINUTE);
	assert_in_range(e->asked, 1, 4); /* it has its chance again */
}

static void heads_of_unknown_streams_do_not_have_the_catalogue_asked_for_ever(void **state)
{
	struct scene *s = *state;
	struct enemy *e = meet(s, CHILD);

	settle(s);
	for (uint32_t n = 0; n < 2000; n++) {
		tell_head(e, "tak-dikenal");
		settle(s);
	}
	assert_in_range(e->asked, 1, 600);
}

static void offers_have_an_end(void **state)
{
	struct scene *s = *state;
	struct enemy *e = meet(s, CHILD);
	uint32_t before = events(s);

	e->offer = offer_new_ones;
	e->is_endless = true;
	settle(s);
	pass(s, 5 * MINUTE);
	assert_in_range(events(s) - before, 64, REMOTE_ORIGINS_MAX);
	assert_true(trouble_of(s, CHILD)[0] != 0);
}

static void keys_that_change_with_every_offer_do_not_fill_the_log(void **state)
{
	struct scene *s = *state;
	struct enemy *e = meet(s, CHILD);
	uint32_t before = events(s);

	e->offer = offer_other_keys;
	settle(s);
	pass(s, 20 * MINUTE);
	assert_in_range(events(s) - before, 8, 48);
}

static uint32_t offer_odd_names(struct enemy *e, struct aliran_simpul *page, uint32_t room)
{
	struct harness *h = e->scene->h;
	char *upper;

	assert_true(room >= 4);
	for (uint32_t i = 0; i < 4; i++)
		page[i] = stream_below(e, i, 1);
	upper = (char *)page[0].nama.ptr;
	upper[0] = upper[1] = 'B';
	page[1].layanan = str_of("\033[2J");
	page[1].nama =
		harness_keep(h, str_of(arena_print(harness_arena(h), "%.36s/\033[2J", page[1].nama.ptr)));
	page[2].simpul_nama = str_of("cucu\nlain");
	page[3].layanan = str_of("workflow"); /* not what its name says */
	return 4;
}

static void streams_have_one_name_and_no_odd_one(void **state)
{
	struct scene *s = *state;
	struct enemy *e = meet(s, CHILD);
	uint32_t before = events(s);

	e->offer = offer_odd_names;
	settle(s);
	assert_int_equal(events(s), before);
	assert_string_equal(trouble_of(s, CHILD), "nama_aliran_salah");
}

/* --- its own log --- */

static uint32_t offer_own(struct enemy *e, struct aliran_simpul *page, uint32_t room)
{
	struct harness *h = e->scene->h;
	struct identitas_simpul identity = utusan_identity(harness_arena(h), CHILD, 1);
	struct sesi_epoch *epoch = arena_take(harness_arena(h), sizeof *epoch);
	char *key = arena_take(harness_arena(h), SIGN_KEY_BYTES);
	char name[NODE_STREAM_MAX + 1];
	struct id first = { { 5 } };
	struct hash genesis = log_genesis(identity.nama, str_of("intake"), &first);

	assert_true(room > 0);
	memcpy(key, identity.tanda.bytes, SIGN_KEY_BYTES);
	assert_int_equal(node_stream_name(e->node, str_of("intake"), name), ERR_OK);
	if (e->head.seq == 0)
		e->head = (struct place) { first, 0, genesis };
	*epoch = (struct sesi_epoch) { first, 0, genesis };
	page[0] = (struct aliran_simpul) { .nama = harness_keep(h, str_of(name)),
		.simpul = e->node,
		.simpul_nama = identity.nama,
		.layanan = str_of("intake"),
		.epok = epoch,
		.epok_len = 1,
		.has_kunci_tanda = true,
		.kunci_tanda = str_bytes(key, SIGN_KEY_BYTES) };
	return 1;
}

static void write_one(struct enemy *e)
{
	struct record r = { .seq = e->head.seq + 1,
		.epoch = e->head.epoch,
		.at = e->scene->h->wall,
		.type = 0x7ffe,
		.version = 1,
		.key = STR("kunci"),
		.cause = { .kind = CAUSE_SYSTEM, .from = STR("uji") },
		.payload = STR("isi") };
	struct stream_place last;
	struct buf bytes, out;
	char len[4];

	buf_init(&bytes, RECORD_BYTES_MAX);
	buf_init(&out, RECORD_BYTES_MAX + sizeof len);
	assert_int_equal(record_encode(&r, &bytes), ERR_OK);
	be32_put(len, (uint32_t)bytes.len);
	buf_add(&out, len, sizeof len);
	buf_add_str(&out, buf_str(&bytes));
	e->head.seq++;
	e->head.hash = record_hash(&e->head.hash, buf_str(&bytes));
	last = place_out(&e->head);
	assert_int_equal(session_events(e->session, e->corr, 1, &last, buf_str(&out)), ERR_OK);
	buf_clear(&bytes);
	buf_clear(&out);
}

static void sign_and_tell(struct enemy *e)
{
	const struct root_key root = { { 5, 0, CHILD } }; /* as utusan has it */
	struct stream_place at = place_out(&e->head);
	char name[NODE_STREAM_MAX + 1];
	struct buf statement;
	struct node_sign key;
	uint8_t signature[64];

	assert_int_equal(node_stream_name(e->node, str_of("intake"), name), ERR_OK);
	node_sign_derive(&root, 1, &key);
	buf_init(&statement, 256);
	mirror_head_statement(str_of(name), &e->head, &statement);
	node_sign_bytes(&key, buf_str(&statement), signature);
	assert_int_equal(
		session_head(e->session, 0, str_of(name), &at, str_bytes(signature, sizeof signature)),
		ERR_OK);
	buf_clear(&statement);
}

static struct follow *own_follow(struct enemy *e)
{
	char name[NODE_STREAM_MAX + 1];

	assert_int_equal(node_stream_name(e->node, str_of("intake"), name), ERR_OK);
	return mirror_of(e->scene->r, str_of(name));
}

static uint64_t rows_of(struct scene *s, const struct table *table)
{
	struct txn *txn;
	uint64_t count;

	assert_int_equal(txn_begin(runtime_store(s->r), KV_READ, &txn), ERR_OK);
	assert_int_equal(table_count(txn, table, &count), ERR_OK);
	txn_abort(&txn);
	return count;
}

static void a_signed_head_for_every_event_is_no_row_for_every_event(void **state)
{
	struct scene *s = *state;
	struct enemy *e = meet(s, CHILD);

	e->offer = offer_own;
	settle(s);
	for (uint32_t n = 0; n < 50; n++) {
		write_one(e);
		settle(s);
		sign_and_tell(e);
		settle(s);
	}
	assert_int_equal(own_follow(e)->mirror.head.seq, 50);
	assert_in_range(rows_of(s, &system_mirror_head), 1, 2);
	pass(s, 10 * US_PER_SECOND);
	assert_int_equal(own_follow(e)->signed_seq, 50);
}

static void copies_wait_where_the_store_is_nearly_full(void **state)
{
	struct scene *s = *state;
	struct enemy *e = meet(s, CHILD);

	e->offer = offer_own;
	settle(s);
	write_one(e);
	settle(s);
	assert_int_equal(own_follow(e)->mirror.head.seq, 1);
	s->r->o.watermarks = (struct store_watermarks) { 0, 100, 0, 0 };
	pass(s, 10 * US_PER_SECOND);
	assert_int_equal(e->closed, 1);
	assert_int_equal(e->opened, 1);
	assert_string_equal(own_follow(e)->trouble, "penyimpanan_hampir_penuh");
	s->r->o.watermarks = (struct store_watermarks) { 100, 100, 0, 0 };
	pass(s, 10 * US_PER_SECOND);
	assert_int_equal(e->opened, 2);
	assert_null(own_follow(e)->trouble);
	write_one(e);
	settle(s);
	assert_int_equal(own_follow(e)->mirror.head.seq, 2);
}

static void rotations_without_an_end_do_not_fill_the_log(void **state)
{
	struct scene *s = *state;
	struct enemy *e = meet(s, CHILD);
	uint32_t before = events(s);

	settle(s);
	for (uint32_t generation = 2; generation < 40; generation++) {
		struct arena *arena = harness_arena(s->h);
		struct identitas_simpul identity = utusan_identity(arena, CHILD, generation);
		struct putar_kunci_simpul body = { identity,
			utusan_rotation(arena, &identity, CHILD, generation - 1) };
		struct sesi_cmd cmd = { .id = harness_new_id(s->h),
			.time_left_ms = 30000,
			.type = schema_putar_kunci_simpul.code,
			.version = schema_putar_kunci_simpul.version };
		struct problem why;
		struct buf out;
		uint64_t corr;

		buf_init(&out, SESSION_BODY_MAX);
		assert_int_equal(wire_encode(&schema_putar_kunci_simpul, &body, &out, &why), ERR_OK);
		cmd.body = buf_str(&out);
		assert_int_equal(session_cmd(e->session, &cmd, &corr), ERR_OK);
		buf_clear(&out);
		settle(s);
	}
	assert_int_equal(e->replies, 38);
	assert_in_range(events(s) - before, 1, 4);
}

/* --- what is not its own --- */

static void ask_catalogue(struct enemy *e, struct str go_on, const char *after)
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

/* Streams below it that have begun: they are in the catalogue of this node too. */
static uint32_t offer_and_serve(struct enemy *e, struct aliran_simpul *page, uint32_t room)
{
	struct txn *txn;

	assert_true(room >= 30);
	assert_int_equal(txn_begin(runtime_store(e->scene->r), KV_WRITE, &txn), ERR_OK);
	for (uint32_t i = 0; i < 30; i++) {
		struct mirror_stream stream;

		page[i] = stream_below(e, i, 1);
		assert_int_equal(mirror_add(txn, page[i].nama, &stream), ERR_OK);
	}
	assert_int_equal(txn_commit(&txn), ERR_OK);
	return 30;
}

/* Held until a place is reached, they would fill the queue of everybody, and tell how far others are. */
static void a_node_does_not_wait_for_places_of_others(void **state)
{
	struct scene *s = *state;
	struct enemy *e = meet(s, CHILD);

	settle(s);
	ask_catalogue(e, (struct str) { NULL, 0 }, "workflow");
	settle(s);
	assert_int_equal(e->answers, 1);
	assert_string_equal(e->rule, "after_tidak_diikuti");
}

/* Forty streams of a sibling stand before and behind the child's own. */
static void the_catalogue_names_nothing_of_a_sibling(void **state)
{
	struct scene *s = *state;
	struct enemy *sibling, *e;

	utusan_bring(s->h, SIBLING, STATUS_TAUTAN_DITERIMA);
	sibling = meet(s, SIBLING);
	sibling->offer = offer_and_serve;
	settle(s);
	assert_true(rows_of(s, &system_mirror_stream) >= 24);
	e = meet(s, CHILD);
	settle(s);
	ask_catalogue(e, (struct str) { NULL, 0 }, NULL);
	settle(s);
	assert_int_equal(e->answers, 1);
	assert_int_equal(e->status, SESI_STATUS_OK);
	assert_null(e->go_on.ptr);
}

static void one_node_does_not_take_all_connections(void **state)
{
	struct scene *s = *state;
	struct simpul_daftar q = { .has_simpul = false };
	struct simpul_daftar_jawab a;

	for (uint32_t n = 0; n < 560; n++)
		(void)connect_as(s, CHILD);
	settle(s);
	harness_speak_as(s->h, "gateway"); /* one who has not been here before */
	assert_int_equal(harness_ask(s->h, "federation", UTUSAN_READER, &schema_simpul_daftar, &q,
						 (struct str) { NULL, 0 }, &a)
						 .status,
		SESI_STATUS_OK);
}

/* All that its streams may have under way at once. */
static void windows_of_many_streams_share_one_room(void **state)
{
	struct scene *s = *state;
	struct enemy *e = meet(s, CHILD);

	e->offer = offer_new_ones;
	settle(s);
	pass(s, 8 * MINUTE);
	assert_true(e->opened >= 300);
	assert_true(e->opened_bytes <= UINT64_C(4) * LINK_WINDOWS_BYTES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		AT_SCENE(a_catalogue_without_an_end_is_left),
		AT_SCENE(heads_of_unknown_streams_do_not_have_the_catalogue_asked_for_ever),
		AT_SCENE(offers_have_an_end),
		AT_SCENE(keys_that_change_with_every_offer_do_not_fill_the_log),
		AT_SCENE(streams_have_one_name_and_no_odd_one),
		AT_SCENE(a_signed_head_for_every_event_is_no_row_for_every_event),
		AT_SCENE(copies_wait_where_the_store_is_nearly_full),
		AT_SCENE(rotations_without_an_end_do_not_fill_the_log),
		AT_SCENE(a_node_does_not_wait_for_places_of_others),
		AT_SCENE(the_catalogue_names_nothing_of_a_sibling),
		AT_SCENE(one_node_does_not_take_all_connections),
		AT_SCENE(windows_of_many_streams_share_one_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

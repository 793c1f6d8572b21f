/* A node above that a restored node asks for the lost end of its log: what it adds to it comes into no log by itself,
 * however well it is chained. */
#include "base/bytes.h"
#include "federation/federation.h"
#include "lib/harness_parts.h"
#include "lib/kantor.h"
#include "lib/utusan.h"
#include "runtime/engine.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LINK = 1 << 30, MESSAGES_MAX = 256, RECORDS_MAX = 64, PARENT = 3, LOST = 3, ADDED = 2 };

static const struct id NODE = { { 7 } }; /* as the harness has it */
static const char STREAM[] = "07000000-0000-0000-0000-000000000000/workflow";

/* Federation and workflow of a node, and the node above, which speaks by hand. */
struct parent {
	struct kantor k;
	struct runtime *r; /* federation's */
	struct transport below;
	struct sign_pair sign;
	struct session *session;
	struct arena arena;
	struct frames up[MESSAGES_MAX], down[MESSAGES_MAX];
	uint32_t up_count, down_count;
	/* its copy: [0] is where the log stood when it was backed up */
	struct stream_place places[RECORDS_MAX];
	struct str records[RECORDS_MAX];
	uint32_t count;
	uint32_t signed_count; /* so many of them are under the last signature */
	uint8_t signature[64];
	uint32_t tails, opened;
};

/* --- the way between --- */

static void keep(struct parent *a, struct frames *list, uint32_t *count, const struct frames *f)
{
	assert_true(*count < MESSAGES_MAX);
	list[(*count)++] = (struct frames) { harness_keep(a->k.h, f->header),
		harness_keep(a->k.h, f->body), harness_keep(a->k.h, f->payload) };
}

static enum err runtime_sends(void *self, uint64_t link, const struct frames *frames)
{
	struct parent *a = self;

	if (link != LINK)
		return a->below.send(a->below.self, link, frames);
	keep(a, a->down, &a->down_count, frames);
	return ERR_OK;
}

static void runtime_drops(void *self, uint64_t link)
{
	struct parent *a = self;

	if (link != LINK)
		a->below.drop(a->below.self, link);
}

static void runtime_settles(void *self, uint64_t link)
{
	(void)self;
	(void)link;
}

static enum err above_sends(void *self, const struct frames *frames)
{
	struct parent *a = self;

	keep(a, a->up, &a->up_count, frames);
	return ERR_OK;
}

/* --- what it says --- */

static void offer(struct parent *a, uint64_t corr)
{
	const struct stream_place *head = &a->places[a->count];
	struct aliran_simpul entry = { .nama = str_of(STREAM),
		.simpul = NODE,
		.simpul_nama = STR("uji"),
		.layanan = STR("workflow"),
		.kepala_epok = head->epoch,
		.kepala_seq = head->seq,
		.kepala_hash = head->hash,
		.has_tanda_seq = true,
		.tanda_seq = a->places[a->signed_count].seq,
		.has_tanda_tangan = true,
		.tanda_tangan = str_bytes(a->signature, sizeof a->signature) };
	struct daftar_aliran list = { .aliran = &entry, .aliran_len = a->count > 0 };
	struct sesi_answer answer = { .status = SESI_STATUS_OK, .has_body = true };
	struct problem why;
	struct buf out;

	buf_init(&out, SESSION_BODY_MAX);
	assert_int_equal(wire_encode(&schema_daftar_aliran, &list, &out, &why), ERR_OK);
	answer.body = buf_str(&out);
	assert_int_equal(session_answer(a->session, corr, &answer), ERR_OK);
	buf_clear(&out);
}

static void give(struct parent *a, uint64_t corr, uint64_t after)
{
	uint64_t from = after - a->places[0].seq;
	struct buf out;

	a->tails++;
	assert_true(from <= a->count);
	assert_int_equal(session_opened(a->session, corr, &a->places[from], &a->places[a->count]),
		ERR_OK);
	buf_init(&out, SESSION_PAYLOAD_MAX);
	for (uint64_t n = from + 1; n <= a->count; n++) {
		char len[4];

		be32_put(len, (uint32_t)a->records[n].len);
		buf_add(&out, len, sizeof len);
		buf_add_str(&out, a->records[n]);
	}
	if (a->count > from)
		assert_int_equal(session_events(a->session, corr, a->count - (uint32_t)from,
							 &a->places[a->count], buf_str(&out)),
			ERR_OK);
	assert_int_equal(session_close_stream(a->session, corr), ERR_OK);
	buf_clear(&out);
}

static void copy_events(struct parent *a, const struct session_note *note)
{
	for (uint32_t n = 0; n < note->event_count; n++) {
		assert_true(++a->count < RECORDS_MAX);
		a->records[a->count] = harness_keep(a->k.h, note->events[n].bytes);
		a->places[a->count] =
			(struct stream_place) { note->epoch, note->events[n].seq, note->events[n].hash };
	}
}

static void take(struct parent *a, const struct session_note *note)
{
	switch (note->kind) {
	case NOTE_ASK:
		offer(a, note->corr);
		break;
	case NOTE_TAIL:
		give(a, note->corr, note->open.after_seq);
		break;
	case NOTE_OPENED:
		a->opened++;
		break;
	case NOTE_EVENTS:
		copy_events(a, note);
		break;
	case NOTE_HEAD:
		if (!note->head.has_signature)
			break;
		assert_int_equal(note->head.seq, a->places[a->count].seq);
		a->signed_count = a->count;
		memcpy(a->signature, note->head.signature.ptr, sizeof a->signature);
		break;
	default:
		break;
	}
}

static void run(struct parent *a)
{
	for (uint32_t round = 0; round < 12; round++) {
		struct frames list[MESSAGES_MAX];
		struct session_note note;
		uint32_t count = a->up_count;

		memcpy(list, a->up, sizeof list);
		a->up_count = 0;
		for (uint32_t n = 0; n < count; n++)
			runtime_frames(a->r, LINK, &list[n]);
		harness_run(a->k.h);
		count = a->down_count;
		memcpy(list, a->down, sizeof list);
		a->down_count = 0;
		for (uint32_t n = 0; n < count; n++) {
			arena_reset(&a->arena);
			session_in(a->session, &list[n], a->k.h->steady, &a->arena, &note);
			take(a, &note);
		}
	}
}

/* Some seconds, in which everybody asks for what he waits for. */
static void pass(struct parent *a)
{
	for (uint32_t n = 0; n < 12; n++) {
		harness_advance(a->k.h, US_PER_SECOND);
		run(a);
	}
}

/* --- the scene --- */

static void meet(struct parent *a)
{
	struct session_config config = { .service = STR("federation"),
		.node = utusan_id(PARENT),
		.boot = { { 9 } },
		.version = STR("uji"),
		.peer_service = STR("federation"),
		.ping_ms = UINT32_MAX / 2,
		.dead_ms = UINT32_MAX,
		.window_bytes = 4 << 20,
		.window_events = 16384,
		.send = above_sends,
		.self = a };
	char name[NODE_STREAM_MAX + 1];

	a->r = harness_node(a->k.h, "federation")->runtime;
	a->r->o.sign = &a->sign;
	a->below = a->r->o.transport;
	a->r->o.transport = (struct transport) { a, runtime_sends, runtime_drops, runtime_settles };
	a->up_count = a->down_count = 0;
	a->session = session_open(&config, a->k.h->steady);
	assert_int_equal(node_stream_name(utusan_id(PARENT), str_of("federation"), name), ERR_OK);
	runtime_up(a->r, LINK, str_of(name), true);
	run(a);
}

static void part(struct parent *a)
{
	runtime_down(a->r, LINK);
	a->r->o.transport = a->below;
	session_close(&a->session);
}

static struct runtime *workflow(struct parent *a)
{
	return harness_node(a->k.h, "workflow")->runtime;
}

static struct place head_of(struct parent *a)
{
	return store_log(workflow(a)->store)->committed;
}

/* The parent reads the log from here on, as one that was linked all the time. */
static void read_on(struct parent *a)
{
	struct place at = head_of(a);
	uint64_t corr;

	a->places[0] = place_out(&at);
	assert_int_equal(session_open_stream(a->session, str_of(STREAM), &a->places[0], &corr), ERR_OK);
	run(a);
	assert_int_equal(a->opened, 1);
}

static void join(struct parent *a)
{
	struct arena *arena = harness_arena(a->k.h);
	struct tetapkan_induk c = { .identitas = utusan_identity(arena, PARENT, 1) };

	assert_int_equal(harness_command(a->k.h, "federation", KANTOR_ADMIN, (struct id) { { 0 } },
						 &schema_tetapkan_induk, &c, NULL)
						 .status,
		SESI_STATUS_OK);
}

/* What `ppidctl backup` and `ppidctl restore` do: a note one past the set that names no record. */
struct set {
	const char *service;
	struct kv_image *image;
	struct place head;
};

static struct set back_up(struct parent *a, const char *service)
{
	return (struct set) { service, harness_cut(a->k.h, service),
		store_log(harness_node(a->k.h, service)->runtime->store)->committed };
}

static void restore(struct parent *a, struct set *set)
{
	struct harness_node *node = harness_node(a->k.h, set->service);

	harness_put_back(a->k.h, set->service, &set->image);
	node->sidecar.head.head = (struct place) { .epoch = set->head.epoch, .seq = set->head.seq + 1 };
	harness_start(a->k.h, set->service);
	assert_string_equal(node->runtime->fence, FENCE_BACK);
}

/* The log goes on after a backup, the parent has all of it, and then the node is restored. */
static int begin(void **state)
{
	static const struct harness_service services[] = { { &workflow_service, NULL },
		{ &federation_service, NULL } };
	struct parent *a = calloc(1, sizeof *a);
	struct set log, links;

	assert_non_null(a);
	arena_init(&a->arena, 8 << 20);
	a->k = (struct kantor) { .h = harness_open(ROWS(services), 0) };
	(void)crypto_sign_keypair(a->sign.public_key, a->sign.secret_key);
	kantor_send(&a->k, KANTOR_ADMIN, &schema_beri_hak,
		&(struct beri_hak) { .akun = KANTOR_ADMIN,
			.peran = PERAN_ADMINISTRATOR,
			.unit = STR("*") });
	join(a);
	meet(a);
	kantor_policy(&a->k, "hari_pertama_dihitung", "ya");
	run(a);
	read_on(a);
	log = back_up(a, "workflow");
	links = back_up(a, "federation");
	for (uint32_t n = 0; n < LOST; n++)
		kantor_policy(&a->k, "hari_pertama_dihitung", n % 2 == 0 ? "tidak" : "ya");
	run(a);
	assert_int_equal(a->count, LOST);
	part(a);
	harness_stop(a->k.h, "federation");
	harness_stop(a->k.h, "workflow");
	restore(a, &links);
	restore(a, &log);
	harness_link_make(a->k.h, (struct harness_side) { harness_node(a->k.h, "workflow"), NULL },
		(struct harness_side) { harness_node(a->k.h, "federation"), NULL });
	*state = a;
	return 0;
}

static int end(void **state)
{
	struct parent *a = *state;

	part(a);
	arena_clear(&a->arena);
	kantor_close(&a->k);
	free(a);
	return 0;
}

/* One more record of its own making, with the chain as it has to be. */
static void add(struct parent *a, uint32_t at)
{
	struct record record;
	struct buf out;

	assert_int_equal(record_decode(a->records[LOST], &a->arena, &record), ERR_OK);
	record.seq = a->places[at - 1].seq + 1;
	record.actor = (struct id) { { 0x66 } };
	buf_init(&out, RECORD_BYTES_MAX);
	assert_int_equal(record_encode(&record, &out), ERR_OK);
	a->records[at] = harness_keep(a->k.h, buf_str(&out));
	buf_clear(&out);
	for (uint32_t n = at; n <= (at > a->count ? at : a->count); n++)
		a->places[n] = (struct stream_place) { a->places[0].epoch, a->places[n - 1].seq + 1,
			record_hash(&a->places[n - 1].hash, a->records[n]) };
	if (at > a->count)
		a->count = at;
}

static uint64_t unproven(struct parent *a)
{
	struct keadaan_layanan state;
	struct keadaan question = { 0 };
	struct harness_reply r = harness_ask(a->k.h, "workflow", KANTOR_ADMIN, &schema_keadaan,
		&question, (struct str) { NULL, 0 }, &state);

	assert_int_equal(r.status, SESI_STATUS_OK);
	return state.has_sisa_tanpa_tanda ? state.sisa_tanpa_tanda : 0;
}

static const char *trouble(struct parent *a)
{
	const struct remote_live *live = remote_of(a->r, utusan_id(PARENT));

	return live == NULL || live->trouble == NULL ? "" : live->trouble;
}

#define AT(f) cmocka_unit_test_setup_teardown(f, begin, end)

/* --- what comes of it --- */

static void the_very_end_is_signed_as_soon_as_it_was_sent(void **state)
{
	struct parent *a = *state;

	assert_int_equal(a->signed_count, LOST);
	meet(a);
}

static void a_lost_end_that_we_have_signed_comes_back_behind_the_fence_of_federation(void **state)
{
	struct parent *a = *state;
	struct stream_place lost = a->places[LOST];
	struct place head;

	meet(a);
	pass(a);
	head = head_of(a);
	assert_null(workflow(a)->fence);
	assert_int_equal(head.seq, lost.seq);
	assert_true(hash_equal(&head.hash, &lost.hash));
	assert_string_equal(a->r->fence, FENCE_BACK); /* its own log nobody else has */
}

static void what_is_added_to_it_reaches_no_log_and_is_named(void **state)
{
	struct parent *a = *state;

	for (uint32_t n = 1; n <= ADDED; n++)
		add(a, LOST + n);
	meet(a);
	pass(a);
	assert_int_equal(head_of(a).seq, a->places[LOST].seq);
	assert_string_equal(workflow(a)->fence, FENCE_BACK);
	assert_int_equal(unproven(a), ADDED);
	harness_crash(a->k.h, "workflow"); /* nor does it after a restart */
	harness_start(a->k.h, "workflow");
	assert_string_equal(workflow(a)->fence, FENCE_BACK);
}

static void what_is_changed_in_it_is_named_and_none_of_it_taken(void **state)
{
	struct parent *a = *state;

	add(a, 1);
	meet(a);
	pass(a);
	assert_int_equal(head_of(a).seq, a->places[0].seq);
	assert_string_equal(workflow(a)->fence, FENCE_BACK);
	assert_int_equal(unproven(a), LOST);
	assert_string_equal(trouble(a), "tanda_ekor_salah");
}

static enum sesi_status take_rest(struct parent *a, struct id actor)
{
	struct buka_pagar c = { .alasan = ALASAN_EPOCH_PEMULIHAN,
		.has_ambil_sisa = true,
		.ambil_sisa = true };

	return harness_command(a->k.h, "workflow", actor, (struct id) { { 0 } }, &schema_buka_pagar, &c,
		NULL)
		.status;
}

static void the_rest_is_taken_where_a_person_says_so_and_that_stands_in_the_log(void **state)
{
	struct parent *a = *state;
	struct sisa_diambil event;
	struct record record;

	for (uint32_t n = 1; n <= ADDED; n++)
		add(a, LOST + n);
	meet(a);
	pass(a);
	assert_int_equal(take_rest(a, KANTOR_PEMBACA), SESI_STATUS_DENIED);
	assert_int_equal(take_rest(a, KANTOR_ADMIN), SESI_STATUS_BUSY); /* it is fetched first */
	pass(a);
	assert_int_equal(head_of(a).seq, a->places[LOST + ADDED].seq);
	assert_string_equal(workflow(a)->fence, FENCE_BACK);
	assert_int_equal(take_rest(a, KANTOR_ADMIN), SESI_STATUS_OK);
	assert_null(workflow(a)->fence);
	assert_true(harness_last_event(a->k.h, "workflow", &schema_sisa_diambil, &event, &record));
	assert_int_equal(event.dari, a->places[LOST + 1].seq);
	assert_int_equal(event.sampai, a->places[LOST + ADDED].seq);
	assert_memory_equal(&record.actor, &KANTOR_ADMIN, sizeof record.actor);
	assert_memory_equal(&record.epoch, &a->places[0].epoch, sizeof record.epoch);
	assert_int_equal(unproven(a), 0);
}

static void behind_its_fence_federation_knows_its_parent_alone(void **state)
{
	struct parent *a = *state;

	meet(a);
	assert_int_equal(a->r->remote_count, 1);
	a->r->fence = FENCE_OTHER; /* as of a copy of this node */
	assert_int_equal(remotes_load(a->r), ERR_OK);
	assert_false(a->r->remotes[0].is_listed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		AT(the_very_end_is_signed_as_soon_as_it_was_sent),
		AT(a_lost_end_that_we_have_signed_comes_back_behind_the_fence_of_federation),
		AT(what_is_added_to_it_reaches_no_log_and_is_named),
		AT(what_is_changed_in_it_is_named_and_none_of_it_taken),
		AT(the_rest_is_taken_where_a_person_says_so_and_that_stands_in_the_log),
		AT(behind_its_fence_federation_knows_its_parent_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "lib/induk_tiruan.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "federation/federation.h"
#include "lib/utusan.h"

enum { LINK = 1 << 30 };

static const struct id NODE = { { 7 } }; /* as the harness has it */
static const char STREAM[] = "07000000-0000-0000-0000-000000000000/workflow";

/* --- the way between --- */

static void keep(struct induk_tiruan *a, struct frames *list, uint32_t *count,
	const struct frames *f)
{
	assert_true(*count < INDUK_MESSAGES_MAX);
	list[(*count)++] = (struct frames) { harness_keep(a->k.h, f->header),
		harness_keep(a->k.h, f->body), harness_keep(a->k.h, f->payload) };
}

static enum err runtime_sends(void *self, uint64_t link, const struct frames *frames)
{
	struct induk_tiruan *a = self;

	if (link != LINK)
		return a->below.send(a->below.self, link, frames);
	keep(a, a->down, &a->down_count, frames);
	return ERR_OK;
}

static void runtime_drops(void *self, uint64_t link)
{
	struct induk_tiruan *a = self;

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
	struct induk_tiruan *a = self;

	keep(a, a->up, &a->up_count, frames);
	return ERR_OK;
}

/* --- what it says --- */

static void offer(struct induk_tiruan *a, uint64_t corr)
{
	const struct stream_place *head = &a->places[a->count];
	struct aliran_simpul entry = { .nama = str_of(STREAM),
		.simpul = NODE,
		.simpul_nama = STR("uji"),
		.layanan = STR("workflow"),
		.kepala_epok = head->epoch,
		.kepala_seq = a->claimed > 0 ? a->claimed : head->seq,
		.kepala_hash = head->hash,
		.has_tanda_seq = true,
		.tanda_seq = a->places[a->signed_count].seq,
		.has_tanda_tangan = true,
		.tanda_tangan = str_bytes(a->signature, sizeof a->signature),
		.has_kunci_tanda = a->names_key,
		.kunci_tanda = str_bytes(a->sign.public_key, sizeof a->sign.public_key) };
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

static void give(struct induk_tiruan *a, uint64_t corr, uint64_t after)
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

static void copy_events(struct induk_tiruan *a, const struct session_note *note)
{
	for (uint32_t n = 0; n < note->event_count; n++) {
		assert_true(++a->count < INDUK_RECORDS_MAX);
		a->records[a->count] = harness_keep(a->k.h, note->events[n].bytes);
		a->places[a->count] =
			(struct stream_place) { note->epoch, note->events[n].seq, note->events[n].hash };
	}
}

static void take(struct induk_tiruan *a, const struct session_note *note)
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

void induk_run(struct induk_tiruan *a)
{
	for (uint32_t round = 0; round < 12; round++) {
		struct frames list[INDUK_MESSAGES_MAX];
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
void induk_pass(struct induk_tiruan *a)
{
	for (uint32_t n = 0; n < 12; n++) {
		harness_advance(a->k.h, US_PER_SECOND);
		induk_run(a);
	}
}

/* --- the scene --- */

void induk_meet(struct induk_tiruan *a)
{
	struct session_config config = { .service = STR("federation"),
		.node = utusan_id(INDUK_ID),
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
	assert_int_equal(node_stream_name(utusan_id(INDUK_ID), str_of("federation"), name), ERR_OK);
	runtime_up(a->r, LINK, str_of(name), true);
	induk_run(a);
}

void induk_part(struct induk_tiruan *a)
{
	runtime_down(a->r, LINK);
	a->r->o.transport = a->below;
	session_close(&a->session);
}

struct runtime *induk_workflow(struct induk_tiruan *a)
{
	return harness_node(a->k.h, "workflow")->runtime;
}

struct place induk_head_of(struct induk_tiruan *a)
{
	return store_log(induk_workflow(a)->store)->committed;
}

/* The parent reads the log from here on, as one that was linked all the time. */
static void read_on(struct induk_tiruan *a)
{
	struct place at = induk_head_of(a);
	uint64_t corr;

	a->places[0] = place_out(&at);
	assert_int_equal(session_open_stream(a->session, str_of(STREAM), &a->places[0], &corr), ERR_OK);
	induk_run(a);
	assert_int_equal(a->opened, 1);
}

static void join(struct induk_tiruan *a)
{
	struct arena *arena = harness_arena(a->k.h);
	struct tetapkan_induk c = { .identitas = utusan_identity(arena, INDUK_ID, 1) };

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

static struct set back_up(struct induk_tiruan *a, const char *service)
{
	return (struct set) { service, harness_cut(a->k.h, service),
		store_log(harness_node(a->k.h, service)->runtime->store)->committed };
}

static void restore(struct induk_tiruan *a, struct set *set)
{
	struct harness_node *node = harness_node(a->k.h, set->service);

	harness_put_back(a->k.h, set->service, &set->image);
	node->sidecar.head.head = (struct place) { .epoch = set->head.epoch, .seq = set->head.seq + 1 };
	harness_start(a->k.h, set->service);
	assert_string_equal(node->runtime->fence, FENCE_BACK);
}

/* The log goes on after a backup, the parent has all of it, and then the node is restored. */
int induk_begin(void **state)
{
	static const struct harness_service services[] = { { &workflow_service, NULL },
		{ &federation_service, NULL } };
	struct induk_tiruan *a = calloc(1, sizeof *a);
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
	induk_meet(a);
	kantor_policy(&a->k, "hari_pertama_dihitung", "ya");
	induk_run(a);
	read_on(a);
	log = back_up(a, "workflow");
	links = back_up(a, "federation");
	for (uint32_t n = 0; n < INDUK_LOST; n++)
		kantor_policy(&a->k, "hari_pertama_dihitung", n % 2 == 0 ? "tidak" : "ya");
	induk_run(a);
	assert_int_equal(a->count, INDUK_LOST);
	induk_part(a);
	harness_stop(a->k.h, "federation");
	harness_stop(a->k.h, "workflow");
	restore(a, &links);
	restore(a, &log);
	harness_link_make(a->k.h, (struct harness_side) { harness_node(a->k.h, "workflow"), NULL },
		(struct harness_side) { harness_node(a->k.h, "federation"), NULL });
	*state = a;
	return 0;
}

int induk_end(void **state)
{
	struct induk_tiruan *a = *state;

	induk_part(a);
	arena_clear(&a->arena);
	kantor_close(&a->k);
	free(a);
	return 0;
}

/* One more record of its own making, with the chain as it has to be. */
void induk_add(struct induk_tiruan *a, uint32_t at)
{
	struct record record;
	struct buf out;

	assert_int_equal(record_decode(a->records[INDUK_LOST], &a->arena, &record), ERR_OK);
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

uint64_t induk_unproven(struct induk_tiruan *a)
{
	struct keadaan_layanan state;
	struct keadaan question = { 0 };
	struct harness_reply r = harness_ask(a->k.h, "workflow", KANTOR_ADMIN, &schema_keadaan,
		&question, (struct str) { NULL, 0 }, &state);

	assert_int_equal(r.status, SESI_STATUS_OK);
	return state.has_sisa_tanpa_tanda ? state.sisa_tanpa_tanda : 0;
}

const char *induk_trouble(struct induk_tiruan *a)
{
	const struct remote_live *live = remote_of(a->r, utusan_id(INDUK_ID));

	return live == NULL || live->trouble == NULL ? "" : live->trouble;
}

enum sesi_status induk_take_rest(struct induk_tiruan *a, struct id actor)
{
	struct buka_pagar c = { .alasan = ALASAN_EPOCH_PEMULIHAN,
		.has_ambil_sisa = true,
		.ambil_sisa = true };

	return harness_command(a->k.h, "workflow", actor, (struct id) { { 0 } }, &schema_buka_pagar, &c,
		NULL)
		.status;
}

/* What a peer may send that no honest one would: none of it ends the service, fills its memory or is
 * noted for ever. One runtime, spoken to by sessions under any name. */
#include "runtime/engine.h"
#include "store/kv_memory.h"
#include "store/sidecar_memory.h"
#include "workflow/workflow.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define START (INT64_C(1773712800) * US_PER_SECOND)

enum { LINKS_MAX = RUNTIME_PEERS_MAX + 64 };

struct rig;

/* A peer, and what it was told last. */
struct stranger {
	struct rig *rig;
	uint64_t link;
	struct session *session;
	struct arena arena, out_arena;
	struct frames out;
	bool has_out;
	uint32_t replies, answers, taken, errors;
	uint32_t code;
	enum sesi_status status;
	char rule[64];
	uint32_t parked; /* rows of parkir_daftar, in all answers */
	char go_on[KV_KEY_MAX];
	size_t go_on_len; /* of the last answer; 0: there is no more */
};

struct rig {
	struct keyring ring;
	struct sidecar_memory sidecar;
	struct runtime *runtime;
	struct stranger strangers[LINKS_MAX];
	uint32_t count;
	time_us wall, steady;
};

static time_us wall(void *self)
{
	return ((struct rig *)self)->wall;
}

static time_us steady(void *self)
{
	return ((struct rig *)self)->steady;
}

static void note_rule(struct stranger *s, uint32_t status, bool has_rule, struct str rule)
{
	size_t len = has_rule && rule.len < sizeof s->rule ? rule.len : 0;

	s->status = (enum sesi_status)status;
	if (len > 0)
		memcpy(s->rule, rule.ptr, len);
	s->rule[len] = '\0';
}

static void note_parked(struct stranger *s, const struct sesi_answer *answer)
{
	struct parkir_daftar_jawab parked;
	struct problem why;

	s->go_on_len = answer->has_go_on ? answer->go_on.len : 0;
	assert_true(s->go_on_len <= sizeof s->go_on);
	if (s->go_on_len > 0)
		memcpy(s->go_on, answer->go_on.ptr, s->go_on_len);
	if (answer->has_body &&
		wire_decode(&schema_parkir_daftar_jawab, answer->body, &s->arena, &parked, &why) == ERR_OK)
		s->parked += parked.baris_len;
}

/* From the service: it is read at once, and nothing is said in return. */
static enum err to_stranger(void *self, uint64_t link, const struct frames *frames)
{
	struct rig *rig = self;
	struct stranger *s = &rig->strangers[link - 1];
	struct session_note note;

	if (s->session == NULL)
		return ERR_UNAVAILABLE;
	arena_reset(&s->arena);
	session_in(s->session, frames, rig->steady, &s->arena, &note);
	s->replies += note.kind == NOTE_REPLY;
	s->answers += note.kind == NOTE_ANSWER;
	s->taken += note.kind == NOTE_TAKEN;
	s->errors += note.kind == NOTE_ERROR;
	if (note.kind == NOTE_REPLY)
		note_rule(s, note.reply.status, note.reply.has_rule, note.reply.rule);
	if (note.kind == NOTE_ANSWER) {
		note_rule(s, note.answer.status, note.answer.has_rule, note.answer.rule);
		note_parked(s, &note.answer);
	}
	if (note.kind == NOTE_ERROR)
		s->code = note.error.code;
	return ERR_OK;
}

/* Held back until the stranger's session has come back from sending it. */
static enum err from_stranger(void *self, const struct frames *frames)
{
	struct stranger *s = self;

	assert_int_equal(arena_copy(&s->out_arena, frames->header, &s->out.header), ERR_OK);
	assert_int_equal(arena_copy(&s->out_arena, frames->body, &s->out.body), ERR_OK);
	s->has_out = true;
	return ERR_OK;
}

static void deliver(struct stranger *s)
{
	assert_true(s->has_out);
	s->has_out = false;
	runtime_frames(s->rig->runtime, s->link, &s->out);
	arena_reset(&s->out_arena);
}

static void drop(void *self, uint64_t link)
{
	session_close(&((struct rig *)self)->strangers[link - 1].session);
}

static void settled(void *self, uint64_t link)
{
	(void)self;
	(void)link;
}

static struct stranger *meet(struct rig *rig, const char *name)
{
	struct stranger *s = &rig->strangers[rig->count++];
	struct session_config config = { .service = str_of(name),
		.node = { { 7 } },
		.boot = { { 9 } },
		.version = STR("uji"),
		.is_dialer = true,
		.peer_service = STR("workflow"),
		.ping_ms = UINT32_MAX / 2,
		.dead_ms = UINT32_MAX,
		.window_bytes = 4 << 20,
		.window_events = 16384,
		.send = from_stranger,
		.self = s };
	struct session_note note;

	assert_true(rig->count < LINKS_MAX);
	s->rig = rig;
	s->link = rig->count;
	arena_init(&s->arena, 8 << 20);
	arena_init(&s->out_arena, 1 << 20);
	runtime_up(rig->runtime, s->link, (struct str) { "", 0 }, false);
	s->session = session_open(&config, rig->steady);
	(void)session_tick(s->session, rig->steady, &note);
	deliver(s);
	return s;
}

static void leave(struct stranger *s)
{
	runtime_down(s->rig->runtime, s->link);
	session_close(&s->session);
}

static void turn(struct rig *rig)
{
	time_us wake;

	assert_int_equal(runtime_turn(rig->runtime, &wake), ERR_OK);
}

static int rig_begin(void **state)
{
	const struct root_key root = { { 7 } };
	struct rig *rig = calloc(1, sizeof *rig);
	struct runtime_options options = {
		.service = &workflow_service,
		.node = STR("simpul"),
		.version = "uji",
		.ring = &rig->ring,
		.host = { wall, steady, rig },
		.transport = { rig, to_stranger, drop, settled },
		.batch_inputs_max = 512,
		.batch_events_max = 2048,
		.batch_bytes_max = 1 << 20,
		.watermarks = { 80, 95, 0, 0 },
		.ping_ms = UINT32_MAX / 2,
		.dead_ms = UINT32_MAX,
	};
	struct store_options store = { .service = STR("workflow") };
	const struct table *tables[KV_TABLES_MAX];
	const char *const *names;
	struct problem why;
	struct arena arena;
	struct kv *kv;
	unsigned count;

	rig->wall = rig->steady = START;
	keyring_derive(&root, str_of("workflow"), 1, &rig->ring);
	sidecar_memory_init(&rig->sidecar);
	options.sidecar = sidecar_of_memory(&rig->sidecar);
	memcpy(tables, workflow_service.tables, workflow_service.table_count * sizeof tables[0]);
	tables[workflow_service.table_count] = &table_parkir;
	store.tables = tables;
	store.table_count = workflow_service.table_count + 1;
	arena_init(&arena, 1 << 20);
	assert_int_equal(store_table_names(&store, &arena, &names, &count), ERR_OK);
	kv = kv_memory_open(names, count);
	arena_clear(&arena);
	assert_int_equal(runtime_open(&options, &kv, &rig->runtime, &why), ERR_OK);
	*state = rig;
	return 0;
}

static int rig_end(void **state)
{
	struct rig *rig = *state;

	runtime_drop(&rig->runtime);
	for (uint32_t i = 0; i < rig->count; i++) {
		session_close(&rig->strangers[i].session);
		arena_clear(&rig->strangers[i].arena);
		arena_clear(&rig->strangers[i].out_arena);
	}
	sidecar_memory_clear(&rig->sidecar);
	free(rig);
	return 0;
}

static struct str encode(const struct schema *schema, const void *message, struct buf *out)
{
	struct problem why;

	buf_init(out, SESSION_BODY_MAX);
	assert_int_equal(wire_encode(schema, message, out, &why), ERR_OK);
	return buf_str(out);
}

static void send_ask(struct stranger *s, const struct schema *schema, const void *question,
	struct str go_on)
{
	struct sesi_ask ask = { .type = schema->code,
		.version = schema->version,
		.time_left_ms = 1000,
		.has_go_on = go_on.ptr != NULL,
		.go_on = go_on };
	struct buf out;
	uint64_t corr;

	ask.body = encode(schema, question, &out);
	assert_int_equal(session_ask(s->session, &ask, &corr), ERR_OK);
	deliver(s);
	buf_clear(&out);
}

/* With this body, which may be no body at all. */
static void send_command(struct stranger *s, const struct schema *schema, struct str body,
	const struct sesi_cmd *like)
{
	struct sesi_cmd cmd = *like;
	uint64_t corr;

	cmd.id = id_new(s->rig->wall);
	cmd.type = schema->code;
	cmd.version = schema->version;
	cmd.body = body;
	assert_int_equal(session_cmd(s->session, &cmd, &corr), ERR_OK);
	deliver(s);
}

static const struct sesi_cmd usual = { .time_left_ms = 1000 };

static void letter(struct stranger *s, uint32_t type, size_t bytes)
{
	static const char air[60000];
	struct sesi_letter out = { .id = id_new(s->rig->wall),
		.type = type,
		.version = 1,
		.body = { air, bytes } };
	uint64_t corr;

	assert_int_equal(session_letter(s->session, &out, &corr), ERR_OK);
	deliver(s);
}

static void a_place_to_go_on_from_that_no_key_can_be_is_refused(void **state)
{
	static const char far[1024] = { 'x' };
	struct rig *rig = *state;
	struct stranger *s = meet(rig, "gateway");
	struct unit_daftar question = { .has_awalan = false };

	for (size_t len = KV_KEY_MAX - 1; len <= sizeof far; len += len < KV_KEY_MAX + 1 ? 1 : 512) {
		send_ask(s, &schema_unit_daftar, &question, str_bytes(far, len));
		assert_int_equal(s->status, len <= KV_KEY_MAX ? SESI_STATUS_OK : SESI_STATUS_INVALID);
	}
}

static void a_row_without_a_key_is_not_there(void **state)
{
	struct rig *rig = *state;
	struct stranger *s = meet(rig, "ctl");
	struct jalankan_parkir command = { .urutan = { "", 0 }, .tindakan = TINDAKAN_PARKIR_DIBUANG };
	struct buf out;

	send_command(s, &schema_jalankan_parkir, encode(&schema_jalankan_parkir, &command, &out),
		&usual);
	buf_clear(&out);
	turn(rig);
	assert_int_equal(s->replies, 1);
	assert_int_equal(s->status, SESI_STATUS_NOT_FOUND);
}

static void a_body_that_is_none_is_invalid_and_not_an_unknown_outcome(void **state)
{
	static const char *const bodies[] = { "", "\xc1", "\x81", "\xff\xff", "\xdd\xff\xff\xff\xff" };
	struct rig *rig = *state;
	struct stranger *s = meet(rig, "ctl");
	uint64_t corr;

	for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
		struct sesi_ask ask = { .type = schema_unit_daftar.code,
			.version = 1,
			.body = str_of(bodies[i]) };

		send_command(s, &schema_cabut_hak, str_of(bodies[i]), &usual);
		turn(rig);
		assert_int_equal(s->replies, i + 1);
		assert_int_equal(s->status, SESI_STATUS_INVALID);
		assert_int_equal(session_ask(s->session, &ask, &corr), ERR_OK);
		deliver(s);
		assert_int_equal(s->answers, i + 1);
		assert_int_equal(s->status, SESI_STATUS_INVALID);
	}
}

static void a_condition_that_nobody_checks_is_not_passed_over(void **state)
{
	struct rig *rig = *state;
	struct stranger *s = meet(rig, "ctl");
	const struct sesi_cmd like = { .time_left_ms = 1000,
		.has_expect_version = true,
		.expect_version = 3 };
	struct beri_hak command = { .akun = { { 1 } }, .peran = PERAN_ADMINISTRATOR, .unit = STR("*") };
	struct buf out;

	send_command(s, &schema_beri_hak, encode(&schema_beri_hak, &command, &out), &like);
	buf_clear(&out);
	turn(rig);
	assert_int_equal(s->status, SESI_STATUS_INVALID);
	assert_string_equal(s->rule, "tidak_didukung");
}

static void letters_of_who_writes_none_are_refused_and_not_kept(void **state)
{
	static const char *const names[] = { "ctl", "gateway", "siapa" };
	struct rig *rig = *state;
	struct runtime_figures f;

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct stranger *s = meet(rig, names[i]);

		letter(s, 0x0777, 10);
		turn(rig);
		assert_int_equal(s->taken, 0);
		assert_int_equal(s->errors, 1);
		assert_int_equal(s->code, SESI_CODE_FORBIDDEN);
	}
	runtime_figures(rig->runtime, &f);
	assert_int_equal(f.parked, 0);
	assert_int_equal(f.head.seq, 0);
}

static void what_is_parked_is_listed_to_its_end(void **state)
{
	enum { LETTERS = 250, PAGES_MAX = 10 };
	struct rig *rig = *state;
	struct stranger *intake = meet(rig, "intake");
	struct stranger *ctl = meet(rig, "ctl");
	struct parkir_daftar question = { .has_setelah = false };
	uint32_t pages = 0;

	for (uint32_t i = 0; i < LETTERS; i++)
		letter(intake, 0x0777, 10);
	turn(rig);
	assert_int_equal(intake->taken, LETTERS);
	do {
		struct str go_on = { ctl->go_on_len > 0 ? ctl->go_on : NULL, ctl->go_on_len };

		send_ask(ctl, &schema_parkir_daftar, &question, go_on);
		assert_int_equal(ctl->status, SESI_STATUS_OK);
	} while (ctl->go_on_len > 0 && ++pages < PAGES_MAX);
	assert_int_equal(ctl->parked, LETTERS);
}

/* Commands that wait for an event far ahead. */
static void wait_for_ever(struct stranger *s, uint32_t count, size_t bytes)
{
	static const char air[60000];
	const struct sesi_cmd like = { .time_left_ms = UINT32_MAX,
		.has_after_stream = true,
		.after_stream = STR("workflow"),
		.has_after_epoch = true,
		.has_after_seq = true,
		.after_seq = UINT64_MAX };

	for (uint32_t i = 0; i < count; i++)
		send_command(s, &schema_cabut_hak, str_bytes(air, bytes), &like);
}

static void more_peers_than_there_is_room_for_are_dropped(void **state)
{
	struct rig *rig = *state;
	struct unit_daftar question = { .has_awalan = false };
	struct stranger *first = meet(rig, "ctl");
	struct stranger *last = first;

	while (rig->count < RUNTIME_PEERS_MAX)
		last = meet(rig, "gateway");
	assert_true(session_is_ready(last->session));
	for (uint32_t i = 0; i < 20; i++) {
		last = meet(rig, "gateway");
		assert_false(session_is_ready(last->session));
	}
	send_ask(first, &schema_unit_daftar, &question, (struct str) { NULL, 0 });
	assert_int_equal(first->status, SESI_STATUS_OK);
	leave(&rig->strangers[1]);
	last = meet(rig, "gateway");
	assert_true(session_is_ready(last->session));
}

static void what_a_peer_waits_for_goes_with_it(void **state)
{
	struct rig *rig = *state;

	for (uint32_t i = 0; i < 20; i++) {
		struct stranger *s = meet(rig, "gateway");

		wait_for_ever(s, 50, 100);
		turn(rig);
		leave(s);
		turn(rig);
	}
	assert_int_equal(rig->runtime->held.count, 0);
	assert_int_equal(rig->runtime->held.bytes, 0);
}

static void all_peers_together_cannot_fill_the_memory(void **state)
{
	struct rig *rig = *state;
	struct stranger *last = NULL;

	for (uint32_t i = 0; i < 40; i++) {
		last = meet(rig, "gateway");
		wait_for_ever(last, 60, 60000);
	}
	assert_true(
		rig->runtime->held.bytes + rig->runtime->waiting.bytes <= RUNTIME_QUEUE_BYTES_MAX + 70000);
	assert_true(last->replies > 0);
	assert_int_equal(last->status, SESI_STATUS_BUSY);
}

#define UNIT(test) cmocka_unit_test_setup_teardown(test, rig_begin, rig_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_place_to_go_on_from_that_no_key_can_be_is_refused),
		UNIT(a_row_without_a_key_is_not_there),
		UNIT(a_body_that_is_none_is_invalid_and_not_an_unknown_outcome),
		UNIT(a_condition_that_nobody_checks_is_not_passed_over),
		UNIT(letters_of_who_writes_none_are_refused_and_not_kept),
		UNIT(what_is_parked_is_listed_to_its_end),
		UNIT(more_peers_than_there_is_room_for_are_dropped),
		UNIT(what_a_peer_waits_for_goes_with_it),
		UNIT(all_peers_together_cannot_fill_the_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

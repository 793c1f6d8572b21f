#include "lib/desk.h"

#include "runtime/view_state.h"
#include "store/kv_memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ARENA_MAX = 64 << 20 };

/* One reading at a time, as for any caller of the engine. */
struct desk_reading {
	struct ctx ctx;
	struct input input;
	struct txn *txn;
};

static time_us wall(void *self)
{
	const struct desk *desk = self;

	return desk->runtime->now;
}

static struct runtime *runtime_of(struct desk *desk, const struct service *service, time_us now)
{
	struct runtime *r = calloc(1, sizeof *r);

	assert_non_null(r);
	r->service = service;
	r->now = r->steady = now;
	r->o.service = service;
	r->o.node = str_of("simpul");
	r->o.ring = &desk->ring;
	r->o.host = (struct host) { wall, wall, desk };
	arena_init(&r->input_arena, INPUT_ARENA_MAX);
	arena_init(&r->batch_arena, BATCH_ARENA_MAX);
	arena_init(&r->calendars.arena, INPUT_ARENA_MAX);
	r->follows = calloc(FOLLOWS_MAX, sizeof *r->follows);
	assert_non_null(r->follows);
	r->tables = calloc(service->table_count + 1, sizeof(struct table *));
	assert_non_null(r->tables);
	for (uint32_t i = 0; i < service->table_count; i++)
		r->tables[i] = service->tables[i];
	r->tables[service->table_count] = &table_parkir;
	r->table_count = service->table_count + 1;
	return r;
}

void desk_open(struct desk *desk, const struct service *service, time_us now)
{
	const struct root_key root = { { 7 } };
	struct store_options options;
	const char *const *names;
	struct problem why;
	struct kv *kv;
	unsigned count;

	memset(desk, 0, sizeof *desk);
	arena_init(&desk->arena, ARENA_MAX);
	keyring_derive(&root, str_of(service->name), 1, &desk->ring);
	desk->runtime = runtime_of(desk, service, now);
	options = (struct store_options) {
		.node = str_of("simpul"),
		.service = str_of(service->name),
		.tables = desk->runtime->tables,
		.table_count = desk->runtime->table_count,
		.ring = &desk->ring,
		.now = now,
	};
	assert_int_equal(store_table_names(&options, &desk->arena, &names, &count), ERR_OK);
	kv = kv_memory_open(names, count);
	assert_int_equal(store_open(&options, &kv, &desk->runtime->store, &why), ERR_OK);
}

void desk_close(struct desk *desk)
{
	struct runtime *r = desk->runtime;

	store_close(&r->store);
	arena_clear(&r->input_arena);
	arena_clear(&r->batch_arena);
	arena_clear(&r->calendars.arena);
	free(r->follows);
	free(r->tables);
	free(r);
	arena_clear(&desk->arena);
	desk->runtime = NULL;
}

void desk_set_now(struct desk *desk, time_us now)
{
	desk->runtime->now = desk->runtime->steady = now;
}

struct id desk_id(uint32_t number)
{
	uint8_t chance[10] = { 0 };

	memcpy(chance, &number, sizeof number);
	return id_make(INT64_C(1700000000) * US_PER_SECOND, chance);
}

static struct str encode(struct desk *desk, const struct schema *schema, const void *message)
{
	struct problem why = { NULL, NULL };
	struct buf out;
	struct str ret;

	buf_init(&out, SESSION_BODY_MAX);
	if (wire_encode(schema, message, &out, &why) != ERR_OK)
		fail_msg("%s: %s %s", schema->name, why.field, why.rule);
	assert_int_equal(arena_copy(&desk->arena, buf_str(&out), &ret), ERR_OK);
	buf_clear(&out);
	return ret;
}

/* One input in one transaction, dropped whole where the input fails after a put. */
static void process(struct desk *desk, struct input *input)
{
	struct txn *txn = NULL;

	assert_int_equal(txn_begin(desk->runtime->store, KV_WRITE, &txn), ERR_OK);
	assert_int_equal(input_process(desk->runtime, txn, input), ERR_OK);
	assert_int_equal(txn_commit(&txn), ERR_OK);
}

struct outcome desk_command(struct desk *desk, uint32_t peer, struct id actor,
	const struct schema *schema, const void *message)
{
	uint8_t chance[10] = { 1 };
	uint32_t number = desk->commands++;
	struct input input = {
		.kind = JENIS_MASUKAN_PERINTAH,
		.type = schema->code,
		.version = schema->version,
		.body = encode(desk, schema, message),
		.actor = actor,
		.from = str_of("ctl"),
		.from_bit = peer,
	};

	memcpy(chance + 1, &number, sizeof number);
	input.id = id_make(desk->runtime->now, chance);
	input.body_hash =
		hash_keyed(&desk->ring.mark_key, input.body, str_bytes(actor.bytes, sizeof actor.bytes));
	process(desk, &input);
	assert_int_equal(arena_copy(&desk->arena, input.outcome.reply, &input.outcome.reply), ERR_OK);
	return input.outcome;
}

void desk_expect(struct desk *desk, uint32_t peer, struct id actor, const struct schema *schema,
	const void *message, enum sesi_status status, const char *rule)
{
	uint64_t head = desk_head(desk);
	struct outcome outcome = desk_command(desk, peer, actor, schema, message);

	if (outcome.status != status)
		fail_msg("%s ended with %s (%s %s)", schema->name,
			enum_name(&enum_sesi_status, outcome.status), outcome.why.field, outcome.why.rule);
	if (rule != NULL)
		assert_string_equal(outcome.why.rule, rule);
	if (status == SESI_STATUS_OK)
		assert_true(desk_head(desk) > head);
	else
		assert_int_equal(desk_head(desk), head);
}

/* The place from which the desk follows a stream, made when it is first asked for. */
static struct follow *follow_at(struct desk *desk, const char *stream)
{
	struct runtime *r = desk->runtime;
	struct follow *f = r->follows;

	for (uint32_t i = 0; i < r->follow_count; i++, f++)
		if (str_is(f->stream, stream))
			return f;
	assert_true(r->follow_count < FOLLOWS_MAX);
	r->follow_count++;
	f->stream = f->service = str_of(stream);
	for (uint32_t i = 0; i < r->service->follow_count; i++)
		f->is_decided |= strcmp(r->service->follows[i].stream, stream) == 0;
	for (uint32_t i = 0; i < r->service->project_count; i++)
		f->is_projected |= strcmp(r->service->projects[i].stream, stream) == 0;
	return f;
}

void desk_follow(struct desk *desk, struct desk *from)
{
	struct follow *f = follow_at(desk, from->runtime->service->name);
	struct log *log = store_log(from->runtime->store);
	struct txn *txn = NULL;

	assert_int_equal(txn_begin(from->runtime->store, KV_READ, &txn), ERR_OK);
	while (f->read.seq < log->committed.seq) {
		struct input input = {
			.kind = JENIS_MASUKAN_PERISTIWA,
			.from = f->stream,
			.follow = f,
			.at = { .epoch = log->committed.epoch, .seq = f->read.seq + 1 },
		};

		assert_int_equal(log_get(log, txn_kv(txn), input.at.seq, &input.at.hash, &input.body),
			ERR_OK);
		process(desk, &input);
		f->read = f->now_projected = input.at;
	}
	txn_abort(&txn);
}

enum err desk_ask(struct desk *desk, uint32_t peer, struct id actor, const struct schema *schema,
	const void *question, void *answer, const char **ret_rule)
{
	struct runtime *r = desk->runtime;
	struct view view = {
		.asker = { .kind = JENIS_MASUKAN_PERINTAH,
			.is_question = true,
			.actor = actor,
			.from_bit = peer },
		.r = r,
		.rows_left = VIEW_ROWS_MAX,
		.until = INT64_MAX,
	};
	const struct question_row *row = NULL;
	struct txn *txn = NULL;
	enum err e;

	for (uint32_t i = 0; i < r->service->question_count; i++)
		if (r->service->questions[i].schema == schema)
			row = &r->service->questions[i];
	assert_non_null(row);
	assert_true(row->peers & peer);
	memset(answer, 0, schema->reply->size);
	assert_int_equal(txn_begin(r->store, KV_READ, &txn), ERR_OK);
	ctx_begin(&view.ctx, r, txn, &view.asker);
	view.ctx.arena = &desk->arena;
	view.ctx.is_answering = true;
	e = row->ask(&view, question, answer);
	if (e == ERR_OK)
		(void)encode(desk, schema->reply, answer);
	txn_abort(&txn);
	*ret_rule = e == ERR_OK ? NULL : view.ctx.why.rule;
	return e;
}

struct ctx *desk_read(struct desk *desk, struct id actor)
{
	struct desk_reading *reading = arena_take(&desk->arena, sizeof *reading);

	assert_non_null(reading);
	reading->input = (struct input) { .kind = JENIS_MASUKAN_PERINTAH, .actor = actor };
	assert_int_equal(txn_begin(desk->runtime->store, KV_READ, &reading->txn), ERR_OK);
	ctx_begin(&reading->ctx, desk->runtime, reading->txn, &reading->input);
	reading->ctx.arena = &desk->arena;
	desk->reading = reading;
	return &reading->ctx;
}

void desk_read_end(struct desk *desk)
{
	txn_abort(&desk->reading->txn);
	desk->reading = NULL;
}

bool desk_replays(struct desk *desk)
{
	struct store *store = desk->runtime->store;
	struct txn *txn = NULL;
	const char *table = NULL;
	struct str key;
	enum err e;

	assert_int_equal(replay_to_shadow(desk->runtime->service, store), ERR_OK);
	assert_int_equal(txn_begin(store, KV_READ, &txn), ERR_OK);
	e = store_shadow_compare(txn, TABLE_DERIVED, &table, &key);
	txn_abort(&txn);
	return e == ERR_OK;
}

uint64_t desk_head(const struct desk *desk)
{
	return store_log(desk->runtime->store)->committed.seq;
}

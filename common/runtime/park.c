#include <assert.h>
#include <string.h>

#include "base/bytes.h"
#include "runtime/engine.h"
#include "runtime/fold_state.h"
#include "runtime/policy.h"

/* kind | origin | 0 | key of the input | 0 | BE64 of the refusing event: so that what came behind stays behind. */
const struct table table_parkir = {
	.name = "parkir",
	.kind = TABLE_DERIVED,
	.version = 1,
	.row = &schema_parkir,
};

enum { PARK_KEY_MAX = 300, LANE_PART_MAX = FOLD_KEY_MAX };

static size_t put(char *to, size_t at, struct str s)
{
	size_t n =
		s.len > LANE_PART_MAX ? LANE_PART_MAX : s.len; /* longer keys of events share a lane */

	if (s.ptr != NULL && n > 0)
		memcpy(to + at, s.ptr, n);
	to[at + n] = '\0';
	return at + n + 1;
}

/* The lane of an input: everything of one origin with one key. */
static struct str lane(const struct input *i, struct str key, char ret[PARK_KEY_MAX])
{
	size_t n = 0;

	ret[n++] = (char)i->kind;
	n = put(ret, n, i->from);
	n = put(ret, n, key);
	return str_bytes(ret, n);
}

/* What orders inputs into lanes: an event's own key, a letter's id, a timer's or work's key. */
static enum err lane_key(struct runtime *r, const struct input *i, struct str *ret)
{
	struct record record;
	enum err e;

	*ret = i->key;
	if (i->kind == JENIS_MASUKAN_SURAT || i->kind == JENIS_MASUKAN_PERINTAH)
		*ret = str_bytes(i->id.bytes, sizeof i->id.bytes);
	if (i->kind != JENIS_MASUKAN_PERISTIWA)
		return ERR_OK;
	e = record_decode(i->body, &r->input_arena, &record);
	if (e == ERR_OK)
		*ret = record.key;
	return e;
}

enum err park_is_behind(struct runtime *r, struct txn *txn, const struct input *i, struct str key,
	bool *ret)
{
	char bytes[PARK_KEY_MAX];
	struct walk walk;
	struct str found;
	enum err e;

	if (r->figures.parked == 0)
		return ERR_OK; /* nothing is parked, as nearly always */
	e = walk_open(txn, &table_parkir, lane(i, key, bytes), (struct str) { NULL, 0 }, false, &walk);
	if (e != ERR_OK)
		return e;
	e = walk_next(&walk, &table_parkir, &r->input_arena, &found, NULL);
	walk_close(&walk);
	*ret = e == ERR_OK;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static struct str payload_key(struct str row_key, char ret[PARK_KEY_MAX + 8])
{
	memcpy(ret, "parkir\0", 7);
	memcpy(ret + 7, row_key.ptr, row_key.len);
	return str_bytes(ret, 7 + row_key.len);
}

/* Seals the input itself beside its row. */
static enum err payload_save(struct runtime *r, struct txn *txn, const struct input *i,
	struct str row_key)
{
	struct parkir_isi isi = { .has_id = !id_is_zero(i->id),
		.id = i->id,
		.versi = i->version,
		.aktor = i->actor,
		.isi = i->body.ptr == NULL ? str_of("") : i->body,
		.has_epoch = i->kind == JENIS_MASUKAN_PERISTIWA,
		.epoch = i->at.epoch,
		.has_seq = true,
		.seq = i->kind == JENIS_MASUKAN_PERISTIWA ? i->at.seq : i->slice,
		.has_hash = i->kind == JENIS_MASUKAN_PERISTIWA,
		.hash = i->at.hash,
		.has_jatuh = i->kind == JENIS_MASUKAN_PEWAKTU,
		.jatuh = i->due,
		.has_kunci = i->key.ptr != NULL,
		.kunci = i->key };
	char key[PARK_KEY_MAX + 8];
	struct problem why;
	struct buf out;
	enum err e;

	(void)r;
	buf_init(&out, 128 * 1024);
	e = wire_encode(&schema_parkir_isi, &isi, &out, &why);
	if (e == ERR_OK)
		e = payload_put(txn, payload_key(row_key, key), buf_str(&out));
	buf_clear(&out);
	return e;
}

enum err park_input(struct runtime *r, struct txn *txn, struct input *i, const char *rule,
	const char *field)
{
	struct masukan_ditolak event = { .jenis = i->kind,
		.asal = i->from.ptr == NULL ? str_of(r->service->name) : i->from,
		.tipe = i->kind == JENIS_MASUKAN_HASIL_KERJA || i->kind == JENIS_MASUKAN_PEWAKTU ? i->index
																						 : i->type,
		.sebab = str_of(rule),
		.has_bidang = field != NULL,
		.has_seq = i->kind == JENIS_MASUKAN_PERISTIWA,
		.seq = i->at.seq };
	char bytes[PARK_KEY_MAX];
	struct str key, row;
	struct ctx ctx;
	enum err e;

	if (field != NULL)
		event.bidang = str_of(field);
	e = lane_key(r, i, &key);
	if (e != ERR_OK)
		return e;
	row = lane(i, key, bytes);
	assert(row.len + 8 <= PARK_KEY_MAX);
	be64_put(bytes + row.len, store_log(r->store)->head.seq + 1);
	row.len += 8;
	event.urutan = row;
	ctx_begin(&ctx, r, txn, i);
	ctx.is_allowed = true;
	e = ctx_emit(&ctx, &schema_masukan_ditolak, key.len == 0 ? row : key, &event);
	i->outcome.count = 0;
	if (e == ERR_OK)
		e = effects_write(&ctx, &i->outcome);
	if (e == ERR_OK)
		e = payload_save(r, txn, i, row);
	i->outcome.is_parked = true;
	i->outcome.status = SESI_STATUS_REJECTED;
	i->outcome.why = (struct problem) { NULL, "diparkir" };
	return e;
}

/* A piece of work is held while a result of it is parked: begun again it would only be refused again. */
static enum err work_hold(struct fold *fold, struct str key, enum work_state state)
{
	struct work_row row;
	enum err e = work_get(fold->txn, key, fold->arena, &row);

	row.state = state;
	if (e == ERR_OK)
		e = work_set(fold->txn, &row);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err park_apply_refused(struct fold *fold, const void *message)
{
	const struct masukan_ditolak *event = message;
	struct parkir row = { .jenis = event->jenis,
		.asal = event->asal,
		.tipe = event->tipe,
		.sebab = event->sebab,
		.has_bidang = event->has_bidang,
		.bidang = event->bidang,
		.has_seq = event->has_seq,
		.seq = event->seq,
		.pada = fold_at(fold),
		.seq_sendiri = fold_seq(fold) };
	enum err e = fold_put(fold, &table_parkir, event->urutan, &row);

	if (e == ERR_OK && event->jenis == JENIS_MASUKAN_HASIL_KERJA)
		e = work_hold(fold, fold_key(fold), WORK_PARKED);
	return e;
}

/* The key of the input that a row's key names. */
static struct str lane_key_of(struct str row_key)
{
	const char *origin_end = memchr(row_key.ptr, '\0', row_key.len);
	size_t head = origin_end == NULL ? row_key.len : (size_t)(origin_end - row_key.ptr) + 1;
	size_t tail = 1 + 8; /* 0 | BE64 */

	return row_key.len < head + tail ? (struct str) { "", 0 }
									 : str_bytes(row_key.ptr + head, row_key.len - head - tail);
}

/* What follows for the sender of a parked input. A command that is let go is as if it had never come: when its
 * sender repeats it, it is judged anew. Work goes on, or is begun again. */
static enum err let_go(struct fold *fold, const struct parkir_selesai *event,
	const struct parkir *row)
{
	struct str key = lane_key_of(event->urutan);
	struct id id;

	if (row->jenis == JENIS_MASUKAN_HASIL_KERJA)
		return work_hold(fold, key, WORK_OPEN);
	if (row->jenis != JENIS_MASUKAN_PERINTAH || event->tindakan != TINDAKAN_PARKIR_DIJALANKAN ||
		key.len != sizeof id.bytes)
		return ERR_OK;
	memcpy(id.bytes, key.ptr, sizeof id.bytes);
	return mark_del(fold->txn, id);
}

enum err park_apply_settled(struct fold *fold, const void *message)
{
	const struct parkir_selesai *event = message;
	struct parkir row;
	enum err e = fold_get(fold, &table_parkir, event->urutan, &row);

	if (e == ERR_OK)
		e = fold_del(fold, &table_parkir, event->urutan);
	if (e == ERR_OK)
		e = let_go(fold, event, &row);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* The parked input, as it came in. */
static enum err parked_input(struct ctx *ctx, struct str row_key, const struct parkir *row,
	struct input *ret)
{
	char key[PARK_KEY_MAX + 8];
	struct parkir_isi isi;
	struct str plain;
	enum err e = payload_get(ctx->txn, payload_key(row_key, key), ctx->arena, &plain);

	if (e == ERR_NOT_FOUND)
		return ctx_refuse(ctx, ERR_NOT_FOUND, "urutan", "data_hilang");
	if (e == ERR_OK)
		e = wire_decode(&schema_parkir_isi, plain, ctx->arena, &isi, &ctx->why);
	if (e != ERR_OK)
		return e;
	*ret = (struct input) { .kind = row->jenis,
		.id = isi.id,
		.type = row->tipe,
		.index = (uint16_t)row->tipe,
		.version = isi.versi,
		.actor = isi.aktor,
		.body = isi.isi,
		.from = row->asal,
		.at = { .epoch = isi.epoch, .seq = isi.seq, .hash = isi.hash },
		.slice = (uint32_t)isi.seq,
		.due = isi.jatuh,
		.key = isi.kunci };
	return ERR_OK;
}

/* Only the first of a lane may be settled: what came behind it waits for it. */
static enum err check_first(struct ctx *ctx, struct str row_key)
{
	struct walk walk;
	struct str found = { NULL, 0 };
	enum err e;

	if (row_key.len <= 8)
		return ctx_refuse(ctx, ERR_NOT_FOUND, "urutan", "tidak_ada");
	e = ctx_walk(ctx, &table_parkir, (struct str) { row_key.ptr, row_key.len - 8 }, &walk);
	if (e != ERR_OK)
		return e;
	e = ctx_walk_next(ctx, &walk, &table_parkir, &found, NULL);
	walk_close(&walk);
	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	return str_equal(found, row_key) ? ERR_OK
									 : ctx_refuse(ctx, ERR_STATE, "urutan", "bukan_yang_pertama");
}

enum err park_settle(struct ctx *ctx, const void *message)
{
	const struct jalankan_parkir *command = message;
	struct parkir_selesai event = { .urutan = command->urutan, .tindakan = command->tindakan };
	const struct input *mine = ctx->input;
	struct input *parked = arena_take(ctx->arena, sizeof *parked);
	char key[PARK_KEY_MAX + 8];
	struct parkir row;
	enum err e;

	e = policy_allow_operator(ctx, ctx->r->service->grants);
	if (e != ERR_OK)
		return e;
	e = parked == NULL ? ERR_LIMIT : ctx_get(ctx, &table_parkir, command->urutan, &row);
	if (e == ERR_NOT_FOUND)
		return ctx_refuse(ctx, e, "urutan", "tidak_ada");
	if (e == ERR_OK)
		e = check_first(ctx, command->urutan);
	if (e == ERR_OK)
		e = ctx_emit(ctx, &schema_parkir_selesai, command->urutan, &event);
	if (e == ERR_OK)
		e = ctx_forget(ctx, payload_key(command->urutan, key));
	ctx->r->has_work = true; /* work that was held goes on */
	if (e != ERR_OK || command->tindakan == TINDAKAN_PARKIR_DIBUANG)
		return e;
	e = parked_input(ctx, command->urutan, &row, parked);
	if (e != ERR_OK)
		return e;
	if (parked->kind == JENIS_MASUKAN_PERINTAH)
		return ERR_OK; /* its sender waits for the answer, and repeats it */
	/* decided as what it was; the cause of its events is this command, which let it go */
	ctx->input = parked;
	e = input_decide(ctx, parked);
	ctx->input = mine;
	return e;
}

enum err park_count(struct runtime *r, struct txn *txn, uint64_t *ret)
{
	struct walk walk;
	struct str key;
	uint64_t n = 0;
	enum err e = walk_open(txn, &table_parkir, (struct str) { NULL, 0 }, (struct str) { NULL, 0 },
		false, &walk);

	if (e != ERR_OK)
		return e;
	while ((e = walk_next(&walk, &table_parkir, &r->input_arena, &key, NULL)) == ERR_OK) {
		n++;
		arena_reset(&r->input_arena);
	}
	walk_close(&walk);
	*ret = n;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

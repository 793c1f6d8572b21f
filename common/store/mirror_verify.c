#include "store/mirror_row.h"

#include "base/bytes.h"

#include <sodium.h>
#include <string.h>

/* A walk over all records of a stream: where it stands, and the epochs it passes. */
struct walker {
	const struct mirror_step *steps;
	uint32_t count;
	uint32_t branch;
	const struct mirror_step *step; /* the present epoch; NULL before the first record */
	struct place at;                /* the last good one */
	uint64_t records;
	struct arena arena; /* of one record's seals */
};

/* The next epoch of the branch behind the present one. */
static const struct mirror_step *step_after(const struct walker *w, const struct mirror_step *step)
{
	for (step = step == NULL ? w->steps : step + 1; step < w->steps + w->count; step++)
		if (step->branch == w->branch)
			return step;
	return NULL;
}

static const struct mirror_step *step_of_id(const struct walker *w, struct id epoch)
{
	for (uint32_t i = 0; i < w->count; i++)
		if (id_equal(w->steps[i].start.epoch, epoch))
			return &w->steps[i];
	return NULL;
}

/* Enters the epochs of this branch that go on from the present place. */
static enum err epochs_enter(struct walker *w)
{
	const struct mirror_step *next;

	while ((next = step_after(w, w->step)) != NULL && next->start.seq <= w->at.seq) {
		if (next->start.seq != w->at.seq || !hash_equal(&next->start.hash, &w->at.hash) ||
			!id_equal(next->parent, w->at.epoch))
			return ERR_CORRUPT;
		w->step = next;
		w->at.epoch = next->start.epoch;
	}
	return ERR_OK;
}

/* The place before the first record of the branch: what its first epoch says it goes on from, which was
 * compared with the branch it leaves (starts_check). */
static enum err branch_begin(struct walker *w, uint32_t branch)
{
	w->branch = branch;
	w->step = NULL;
	w->step = step_after(w, NULL);
	if (w->step == NULL)
		return ERR_CORRUPT;
	w->at = w->step->start;
	return epochs_enter(w);
}

static enum err record_check(struct walker *w, struct str value)
{
	struct record record;
	struct hash stored, hash;
	struct str bytes;

	if (mirror_row_split(value, &stored, &bytes) != ERR_OK)
		return ERR_CORRUPT;
	hash = record_hash(&w->at.hash, bytes);
	arena_reset(&w->arena);
	if (!hash_equal(&hash, &stored) || record_decode(bytes, &w->arena, &record) != ERR_OK ||
		record.seq != w->at.seq + 1 || !id_equal(record.epoch, w->at.epoch))
		return ERR_CORRUPT;
	w->at.seq++;
	w->at.hash = hash;
	w->records++;
	return ERR_OK;
}

/* Whether every epoch of the branch was reached. */
static enum err branch_end(struct walker *w)
{
	enum err e = epochs_enter(w);

	return e == ERR_OK && step_after(w, w->step) != NULL ? ERR_CORRUPT : e;
}

static enum err row_check(struct walker *w, const struct kv_row *row)
{
	uint32_t branch;
	enum err e = ERR_OK;

	if (row->key.len != MIRROR_KEY_BYTES || w->step == NULL)
		return ERR_CORRUPT;
	branch = be32_get(row->key.ptr + 4);
	while (e == ERR_OK && w->branch < branch) {
		e = branch_end(w);
		if (e == ERR_OK)
			e = branch_begin(w, w->branch + 1);
	}
	if (e == ERR_OK)
		e = epochs_enter(w);
	if (e == ERR_OK && be64_get(row->key.ptr + MIRROR_RANGE_BYTES) != w->at.seq + 1)
		e = ERR_CORRUPT;
	return e == ERR_OK ? record_check(w, row->value) : e;
}

static enum err records_check(struct txn *txn, struct walker *w, uint32_t stream)
{
	struct kv_cursor *cursor;
	struct kv_row row;
	char range[4];
	enum err e = kv_cursor_open(txn->kv, TABLE_MIRROR, &cursor);

	if (e != ERR_OK)
		return e;
	be32_put(range, stream);
	for (e = kv_seek(cursor, str_bytes(range, sizeof range), &row);
		 e == ERR_OK && str_starts(row.key, str_bytes(range, sizeof range));
		 e = kv_next(cursor, &row)) {
		e = row_check(w, &row);
		if (e != ERR_OK)
			break;
	}
	kv_cursor_close(&cursor);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* Branches behind the last record have epochs and no record; the last branch is the present one. */
static enum err branches_end(struct walker *w)
{
	uint32_t last = w->count == 0 ? 0 : w->steps[w->count - 1].branch;
	enum err e = w->step == NULL ? ERR_OK : branch_end(w);

	while (e == ERR_OK && w->branch < last) {
		e = branch_begin(w, w->branch + 1);
		if (e == ERR_OK)
			e = branch_end(w);
	}
	return e == ERR_OK && w->branch != last ? ERR_CORRUPT : e;
}

/* An epoch begins at the head of the present branch, or a branch with it: in an older epoch, at a place that
 * is there. */
static enum err start_check(struct txn *txn, const struct walker *w,
	const struct mirror_stream *stream, uint32_t i)
{
	const struct mirror_step *s = &w->steps[i];
	const struct mirror_step *from = step_of_id(w, s->parent);
	struct record record;
	struct hash hash;
	struct str bytes;
	enum err e;

	if (step_of_id(w, s->start.epoch) != s)
		return ERR_CORRUPT; /* an id given twice */
	if (i == 0)
		return id_is_zero(s->parent) && s->branch == 0 && s->start.seq == 0 ? ERR_OK : ERR_CORRUPT;
	if (from == NULL || from >= s || s->start.seq < from->start.seq)
		return ERR_CORRUPT;
	if (s->branch == s[-1].branch ? from != &s[-1] : s->branch != s[-1].branch + 1)
		return ERR_CORRUPT;
	/* A place at which epochs begin is in the epoch of the record before it. */
	while (from->start.seq == s->start.seq && from > w->steps)
		from = step_of_id(w, from->parent);
	if (s->start.seq == 0)
		return hash_equal(&s->start.hash, &w->steps->start.hash) ? ERR_OK : ERR_CORRUPT;
	e = mirror_get(txn, stream, from->branch, s->start.seq, &hash, &bytes);
	if (e != ERR_OK)
		return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
	return record_peek(bytes, &record) == ERR_OK && id_equal(record.epoch, from->start.epoch) &&
			hash_equal(&hash, &s->start.hash)
		? ERR_OK
		: ERR_CORRUPT;
}

static enum err starts_check(struct txn *txn, struct walker *w, const struct mirror_stream *stream)
{
	enum err e = ERR_OK;

	for (uint32_t i = 0; i < w->count && e == ERR_OK; i++) {
		w->branch = w->steps[i].branch;
		w->at = w->steps[i].start;
		e = start_check(txn, w, stream, i);
	}
	return e;
}

/* Whether one of the origin's keys made it; without keys nothing is said. */
static bool is_signed(const struct mirror_stream *stream, const struct mirror_head *head,
	const struct mirror_keys *keys)
{
	struct buf statement;
	bool ret = keys == NULL;

	buf_init(&statement, 256);
	mirror_head_statement(stream->name, &head->at, &statement);
	for (uint32_t i = 0; !ret && i < keys->count; i++)
		ret = crypto_sign_verify_detached(head->signature, (const uint8_t *)statement.ptr,
				  statement.len, keys->keys[i]) == 0;
	buf_clear(&statement);
	return ret;
}

/* A signed head must be what is kept under its epoch and number, as far as that is kept. */
static enum err head_check(struct txn *txn, struct walker *w, const struct mirror_stream *stream,
	const struct mirror_head *head)
{
	const struct mirror_step *step = step_of_id(w, head->at.epoch);
	const struct mirror_step *next;
	struct hash hash;
	struct str bytes;
	enum err e;

	if (step == NULL)
		return ERR_OK;
	w->branch = step->branch;
	next = step_after(w, step);
	if (head->at.seq < step->start.seq)
		return ERR_CORRUPT;
	if (head->at.seq == step->start.seq)
		return hash_equal(&head->at.hash, &step->start.hash) ? ERR_OK : ERR_CORRUPT;
	if (next != NULL && head->at.seq > next->start.seq)
		return ERR_OK; /* of records that were lost before they came here */
	e = mirror_get(txn, stream, step->branch, head->at.seq, &hash, &bytes);
	if (e != ERR_OK)
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	return hash_equal(&hash, &head->at.hash) ? ERR_OK : ERR_CORRUPT;
}

static enum err heads_check(struct txn *txn, struct walker *w, const struct mirror_stream *stream,
	const struct mirror_keys *keys)
{
	struct kv_cursor *cursor;
	struct kv_row row;
	char range[4];
	enum err e = kv_cursor_open(txn->kv, txn_table(txn, &system_mirror_head), &cursor);

	if (e != ERR_OK)
		return e;
	be32_put(range, stream->number);
	for (e = kv_seek(cursor, str_bytes(range, sizeof range), &row);
		 e == ERR_OK && str_starts(row.key, str_bytes(range, sizeof range));
		 e = kv_next(cursor, &row)) {
		struct mirror_head head;

		e = mirror_head_of_row(row.value, &head);
		if (e == ERR_OK) {
			w->at = head.at;
			w->branch = stream->branch;
			e = is_signed(stream, &head, keys) ? head_check(txn, w, stream, &head) : ERR_CORRUPT;
		}
		if (e != ERR_OK)
			break;
	}
	kv_cursor_close(&cursor);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err mirror_verify(struct txn *txn, const struct mirror_stream *stream,
	const struct mirror_keys *keys, uint64_t *ret_count, uint32_t *ret_branch, uint64_t *ret_bad)
{
	struct walker w = { .branch = 0 };
	struct mirror_step *steps;
	struct arena arena;
	bool is_head = false;
	enum err e;

	arena_init(&arena, (LOG_EPOCHS_MAX + 1) * sizeof *steps);
	arena_init(&w.arena, RECORD_SEALS_MAX * sizeof(struct seal) + 64);
	e = mirror_steps(txn, stream->number, &arena, &steps, &w.count);
	if (e == ERR_OK) {
		w.steps = steps;
		e = w.count == 0 ? ERR_OK : branch_begin(&w, 0);
	}
	if (e == ERR_OK)
		e = records_check(txn, &w, stream->number);
	if (e == ERR_OK)
		e = branches_end(&w);
	if (e == ERR_OK)
		e = starts_check(txn, &w, stream);
	if (e == ERR_OK) {
		is_head = true;
		e = heads_check(txn, &w, stream, keys);
	}
	arena_clear(&w.arena);
	arena_clear(&arena);
	*ret_count = w.records;
	if (e == ERR_CORRUPT) {
		*ret_branch = w.branch;
		*ret_bad = is_head ? w.at.seq : w.at.seq + 1;
	}
	return e;
}

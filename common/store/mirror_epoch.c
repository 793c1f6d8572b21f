#include "store/mirror_row.h"

#include "base/bytes.h"
#include "proto/messages.h"
#include "wire/wire.h"

enum { STEP_KEY_BYTES = 8 };

static enum err step_decode(const struct kv_row *row, struct mirror_step *ret, uint32_t *ret_number)
{
	struct simpan_cermin_epok e;
	struct problem why;
	struct arena none;

	arena_init(&none, 0); /* the row has no lists */
	if (row->key.len != STEP_KEY_BYTES ||
		wire_decode(&schema_simpan_cermin_epok, row->value, &none, &e, &why) != ERR_OK)
		return ERR_CORRUPT;
	*ret_number = be32_get(row->key.ptr + 4);
	*ret = (struct mirror_step) {
		.start = { e.epok, e.mulai_seq, e.mulai_hash },
		.parent = e.has_induk ? e.induk : (struct id) { { 0 } },
		.branch = e.cabang,
		.begun_at = e.has_sejak ? e.sejak : 0,
	};
	return ERR_OK;
}

/* Sees the epochs one by one; ERR_NOT_FOUND goes on. */
typedef enum err step_fn(void *self, const struct mirror_step *step, uint32_t number);

/* From the last one back. */
static enum err steps_back(struct txn *txn, uint32_t stream, step_fn *see, void *self)
{
	const struct kv_ops *ops = txn->kv->kv->ops;
	struct kv_cursor *cursor;
	struct kv_row row;
	char end[4];
	enum err e = kv_cursor_open(txn->kv, txn_table(txn, &system_mirror_epoch), &cursor);

	if (e != ERR_OK)
		return e;
	be32_put(end, stream + 1);
	e = kv_seek(cursor, str_bytes(end, sizeof end), &row);
	e = e == ERR_OK ? ops->prev(cursor, &row) : e == ERR_NOT_FOUND ? ops->last(cursor, &row) : e;
	for (; e == ERR_OK; e = ops->prev(cursor, &row)) {
		struct mirror_step step;
		uint32_t number;

		if (row.key.len < 4 || be32_get(row.key.ptr) != stream) {
			e = ERR_NOT_FOUND;
			break;
		}
		e = step_decode(&row, &step, &number);
		if (e == ERR_OK)
			e = see(self, &step, number);
		if (e != ERR_NOT_FOUND)
			break;
	}
	kv_cursor_close(&cursor);
	return e;
}

/* The way back along the parents. */
struct history {
	mirror_wanted *is_wanted;
	const void *wanted;
	struct id next; /* the parent of the one before; zero: any */
	uint64_t end_seq;
	struct mirror_step found;
	bool is_on_way; /* the last one seen */
	bool is_over;   /* the first one was passed */
};

static enum err history_see(void *self, const struct mirror_step *step, uint32_t number)
{
	struct history *h = self;

	(void)number;
	if (h->is_over)
		return ERR_CORRUPT; /* a row before the first */
	h->is_on_way = id_is_zero(h->next) || id_equal(h->next, step->start.epoch);
	if (!h->is_on_way)
		return ERR_NOT_FOUND;
	if (h->is_wanted == NULL || h->is_wanted(step, h->end_seq, h->wanted)) {
		h->found = *step;
		return ERR_OK;
	}
	h->end_seq = step->start.seq;
	h->next = step->parent;
	h->is_over = id_is_zero(step->parent);
	return ERR_NOT_FOUND;
}

enum err mirror_step_find(struct txn *txn, uint32_t stream, mirror_wanted *is_wanted,
	const void *wanted, struct mirror_step *ret, uint64_t *ret_end)
{
	struct history h = { .is_wanted = is_wanted, .wanted = wanted, .end_seq = UINT64_MAX };
	enum err e = steps_back(txn, stream, history_see, &h);

	if (e == ERR_OK) {
		*ret = h.found;
		*ret_end = h.end_seq;
	}
	return e;
}

static bool begins_before(const struct mirror_step *step, uint64_t end_seq, const void *wanted)
{
	const uint64_t *seq = wanted;

	(void)end_seq;
	return step->start.seq < *seq || id_is_zero(step->parent);
}

enum err mirror_step_of(struct txn *txn, uint32_t stream, uint64_t seq, struct mirror_step *ret,
	uint64_t *ret_end)
{
	return mirror_step_find(txn, stream, begins_before, &seq, ret, ret_end);
}

/* All of them, collected from the last one back. */
struct collection {
	struct arena *arena;
	struct mirror_step *steps;
	uint32_t left; /* to come */
	uint32_t count;
};

static enum err collection_see(void *self, const struct mirror_step *step, uint32_t number)
{
	struct collection *c = self;

	if (c->steps == NULL) {
		if (number >= LOG_EPOCHS_MAX)
			return ERR_CORRUPT;
		c->left = c->count = number + 1;
		c->steps = arena_take(c->arena, c->count * sizeof *c->steps);
		if (c->steps == NULL)
			return ERR_LIMIT;
	}
	if (number + 1 != c->left)
		return ERR_CORRUPT;
	c->steps[--c->left] = *step;
	return ERR_NOT_FOUND;
}

enum err mirror_steps(struct txn *txn, uint32_t stream, struct arena *arena,
	struct mirror_step **ret, uint32_t *ret_len)
{
	struct collection c = { .arena = arena };
	enum err e = steps_back(txn, stream, collection_see, &c);

	if (e != ERR_NOT_FOUND)
		return e;
	if (c.left > 0)
		return ERR_CORRUPT;
	*ret = c.steps;
	*ret_len = c.count;
	return ERR_OK;
}

/* Which number is free, unless the id was seen. */
struct addition {
	struct id epoch;
	uint32_t next;
};

static enum err addition_see(void *self, const struct mirror_step *step, uint32_t number)
{
	struct addition *a = self;

	if (a->next == 0)
		a->next = number + 1;
	return id_equal(a->epoch, step->start.epoch) ? ERR_CORRUPT : ERR_NOT_FOUND;
}

enum err mirror_step_add(struct txn *txn, uint32_t stream, const struct mirror_step *step)
{
	struct addition a = { .epoch = step->start.epoch };
	struct simpan_cermin_epok row = {
		.epok = step->start.epoch,
		.mulai_seq = step->start.seq,
		.mulai_hash = step->start.hash,
		.has_induk = !id_is_zero(step->parent),
		.induk = step->parent,
		.cabang = step->branch,
		.has_sejak = step->begun_at != 0,
		.sejak = step->begun_at,
	};
	char key[STEP_KEY_BYTES];
	enum err e = steps_back(txn, stream, addition_see, &a);

	if (id_is_zero(step->start.epoch))
		return ERR_CORRUPT;
	if (e != ERR_NOT_FOUND)
		return e;
	if (a.next >= LOG_EPOCHS_MAX)
		return ERR_LIMIT;
	be32_put(key, stream);
	be32_put(key + 4, a.next);
	return table_put(txn, &system_mirror_epoch, str_bytes(key, sizeof key), &row);
}

static bool has_id(const struct mirror_step *step, uint64_t end_seq, const void *wanted)
{
	const struct id *epoch = wanted;

	(void)end_seq;
	return id_equal(step->start.epoch, *epoch);
}

enum err mirror_step_by_id(struct txn *txn, uint32_t stream, struct id epoch,
	struct mirror_step *ret)
{
	uint64_t end;

	return mirror_step_find(txn, stream, has_id, &epoch, ret, &end);
}

enum err mirror_epoch(struct txn *txn, struct mirror_stream *stream, const struct place *start)
{
	struct mirror_step step = { .start = *start,
		.parent = stream->head.epoch,
		.branch = stream->branch };
	struct mirror_step known;
	enum err e = mirror_step_by_id(txn, stream->number, start->epoch, &known);

	if (e == ERR_OK)
		return known.start.seq == start->seq && hash_equal(&known.start.hash, &start->hash)
			? ERR_OK
			: ERR_CORRUPT;
	if (e != ERR_NOT_FOUND)
		return e;
	if (start->seq != stream->head.seq)
		return ERR_NOT_FOUND;
	if (!id_is_zero(stream->head.epoch) && !hash_equal(&start->hash, &stream->head.hash))
		return ERR_NOT_FOUND;
	e = mirror_step_add(txn, stream->number, &step);
	if (e == ERR_OK)
		stream->head = *start;
	return e;
}

/* The history, collected from the present epoch back. */
struct span {
	struct history history;
	struct place *places; /* filled from the end */
	uint32_t max;
	uint32_t count;
};

static enum err span_see(void *self, const struct mirror_step *step, uint32_t number)
{
	struct span *s = self;
	enum err e = history_see(&s->history, step, number);

	if (e != ERR_NOT_FOUND || !s->history.is_on_way)
		return e;
	s->count++;
	s->places[s->max - s->count] = step->start;
	return s->count == s->max ? ERR_OK : ERR_NOT_FOUND;
}

static bool never(const struct mirror_step *step, uint64_t end_seq, const void *wanted)
{
	(void)step;
	(void)end_seq;
	(void)wanted;
	return false;
}

enum err mirror_epochs(struct txn *txn, const struct mirror_stream *stream, uint32_t max,
	struct arena *arena, struct place **ret, uint32_t *ret_len)
{
	struct span span = { .history = { .is_wanted = never },
		.max = max < LOG_EPOCHS_MAX ? max : LOG_EPOCHS_MAX };
	enum err e = ERR_OK;

	span.places = arena_take(arena, (span.max + 1) * sizeof *span.places);
	if (span.places == NULL)
		return ERR_LIMIT;
	if (max > 0)
		e = steps_back(txn, stream->number, span_see, &span);
	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	*ret = span.places + span.max - span.count;
	*ret_len = span.count;
	return ERR_OK;
}

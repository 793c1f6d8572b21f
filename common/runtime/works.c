/* Open work: started from the live table after the commit that asked for it, never from replay. */
#include <assert.h>
#include <string.h>

#include "runtime/engine.h"
#include "runtime/worker.h"

enum { WORKS_A_PAGE = 64 };

static struct running *running_of(struct runtime *r, struct str key)
{
	for (uint32_t n = 0; n < RUNNING_MAX; n++)
		if (r->running[n].is_used && str_equal(r->running[n].key, key))
			return &r->running[n];
	return NULL;
}

static struct running *running_free(struct runtime *r)
{
	for (uint32_t n = 0; n < RUNNING_MAX; n++)
		if (!r->running[n].is_used)
			return &r->running[n];
	return NULL;
}

void runtime_result(struct runtime *r, const struct work_kind *kind, struct str key, uint32_t slice,
	struct str result)
{
	struct input pattern = { .kind = JENIS_MASUKAN_HASIL_KERJA,
		.key = key,
		.slice = slice,
		.body = result,
		.index = (uint16_t)(kind - r->service->works) };

	assert(result.len <= WORK_RESULT_MAX);
	lines_add(&r->waiting, input_new(&pattern));
}

void runtime_work_ended(struct runtime *r, struct str key)
{
	struct running *run = running_of(r, key);

	if (run != NULL)
		run->is_used = false;
	r->has_work = true; /* another one may be waiting for a worker, or this one has more slices */
}

static enum err start_one(struct runtime *r, struct txn *txn, const struct work_row *row,
	struct running *run)
{
	const struct work_kind *kind = &r->service->works[row->kind];
	struct str payload;
	enum err e = payload_get(txn, row->key, &r->input_arena, &payload);

	if (e == ERR_NOT_FOUND) {
		runtime_result(r, kind, row->key, row->slice, (struct str) { NULL, 0 });
		return ERR_OK;
	}
	if (e != ERR_OK)
		return e;
	e = r->o.work_host.start(r->o.work_host.self, kind, row->key, row->slice, payload);
	if (e != ERR_OK)
		return e;
	memcpy(run->key_bytes, row->key.ptr, row->key.len);
	run->key = str_bytes(run->key_bytes, row->key.len);
	run->is_used = true;
	r->figures.work_started++;
	return ERR_OK;
}

/* A row whose result is queued is not started again: its slice is about to be taken. */
static bool is_queued(const struct runtime *r, struct str key)
{
	const struct queue *results = &r->waiting.of[JENIS_MASUKAN_HASIL_KERJA];

	for (const struct input *i = results->first; i != NULL; i = i->next)
		if (str_equal(i->key, key))
			return true;
	return false;
}

/* Begins what is open among some rows. *ret_is_full: no room for more at once. */
static enum err start_some(struct runtime *r, struct txn *txn, const struct work_row *rows,
	uint32_t count, bool *ret_is_full)
{
	enum err e = ERR_OK;

	for (uint32_t n = 0; n < count && e == ERR_OK && !*ret_is_full; n++) {
		struct running *run = running_free(r);

		if (rows[n].state != WORK_OPEN || running_of(r, rows[n].key) != NULL ||
			is_queued(r, rows[n].key))
			continue;
		*ret_is_full = run == NULL;
		if (run != NULL)
			e = start_one(r, txn, &rows[n], run);
	}
	return e;
}

enum err works_start(struct runtime *r)
{
	char after_bytes[KV_KEY_MAX];
	struct str after = { NULL, 0 };
	struct txn *txn = NULL;
	uint32_t count = WORKS_A_PAGE;
	bool is_full = false;
	enum err e;

	if (!r->has_work || r->fence != NULL || r->is_rebuilding || r->is_stopping ||
		r->service->work_count == 0)
		return ERR_OK;
	r->has_work = false;
	e = txn_begin(r->store, KV_READ, &txn);
	/* page by page: rows that are under way or held hide none behind them */
	while (e == ERR_OK && count == WORKS_A_PAGE && !is_full) {
		struct work_row *rows;

		arena_reset(&r->input_arena);
		e = work_list(txn, after, WORKS_A_PAGE, &r->input_arena, &rows, &count);
		if (e == ERR_OK)
			e = start_some(r, txn, rows, count, &is_full);
		if (e != ERR_OK || count == 0)
			break;
		memcpy(after_bytes, rows[count - 1].key.ptr, rows[count - 1].key.len);
		after = str_bytes(after_bytes, rows[count - 1].key.len);
	}
	txn_abort(&txn);
	return e == ERR_UNAVAILABLE ? ERR_OK : e; /* all workers busy: again when one has ended */
}

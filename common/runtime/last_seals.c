#include "runtime/last_seals.h"

#include <stdlib.h>

enum { FIRST_SIZE = 1024 };
#define KEYS_BYTES_MAX (UINT64_C(1) << 30)

/* FNV-1a. The keys come from our own log; an order that makes rows meet would only be slow. */
static size_t place_of(uint32_t table, struct str key)
{
	uint64_t hash = (UINT64_C(14695981039346656037) ^ table) * UINT64_C(1099511628211);

	for (size_t i = 0; i < key.len; i++)
		hash = (hash ^ (unsigned char)key.ptr[i]) * UINT64_C(1099511628211);
	return (size_t)(hash ^ (hash >> 32));
}

static struct last_seal *row_of(const struct last_seals *s, uint32_t table, struct str key)
{
	size_t at = place_of(table, key) & (s->size - 1);

	while (s->rows[at].seal.key.ptr != NULL &&
		(s->rows[at].seal.table != table || !str_equal(s->rows[at].seal.key, key)))
		at = (at + 1) & (s->size - 1);
	return &s->rows[at];
}

static struct last_seal *rows_new(size_t size)
{
	struct last_seal *rows = calloc(size, sizeof *rows);

	if (rows == NULL)
		abort();
	return rows;
}

static void grow(struct last_seals *s)
{
	struct last_seal *old = s->rows;
	size_t old_size = s->size;

	s->size *= 2;
	s->rows = rows_new(s->size);
	for (size_t i = 0; i < old_size; i++)
		if (old[i].seal.key.ptr != NULL)
			*row_of(s, old[i].seal.table, old[i].seal.key) = old[i];
	free(old);
}

void last_seals_init(struct last_seals *s)
{
	*s = (struct last_seals) { .rows = rows_new(FIRST_SIZE), .size = FIRST_SIZE };
	arena_init(&s->arena, KEYS_BYTES_MAX);
}

void last_seals_clear(struct last_seals *s)
{
	free(s->rows);
	arena_clear(&s->arena);
	*s = (struct last_seals) { .rows = NULL };
}

static enum err take(struct last_seals *s, const struct seal *seal, uint64_t seq)
{
	struct last_seal *row;
	struct str key;

	if (s->count * 2 >= s->size)
		grow(s);
	row = row_of(s, seal->table, seal->key);
	key = row->seal.key;
	if (key.ptr == NULL) {
		if (arena_copy(&s->arena, seal->key, &key) != ERR_OK)
			return ERR_LIMIT;
		s->count++;
	}
	*row = (struct last_seal) { *seal, seq };
	row->seal.key = key;
	return ERR_OK;
}

enum err last_seals_take(struct last_seals *s, const struct record *record)
{
	enum err e = ERR_OK;

	for (uint32_t i = 0; i < record->seals_len && e == ERR_OK; i++) {
		e = take(s, &record->seals[i], record->seq);
		s->erased += record->seals[i].is_erased;
	}
	return e;
}

const struct last_seal *last_seals_find(const struct last_seals *s, uint32_t table, struct str key)
{
	const struct last_seal *row = row_of(s, table, key);

	return row->seal.key.ptr == NULL ? NULL : row;
}

#include "runtime/suspects.h"

#include "base/bytes.h"
#include "base/hash.h"

#include <assert.h>
#include <stdlib.h>

enum { FIRST_SIZE = 1024 };

/* 64 bits of a hash: that two of a million entries meet is a matter of one in ten million, and then one
 * suspicion too few is said. */
static uint64_t name_of(uint32_t table, struct str key)
{
	struct hash hash;
	char number[4];

	be32_put(number, table);
	hash = hash_labelled("suspect", str_bytes(number, sizeof number), key);
	return be64_get(hash.bytes) | 1; /* 0 marks a row that was never used */
}

static struct suspect *row_of(const struct suspects *s, uint64_t name)
{
	size_t at = name & (s->size - 1);

	while (s->rows[at].name != 0 && s->rows[at].name != name)
		at = (at + 1) & (s->size - 1);
	return &s->rows[at];
}

static struct suspect *rows_new(size_t size)
{
	struct suspect *rows = calloc(size, sizeof *rows);

	if (rows == NULL)
		abort();
	return rows;
}

static void grow(struct suspects *s)
{
	struct suspects wider = { rows_new(s->size * 2), s->size * 2, 0 };

	for (size_t i = 0; i < s->size; i++) {
		if (s->rows[i].seq == 0)
			continue;
		*row_of(&wider, s->rows[i].name) = s->rows[i];
		wider.used++;
	}
	free(s->rows);
	*s = wider;
}

void suspects_init(struct suspects *s)
{
	*s = (struct suspects) { rows_new(FIRST_SIZE), FIRST_SIZE, 0 };
}

void suspects_clear(struct suspects *s)
{
	free(s->rows);
	*s = (struct suspects) { NULL, 0, 0 };
}

void suspects_add(struct suspects *s, uint32_t table, struct str key, uint64_t seq, bool is_missing)
{
	uint64_t name = name_of(table, key);
	struct suspect *row;

	assert(seq > 0);
	if (s->used * 2 >= s->size)
		grow(s);
	row = row_of(s, name);
	if (row->name == 0)
		s->used++;
	*row = (struct suspect) { name, seq, table, is_missing };
}

void suspects_take_back(struct suspects *s, uint32_t table, struct str key)
{
	row_of(s, name_of(table, key))->seq = 0;
}

const struct suspect *suspects_first(const struct suspects *s)
{
	const struct suspect *first = NULL;

	for (size_t i = 0; i < s->size; i++)
		if (s->rows[i].seq != 0 && (first == NULL || s->rows[i].seq < first->seq))
			first = &s->rows[i];
	return first;
}

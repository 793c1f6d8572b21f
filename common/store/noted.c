#include "store/noted.h"

#include "base/bytes.h"

#include <stdlib.h>
#include <string.h>

enum { SENT_SIZE_FIRST = 1024, BOUNDS_SIZE_FIRST = 16 };

void noted_clear(struct noted *n)
{
	for (uint32_t i = 0; i < n->bounds_len; i++)
		free(n->bounds[i].series);
	free(n->bounds);
	free(n->sent);
	*n = (struct noted) { 0 };
}

struct bound *noted_bound(const struct noted *n, struct str series)
{
	for (uint32_t i = 0; i < n->bounds_len; i++)
		if (str_is(series, n->bounds[i].series))
			return &n->bounds[i];
	return NULL;
}

enum err noted_bound_set(struct noted *n, struct str series, uint64_t value)
{
	struct bound *found = noted_bound(n, series);

	if (found != NULL) {
		found->value = value;
		return ERR_OK;
	}
	if (series.len == 0 || memchr(series.ptr, 0, series.len) != NULL ||
		memchr(series.ptr, '\n', series.len) != NULL)
		return ERR_INVALID;
	if (series.len > SERIES_BYTES_MAX || n->bounds_len == NOTED_BOUNDS_MAX)
		return ERR_LIMIT;
	if (n->bounds_len == n->bounds_size) {
		n->bounds_size = n->bounds_size == 0 ? BOUNDS_SIZE_FIRST : 2 * n->bounds_size;
		n->bounds = realloc(n->bounds, n->bounds_size * sizeof *n->bounds);
		if (n->bounds == NULL)
			abort();
	}
	found = &n->bounds[n->bounds_len++];
	found->value = value;
	found->series = strndup(series.ptr, series.len);
	if (found->series == NULL)
		abort();
	return ERR_OK;
}

struct sent_key sent_key_of(struct str key)
{
	struct hash hash = hash_of(key);
	struct sent_key ret;

	memcpy(ret.bytes, hash.bytes, sizeof ret.bytes);
	if (ret.bytes[0] == 0)
		ret.bytes[0] = 1; /* zero means free */
	return ret;
}

/* The place of a key's first 8 bytes, or the free one where they belong. */
static uint64_t *sent_place(const struct noted *n, uint64_t key)
{
	for (size_t at = key;; at++) {
		uint64_t *place = &n->sent[at & (n->sent_size - 1)];

		if (*place == 0 || *place == key)
			return place;
	}
}

bool noted_has_sent(const struct noted *n, const struct sent_key *key)
{
	return n->sent_size > 0 && *sent_place(n, be64_get(key->bytes)) != 0;
}

static void sent_grow(struct noted *n)
{
	struct noted old = *n;

	n->sent_size = old.sent_size == 0 ? SENT_SIZE_FIRST : 2 * old.sent_size;
	n->sent = calloc(n->sent_size, sizeof *n->sent);
	if (n->sent == NULL)
		abort();
	for (size_t i = 0; i < old.sent_size; i++)
		if (old.sent[i] != 0)
			*sent_place(n, old.sent[i]) = old.sent[i];
	free(old.sent);
}

void noted_add_sent(struct noted *n, const struct sent_key *key)
{
	uint64_t *place;

	if (4 * (n->sent_len + 1) > 3 * n->sent_size)
		sent_grow(n);
	place = sent_place(n, be64_get(key->bytes));
	n->sent_len += *place == 0;
	*place = be64_get(key->bytes);
}

#include "base/bytes.h"
#include "proto/messages.h"
#include "store/system_table.h"

#include <assert.h>
#include <string.h>

enum { STREAM_KEY_MAX = 256, EXPIRE_AT_ONCE = 64 };

enum err mark_get(struct txn *txn, struct id id, struct mark *ret)
{
	struct simpan_tanda row;
	enum err e = row_peek(txn, &system_mark, str_bytes(id.bytes, sizeof id.bytes), &row);

	if (e == ERR_OK)
		*ret = (struct mark) { row.isi, row.pelaku, row.epok, row.seq, row.jumlah };
	return e;
}

enum err mark_put(struct txn *txn, struct id id, const struct mark *mark)
{
	struct simpan_tanda row = { mark->body_hash, mark->actor, mark->epoch, mark->seq, mark->count };

	return table_put(txn, &system_mark, str_bytes(id.bytes, sizeof id.bytes), &row);
}

enum err mark_del(struct txn *txn, struct id id)
{
	return table_del(txn, &system_mark, str_bytes(id.bytes, sizeof id.bytes));
}

/* The first ids whose time is before `before`; ids sort by time. */
static enum err expired(struct txn *txn, time_us before, uint32_t max, struct id *ids,
	uint32_t *ret_len)
{
	struct kv_cursor *cursor;
	struct kv_row row;
	uint32_t len = 0;
	enum err e = kv_cursor_open(txn->kv, txn_table(txn, &system_mark), &cursor);

	if (e != ERR_OK)
		return e;
	for (e = kv_seek(cursor, (struct str) { "", 0 }, &row); e == ERR_OK && len < max;
		 e = kv_next(cursor, &row)) {
		if (row.key.len != sizeof ids->bytes) {
			e = ERR_CORRUPT;
			break;
		}
		memcpy(ids[len].bytes, row.key.ptr, sizeof ids->bytes);
		if (id_time(ids[len]) >= before)
			break;
		len++;
	}
	kv_cursor_close(&cursor);
	*ret_len = len;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* Only forward: a wall clock that was set back does not bring marks back. */
static enum err note_expired(struct txn *txn, time_us before)
{
	struct str noted;
	char from[8];
	enum err e = meta_get(txn, META_MARKS_FROM, &noted);

	if (e == ERR_OK && noted.len == sizeof from && (time_us)be64_get(noted.ptr) >= before)
		return ERR_OK;
	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	be64_put(from, (uint64_t)before);
	return meta_put(txn, META_MARKS_FROM, str_bytes(from, sizeof from));
}

enum err mark_expire(struct txn *txn, time_us before, uint32_t max, uint32_t *ret)
{
	struct id ids[EXPIRE_AT_ONCE];
	uint32_t done = 0;
	enum err e;

	while (done < max) {
		uint32_t want = max - done < EXPIRE_AT_ONCE ? max - done : EXPIRE_AT_ONCE;
		uint32_t len = 0;

		e = expired(txn, before, want, ids, &len);
		for (uint32_t i = 0; i < len && e == ERR_OK; i++)
			e = table_del(txn, &system_mark, str_bytes(ids[i].bytes, sizeof ids[i].bytes));
		if (e != ERR_OK)
			return e;
		done += len;
		if (len < want)
			break;
	}
	*ret = done;
	return done == 0 ? ERR_OK : note_expired(txn, before);
}

/* ---- cursors ---- */

/* Where a consumer's cursor stands: the fold's own apart from those of projected tables. */
static const struct table *cursor_place(struct str consumer, struct str stream,
	char key[STREAM_KEY_MAX], struct str *ret_key)
{
	size_t len = consumer.len == 0 ? 0 : consumer.len + 1;

	if (len + stream.len > STREAM_KEY_MAX || stream.len == 0) {
		*ret_key = (struct str) { NULL, 0 };
		return &system_cursor;
	}
	if (len > 0) {
		memcpy(key, consumer.ptr, consumer.len);
		key[consumer.len] = 0;
	}
	memcpy(key + len, stream.ptr, stream.len);
	*ret_key = str_bytes(key, len + stream.len);
	return len == 0 ? &system_cursor : &system_view_cursor;
}

enum err cursor_get(struct txn *txn, struct str consumer, struct str stream, struct place *ret)
{
	char bytes[STREAM_KEY_MAX];
	struct simpan_letak row;
	struct str key;
	const struct table *table = cursor_place(consumer, stream, bytes, &key);
	enum err e;

	if (key.len == 0)
		return ERR_NOT_FOUND;
	e = row_peek(txn, table, key, &row);
	if (e == ERR_OK)
		*ret = (struct place) { row.epok, row.seq, row.hash };
	return e;
}

enum err cursor_put(struct txn *txn, struct str consumer, struct str stream, const struct place *at)
{
	struct simpan_letak row = { .epok = at->epoch, .seq = at->seq, .hash = at->hash };
	char bytes[STREAM_KEY_MAX];
	struct str key;
	const struct table *table = cursor_place(consumer, stream, bytes, &key);

	return key.len == 0 ? ERR_LIMIT : table_put(txn, table, key, &row);
}

enum err cursor_del(struct txn *txn, struct str consumer, struct str stream)
{
	char bytes[STREAM_KEY_MAX];
	struct str key;
	const struct table *table = cursor_place(consumer, stream, bytes, &key);

	return key.len == 0 ? ERR_NOT_FOUND : table_del(txn, table, key);
}

enum err cursor_list(struct txn *txn, struct str consumer, struct arena *arena, struct str **ret,
	uint32_t *ret_len)
{
	char prefix[STREAM_KEY_MAX];
	uint64_t rows;
	struct walk walk;
	struct str key;
	enum err e = table_count(txn, &system_view_cursor, &rows);

	assert(consumer.len > 0 && consumer.len < sizeof prefix);
	memcpy(prefix, consumer.ptr, consumer.len);
	prefix[consumer.len] = 0;
	*ret_len = 0;
	if (e == ERR_OK)
		e = (*ret = arena_take(arena, (rows + 1) * sizeof **ret)) == NULL ? ERR_LIMIT : ERR_OK;
	if (e == ERR_OK)
		e = walk_open(txn, &system_view_cursor, str_bytes(prefix, consumer.len + 1),
			(struct str) { NULL, 0 }, false, &walk);
	if (e != ERR_OK)
		return e;
	while ((e = walk_next(&walk, &system_view_cursor, arena, &key, NULL)) == ERR_OK)
		(*ret)[(*ret_len)++] = str_bytes(key.ptr + consumer.len + 1, key.len - consumer.len - 1);
	walk_close(&walk);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err cursor_row_put(struct txn *txn, struct str consumer, const struct cursor_row *row)
{
	struct simpan_letak stored = { .epok = row->at.epoch,
		.seq = row->at.seq,
		.hash = row->at.hash,
		.has_pada = row->written != 0,
		.pada = row->written };
	char bytes[STREAM_KEY_MAX];
	struct str key;
	const struct table *table = cursor_place(consumer, row->stream, bytes, &key);

	return key.len == 0 ? ERR_LIMIT : table_put(txn, table, key, &stored);
}

enum err cursor_rows(struct txn *txn, struct str consumer, struct str after, uint32_t max,
	struct arena *arena, struct cursor_row **ret, uint32_t *ret_len)
{
	char prefix[STREAM_KEY_MAX], start[STREAM_KEY_MAX];
	size_t named = consumer.len + 1;
	struct simpan_letak row;
	struct walk walk;
	struct str key;
	enum err e;

	assert(consumer.len > 0 && named + after.len <= sizeof start);
	memcpy(prefix, consumer.ptr, consumer.len);
	prefix[consumer.len] = 0;
	memcpy(start, prefix, named);
	if (after.len > 0)
		memcpy(start + named, after.ptr, after.len);
	*ret_len = 0;
	*ret = arena_take(arena, (max + 1) * sizeof **ret);
	e = *ret == NULL ? ERR_LIMIT
					 : walk_open(txn, &system_view_cursor, str_bytes(prefix, named),
						   str_bytes(start, named + after.len), false, &walk);
	if (e != ERR_OK)
		return e;
	while (*ret_len < max &&
		(e = walk_next(&walk, &system_view_cursor, arena, &key, &row)) == ERR_OK) {
		struct str stream = str_bytes(key.ptr + named, key.len - named);

		if (!str_equal(stream, after))
			(*ret)[(*ret_len)++] = (struct cursor_row) { .stream = stream,
				.at = { row.epok, row.seq, row.hash },
				.written = row.has_pada ? row.pada : 0 };
	}
	walk_close(&walk);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

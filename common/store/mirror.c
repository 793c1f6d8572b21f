#include "store/mirror_row.h"

#include "base/bytes.h"
#include "proto/messages.h"

#include <inttypes.h>
#include <stdio.h>

/* Number and name are there; the head is what the rows say. A stream without an epoch is empty. */
static enum err head_read(struct txn *txn, struct mirror_stream *stream)
{
	struct mirror_step step;
	struct record record;
	struct hash hash;
	struct str bytes;
	uint64_t seq, end;
	enum err e = mirror_step_find(txn, stream->number, NULL, NULL, &step, &end);

	if (e != ERR_OK)
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	stream->branch = step.branch;
	stream->head = step.start;
	e = mirror_row_last(txn, stream->number, step.branch, &seq, &hash, &bytes);
	if (e == ERR_OK) {
		if (seq < step.start.seq)
			return ERR_CORRUPT;
		stream->head.seq = seq;
		stream->head.hash = hash;
	} else if (e == ERR_NOT_FOUND && step.start.seq > 0) {
		e = mirror_record(txn, stream, step.start.seq, &hash, &bytes);
	} else if (e == ERR_NOT_FOUND) {
		return ERR_OK;
	}
	if (e != ERR_OK)
		return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
	if (record_peek(bytes, &record) != ERR_OK || record.seq != stream->head.seq)
		return ERR_CORRUPT;
	stream->head_at = record.at;
	return ERR_OK;
}

enum err mirror_find(struct txn *txn, struct str name, struct mirror_stream *ret)
{
	struct mirror_stream stream = { .name = name };
	struct simpan_cermin row;
	enum err e;

	if (name.len == 0 || name.len > MIRROR_NAME_MAX)
		return ERR_NOT_FOUND;
	e = row_peek(txn, &system_mirror_stream, name, &row);
	if (e != ERR_OK)
		return e;
	stream.number = row.nomor;
	stream.bytes = row.has_bita ? row.bita : 0; /* of an older store: counted from now on */
	e = head_read(txn, &stream);
	if (e == ERR_OK)
		*ret = stream;
	return e;
}

enum err mirror_add(struct txn *txn, struct str name, struct mirror_stream *ret)
{
	struct simpan_cermin row = { 0 };
	uint64_t count;
	enum err e = mirror_find(txn, name, ret);

	if (e != ERR_NOT_FOUND)
		return e;
	if (name.len == 0 || name.len > MIRROR_NAME_MAX)
		return ERR_INVALID;
	e = table_count(txn, &system_mirror_stream, &count);
	if (e != ERR_OK)
		return e;
	if (count >= MIRROR_STREAMS_MAX)
		return ERR_LIMIT;
	row.nomor = (uint32_t)count + 1; /* none is ever taken away */
	e = table_put(txn, &system_mirror_stream, name, &row);
	if (e == ERR_OK)
		*ret = (struct mirror_stream) { .number = row.nomor, .name = name };
	return e;
}

enum err mirror_size_put(struct txn *txn, const struct mirror_stream *stream)
{
	const struct simpan_cermin row = { .nomor = stream->number,
		.has_bita = true,
		.bita = stream->bytes };

	return table_put(txn, &system_mirror_stream, stream->name, &row);
}

enum err mirror_set_aside(struct txn *txn, struct mirror_stream *stream)
{
	char name[MIRROR_NAME_MAX + 1];
	struct simpan_cermin row;
	int len = snprintf(name, sizeof name, MIRROR_ASIDE "%" PRIu32 "/%.*s", stream->number,
		(int)stream->name.len, stream->name.ptr);
	enum err e = row_peek(txn, &system_mirror_stream, stream->name, &row);

	if (e == ERR_OK && (len < 0 || (size_t)len >= sizeof name))
		e = ERR_LIMIT;
	if (e == ERR_OK)
		e = table_put(txn, &system_mirror_stream, str_bytes(name, (size_t)len), &row);
	if (e == ERR_OK)
		e = table_del(txn, &system_mirror_stream, stream->name);
	if (e == ERR_OK)
		*stream = (struct mirror_stream) { .name = stream->name };
	return e;
}

enum err mirror_list(struct txn *txn, struct str after, uint32_t max, struct arena *arena,
	struct mirror_stream **ret, uint32_t *ret_len)
{
	struct mirror_stream *streams = arena_take(arena, ((size_t)max + 1) * sizeof *streams);
	struct str none = { "", 0 };
	struct walk walk;
	uint32_t len = 0;
	enum err e;

	if (streams == NULL)
		return ERR_LIMIT;
	e = walk_open(txn, &system_mirror_stream, none, after, false, &walk);
	if (e != ERR_OK)
		return e;
	while (len < max) {
		struct mirror_stream stream = { 0 };
		struct simpan_cermin row;

		e = walk_next(&walk, &system_mirror_stream, arena, &stream.name, &row);
		if (e != ERR_OK)
			break;
		if (str_equal(stream.name, after))
			continue;
		stream.number = row.nomor;
		stream.bytes = row.has_bita ? row.bita : 0;
		e = head_read(txn, &stream);
		if (e != ERR_OK)
			break;
		streams[len++] = stream;
	}
	walk_close(&walk);
	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	*ret = streams;
	*ret_len = len;
	return ERR_OK;
}

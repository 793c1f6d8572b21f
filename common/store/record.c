#include "store/record.h"

#include "base/civil.h"
#include "wire/pack.h"

enum { RECORD_LAYOUT = 1, RECORD_ITEMS = 11 };

static void pack_id(struct buf *out, const struct id *id)
{
	pack_bin(out, id->bytes, sizeof id->bytes);
}

static void pack_hash(struct buf *out, const struct hash *hash)
{
	pack_bin(out, hash->bytes, sizeof hash->bytes);
}

static void cause_encode(const struct cause *c, struct buf *out)
{
	/* The items of each kind, its own number among them. */
	static const uint8_t items[] = {
		[CAUSE_COMMAND] = 3,
		[CAUSE_LETTER] = 4,
		[CAUSE_EVENT] = 5,
		[CAUSE_TIMER] = 3,
		[CAUSE_WORK] = 3,
		[CAUSE_SYSTEM] = 2,
	};

	pack_array(out, items[c->kind]);
	pack_uint(out, c->kind);
	switch (c->kind) {
	case CAUSE_COMMAND:
	case CAUSE_LETTER:
		pack_id(out, &c->id);
		pack_hash(out, &c->body_hash);
		if (c->kind == CAUSE_LETTER)
			pack_str(out, c->from);
		break;
	case CAUSE_EVENT:
		pack_str(out, c->from);
		pack_id(out, &c->epoch);
		pack_uint(out, c->seq);
		pack_hash(out, &c->hash);
		break;
	case CAUSE_TIMER:
		pack_bin(out, c->key.ptr, c->key.len);
		pack_int(out, c->due);
		break;
	case CAUSE_WORK:
		pack_bin(out, c->key.ptr, c->key.len);
		pack_uint(out, c->seq);
		break;
	case CAUSE_SYSTEM:
		pack_str(out, c->from);
		break;
	}
}

static void seals_encode(const struct record *r, struct buf *out)
{
	pack_array(out, r->seals_len);
	for (uint32_t i = 0; i < r->seals_len; i++) {
		const struct seal *s = &r->seals[i];

		pack_array(out, 3);
		pack_uint(out, s->table);
		pack_bin(out, s->key.ptr, s->key.len);
		if (s->is_erased)
			pack_nil(out);
		else
			pack_hash(out, &s->commitment);
	}
}

enum err record_encode(const struct record *r, struct buf *out)
{
	size_t start = out->len;
	bool was_full = out->is_full;

	if (r->seals_len > RECORD_SEALS_MAX)
		return ERR_LIMIT;
	pack_array(out, RECORD_ITEMS);
	pack_uint(out, RECORD_LAYOUT);
	pack_uint(out, r->seq);
	pack_id(out, &r->epoch);
	pack_int(out, r->at);
	pack_uint(out, r->type);
	pack_uint(out, r->version);
	pack_bin(out, r->key.ptr, r->key.len);
	cause_encode(&r->cause, out);
	pack_id(out, &r->actor);
	seals_encode(r, out);
	pack_bin(out, r->payload.ptr, r->payload.len);
	if (!out->is_full && out->len - start <= RECORD_BYTES_MAX)
		return ERR_OK;
	out->len = start;
	out->is_full = was_full;
	return ERR_LIMIT;
}

static void cause_decode(struct unpack *in, struct cause *ret)
{
	uint32_t items = unpack_array(in);
	uint32_t wants = 0;

	ret->kind = (enum cause_kind)unpack_uint(in, CAUSE_SYSTEM);
	switch (ret->kind) {
	case CAUSE_COMMAND:
	case CAUSE_LETTER:
		wants = ret->kind == CAUSE_LETTER ? 4 : 3;
		unpack_bin_of(in, ret->id.bytes, sizeof ret->id.bytes);
		unpack_bin_of(in, ret->body_hash.bytes, sizeof ret->body_hash.bytes);
		if (ret->kind == CAUSE_LETTER)
			ret->from = unpack_str(in);
		break;
	case CAUSE_EVENT:
		wants = 5;
		ret->from = unpack_str(in);
		unpack_bin_of(in, ret->epoch.bytes, sizeof ret->epoch.bytes);
		ret->seq = unpack_uint(in, UINT64_MAX);
		unpack_bin_of(in, ret->hash.bytes, sizeof ret->hash.bytes);
		break;
	case CAUSE_TIMER:
		wants = 3;
		ret->key = unpack_bin(in);
		ret->due = unpack_int(in);
		break;
	case CAUSE_WORK:
		wants = 3;
		ret->key = unpack_bin(in);
		ret->seq = unpack_uint(in, UINT64_MAX);
		break;
	case CAUSE_SYSTEM:
		wants = 2;
		ret->from = unpack_str(in);
		break;
	}
	if (wants == 0 || items != wants)
		in->is_bad = true;
}

static enum err seals_decode(struct unpack *in, struct arena *arena, struct record *ret)
{
	uint32_t count = unpack_array(in);

	if (count > RECORD_SEALS_MAX)
		return ERR_CORRUPT;
	if (in->is_bad || count == 0)
		return ERR_OK;
	ret->seals = arena_take(arena, count * sizeof *ret->seals);
	if (ret->seals == NULL)
		return ERR_LIMIT;
	ret->seals_len = count;
	for (uint32_t i = 0; i < count; i++) {
		struct seal *s = &ret->seals[i];

		unpack_array_of(in, 3);
		s->table = (uint32_t)unpack_uint(in, UINT32_MAX);
		s->key = unpack_bin(in);
		s->is_erased = unpack_is_nil(in);
		if (!s->is_erased)
			unpack_bin_of(in, s->commitment.bytes, sizeof s->commitment.bytes);
	}
	return ERR_OK;
}

/* The items before the type; false: not a record of this layout. */
static bool head_decode(struct unpack *in, struct record *ret)
{
	unpack_array_of(in, RECORD_ITEMS);
	if (unpack_uint(in, RECORD_LAYOUT) != RECORD_LAYOUT)
		return false;
	ret->seq = unpack_uint(in, UINT64_MAX);
	unpack_bin_of(in, ret->epoch.bytes, sizeof ret->epoch.bytes);
	ret->at = unpack_int(in);
	/* Another time could not be told to anybody: no message holds it. */
	return !in->is_bad && ret->at >= TIME_US_MIN && ret->at <= TIME_US_MAX;
}

enum err record_peek(struct str bytes, struct record *ret)
{
	struct unpack in = unpack_of(bytes);
	struct record r = { 0 };

	if (bytes.len > RECORD_BYTES_MAX || !head_decode(&in, &r))
		return ERR_CORRUPT;
	*ret = r;
	return ERR_OK;
}

enum err record_decode(struct str bytes, struct arena *arena, struct record *ret)
{
	struct unpack in = unpack_of(bytes);
	struct record r = { 0 };
	enum err e;

	if (bytes.len > RECORD_BYTES_MAX || !head_decode(&in, &r))
		return ERR_CORRUPT;
	r.type = (uint16_t)unpack_uint(&in, UINT16_MAX);
	r.version = (uint16_t)unpack_uint(&in, UINT16_MAX);
	r.key = unpack_bin(&in);
	cause_decode(&in, &r.cause);
	unpack_bin_of(&in, r.actor.bytes, sizeof r.actor.bytes);
	e = seals_decode(&in, arena, &r);
	if (e != ERR_OK)
		return e;
	r.payload = unpack_bin(&in);
	if (!unpack_is_done(&in))
		return ERR_CORRUPT;
	*ret = r;
	return ERR_OK;
}

bool record_is_later(struct str bytes)
{
	struct unpack in = unpack_of(bytes);

	(void)unpack_array(&in);
	return unpack_uint(&in, UINT64_MAX) > RECORD_LAYOUT && !in.is_bad;
}

struct hash record_hash(const struct hash *before, struct str bytes)
{
	return hash_labelled("lsp1-event", str_bytes(before->bytes, sizeof before->bytes), bytes);
}

/* What a newer or older node makes of the frames that this software sends. */
#include "sim/versions.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "bus/header.h"
#include "runtime/engine.h"
#include "wire/head.h"
#include "wire/pack.h"

enum { FIELD_LATER = 120, TYPE_LATER = 80, BODY_ROOM = 60000, RESERVED_AT = 6, MORE_ODDS = 60 };

static enum sim_version version_of(const struct world *w, uint32_t end)
{
	if (w->versions == NULL || end >= HOSTS_MAX)
		return VERSION_SAME;
	return w->versions->of[w->hosts[end].node->index];
}

/* --- newer: one entry more in every map --- */

/* Which entry of a body holds another message; 0: none. */
static uint64_t message_field(uint8_t type)
{
	switch (type) {
	case SESI_CMD:
		return 6;
	case SESI_ASK:
		return 3;
	case SESI_REPLY:
	case SESI_ANSWER:
		return 2;
	case SESI_LETTER:
		return 4;
	default:
		return 0;
	}
}

static void head_put(struct buf *out, struct str bytes, const char *at)
{
	buf_add(out, bytes.ptr, (size_t)(at - bytes.ptr));
}

static bool copy_value(struct reader *in, struct buf *out);

static bool copy_map(struct reader *in, uint64_t pairs, struct buf *out)
{
	uint8_t head[3] = { 0xde };

	if (pairs >= 65535)
		return false;
	be16_put(head + 1, (uint16_t)(pairs + 1));
	if (pairs + 1 < 16)
		head[2] = (uint8_t)(0x80 | (pairs + 1));
	buf_add(out, pairs + 1 < 16 ? head + 2 : head, pairs + 1 < 16 ? 1 : 3);
	/* the unknown one first: keys come in any order */
	pack_uint(out, FIELD_LATER);
	if (pairs % 2 == 0) {
		pack_array(out, 2);
		pack_str(out, str_of("kelak"));
		pack_uint(out, 1u << 20);
	} else {
		pack_bin(out, "kelak", 5);
	}
	for (uint64_t n = 0; n < 2 * pairs; n++)
		if (!copy_value(in, out))
			return false;
	return true;
}

static bool copy_value(struct reader *in, struct buf *out)
{
	const char *from = (const char *)in->at;
	struct head head;
	struct str bytes;

	if (!head_take(in, &head))
		return false;
	if (head.type == HEAD_MAP)
		return copy_map(in, head.number, out);
	if ((head.type == HEAD_STR || head.type == HEAD_BIN) &&
		!head_take_bytes(in, head.number, &bytes))
		return false;
	head_put(out, str_bytes(from, 1), (const char *)in->at);
	for (uint64_t n = 0; head.type == HEAD_ARRAY && n < head.number; n++)
		if (!copy_value(in, out))
			return false;
	return true;
}

/* A message that is an entry of a body, as bytes. */
static bool copy_message(struct reader *in, struct buf *part, struct buf *out)
{
	struct reader inner;
	struct head head;
	struct str bytes;

	if (!head_take(in, &head) || head.type != HEAD_BIN || !head_take_bytes(in, head.number, &bytes))
		return false;
	inner = (struct reader) { (const uint8_t *)bytes.ptr, (const uint8_t *)bytes.ptr + bytes.len };
	buf_reset(part);
	if (bytes.len > 0 && copy_value(&inner, part) && part->len <= BODY_ROOM)
		pack_bin(out, part->ptr, part->len);
	else
		pack_bin(out, bytes.ptr, bytes.len);
	return true;
}

static bool copy_body(struct versions *v, uint8_t type, struct str body)
{
	struct reader in = { (const uint8_t *)body.ptr, (const uint8_t *)body.ptr + body.len };
	uint64_t holds = message_field(type);
	struct head head;

	buf_reset(&v->body);
	if (!head_take(&in, &head) || head.type != HEAD_MAP || head.number >= 15)
		return false;
	buf_add(&v->body, (uint8_t[]) { (uint8_t)(0x80 | (head.number + 1)) }, 1);
	for (uint64_t n = 0; n < head.number; n++) {
		struct reader key = in;
		struct head number;

		if (!copy_value(&in, &v->body) || !head_take(&key, &number))
			return false;
		if (holds != 0 && number.number == holds ? !copy_message(&in, &v->part, &v->body)
												 : !copy_value(&in, &v->body))
			return false;
	}
	pack_uint(&v->body, FIELD_LATER);
	pack_str(&v->body, str_of("kelak"));
	return v->body.len <= BODY_ROOM && !v->body.is_full;
}

/* A minor version above the common one, features that nobody has given out. */
static bool greet(struct versions *v, struct str body)
{
	struct sesi_hello hello;
	struct problem why;
	struct arena arena;
	bool is_good;

	arena_init(&arena, 64 * 1024);
	buf_reset(&v->part);
	is_good = wire_decode(&schema_sesi_hello, body, &arena, &hello, &why) == ERR_OK;
	hello.minors.highest = 3;
	hello.features = UINT64_C(1) << 40 | 5;
	is_good = is_good && wire_encode(&schema_sesi_hello, &hello, &v->part, &why) == ERR_OK;
	arena_clear(&arena);
	return is_good && copy_body(v, SESI_HELLO, buf_str(&v->part));
}

static void speak_newer(struct versions *v, const struct frames *frames, struct frames *ret)
{
	uint8_t type = (uint8_t)frames->header.ptr[3];
	bool is_good = type == SESI_HELLO ? greet(v, frames->body) : copy_body(v, type, frames->body);

	if (is_good)
		ret->body = buf_str(&v->body);
	memcpy(v->header, frames->header.ptr, sizeof v->header);
	be16_put(v->header + RESERVED_AT, 0x0102); /* reserved: passed over */
	ret->header = str_bytes(v->header, sizeof v->header);
}

/* --- older: what may be left out is --- */

/* clang-format off */
static const struct {
	uint8_t type;
	const struct schema *schema;
	uint8_t without[4];
} older[] = {
	{ SESI_HELLO,   &schema_sesi_hello,   { 9 } },
	{ SESI_WELCOME, &schema_sesi_welcome, { 9 } },
	{ SESI_BYE,     &schema_sesi_bye,     { 1 } },
	{ SESI_ERROR,   &schema_sesi_error,   { 2, 3 } },
	{ SESI_ANSWER,  &schema_sesi_answer,  { 4, 5, 6 } },
	{ SESI_HEAD,    &schema_sesi_head,    { 5 } },
	{ SESI_CLOSE,   &schema_sesi_close,   { 1 } },
	{ SESI_TAIL,    &schema_sesi_tail,    { 6, 7 } },
};
/* clang-format on */

static void leave_out(const struct schema *schema, const uint8_t without[4], void *message)
{
	for (uint32_t n = 0; n < schema->field_count; n++)
		for (uint32_t i = 0; i < 4; i++)
			if (schema->fields[n].number == without[i])
				*(bool *)((char *)message + schema->fields[n].has_offset) = false;
}

/* Entries of a catalogue without when, without signatures, without contact. */
static void catalogue_older(struct versions *v, struct arena *arena, struct sesi_answer *answer)
{
	static const uint8_t without[4] = { 8, 10, 11, 13 };
	struct daftar_aliran list;
	struct problem why;

	buf_reset(&v->part);
	if (!answer->has_body || answer->body.len < 2 ||
		wire_decode(&schema_daftar_aliran, answer->body, arena, &list, &why) != ERR_OK ||
		list.aliran_len == 0) /* or the answer to another question */
		return;
	for (uint32_t n = 0; n < list.aliran_len; n++)
		leave_out(&schema_aliran_simpul, without, (struct aliran_simpul *)list.aliran + n);
	if (wire_encode(&schema_daftar_aliran, &list, &v->part, &why) == ERR_OK)
		answer->body = buf_str(&v->part);
}

static void speak_older(struct versions *v, const struct frames *frames, struct frames *ret)
{
	uint8_t type = (uint8_t)frames->header.ptr[3];

	for (size_t n = 0; n < sizeof older / sizeof older[0]; n++) {
		struct problem why;
		struct arena arena;
		void *message;

		if (older[n].type != type)
			continue;
		arena_init(&arena, 1024 * 1024);
		message = arena_take(&arena, older[n].schema->size);
		if (message != NULL &&
			wire_decode(older[n].schema, frames->body, &arena, message, &why) == ERR_OK) {
			leave_out(older[n].schema, older[n].without, message);
			if (type == SESI_ANSWER)
				catalogue_older(v, &arena, message);
			buf_reset(&v->body);
			if (wire_encode(older[n].schema, message, &v->body, &why) == ERR_OK)
				ret->body = buf_str(&v->body);
		}
		arena_clear(&arena);
	}
}

void versions_speak(struct world *w, uint32_t end, const struct frames *frames, struct frames *ret)
{
	*ret = *frames;
	switch (version_of(w, end)) {
	case VERSION_NEWER:
		speak_newer(w->versions, frames, ret);
		break;
	case VERSION_OLDER:
		speak_older(w->versions, frames, ret);
		break;
	case VERSION_SAME:
		break;
	}
}

/* A message of a type that the protocol has given to nobody yet: it is answered, and nothing comes of it. */
bool versions_add(struct world *w, uint32_t end, const struct frames *frames, struct frames *ret)
{
	struct versions *v = w->versions;
	uint8_t type = (uint8_t)frames->header.ptr[3];

	if (version_of(w, end) != VERSION_NEWER || !chance_one_in(&v->chance, MORE_ODDS) ||
		(type != SESI_PING && type != SESI_HEAD && type != SESI_EVENTS && type != SESI_CREDIT))
		return false;
	memcpy(v->header, frames->header.ptr, sizeof v->header);
	v->header[3] = chance_one_in(&v->chance, 2) ? TYPE_LATER : SESI_FILE;
	be64_put(v->header + 16, (UINT64_C(1) << 40) + ++v->corr);
	buf_reset(&v->body);
	buf_add(&v->body, (uint8_t[]) { 0x81, FIELD_LATER, 0x07 }, 3);
	*ret = (struct frames) { .header = str_bytes(v->header, sizeof v->header),
		.body = buf_str(&v->body) };
	return true;
}

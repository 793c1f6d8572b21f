#include "wire/head.h"
#include "wire/wire.h"

/* The values still to come on each level; level 0 is the one value of the whole. */
struct scan {
	struct reader reader;
	uint64_t missing[WIRE_DEPTH_MAX + 1];
	uint32_t depth;
	uint32_t nodes;
};

/* A count is believed only when each of its values could have its byte. */
static bool enter(struct scan *s, uint64_t count)
{
	if (s->depth == WIRE_DEPTH_MAX || count > reader_left(&s->reader))
		return false;
	s->missing[++s->depth] = count;
	return true;
}

static bool scan_value(struct scan *s)
{
	struct head head;
	struct str bytes;

	if (++s->nodes > WIRE_NODES_MAX || !head_take(&s->reader, &head))
		return false;
	switch (head.type) {
	case HEAD_NIL:
	case HEAD_BOOL:
	case HEAD_UINT:
	case HEAD_NEGATIVE:
		return true;
	case HEAD_STR:
		return head_take_bytes(&s->reader, head.number, &bytes) && str_is_utf8(bytes);
	case HEAD_BIN:
		return head_take_bytes(&s->reader, head.number, &bytes);
	case HEAD_ARRAY:
		return enter(s, head.number);
	case HEAD_MAP:
		return enter(s, 2 * head.number); /* at most 2^33 */
	}
	return false;
}

enum err wire_scan(struct str bytes)
{
	struct scan s = { .missing = { 1 } };

	if (bytes.len == 0)
		return ERR_CORRUPT;
	s.reader.at = (const uint8_t *)bytes.ptr;
	s.reader.end = s.reader.at + bytes.len;
	for (;;) {
		while (s.depth > 0 && s.missing[s.depth] == 0)
			s.depth--;
		if (s.missing[s.depth] == 0)
			break;
		s.missing[s.depth]--;
		if (!scan_value(&s))
			return ERR_CORRUPT;
	}
	return s.reader.at == s.reader.end ? ERR_OK : ERR_CORRUPT;
}

/* After an abnormal end one input at a time is tried, its identity noted by a commit of its own
 * first: an input met there twice ended the process twice, and is parked instead of a third try. */
#include <string.h>

#include "base/bytes.h"
#include "runtime/engine.h"

static const char attempt_name[] = "sedang_dicoba";

static struct hash identity(const struct input *i)
{
	char bytes[64];
	size_t n = 0;

	bytes[n++] = (char)i->kind;
	memcpy(bytes + n, i->id.bytes, sizeof i->id.bytes);
	n += sizeof i->id.bytes;
	be64_put(bytes + n, i->at.seq);
	n += 8;
	be64_put(bytes + n, (uint64_t)i->due);
	n += 8;
	be32_put(bytes + n, i->slice);
	n += 4;
	return hash_labelled("attempt", str_bytes(bytes, n), i->key.ptr == NULL ? i->from : i->key);
}

enum err attempt_note(struct runtime *r, const struct input *i, bool *ret_was_tried)
{
	struct hash mine = identity(i);
	struct txn *txn = NULL;
	struct mark mark;
	struct str before;
	enum err e = txn_begin(r->store, KV_WRITE, &txn);

	if (e != ERR_OK)
		return e;
	e = meta_get(txn, attempt_name, &before);
	*ret_was_tried = e == ERR_OK && str_equal(before, str_bytes(mine.bytes, sizeof mine.bytes));
	if (*ret_was_tried && !id_is_zero(i->id) && mark_get(txn, i->id, &mark) == ERR_OK)
		*ret_was_tried = false; /* accepted before: it is only answered again */
	if (e == ERR_OK || e == ERR_NOT_FOUND)
		e = meta_put(txn, attempt_name, str_bytes(mine.bytes, sizeof mine.bytes));
	if (e == ERR_OK)
		return txn_commit(&txn);
	txn_abort(&txn);
	return e;
}

enum err attempt_done(struct txn *txn)
{
	return meta_put(txn, attempt_name, (struct str) { "", 0 });
}

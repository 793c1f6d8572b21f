#include "lib/store_work.h"

#include "base/bytes.h"
#include "base/hash.h"
#include "store/kv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOG, STATE, HEAD, TABLES };
enum { CASES = 50, PAYLOAD_MAX = 6000, KEPT = 40 };

static const char *const table_names[TABLES] = { "log", "state", "head" };

struct store_work {
	struct kv *kv;
};

/* The chain: h_n over h_n-1 and the payload of step n. */
static size_t payload_of(uint64_t n, char ret[PAYLOAD_MAX])
{
	size_t len = 20 + n * 7919 % (n % 17 == 0 ? PAYLOAD_MAX - 20 : 700);

	for (size_t i = 0; i < len; i++)
		ret[i] = (char)(n * 31 + i * i);
	return len;
}

static struct hash chain(const struct hash *before, uint64_t n)
{
	char payload[PAYLOAD_MAX];
	size_t len = payload_of(n, payload);

	return hash_labelled("work", str_bytes(before, sizeof *before), str_bytes(payload, len));
}

enum err store_work_open(const char *folder, struct store_work **ret)
{
	const struct kv_lmdb_options options = { folder, UINT64_C(1) << 30, 1 << 20 };
	struct kv *kv;
	enum err e = kv_lmdb_open(&options, table_names, TABLES, &kv);

	if (e != ERR_OK)
		return e;
	*ret = calloc(1, sizeof **ret);
	if (*ret == NULL)
		abort();
	(*ret)->kv = kv;
	return ERR_OK;
}

void store_work_close(struct store_work **work)
{
	(*work)->kv->ops->close(&(*work)->kv);
	free(*work);
	*work = NULL;
}

static enum err get_last(struct kv_txn *txn, uint64_t *ret, struct hash *ret_hash)
{
	struct str value;
	enum err e = kv_get(txn, HEAD, (struct str)STR("head"), &value);

	if (e == ERR_NOT_FOUND) {
		*ret = 0;
		*ret_hash = (struct hash) { { 0 } };
		return ERR_OK;
	}
	if (e == ERR_OK && value.len != 8 + sizeof *ret_hash)
		return ERR_CORRUPT;
	if (e != ERR_OK)
		return e;
	*ret = be64_get(value.ptr);
	memcpy(ret_hash, value.ptr + 8, sizeof *ret_hash);
	return ERR_OK;
}

enum err store_work_last(struct store_work *work, uint64_t *ret)
{
	struct kv_txn *txn;
	struct hash hash;
	enum err e = kv_begin(work->kv, KV_READ, &txn);

	if (e != ERR_OK)
		return e;
	e = get_last(txn, ret, &hash);
	kv_abort(&txn);
	return e;
}

static enum err put_step(struct kv_txn *txn, uint64_t n)
{
	char payload[PAYLOAD_MAX];
	char head[8 + HASH_BYTES];
	char key[8];
	char state[8];
	struct hash hash;
	uint64_t last;
	enum err e = get_last(txn, &last, &hash);

	if (e != ERR_OK)
		return e;
	hash = chain(&hash, n);
	be64_put(key, n);
	e = kv_append(txn, LOG, str_bytes(key, 8), str_bytes(payload, payload_of(n, payload)));
	be64_put(head, n);
	memcpy(head + 8, &hash, sizeof hash);
	if (e == ERR_OK)
		e = kv_put(txn, HEAD, (struct str)STR("head"), str_bytes(head, sizeof head));
	be64_put(state, n % CASES);
	if (e == ERR_OK)
		e = kv_put(txn, STATE, str_bytes(state, 8), str_bytes(key, 8));
	be64_put(state, n + CASES);
	if (e == ERR_OK)
		e = kv_put(txn, STATE, str_bytes(state, 8), str_bytes(payload, 200));
	be64_put(state, n + CASES - KEPT);
	if (e == ERR_OK && n > KEPT)
		e = kv_del(txn, STATE, str_bytes(state, 8));
	return e;
}

enum err store_work_step(struct store_work *work, uint64_t n)
{
	struct kv_txn *txn;
	enum err e = work->kv->ops->tend(work->kv);

	if (e == ERR_OK)
		e = kv_begin(work->kv, KV_WRITE, &txn);
	if (e != ERR_OK)
		return e;
	e = put_step(txn, n);
	if (e != ERR_OK) {
		kv_abort(&txn);
		return e;
	}
	return kv_commit(&txn);
}

static enum err check_log(struct kv_txn *txn, uint64_t last, const struct hash *head,
	const char **ret_why)
{
	char payload[PAYLOAD_MAX];
	struct hash hash = { { 0 } };
	struct kv_cursor *cursor;
	struct kv_row row;
	uint64_t n = 0;
	enum err e = kv_cursor_open(txn, LOG, &cursor);

	if (e != ERR_OK)
		return e;
	e = kv_seek(cursor, str_bytes(NULL, 0), &row);
	for (; e == ERR_OK; e = kv_next(cursor, &row)) {
		size_t len = payload_of(++n, payload);

		*ret_why = "the log is not what was written";
		if (row.key.len != 8 || be64_get(row.key.ptr) != n ||
			!str_equal(row.value, str_bytes(payload, len)))
			break;
		hash = chain(&hash, n);
	}
	kv_cursor_close(&cursor);
	if (e != ERR_NOT_FOUND)
		return e == ERR_OK ? ERR_CORRUPT : e;
	*ret_why = "head and log are apart";
	return n == last && hash_equal(&hash, head) ? ERR_OK : ERR_CORRUPT;
}

static enum err check_state(struct kv_txn *txn, uint64_t last)
{
	uint64_t kept = last < KEPT ? last : KEPT;
	uint64_t cases = last < CASES ? last : CASES;
	uint64_t count;
	enum err e = txn->kv->ops->count(txn, STATE, &count);

	if (e == ERR_OK && count != kept + cases)
		return ERR_CORRUPT;
	for (uint64_t n = last - cases + 1; e == ERR_OK && n <= last; n++) {
		struct str value;
		char key[8];

		be64_put(key, n % CASES);
		e = kv_get(txn, STATE, str_bytes(key, 8), &value);
		if (e == ERR_OK && (value.len != 8 || be64_get(value.ptr) != n))
			return ERR_CORRUPT;
	}
	return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
}

enum err store_work_check(struct store_work *work, uint64_t *ret_last, const char **ret_why)
{
	struct kv_txn *txn;
	struct hash head;
	enum err e = kv_begin(work->kv, KV_READ, &txn);

	if (e != ERR_OK)
		return e;
	*ret_why = "no head";
	e = get_last(txn, ret_last, &head);
	if (e == ERR_OK)
		e = check_log(txn, *ret_last, &head, ret_why);
	if (e == ERR_OK) {
		*ret_why = "the state is not the fold of the log";
		e = check_state(txn, *ret_last);
	}
	kv_abort(&txn);
	return e;
}

/* What a test sees of the services: their logs, rows, letters and work. */
#include "lib/harness_parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "runtime/service_store.h"

/* --- letters --- */

bool harness_letter_sent(struct harness *h, const char *to, const struct schema *schema,
	uint32_t nth, void *ret)
{
	for (uint32_t i = 0; i < h->letter_count; i++) {
		if (!str_is(h->letters[i].to, to) || h->letters[i].type != schema->code || nth-- > 0)
			continue;
		harness_decode(h, schema, h->letters[i].body, ret);
		return true;
	}
	return false;
}

uint32_t harness_letters_sent(struct harness *h, const char *to, const struct schema *schema)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < h->letter_count; i++)
		if (str_is(h->letters[i].to, to) && h->letters[i].type == schema->code)
			count++;
	return count;
}

/* --- the log --- */

static struct txn *reading(struct harness *h, const char *service)
{
	struct harness_node *node = harness_node(h, service);
	struct txn *txn;

	if (node->runtime == NULL)
		fail_msg("%s is down", service);
	assert_int_equal(txn_begin(runtime_store(node->runtime), KV_READ, &txn), ERR_OK);
	return txn;
}

static void read_record(struct harness *h, struct txn *txn, uint64_t seq, struct record *ret)
{
	struct hash hash;
	struct str bytes;

	assert_int_equal(log_get(store_log(txn_store(txn)), txn_kv(txn), seq, &hash, &bytes), ERR_OK);
	assert_int_equal(record_decode(harness_keep(h, bytes), &h->arena, ret), ERR_OK);
}

void harness_record(struct harness *h, const char *service, uint64_t seq, struct record *ret)
{
	struct txn *txn = reading(h, service);

	read_record(h, txn, seq, ret);
	txn_abort(&txn);
}

uint32_t harness_events(struct harness *h, const char *service, const struct schema *schema)
{
	struct txn *txn = reading(h, service);
	uint64_t head = store_log(txn_store(txn))->committed.seq;
	uint32_t count = 0;

	for (uint64_t seq = 1; seq <= head; seq++) {
		struct record r;

		read_record(h, txn, seq, &r);
		if (schema == NULL || r.type == schema->code)
			count++;
	}
	txn_abort(&txn);
	return count;
}

bool harness_last_event(struct harness *h, const char *service, const struct schema *schema,
	void *ret, struct record *ret_record)
{
	struct txn *txn = reading(h, service);
	uint64_t seq = store_log(txn_store(txn))->committed.seq;
	struct record r = { .type = 0 };

	for (; seq > 0 && r.type != schema->code; seq--)
		read_record(h, txn, seq, &r);
	txn_abort(&txn);
	if (r.type != schema->code)
		return false;
	harness_decode(h, schema, r.payload, ret);
	if (ret_record != NULL)
		*ret_record = r;
	return true;
}

/* --- rows --- */

bool harness_row(struct harness *h, const char *service, const struct table *table, struct str key,
	void *ret)
{
	struct txn *txn = reading(h, service);
	enum err e = table->kind == TABLE_VAULT ? vault_get(txn, table, key, &h->arena, ret)
											: table_get(txn, table, key, &h->arena, ret);

	txn_abort(&txn);
	if (e != ERR_OK && e != ERR_NOT_FOUND)
		fail_msg("a row of %s cannot be read: %s", table->name, err_name(e));
	return e == ERR_OK;
}

static bool go_on(void *self, uint64_t done, uint64_t all)
{
	(void)self;
	return done <= all;
}

static void verify(struct harness *h, struct harness_node *node)
{
	struct store *store = runtime_store(node->runtime);
	struct store_verdict verdict;
	const char *table = NULL;
	struct str key = { "", 0 };

	assert_int_equal(service_store_verify(node->service, store, go_on, NULL, &verdict), ERR_OK);
	if (verdict.bad_seq != 0)
		fail_msg("record %llu of %s is damaged", (unsigned long long)verdict.bad_seq,
			node->service->name);
	if (verdict.seal_seq != 0)
		fail_msg("the vault of %s does not keep what record %llu says", node->service->name,
			(unsigned long long)verdict.seal_seq);
	if (service_store_replay(node->service, store, &h->arena, &table, &key) != ERR_OK)
		fail_msg("table %s of %s is not the fold of its log, at key %.*s", table,
			node->service->name, (int)key.len, key.ptr);
}

void harness_verify(struct harness *h)
{
	for (uint32_t i = 0; i < h->node_count; i++)
		if (h->nodes[i].runtime != NULL)
			verify(h, &h->nodes[i]);
}

/* --- work --- */

static struct harness_work_kept *work_of(struct harness *h, const char *service, struct str key)
{
	struct harness_node *node = harness_node(h, service);

	for (uint32_t i = 0; i < h->work_count; i++)
		if (h->works[i].node == node && !h->works[i].is_done &&
			(key.ptr == NULL || str_equal(h->works[i].key, key)))
			return &h->works[i];
	return NULL;
}

bool harness_work(struct harness *h, const char *service, struct str *ret_key,
	struct str *ret_payload)
{
	struct harness_work_kept *w = work_of(h, service, (struct str) { NULL, 0 });

	if (w == NULL)
		return false;
	*ret_key = w->key;
	*ret_payload = w->payload;
	return true;
}

void harness_work_done(struct harness *h, const char *service, struct str key, const void *result)
{
	struct harness_work_kept *w = work_of(h, service, key);
	struct problem why;
	struct buf out;

	assert_non_null(w);
	buf_init(&out, SESSION_BODY_MAX);
	if (result != NULL) {
		assert_int_equal(wire_encode(w->kind->result, result, &out, &why), ERR_OK);
		runtime_result(w->node->runtime, w->kind, w->key, w->slice++, buf_str(&out));
	}
	buf_clear(&out);
	w->is_done = true;
	runtime_work_ended(w->node->runtime, w->key);
	harness_run(h);
}

#include "lib/store_work.h"

#include "lib/contoh.h"
#include "lib/store_copy.h"

#include "base/bytes.h"
#include "store/store.h"
#include "store/system.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	CASES = 50, /* derived rows that steps overwrite in turn */
	KEPT = 40,  /* letters and vault records that live this many steps */
	PAYLOAD_MAX = 6000,
	EVENT_TYPE = 0x7ffe,
	MAP_BYTES = 1 << 30,
	GROW_BYTES = 1 << 20,
	ARENA_BYTES = 1 << 20,
};

static const time_us BEGIN = INT64_C(1700000000) * US_PER_SECOND;
static const struct vault_index indexes[] = { { "judul", true, NULL } };

/* clang-format off */
static const struct table cases   = { "perkara", TABLE_DERIVED, 1, &schema_contoh_isi, NULL, 0 };
static const struct table persons = { "orang",   TABLE_VAULT,   1, &schema_contoh,     ROWS(indexes) };
/* clang-format on */

static const struct table *const tables[] = { &cases, &persons };

struct store_work {
	struct store *store;
	struct keyring ring;
	struct arena arena;
};

static struct str key_of(uint64_t n, char ret[8])
{
	be64_put(ret, n);
	return str_bytes(ret, 8);
}

static struct id id_of(uint64_t n)
{
	uint8_t chance[10] = { 0 };

	be64_put(chance, n);
	return id_make(BEGIN + (time_us)n * US_PER_SECOND, chance);
}

/* What the event of step n carries: mostly small, now and then several pages. */
static struct str payload_of(uint64_t n, char ret[PAYLOAD_MAX])
{
	size_t len = 20 + n * 7919 % (n % 17 == 0 ? PAYLOAD_MAX - 20 : 700);

	for (size_t i = 0; i < len; i++)
		ret[i] = (char)(n * 31 + i * i);
	return str_bytes(ret, len);
}

static enum err names_open(struct store_work *work, const char *folder,
	struct store_options *ret_options, struct kv **ret)
{
	const struct kv_lmdb_options options = { folder, MAP_BYTES, GROW_BYTES };
	const char *const *names;
	unsigned count;
	enum err e;

	*ret_options = (struct store_options) {
		.node = STR("simpul"),
		.service = STR("uji"),
		.tables = tables,
		.table_count = sizeof tables / sizeof tables[0],
		.ring = &work->ring,
		.now = BEGIN,
	};
	e = store_table_names(ret_options, &work->arena, &names, &count);
	return e == ERR_OK ? kv_lmdb_open(&options, names, count, ret) : e;
}

enum err store_work_open(const char *folder, struct store_work **ret)
{
	const struct root_key root = { { 1, 2, 3 } };
	struct store_work *work = calloc(1, sizeof *work);
	struct store_options options;
	struct problem why;
	struct kv *kv = NULL;
	enum err e;

	if (work == NULL)
		abort();
	arena_init(&work->arena, ARENA_BYTES);
	keyring_derive(&root, str_of("uji"), 1, &work->ring);
	e = names_open(work, folder, &options, &kv);
	if (e == ERR_OK)
		e = store_open(&options, &kv, &work->store, &why);
	if (e == ERR_OK) {
		*ret = work;
		return ERR_OK;
	}
	if (kv != NULL)
		kv->ops->close(&kv);
	arena_clear(&work->arena);
	free(work);
	return e;
}

void store_work_close(struct store_work **work)
{
	store_close(&(*work)->store);
	arena_clear(&(*work)->arena);
	free(*work);
	*work = NULL;
}

enum err store_work_last(struct store_work *work, uint64_t *ret)
{
	struct txn *txn;
	struct hash hash;
	struct str bytes;
	uint64_t n = store_log(work->store)->committed.seq;
	enum err e = txn_begin(work->store, KV_READ, &txn);

	if (e != ERR_OK)
		return e;
	/* The head in memory must be the head on disk. */
	e = n == 0 ? ERR_OK : log_get(store_log(work->store), txn_kv(txn), n, &hash, &bytes);
	if (e == ERR_OK &&
		log_get(store_log(work->store), txn_kv(txn), n + 1, &hash, &bytes) != ERR_NOT_FOUND)
		e = ERR_CORRUPT;
	txn_abort(&txn);
	if (e == ERR_OK)
		*ret = n;
	return e;
}

static struct contoh person_of(uint64_t n, struct arena *arena)
{
	char *name = arena_print(arena, "Warga Nomor %llu", (unsigned long long)n);

	assert(name != NULL);
	return (struct contoh) {
		.warna = CONTOH_MERAH,
		.judul = str_of(name),
		.ringkasan = STR(""),
		.satu = { .nama = STR("") },
	};
}

/* The event of step n, with the commitment of its vault record. */
static enum err put_event(struct store_work *work, struct txn *txn, uint64_t n,
	const struct hash *commitment)
{
	char payload[PAYLOAD_MAX];
	char key[8];
	struct seal seal = { .table = 1, .key = key_of(n, key), .commitment = *commitment };
	struct record record = {
		.at = BEGIN + (time_us)n * US_PER_SECOND,
		.type = EVENT_TYPE,
		.version = 1,
		.key = seal.key,
		.cause = { .kind = CAUSE_COMMAND, .id = id_of(n) },
		.seals = &seal,
		.seals_len = 1,
		.payload = payload_of(n, payload),
	};
	struct mark mark = { .seq = n, .count = 1 };
	enum err e = log_append(store_log(work->store), txn_kv(txn), &record);

	if (e != ERR_OK)
		return e;
	assert(record.seq == n);
	mark.epoch = record.epoch;
	return mark_put(txn, id_of(n), &mark);
}

/* What is done away with: the vault record and the letter of KEPT steps ago. */
static enum err remove_old(struct store_work *work, struct txn *txn, uint64_t n)
{
	char key[8];
	enum err e;

	if (n <= KEPT)
		return ERR_OK;
	e = vault_erase(txn, &persons, key_of(n - KEPT, key), &work->arena);
	return e == ERR_OK ? outbox_del(txn, (struct str)STR("tetangga"), n - KEPT) : e;
}

static enum err put_step(struct store_work *work, struct txn *txn, uint64_t n)
{
	struct contoh person = person_of(n, &work->arena);
	const struct contoh_isi row = { .nama = STR("perkara"),
		.has_jumlah = true,
		.jumlah = (uint32_t)n };
	const struct outbox_letter letter = { .number = n,
		.to = STR("tetangga"),
		.id = id_of(n),
		.type = EVENT_TYPE,
		.version = 1,
		.body = person.judul };
	const struct timer_row timer = { .key = STR("jam"), .due = BEGIN + (time_us)n, .kind = 1 };
	struct hash commitment;
	char key[8];
	enum err e = vault_put(txn, &persons, key_of(n, key), &person, &work->arena, &commitment);

	if (e == ERR_OK)
		e = put_event(work, txn, n, &commitment);
	if (e == ERR_OK)
		e = store_copy_put(txn, n, &work->arena);
	if (e == ERR_OK)
		e = table_put(txn, &cases, key_of(n % CASES, key), &row);
	if (e == ERR_OK)
		e = outbox_put(txn, &letter);
	if (e == ERR_OK)
		e = timer_set(txn, &timer);
	if (e == ERR_OK)
		e = remove_old(work, txn, n);
	return e;
}

enum err store_work_step(struct store_work *work, uint64_t n)
{
	struct kv *kv = store_kv(work->store);
	struct txn *txn;
	enum err e = kv->ops->tend(kv);

	if (e == ERR_OK)
		e = txn_begin(work->store, KV_WRITE, &txn);
	if (e != ERR_OK)
		return e;
	arena_reset(&work->arena);
	e = put_step(work, txn, n);
	if (e == ERR_OK)
		return txn_commit(&txn);
	txn_abort(&txn);
	return e;
}

/* Event n, its mark, and its vault record while it lives. */
static enum err check_event(struct store_work *work, struct txn *txn, uint64_t n, uint64_t last)
{
	char payload[PAYLOAD_MAX];
	char key[8];
	struct record record;
	struct hash hash;
	struct str bytes;
	struct mark mark;
	enum err e = log_get(store_log(work->store), txn_kv(txn), n, &hash, &bytes);

	arena_reset(&work->arena);
	if (e == ERR_OK)
		e = record_decode(bytes, &work->arena, &record);
	if (e != ERR_OK)
		return e;
	if (record.seq != n || !str_equal(record.payload, payload_of(n, payload)) ||
		record.seals_len != 1)
		return ERR_CORRUPT;
	e = mark_get(txn, id_of(n), &mark);
	if (e == ERR_OK && (mark.seq != n || !id_equal(mark.epoch, record.epoch)))
		return ERR_CORRUPT;
	if (e != ERR_OK)
		return e;
	e = vault_check(txn, &persons, key_of(n, key), &record.seals[0].commitment);
	if (n + KEPT <= last)
		return e == ERR_NOT_FOUND ? ERR_OK : ERR_CORRUPT;
	return e;
}

static enum err check_cases(struct store_work *work, struct txn *txn, uint64_t last)
{
	enum err e = ERR_OK;

	for (uint64_t n = last < CASES ? 1 : last - CASES + 1; e == ERR_OK && n <= last; n++) {
		struct contoh_isi row;
		char key[8];

		arena_reset(&work->arena);
		e = table_get(txn, &cases, key_of(n % CASES, key), &work->arena, &row);
		if (e == ERR_OK && row.jumlah != n)
			e = ERR_CORRUPT;
	}
	return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
}

/* The letters of the last KEPT steps, in order, and nothing else. */
static enum err check_outbox(struct store_work *work, struct txn *txn, uint64_t last)
{
	uint64_t n = last < KEPT ? 0 : last - KEPT;
	uint64_t after = 0;
	struct outbox_letter letter;
	enum err e;

	for (;;) {
		arena_reset(&work->arena);
		e = outbox_next(txn, (struct str)STR("tetangga"), after, &work->arena, &letter);
		if (e != ERR_OK)
			break;
		n++;
		if (letter.number != n || !str_equal(letter.body, person_of(n, &work->arena).judul))
			return ERR_CORRUPT;
		after = n;
	}
	if (e != ERR_NOT_FOUND)
		return e;
	return n == last ? ERR_OK : ERR_CORRUPT;
}

static enum err check_timer(struct txn *txn, uint64_t last)
{
	time_us due;
	enum err e = timer_next(txn, &due);

	if (last == 0)
		return e == ERR_NOT_FOUND ? ERR_OK : ERR_CORRUPT;
	return e == ERR_OK && due == BEGIN + (time_us)last ? ERR_OK : ERR_CORRUPT;
}

static enum err check_all(struct store_work *work, struct txn *txn, uint64_t last,
	const char **ret_why)
{
	uint64_t count;
	uint64_t bad;
	enum err e = log_verify(store_log(work->store), txn_kv(txn), 1, &count, &bad);

	*ret_why = "the chain of the log is broken";
	if (e != ERR_OK || count != last)
		return e == ERR_OK ? ERR_CORRUPT : e;
	*ret_why = "an event, its mark or its vault record is not what was written";
	for (uint64_t n = 1; e == ERR_OK && n <= last; n++)
		e = check_event(work, txn, n, last);
	if (e != ERR_OK)
		return e;
	*ret_why = "the mirror is not the log";
	e = store_copy_check(txn, last);
	if (e != ERR_OK)
		return e;
	*ret_why = "the derived rows are not the fold of the log";
	e = check_cases(work, txn, last);
	if (e != ERR_OK)
		return e;
	*ret_why = "the outbox is not that of the last step";
	e = check_outbox(work, txn, last);
	if (e != ERR_OK)
		return e;
	*ret_why = "the timer is not that of the last step";
	return check_timer(txn, last);
}

enum err store_work_check(struct store_work *work, uint64_t *ret_last, const char **ret_why)
{
	struct txn *txn;
	enum err e = store_work_last(work, ret_last);

	*ret_why = "head and log are apart";
	if (e != ERR_OK)
		return e;
	e = txn_begin(work->store, KV_READ, &txn);
	if (e != ERR_OK)
		return e;
	e = check_all(work, txn, *ret_last, ret_why);
	txn_abort(&txn);
	return e;
}

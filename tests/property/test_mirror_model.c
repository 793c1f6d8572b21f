/* Random work on mirrors and on arrays that a reader believes at sight: records of several origins,
 * epochs, origins set back, aborts, failed commits and restarts; whatever is read must agree. */
#include "base/bytes.h"
#include "lib/chance.h"
#include "lib/origin.h"
#include "lib/rig.h"
#include "lib/seed.h"
#include "store/kv_memory.h"
#include "store/mirror.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { STREAMS = 3, RECORDS_MAX = 700, EPOCHS_MAX = 40, BRANCHES_MAX = 6, STEPS = 1500 };

static const char *const names[STREAMS] = { "simpul-b/intake", "simpul-a/intake", "simpul-a/work" };

struct entry {
	struct place at; /* the epoch is that of the record */
	struct str bytes;
};

/* One branch with all that it shares with those before. */
struct line {
	struct entry entries[RECORDS_MAX + 1]; /* 0: the genesis */
	struct place epochs[EPOCHS_MAX];
	uint32_t epoch_count; /* 0: nothing is known */
	uint64_t head;
	uint64_t fork; /* the first own record is the next one */
};

struct model {
	struct line lines[BRANCHES_MAX];
	uint32_t count; /* the last one is the present one */
};

struct trial {
	struct rig *rig;
	struct chance chance;
	struct model now[STREAMS];
	struct model committed[STREAMS];
	struct mirror_stream streams[STREAMS]; /* of the open transaction */
	uint64_t epochs;                       /* given so far */
	struct origin origin;                  /* writes the records of all */
};

static struct line *line_of(struct trial *t, unsigned s)
{
	return &t->now[s].lines[t->now[s].count - 1];
}

static struct place head_of(const struct line *line)
{
	struct place ret = line->entries[line->head].at;

	if (line->epoch_count > 0)
		ret.epoch = line->epochs[line->epoch_count - 1].epoch;
	return ret;
}

static struct id new_epoch(struct trial *t)
{
	struct id id = { { 0xab } };

	be64_put(id.bytes + 8, ++t->epochs);
	return id;
}

static void assert_head(struct trial *t, unsigned s)
{
	struct place head = head_of(line_of(t, s));

	if (line_of(t, s)->epoch_count == 0)
		assert_true(id_is_zero(t->streams[s].head.epoch) && t->streams[s].head.seq == 0);
	else
		assert_memory_equal(&t->streams[s].head, &head, sizeof head);
	assert_int_equal(t->streams[s].branch, t->now[s].count - 1);
}

static void begin_line(struct trial *t, struct line *line)
{
	struct place genesis = { new_epoch(t), 0, { { 0 } } };

	be64_put(genesis.hash.bytes, chance_next(&t->chance));
	line->entries[0].at = line->epochs[0] = genesis;
	line->epoch_count = 1;
}

static void append(struct trial *t, struct txn *txn, unsigned s)
{
	struct line *line = line_of(t, s);
	bool is_new = line->epoch_count == 0;
	char payload[600];
	struct str bytes;

	if (line->head == RECORDS_MAX)
		return;
	if (is_new)
		begin_line(t, line);
	for (size_t i = 0; i < sizeof payload; i += 31)
		payload[i] = (char)chance_next(&t->chance);
	t->origin.head = head_of(line);
	bytes = origin_next(&t->origin, str_bytes(payload, chance_below(&t->chance, sizeof payload)));
	assert_int_equal(mirror_append(txn, &t->streams[s], &t->origin.before, &t->origin.head, bytes),
		ERR_OK);
	assert_true(t->streams[s].head_at == t->origin.at);
	line->head++;
	line->entries[line->head].at = t->origin.head;
	assert_int_equal(arena_copy(&t->rig->arena, bytes, &line->entries[line->head].bytes), ERR_OK);
	assert_head(t, s);
}

/* Told beforehand, or with its first record. */
static void epoch(struct trial *t, struct txn *txn, unsigned s)
{
	struct line *line = line_of(t, s);
	struct place start;

	if (line->epoch_count == EPOCHS_MAX || line->head == RECORDS_MAX)
		return;
	if (line->epoch_count == 0) {
		begin_line(t, line);
		assert_int_equal(mirror_epoch(txn, &t->streams[s], &line->epochs[0]), ERR_OK);
		return;
	}
	start = (struct place) { new_epoch(t), line->head, line->entries[line->head].at.hash };
	line->epochs[line->epoch_count++] = start;
	if (chance_one_in(&t->chance, 2))
		assert_int_equal(mirror_epoch(txn, &t->streams[s], &start), ERR_OK);
	else
		append(t, txn, s);
}

/* The epochs of the line up to the one that its fork names, or that holds it. */
static uint32_t epochs_kept(const struct line *line, const struct place *fork)
{
	uint32_t kept = 0;

	while (kept < line->epoch_count &&
		(kept == 0 || line->epochs[kept].seq < fork->seq ||
			(!id_is_zero(fork->epoch) && line->epochs[kept].seq == fork->seq)) &&
		(kept == 0 || !id_equal(line->epochs[kept - 1].epoch, fork->epoch)))
		kept++;
	return kept;
}

static void fork_line(struct trial *t, struct txn *txn, unsigned s)
{
	struct model *m = &t->now[s];
	struct line *from = line_of(t, s);
	struct line *to = &m->lines[m->count];
	struct place fork;
	struct id id;

	if (m->count == BRANCHES_MAX || from->head == 0 || from->epoch_count == 0)
		return;
	fork = from->entries[chance_below(&t->chance, from->head)].at;
	if (chance_one_in(&t->chance, 3))
		fork.epoch = (struct id) { { 0 } };
	if (from->epoch_count == EPOCHS_MAX && epochs_kept(from, &fork) == EPOCHS_MAX)
		return;
	id = new_epoch(t);
	assert_int_equal(mirror_fork(txn, &t->streams[s], &fork, id, 1 + t->rig->options.now), ERR_OK);
	*to = *from;
	to->head = to->fork = fork.seq;
	to->epoch_count = epochs_kept(from, &fork);
	to->epochs[to->epoch_count++] = (struct place) { id, fork.seq, fork.hash };
	m->count++;
	assert_head(t, s);
}

static void find_all(struct trial *t, struct txn *txn)
{
	for (unsigned s = 0; s < STREAMS; s++) {
		assert_int_equal(mirror_add(txn, str_of(names[s]), &t->streams[s]), ERR_OK);
		assert_head(t, s);
	}
}

static void step_write(struct trial *t)
{
	struct txn *txn = rig_txn(t->rig, KV_WRITE);
	uint64_t count = 1 + chance_below(&t->chance, 8);
	uint64_t fate = chance_below(&t->chance, 8);

	find_all(t, txn);
	while (count-- > 0) {
		unsigned s = (unsigned)chance_below(&t->chance, STREAMS);

		switch (chance_below(&t->chance, 30)) {
		case 0:
			epoch(t, txn, s);
			break;
		case 1:
			if (chance_one_in(&t->chance, 3))
				fork_line(t, txn, s);
			break;
		default:
			append(t, txn, s);
		}
	}
	if (fate == 0) {
		txn_abort(&txn);
	} else if (fate == 1 && t->rig->kind == RIG_MEMORY) {
		kv_memory_fail(store_kv(t->rig->store), KV_FAULT_FULL);
		assert_int_equal(txn_commit(&txn), ERR_READONLY);
	} else {
		rig_commit(&txn);
		memcpy(t->committed, t->now, sizeof t->now);
	}
	memcpy(t->now, t->committed, sizeof t->now);
}

/* Whether the model has the place: its record's epoch, or one that begins there. */
static bool has(const struct line *line, const struct place *at)
{
	bool is_known = at->seq <= line->head && line->epoch_count > 0 &&
		hash_equal(&line->entries[at->seq].at.hash, &at->hash);
	bool is_epoch = is_known && id_equal(line->entries[at->seq].at.epoch, at->epoch);

	for (uint32_t i = 0; is_known && !is_epoch && i < line->epoch_count; i++)
		is_epoch = line->epochs[i].seq == at->seq && id_equal(line->epochs[i].epoch, at->epoch);
	return is_epoch;
}

/* A place of any line of the stream, now and then with an epoch of another place or another hash. */
static void check_has(struct trial *t, struct txn *txn, unsigned s)
{
	struct model *m = &t->now[s];
	const struct line *of = &m->lines[chance_below(&t->chance, m->count)];
	struct place at = of->entries[chance_below(&t->chance, of->head + 1)].at;

	if (of->epoch_count == 0)
		return;
	if (chance_one_in(&t->chance, 4))
		at.epoch = of->epochs[chance_below(&t->chance, of->epoch_count)].epoch;
	if (chance_one_in(&t->chance, 4))
		at = of->epochs[chance_below(&t->chance, of->epoch_count)];
	if (chance_one_in(&t->chance, 6))
		at.hash.bytes[chance_below(&t->chance, HASH_BYTES)] ^= 1;
	assert_int_equal(mirror_has(txn, &t->streams[s], &at),
		has(line_of(t, s), &at) ? ERR_OK : ERR_NOT_FOUND);
}

static void check_read(struct trial *t, struct txn *txn, unsigned s)
{
	struct line *line = line_of(t, s);
	uint64_t after = chance_below(&t->chance, line->head + 1);
	size_t max_bytes = chance_below(&t->chance, 20000);
	uint32_t max_count = (uint32_t)chance_below(&t->chance, 40);
	uint64_t seq = after;
	struct place last;
	struct buf out;
	uint32_t count;
	size_t at = 0;

	buf_init(&out, 1 << 20);
	assert_int_equal(
		mirror_read(txn, &t->streams[s], after, max_bytes, max_count, &out, &last, &count),
		line->epoch_count == 0 ? ERR_NOT_FOUND : ERR_OK);
	if (line->epoch_count > 0) {
		while (seq < line->head && seq - after < max_count &&
			id_equal(line->entries[seq + 1].at.epoch, line->entries[after + 1].at.epoch)) {
			struct str bytes = line->entries[seq + 1].bytes;

			if (seq > after && at + 4 + bytes.len > max_bytes)
				break;
			assert_true(at + 4 + bytes.len <= out.len);
			assert_int_equal(be32_get(out.ptr + at), bytes.len);
			assert_memory_equal(out.ptr + at + 4, bytes.ptr, bytes.len);
			at += 4 + bytes.len;
			seq++;
		}
		assert_true(at == out.len && count == seq - after);
		assert_memory_equal(&last, &line->entries[seq].at, sizeof last);
	}
	buf_clear(&out);
}

static void check_epochs(struct trial *t, struct txn *txn, unsigned s)
{
	struct line *line = line_of(t, s);
	uint32_t max = 1 + (uint32_t)chance_below(&t->chance, 6);
	uint32_t wanted = max < line->epoch_count ? max : line->epoch_count;
	struct place *epochs;
	struct arena arena;
	uint32_t len;

	arena_init(&arena, 1 << 16);
	assert_int_equal(mirror_epochs(txn, &t->streams[s], max, &arena, &epochs, &len), ERR_OK);
	assert_int_equal(len, wanted);
	for (uint32_t i = 0; i < len; i++)
		assert_memory_equal(&epochs[i], &line->epochs[line->epoch_count - len + i],
			sizeof epochs[i]);
	arena_clear(&arena);
}

static void check_branches(struct trial *t, struct txn *txn, unsigned s)
{
	struct model *m = &t->now[s];
	struct mirror_branch *branches;
	struct arena arena;
	uint32_t len;

	arena_init(&arena, 1 << 18);
	assert_int_equal(mirror_branches(txn, &t->streams[s], &arena, &branches, &len), ERR_OK);
	assert_int_equal(len, m->lines[0].epoch_count == 0 ? 0 : m->count);
	for (uint32_t i = 0; i < len; i++) {
		struct line *line = &m->lines[i];
		struct place head = head_of(line);
		struct hash hash;
		struct str bytes;
		uint64_t seq = line->fork + 1 + chance_below(&t->chance, line->head - line->fork + 1);
		enum err e = mirror_get(txn, &t->streams[s], i, seq, &hash, &bytes);

		assert_memory_equal(&branches[i].head, &head, sizeof head);
		assert_true(branches[i].fork.seq == line->fork);
		assert_int_equal(e, seq <= line->head ? ERR_OK : ERR_NOT_FOUND);
		assert_true(e != ERR_OK || str_equal(bytes, line->entries[seq].bytes));
	}
	arena_clear(&arena);
}

static void check_verified(struct trial *t, struct txn *txn, unsigned s)
{
	struct model *m = &t->now[s];
	uint64_t wanted = 0;
	uint64_t good, bad = 0;
	uint32_t branch;

	for (uint32_t i = 0; i < m->count; i++)
		wanted += m->lines[i].head - m->lines[i].fork;
	assert_int_equal(mirror_verify(txn, &t->streams[s], NULL, &good, &branch, &bad), ERR_OK);
	assert_true(good == wanted);
}

static void step_read(struct trial *t)
{
	struct txn *txn = rig_txn(t->rig, KV_READ);

	for (unsigned s = 0; s < STREAMS; s++) {
		enum err e = mirror_find(txn, str_of(names[s]), &t->streams[s]);

		if (e == ERR_NOT_FOUND) {
			assert_int_equal(t->now[s].lines[0].epoch_count, 0);
			continue;
		}
		assert_int_equal(e, ERR_OK);
		assert_head(t, s);
		check_has(t, txn, s);
		check_read(t, txn, s);
		check_epochs(t, txn, s);
		check_branches(t, txn, s);
		if (chance_one_in(&t->chance, 20))
			check_verified(t, txn, s);
	}
	txn_abort(&txn);
}

static void mirrors_agree_with_their_model(void **state)
{
	struct trial *t = calloc(1, sizeof *t);
	struct problem why;

	assert_non_null(t);
	t->rig = *state;
	t->chance.state = seed_usual("test_mirror_model", 20260412);
	t->origin = origin_new(0);
	for (unsigned s = 0; s < STREAMS; s++)
		t->now[s].count = t->committed[s].count = 1;
	rig_open(t->rig);
	for (unsigned i = 0; i < STEPS; i++) {
		if (chance_one_in(&t->chance, t->rig->kind == RIG_MEMORY ? 20 : 200))
			assert_int_equal(rig_reopen(t->rig, &why), ERR_OK);
		if (chance_one_in(&t->chance, 2))
			step_write(t);
		else
			step_read(t);
	}
	step_read(t);
	origin_clear(&t->origin);
	free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_BOTH(mirrors_agree_with_their_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

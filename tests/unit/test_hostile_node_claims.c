/* A node below that says of streams that they are another node's: what its origin has not signed is not taken, and what
 * is linked here itself is read from itself. */
#include "base/bytes.h"
#include "lib/enemy.h"
#include "lib/harness_parts.h"
#include "lib/utusan.h"
#include "runtime/engine.h"
#include "store/node_key.h"
#include "store/system_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { OWN_KEY = 0, FORGED_KEY = 7 };

static const struct id FIRST_EPOCH = { { 5 } };

static struct hash genesis_of(struct enemy *e, uint32_t node)
{
	struct identitas_simpul identity = utusan_identity(harness_arena(e->scene->h), node, 1);

	return log_genesis(identity.nama, str_of("intake"), &FIRST_EPOCH);
}

/* Signs as the node itself would. */
static void own_signs(struct enemy *e, struct aliran_simpul *entry, uint32_t node)
{
	struct arena *arena = harness_arena(e->scene->h);
	const struct root_key root = { { 5, 0, (uint8_t)node } }; /* as utusan has it */
	uint8_t *signature = arena_take(arena, 64), *public = arena_take(arena, SIGN_KEY_BYTES);
	const struct place at = { entry->tanda_epok, entry->tanda_seq, entry->tanda_hash };
	struct node_sign key;
	struct buf statement;

	node_sign_derive(&root, 1, &key);
	memcpy(public, key.public_key, SIGN_KEY_BYTES);
	buf_init(&statement, 256);
	mirror_head_statement(entry->nama, &at, &statement);
	node_sign_bytes(&key, buf_str(&statement), signature);
	buf_clear(&statement);
	entry->kunci_tanda = str_bytes(public, SIGN_KEY_BYTES);
	entry->tanda_tangan = str_bytes(signature, 64);
}

/* The record behind a place; what it says and when is the same each time. */
static struct place next_place(const struct place *at, const char *payload, struct buf *ret_bytes)
{
	struct record r = { .seq = at->seq + 1,
		.epoch = at->epoch,
		.at = US_PER_DAY,
		.type = 0x7ffe,
		.version = 1,
		.key = STR("kunci"),
		.cause = { .kind = CAUSE_SYSTEM, .from = STR("uji") },
		.payload = str_of(payload) };

	assert_int_equal(record_encode(&r, ret_bytes), ERR_OK);
	return (struct place) { at->epoch, r.seq, record_hash(&at->hash, buf_str(ret_bytes)) };
}

/* intake of the node, its head being the enemy's, signed by this key (OWN_KEY: the node's). */
static uint32_t offer_of(struct enemy *e, struct aliran_simpul *page, uint32_t node, uint32_t key)
{
	struct harness *h = e->scene->h;
	struct identitas_simpul identity = utusan_identity(harness_arena(h), node, 1);
	struct sesi_epoch *epoch = arena_take(harness_arena(h), sizeof *epoch);
	char name[NODE_STREAM_MAX + 1];
	struct place head;
	struct buf bytes;

	*epoch = (struct sesi_epoch) { FIRST_EPOCH, 0, genesis_of(e, node) };
	if (e->head.seq == 0)
		e->head = (struct place) { FIRST_EPOCH, 0, genesis_of(e, node) };
	assert_int_equal(node_stream_name(utusan_id(node), str_of("intake"), name), ERR_OK);
	page[0] = (struct aliran_simpul) { .nama = harness_keep(h, str_of(name)),
		.simpul = utusan_id(node),
		.simpul_nama = identity.nama,
		.layanan = str_of("intake"),
		.epok = epoch,
		.epok_len = 1 };
	head = e->head;
	if (head.seq == 0) { /* nothing is signed of a log that has no record */
		buf_init(&bytes, RECORD_BYTES_MAX);
		head = next_place(&e->head, key == OWN_KEY ? "isi" : "palsu", &bytes);
		buf_clear(&bytes);
	}
	enemy_signs(e, &page[0], &head, FORGED_KEY);
	if (key == OWN_KEY)
		own_signs(e, &page[0], node);
	return 1;
}

static uint32_t offer_as_squatter(struct enemy *e, struct aliran_simpul *page, uint32_t room)
{
	assert_true(room > 0);
	return offer_of(e, page, SIBLING, FORGED_KEY);
}

static uint32_t offer_siblings(struct enemy *e, struct aliran_simpul *page, uint32_t room)
{
	assert_true(room > 0);
	return offer_of(e, page, SIBLING, OWN_KEY);
}

/* Under the key that the node has, which is no secret, and without a signature: as an older node may pass it on. */
static uint32_t offer_unsigned(struct enemy *e, struct aliran_simpul *page, uint32_t room)
{
	uint32_t count = offer_siblings(e, page, room);

	page[0].has_tanda_tangan = page[0].has_tanda_seq = false;
	page[0].has_tanda_epok = page[0].has_tanda_hash = false;
	return count;
}

static uint32_t offer_signed_by_another(struct enemy *e, struct aliran_simpul *page, uint32_t room)
{
	assert_true(room > 0);
	page[0] = enemy_stream_below(e, 1, 1);
	page[0].kunci_tanda = enemy_stream_below(e, 1, 2).kunci_tanda;
	return 1;
}

static uint32_t offer_signed(struct enemy *e, struct aliran_simpul *page, uint32_t room)
{
	assert_true(room > 0);
	page[0] = enemy_stream_below(e, 1, 1);
	return 1;
}

static void write_some(struct enemy *e, uint32_t count, const char *payload)
{
	while (count-- > 0) {
		struct stream_place last;
		struct buf bytes, out;
		char len[4];

		buf_init(&bytes, RECORD_BYTES_MAX);
		buf_init(&out, RECORD_BYTES_MAX + sizeof len);
		e->head = next_place(&e->head, payload, &bytes);
		be32_put(len, (uint32_t)bytes.len);
		buf_add(&out, len, sizeof len);
		buf_add_str(&out, buf_str(&bytes));
		last = place_out(&e->head);
		assert_int_equal(session_events(e->session, e->corr, 1, &last, buf_str(&out)), ERR_OK);
		buf_clear(&bytes);
		buf_clear(&out);
	}
}

static void accept(struct scene *s, uint32_t node)
{
	struct arena *arena = harness_arena(s->h);
	struct identitas_simpul identity = utusan_identity(arena, node, 1);
	struct terima_simpul c = { utusan_id(node), utusan_words(arena, &identity) };

	utusan_send(s->h, UTUSAN_ADMIN, &schema_terima_simpul, &c);
}

static struct follow *follow_of_sibling(struct scene *s)
{
	char name[NODE_STREAM_MAX + 1];

	assert_int_equal(node_stream_name(utusan_id(SIBLING), str_of("intake"), name), ERR_OK);
	return mirror_of(s->r, str_of(name));
}

static void a_stream_with_a_forged_signature_is_not_taken(void **state)
{
	struct scene *s = *state;
	struct enemy *e = enemy_meet(s, CHILD);
	uint32_t before;

	scene_settle(s);
	before = scene_events(s);
	e->offer = offer_signed_by_another;
	scene_pass(s, 2 * CATALOGUE_EVERY_US);
	assert_int_equal(scene_events(s), before);
	assert_string_equal(scene_trouble(s, CHILD), "tanda_tangan_salah");
	e->offer = offer_signed;
	scene_pass(s, 2 * CATALOGUE_EVERY_US);
	assert_int_equal(scene_events(s), before + 1);
}

static void a_stream_that_was_squatted_is_set_aside_for_its_owner(void **state)
{
	struct scene *s = *state;
	struct enemy *squatter = enemy_meet(s, CHILD), *owner;
	struct mirror_stream aside = { .number = 0 };
	char name[NODE_STREAM_MAX + 16];
	uint32_t number, opened;
	struct hash hash;
	struct str bytes;
	struct txn *txn;

	squatter->offer = offer_as_squatter;
	scene_pass(s, US_PER_SECOND);
	write_some(squatter, 5, "palsu");
	scene_settle(s);
	assert_int_equal(follow_of_sibling(s)->mirror.head.seq, 5);
	number = follow_of_sibling(s)->mirror.number;
	opened = squatter->opened;
	/* People invite the node itself: from now on nobody else speaks for it. */
	utusan_invite(s->h, SIBLING);
	scene_pass(s, US_PER_SECOND);
	assert_string_equal(scene_trouble(s, CHILD), "mengaku_simpul_lain");
	assert_int_equal(squatter->closed, 1);
	assert_false(follow_of_sibling(s)->has_mirror);
	(void)snprintf(name, sizeof name, "!%u/%s", number, follow_of_sibling(s)->mirror_name);
	assert_int_equal(txn_begin(runtime_store(s->r), KV_READ, &txn), ERR_OK);
	assert_int_equal(mirror_find(txn, str_of(follow_of_sibling(s)->mirror_name), &aside),
		ERR_NOT_FOUND);
	assert_int_equal(mirror_find(txn, str_of(name), &aside), ERR_OK);
	assert_true(aside.number == number && aside.head.seq == 5);
	assert_int_equal(mirror_get(txn, &aside, 0, 3, &hash, &bytes), ERR_OK);
	txn_abort(&txn);
	scene_pass(s, 2 * CATALOGUE_EVERY_US);
	assert_int_equal(squatter->opened, opened);
	/* It comes itself. */
	accept(s, SIBLING);
	owner = enemy_meet(s, SIBLING);
	owner->offer = offer_siblings;
	scene_pass(s, 2 * CATALOGUE_EVERY_US);
	assert_int_equal(owner->opened, 1);
	write_some(owner, 2, "isi");
	scene_settle(s);
	assert_int_equal(follow_of_sibling(s)->mirror.head.seq, 2);
	assert_true(follow_of_sibling(s)->mirror.number != number);
	assert_true(hash_equal(&follow_of_sibling(s)->mirror.head.hash, &owner->head.hash));
	assert_string_equal(scene_trouble(s, SIBLING), "");
	/* What the other still says is not heard. */
	scene_pass(s, 2 * CATALOGUE_EVERY_US);
	assert_int_equal(squatter->opened, opened);
	assert_int_equal(follow_of_sibling(s)->mirror.head.seq, 2);
}

/* The node was below the child and is linked here now: under the same signing key its copy goes on where it is. */
static void a_node_that_moved_here_goes_on_from_its_copy(void **state)
{
	struct scene *s = *state;
	struct enemy *before = enemy_meet(s, CHILD), *now;
	uint32_t number;

	before->offer = offer_siblings;
	scene_pass(s, US_PER_SECOND);
	write_some(before, 5, "isi");
	scene_pass(s, 2 * CATALOGUE_EVERY_US); /* its origin's signature is told and kept */
	assert_int_equal(follow_of_sibling(s)->mirror.head.seq, 5);
	number = follow_of_sibling(s)->mirror.number;
	utusan_bring(s->h, SIBLING, STATUS_TAUTAN_DITERIMA);
	scene_pass(s, US_PER_SECOND);
	assert_true(follow_of_sibling(s)->has_mirror);
	now = enemy_meet(s, SIBLING);
	now->offer = offer_siblings;
	now->head = before->head;
	scene_pass(s, 5 * US_PER_SECOND);
	assert_int_equal(before->closed, 1);
	assert_int_equal(now->opened, 1);
	write_some(now, 3, "isi");
	scene_settle(s);
	assert_int_equal(follow_of_sibling(s)->mirror.head.seq, 8);
	assert_int_equal(follow_of_sibling(s)->mirror.number, number);
	/* The one that had it before still offers what it has, and is none that claims what it is not. */
	scene_pass(s, 2 * CATALOGUE_EVERY_US);
	assert_string_equal(scene_trouble(s, CHILD), "");
	assert_string_equal(scene_trouble(s, SIBLING), "");
	assert_int_equal(before->opened, 1);
}

/* Otherwise the node would find another history under its name when it comes itself, and stand still. */
static void a_copy_that_its_node_never_signed_gives_way_to_it(void **state)
{
	struct scene *s = *state;
	struct enemy *squatter = enemy_meet(s, CHILD), *owner;
	uint32_t number;

	squatter->offer = offer_unsigned;
	scene_pass(s, US_PER_SECOND);
	write_some(squatter, 5, "palsu");
	scene_settle(s);
	assert_int_equal(follow_of_sibling(s)->mirror.head.seq, 5);
	number = follow_of_sibling(s)->mirror.number;
	utusan_bring(s->h, SIBLING, STATUS_TAUTAN_DITERIMA);
	owner = enemy_meet(s, SIBLING);
	owner->offer = offer_siblings;
	scene_pass(s, 2 * CATALOGUE_EVERY_US);
	assert_int_equal(owner->opened, 1);
	write_some(owner, 2, "isi");
	scene_settle(s);
	assert_int_equal(follow_of_sibling(s)->mirror.head.seq, 2);
	assert_true(follow_of_sibling(s)->mirror.number != number);
	assert_string_equal(scene_trouble(s, SIBLING), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		AT_SCENE(a_stream_with_a_forged_signature_is_not_taken),
		AT_SCENE(a_stream_that_was_squatted_is_set_aside_for_its_owner),
		AT_SCENE(a_node_that_moved_here_goes_on_from_its_copy),
		AT_SCENE(a_copy_that_its_node_never_signed_gives_way_to_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "lib/enemy_log.h"

#include "base/bytes.h"
#include "lib/harness_parts.h"
#include "lib/utusan.h"
#include "runtime/engine.h"
#include "store/node_key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

uint32_t enemy_offers_own(struct enemy *e, struct aliran_simpul *page, uint32_t room)
{
	struct harness *h = e->scene->h;
	uint32_t number = id_equal(e->node, utusan_id(CHILD)) ? CHILD : SIBLING;
	struct identitas_simpul identity = utusan_identity(harness_arena(h), number, 1);
	struct sesi_epoch *epochs = arena_take(harness_arena(h), 2 * sizeof *epochs);
	char *key = arena_take(harness_arena(h), SIGN_KEY_BYTES);
	char name[NODE_STREAM_MAX + 1];
	struct id first = { { 5 } };
	struct hash genesis = log_genesis(identity.nama, str_of("intake"), &first);

	assert_true(room > 0);
	memcpy(key, identity.tanda.bytes, SIGN_KEY_BYTES);
	assert_int_equal(node_stream_name(e->node, str_of("intake"), name), ERR_OK);
	if (id_is_zero(e->head.epoch))
		e->head = (struct place) { first, 0, genesis };
	epochs[0] = (struct sesi_epoch) { first, 0, genesis };
	epochs[1] = (struct sesi_epoch) { e->head.epoch, 0, genesis };
	page[0] = (struct aliran_simpul) { .nama = harness_keep(h, str_of(name)),
		.simpul = e->node,
		.simpul_nama = identity.nama,
		.layanan = str_of("intake"),
		.epok = epochs,
		.epok_len = id_equal(e->head.epoch, first) ? 1 : 2,
		.has_kunci_tanda = true,
		.kunci_tanda = str_bytes(key, SIGN_KEY_BYTES) };
	return 1;
}

void enemy_writes_record(struct enemy *e, time_us at, char layout)
{
	struct record r = { .seq = e->head.seq + 1,
		.epoch = e->head.epoch,
		.at = at,
		.type = 0x7ffe,
		.version = 1,
		.key = STR("kunci"),
		.cause = { .kind = CAUSE_SYSTEM, .from = STR("uji") },
		.payload = STR("isi") };
	struct stream_place last;
	struct buf bytes, out;
	char len[4];

	buf_init(&bytes, RECORD_BYTES_MAX);
	buf_init(&out, RECORD_BYTES_MAX + sizeof len);
	assert_int_equal(record_encode(&r, &bytes), ERR_OK);
	bytes.ptr[1] = layout;
	be32_put(len, (uint32_t)bytes.len);
	buf_add(&out, len, sizeof len);
	buf_add_str(&out, buf_str(&bytes));
	e->head.seq++;
	e->head.hash = record_hash(&e->head.hash, buf_str(&bytes));
	last = place_out(&e->head);
	assert_int_equal(session_events(e->session, e->corr, 1, &last, buf_str(&out)), ERR_OK);
	buf_clear(&bytes);
	buf_clear(&out);
}

void enemy_writes(struct enemy *e)
{
	enemy_writes_record(e, e->scene->h->wall, 1);
}

void enemy_signs_and_tells(struct enemy *e, uint32_t generation)
{
	const struct root_key root = { { 5, 0, CHILD } }; /* as utusan has it */
	struct stream_place at = place_out(&e->head);
	char name[NODE_STREAM_MAX + 1];
	struct buf statement;
	struct node_sign key;
	uint8_t signature[64];

	assert_int_equal(node_stream_name(e->node, str_of("intake"), name), ERR_OK);
	node_sign_derive(&root, generation, &key);
	buf_init(&statement, 256);
	mirror_head_statement(str_of(name), &e->head, &statement);
	node_sign_bytes(&key, buf_str(&statement), signature);
	assert_int_equal(
		session_head(e->session, 0, str_of(name), &at, str_bytes(signature, sizeof signature)),
		ERR_OK);
	buf_clear(&statement);
}

struct follow *enemy_copy(struct enemy *e)
{
	char name[NODE_STREAM_MAX + 1];

	assert_int_equal(node_stream_name(e->node, str_of("intake"), name), ERR_OK);
	return mirror_of(e->scene->r, str_of(name));
}

#include "lib/utusan.h"

#include "base/civil.h"
#include "federation/federation.h"
#include "federation/simpul.h"
#include "lib/harness_parts.h"
#include "runtime/policy.h"
#include "store/node_key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

const struct id UTUSAN_ADMIN = { { 1, [6] = 0x70, [8] = 0x80, [15] = 1 } };
const struct id UTUSAN_READER = { { 1, [6] = 0x70, [8] = 0x80, [15] = 2 } };

static void grant(struct harness *h, struct id akun, uint32_t peran)
{
	struct policy_key key = policy_grant_key(akun, peran, str_of(POLICY_ALL));
	struct hak_diberikan event = { .hak = { .akun = akun,
									   .peran = peran,
									   .unit = str_of(POLICY_ALL),
									   .dari = civil_date_of(harness_now(h)) } };

	harness_publish(h, "workflow", &schema_hak_diberikan, policy_key_str(&key), &event);
}

int utusan_begin(void **state)
{
	static const struct harness_service services[] = { { &federation_service, NULL } };
	struct harness *h = harness_open(ROWS(services), 0);

	grant(h, UTUSAN_ADMIN, PERAN_ADMINISTRATOR);
	grant(h, UTUSAN_READER, PERAN_PEMBACA);
	*state = h;
	return 0;
}

int utusan_end(void **state)
{
	struct harness *h = *state;

	harness_verify(h);
	harness_close(&h);
	return 0;
}

struct id utusan_id(uint32_t node)
{
	return (struct id) { { 0xee, (uint8_t)(node >> 8), (uint8_t)node } };
}

static struct root_key root_of(uint32_t node)
{
	return (struct root_key) { { 5, (uint8_t)(node >> 8), (uint8_t)node } };
}

static struct str signed_by(struct arena *arena, const struct identitas_simpul *identity,
	uint32_t node, uint32_t generation,
	void (*statement)(const struct identitas_simpul *, struct buf *))
{
	struct root_key root = root_of(node);
	uint8_t *signature = arena_take(arena, SIGNATURE_BYTES);
	struct node_sign key;
	struct buf text;

	assert_non_null(signature);
	node_sign_derive(&root, generation, &key);
	buf_init(&text, IDENTITY_TEXT_MAX);
	statement(identity, &text);
	node_sign_bytes(&key, buf_str(&text), signature);
	buf_clear(&text);
	return str_bytes(signature, SIGNATURE_BYTES);
}

void utusan_sign(struct arena *arena, struct identitas_simpul *identity, uint32_t node,
	uint32_t generation)
{
	identity->tanda_tangan = signed_by(arena, identity, node, generation, identity_statement);
}

struct str utusan_rotation(struct arena *arena, const struct identitas_simpul *identity,
	uint32_t node, uint32_t generation)
{
	return signed_by(arena, identity, node, generation, identity_rotation_statement);
}

struct identitas_simpul utusan_identity(struct arena *arena, uint32_t node, uint32_t generation)
{
	struct root_key root = root_of(node);
	struct identitas_simpul identity = {
		.simpul = utusan_id(node),
		.nama = str_of(arena_print(arena, "simpul-%u", node)),
		.generasi = generation,
		.has_alamat = true,
		.alamat = str_of(arena_print(arena, "tcp://127.0.0.1:%u", 7420 + node)),
	};
	struct node_curve curve;
	struct node_sign sign;

	node_curve_derive(&root, str_of("federation"), generation, &curve);
	node_sign_derive(&root, generation, &sign);
	memcpy(identity.kurva.bytes, curve.present.public_key, HASH_BYTES);
	memcpy(identity.kurva_berikut.bytes, curve.next.public_key, HASH_BYTES);
	memcpy(identity.tanda.bytes, sign.public_key, HASH_BYTES);
	utusan_sign(arena, &identity, node, generation);
	return identity;
}

struct str utusan_words(struct arena *arena, const struct identitas_simpul *identity)
{
	char words[FINGERPRINT_TEXT_MAX];

	identity_words(identity, words);
	return str_of(arena_print(arena, "%s", words));
}

void utusan_send(struct harness *h, struct id actor, const struct schema *schema, const void *body)
{
	struct harness_reply r =
		harness_command(h, "federation", actor, (struct id) { { 0 } }, schema, body, NULL);

	if (r.status != SESI_STATUS_OK)
		fail_msg("%s: %s %.*s %.*s", schema->name, enum_name(&enum_sesi_status, r.status),
			(int)r.field.len, r.field.ptr, (int)r.rule.len, r.rule.ptr);
}

void utusan_refused(struct harness *h, struct id actor, const struct schema *schema,
	const void *body, enum sesi_status status, const char *rule)
{
	struct harness_reply r =
		harness_command(h, "federation", actor, (struct id) { { 0 } }, schema, body, NULL);

	assert_true(r.is_answered);
	if (r.status != status || !str_is(r.rule, rule))
		fail_msg("%s: %s %.*s instead of %s", schema->name, enum_name(&enum_sesi_status, r.status),
			(int)r.rule.len, r.rule.ptr, rule);
}

void utusan_tell(struct harness *h, const struct schema *schema, const void *body)
{
	harness_speak_as(h, "federation");
	utusan_send(h, ACTOR_SYSTEM, schema, body);
	harness_speak_as(h, "ctl");
}

void utusan_invite(struct harness *h, uint32_t node)
{
	struct arena *arena = harness_arena(h);
	struct str unit = str_of(arena_print(arena, "UNIT-%u", node));
	struct undang_simpul body = { utusan_identity(arena, node, 1), &unit, 1 };

	utusan_send(h, UTUSAN_ADMIN, &schema_undang_simpul, &body);
}

static void accept(struct harness *h, uint32_t node)
{
	struct identitas_simpul identity = utusan_identity(harness_arena(h), node, 1);
	struct terima_simpul body = { utusan_id(node), utusan_words(harness_arena(h), &identity) };

	utusan_send(h, UTUSAN_ADMIN, &schema_terima_simpul, &body);
}

void utusan_bring(struct harness *h, uint32_t node, uint32_t status)
{
	struct tangguhkan_simpul suspend = { utusan_id(node) };
	struct cabut_simpul revoke = { utusan_id(node), ALASAN_PENCABUTAN_HILANG };
	struct catat_terlihat seen = { utusan_id(node),
		utusan_identity(harness_arena(h), node, 1).kurva };
	struct ganti_simpul replace = { .identitas = utusan_identity(harness_arena(h), node, 7) };

	utusan_invite(h, node);
	switch ((enum status_tautan)status) {
	case STATUS_TAUTAN_DIUNDANG:
		break;
	case STATUS_TAUTAN_MENUNGGU:
		utusan_tell(h, &schema_catat_terlihat, &seen);
		break;
	case STATUS_TAUTAN_DITERIMA:
		accept(h, node);
		break;
	case STATUS_TAUTAN_DITANGGUHKAN:
		accept(h, node);
		utusan_send(h, UTUSAN_ADMIN, &schema_tangguhkan_simpul, &suspend);
		break;
	case STATUS_TAUTAN_DICABUT:
		utusan_send(h, UTUSAN_ADMIN, &schema_cabut_simpul, &revoke);
		break;
	case STATUS_TAUTAN_DIGANTI:
		utusan_send(h, UTUSAN_ADMIN, &schema_ganti_simpul, &replace);
		break;
	}
	assert_int_equal(utusan_link(h, node).status, status);
}

struct tautan utusan_link(struct harness *h, uint32_t node)
{
	struct id id = utusan_id(node);
	struct tautan row;

	if (!harness_row(h, "federation", &tautan_table, node_key(&id), &row))
		row = (struct tautan) { .status = 0 };
	return row;
}

void utusan_remotes(struct harness *h, struct remote **ret, uint32_t *ret_len)
{
	struct store *store = runtime_store(harness_node(h, "federation")->runtime);
	struct txn *txn = NULL;

	assert_int_equal(txn_begin(store, KV_READ, &txn), ERR_OK);
	assert_int_equal(federation_remotes(txn, harness_arena(h), ret, ret_len), ERR_OK);
	txn_abort(&txn);
}

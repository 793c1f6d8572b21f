/* simpul_daftar: how the linked nodes are, and whom the host is told to dial and let in */
#include "federation/aliran.h"
#include "lib/utusan.h"
#include "runtime/remote.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct harness_reply ask(struct harness *h, const struct simpul_daftar *q, struct str go_on,
	struct simpul_daftar_jawab *ret)
{
	*ret = (struct simpul_daftar_jawab) { .simpul_len = 0 };
	return harness_ask(h, "federation", UTUSAN_READER, &schema_simpul_daftar, q, go_on, ret);
}

static void join(struct harness *h, uint32_t node)
{
	struct tetapkan_induk c = { .identitas = utusan_identity(harness_arena(h), node, 1) };

	utusan_send(h, UTUSAN_ADMIN, &schema_tetapkan_induk, &c);
}

static void the_node_above_comes_first_and_all_in_pages(void **state)
{
	struct harness *h = *state;
	struct simpul_daftar q = { .has_simpul = false };
	struct simpul_daftar_jawab a;
	struct str go_on = { NULL, 0 };
	uint32_t children = 0, pages = 0;

	join(h, 100);
	for (uint32_t node = 1; node <= 20; node++)
		utusan_invite(h, node);
	do {
		struct harness_reply r = ask(h, &q, go_on, &a);

		assert_int_equal(r.status, SESI_STATUS_OK);
		for (uint32_t i = 0; i < a.simpul_len; i++) {
			bool is_parent = pages == 0 && i == 0;

			assert_int_equal(a.simpul[i].induk, is_parent);
			assert_true(
				id_equal(a.simpul[i].identitas.simpul, utusan_id(is_parent ? 100 : ++children)));
			assert_int_equal(a.simpul[i].has_status, !is_parent);
		}
		go_on = r.go_on;
		pages++;
	} while (go_on.ptr != NULL);
	assert_int_equal(children, 20);
	assert_int_equal(pages, 3);
	assert_int_equal(ask(h, &q, str_of("x"), &a).status, SESI_STATUS_INVALID);
}

static void one_is_shown_with_its_words_and_keys(void **state)
{
	struct harness *h = *state;
	struct simpul_daftar q = { .has_simpul = true, .simpul = utusan_id(1) };
	struct identitas_simpul identity = utusan_identity(harness_arena(h), 1, 1);
	struct simpul_identitas who = { utusan_id(1) };
	struct simpul_identitas_jawab got;
	struct simpul_daftar_jawab a;

	assert_int_equal(ask(h, &q, (struct str) { NULL, 0 }, &a).status, SESI_STATUS_NOT_FOUND);
	utusan_bring(h, 1, STATUS_TAUTAN_DITERIMA);
	assert_int_equal(ask(h, &q, (struct str) { NULL, 0 }, &a).status, SESI_STATUS_OK);
	assert_int_equal(a.simpul_len, 1);
	assert_int_equal(a.simpul[0].status, STATUS_TAUTAN_DITERIMA);
	assert_true(identity_words_are(&identity, a.simpul[0].kata));
	assert_true(hash_equal(&a.simpul[0].identitas.kurva, &identity.kurva));
	assert_true(str_is(a.simpul[0].unit[0], "UNIT-1"));
	assert_false(a.simpul[0].terhubung);
	assert_false(a.simpul[0].has_kontak);
	assert_int_equal(harness_ask(h, "federation", UTUSAN_READER, &schema_simpul_identitas, &who,
						 (struct str) { NULL, 0 }, &got)
						 .status,
		SESI_STATUS_OK);
	assert_true(str_equal(got.kata, a.simpul[0].kata));
	assert_true(str_equal(got.identitas.tanda_tangan, identity.tanda_tangan));
}

/* --- for the host --- */

static const struct remote *find(const struct remote *rows, uint32_t count, uint32_t node)
{
	for (uint32_t i = 0; i < count; i++)
		if (id_equal(rows[i].node, utusan_id(node)))
			return &rows[i];
	return NULL;
}

static void the_host_is_told_by_state_and_with_every_good_key(void **state)
{
	static const struct {
		uint32_t status;
		enum remote_state expected;
	} states[] = {
		{ STATUS_TAUTAN_DIUNDANG, REMOTE_WAITING },
		{ STATUS_TAUTAN_MENUNGGU, REMOTE_WAITING },
		{ STATUS_TAUTAN_DITERIMA, REMOTE_ALLOWED },
		{ STATUS_TAUTAN_DITANGGUHKAN, REMOTE_WAITING },
		{ STATUS_TAUTAN_DICABUT, REMOTE_REVOKED },
		{ STATUS_TAUTAN_DIGANTI, REMOTE_WAITING },
	};
	struct harness *h = *state;
	struct putar_kunci_simpul rotation = { .identitas = utusan_identity(harness_arena(h), 3, 2) };
	const struct remote *r;
	struct remote *rows;
	uint32_t count;

	for (uint32_t i = 0; i < sizeof states / sizeof states[0]; i++)
		utusan_bring(h, i + 1, states[i].status);
	rotation.tanda_tangan_lama = utusan_rotation(harness_arena(h), &rotation.identitas, 3, 1);
	utusan_send(h, ACTOR_SYSTEM, &schema_putar_kunci_simpul, &rotation);
	join(h, 100);
	utusan_remotes(h, &rows, &count);
	assert_int_equal(count, 7);
	for (uint32_t i = 0; i < sizeof states / sizeof states[0]; i++) {
		r = find(rows, count, i + 1);
		assert_non_null(r);
		assert_int_equal(r->kind, REMOTE_CHILD);
		assert_int_equal(r->state, states[i].expected);
		assert_int_equal(r->key_count, i == 2 ? 3 : 2);
	}
	r = find(rows, count, 100);
	assert_int_equal(r->kind, REMOTE_PARENT);
	assert_int_equal(r->state, REMOTE_ALLOWED);
	assert_true(str_is(r->endpoint, "tcp://127.0.0.1:7520"));
}

/* --- streams --- */

static struct catat_aliran offer(uint32_t via)
{
	static const uint8_t key[SIGN_KEY_BYTES] = { 9 };

	return (struct catat_aliran) {
		.nama = STR("ee000100-0000-0000-0000-000000000000/intake"),
		.simpul = utusan_id(1),
		.simpul_nama = STR("simpul-1"),
		.kunci_tanda = str_bytes(key, sizeof key),
		.lewat = utusan_id(via),
	};
}

static void streams_come_from_accepted_nodes_alone(void **state)
{
	struct harness *h = *state;
	struct catat_aliran c = offer(1);
	struct aliran_baris row;

	utusan_bring(h, 1, STATUS_TAUTAN_MENUNGGU);
	harness_speak_as(h, "federation");
	utusan_refused(h, ACTOR_SYSTEM, &schema_catat_aliran, &c, SESI_STATUS_REJECTED,
		"tidak_diterima");
	harness_speak_as(h, "ctl");
	utusan_bring(h, 2, STATUS_TAUTAN_DITERIMA);
	c = offer(2);
	utusan_tell(h, &schema_catat_aliran, &c);
	assert_true(harness_row(h, "federation", &aliran_table, c.nama, &row));
	assert_true(id_equal(row.lewat, utusan_id(2)));
	harness_speak_as(h, "federation");
	utusan_refused(h, ACTOR_SYSTEM, &schema_catat_aliran, &c, SESI_STATUS_REJECTED,
		"sudah_dikenal");
	harness_speak_as(h, "ctl");
}

static void a_node_that_holds_nothing_lists_no_stream(void **state)
{
	struct harness *h = *state;
	struct aliran_daftar q = { 0 };
	struct aliran_daftar_jawab a;

	assert_int_equal(harness_ask(h, "federation", UTUSAN_READER, &schema_aliran_daftar, &q,
						 (struct str) { NULL, 0 }, &a)
						 .status,
		SESI_STATUS_OK);
	assert_int_equal(a.aliran_len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		AT_UTUSAN(the_node_above_comes_first_and_all_in_pages),
		AT_UTUSAN(one_is_shown_with_its_words_and_keys),
		AT_UTUSAN(the_host_is_told_by_state_and_with_every_good_key),
		AT_UTUSAN(streams_come_from_accepted_nodes_alone),
		AT_UTUSAN(a_node_that_holds_nothing_lists_no_stream),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* induk: one node above at a time, under keys that only it can change */
#include "federation/induk.h"
#include "lib/machine_page.h"
#include "lib/utusan.h"
#include "runtime/remote.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct tetapkan_induk joining(struct harness *h, uint32_t node)
{
	return (struct tetapkan_induk) { .identitas = utusan_identity(harness_arena(h), node, 1) };
}

static void join(struct harness *h, uint32_t node)
{
	struct tetapkan_induk c = joining(h, node);

	utusan_send(h, UTUSAN_ADMIN, &schema_tetapkan_induk, &c);
}

static void leave(struct harness *h, uint32_t node)
{
	utusan_send(h, UTUSAN_ADMIN, &schema_lepas_induk, &(struct lepas_induk) { utusan_id(node) });
}

static struct induk parent_of(struct harness *h, uint32_t node)
{
	struct id id = utusan_id(node);
	struct induk row;

	if (!harness_row(h, "federation", &induk_table, node_key(&id), &row))
		row = (struct induk) { .status = 0 };
	return row;
}

static void there_is_one_at_a_time(void **state)
{
	struct harness *h = *state;
	struct tetapkan_induk other = joining(h, 2);

	join(h, 1);
	assert_int_equal(parent_of(h, 1).status, STATUS_INDUK_DITETAPKAN);
	utusan_refused(h, UTUSAN_ADMIN, &schema_tetapkan_induk, &other, SESI_STATUS_REJECTED,
		"masih_ada_induk");
	leave(h, 1);
	utusan_send(h, UTUSAN_ADMIN, &schema_tetapkan_induk, &other);
	assert_int_equal(parent_of(h, 1).status, STATUS_INDUK_DILEPAS);
	leave(h, 2);
	join(h, 1);
	assert_int_equal(parent_of(h, 1).status, STATUS_INDUK_DITETAPKAN);
}

static void neither_itself_nor_a_child_is_above(void **state)
{
	struct harness *h = *state;
	struct tetapkan_induk c = joining(h, 1);
	struct str unit = STR("DINKES");
	struct undang_simpul invite = { utusan_identity(harness_arena(h), 3, 1), &unit, 1 };

	c.identitas.simpul = (struct id) { { 7 } }; /* the harness's own */
	utusan_refused(h, UTUSAN_ADMIN, &schema_tetapkan_induk, &c, SESI_STATUS_REJECTED,
		"diri_sendiri");
	utusan_invite(h, 2);
	c = joining(h, 2);
	utusan_refused(h, UTUSAN_ADMIN, &schema_tetapkan_induk, &c, SESI_STATUS_REJECTED,
		"anak_sendiri");
	join(h, 3);
	utusan_refused(h, UTUSAN_ADMIN, &schema_undang_simpul, &invite, SESI_STATUS_REJECTED,
		"induk_sendiri");
}

static void what_cannot_be_dialled_or_was_altered_is_refused(void **state)
{
	struct harness *h = *state;
	struct tetapkan_induk c = joining(h, 1);

	c.identitas.has_alamat = false;
	utusan_sign(harness_arena(h), &c.identitas, 1, 1);
	utusan_refused(h, UTUSAN_ADMIN, &schema_tetapkan_induk, &c, SESI_STATUS_REJECTED,
		"alamat_wajib");
	c = joining(h, 1);
	c.identitas.kurva.bytes[0] ^= 1;
	utusan_refused(h, UTUSAN_ADMIN, &schema_tetapkan_induk, &c, SESI_STATUS_INVALID, "tidak_cocok");
	assert_int_equal(harness_events(h, "federation", NULL), 0);
}

static void words_that_are_given_have_to_be_its_own(void **state)
{
	struct harness *h = *state;
	struct tetapkan_induk c = joining(h, 1);

	c.has_kata = true;
	c.kata = str_of("satu dua tiga empat lima enam tujuh delapan");
	utusan_refused(h, UTUSAN_ADMIN, &schema_tetapkan_induk, &c, SESI_STATUS_REJECTED,
		"kata_tidak_cocok");
	c.kata = utusan_words(harness_arena(h), &c.identitas);
	utusan_send(h, UTUSAN_ADMIN, &schema_tetapkan_induk, &c);
}

static void new_keys_of_the_node_above_are_taken_by_its_signature(void **state)
{
	struct harness *h = *state;
	struct catat_kunci_induk c = { .identitas = utusan_identity(harness_arena(h), 1, 2) };

	join(h, 1);
	c.tanda_tangan_lama = utusan_rotation(harness_arena(h), &c.identitas, 2, 1);
	utusan_refused(h, ACTOR_SYSTEM, &schema_catat_kunci_induk, &c, SESI_STATUS_REJECTED,
		"tanda_tangan_tidak_sah");
	c.tanda_tangan_lama = utusan_rotation(harness_arena(h), &c.identitas, 1, 1);
	utusan_send(h, ACTOR_SYSTEM, &schema_catat_kunci_induk, &c);
	assert_int_equal(parent_of(h, 1).identitas.generasi, 2);
	c.tanda_tangan_lama = utusan_rotation(harness_arena(h), &c.identitas, 1, 2);
	utusan_refused(h, ACTOR_SYSTEM, &schema_catat_kunci_induk, &c, SESI_STATUS_REJECTED,
		"generasi_tidak_naik");
	leave(h, 1);
	c.identitas = utusan_identity(harness_arena(h), 1, 3);
	c.tanda_tangan_lama = utusan_rotation(harness_arena(h), &c.identitas, 1, 2);
	utusan_refused(h, ACTOR_SYSTEM, &schema_catat_kunci_induk, &c, SESI_STATUS_REJECTED,
		"tidak_mungkin_sekarang");
}

static void nobody_but_the_administrator_decides(void **state)
{
	struct harness *h = *state;
	struct tetapkan_induk c = joining(h, 1);
	struct lepas_induk end = { utusan_id(1) };

	utusan_refused(h, UTUSAN_READER, &schema_tetapkan_induk, &c, SESI_STATUS_DENIED,
		"bukan_kewenangan");
	utusan_refused(h, UTUSAN_ADMIN, &schema_lepas_induk, &end, SESI_STATUS_NOT_FOUND,
		"induk_tidak_dikenal");
	join(h, 1);
	utusan_refused(h, UTUSAN_READER, &schema_lepas_induk, &end, SESI_STATUS_DENIED,
		"bukan_kewenangan");
	utusan_refused(h, UTUSAN_ADMIN, &schema_tetapkan_induk, &c, SESI_STATUS_REJECTED,
		"tidak_mungkin_sekarang");
	leave(h, 1);
	utusan_refused(h, UTUSAN_ADMIN, &schema_lepas_induk, &end, SESI_STATUS_REJECTED,
		"tidak_mungkin_sekarang");
}

static void table_makes_sense(void **state)
{
	(void)state;
	machine_assert_sense(&induk_machine);
}

static void page_of_the_services_shows_the_table(void **state)
{
	(void)state;
	machine_assert_page(&induk_machine, "ppid-federation");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_makes_sense),
		AT_UTUSAN(there_is_one_at_a_time),
		AT_UTUSAN(neither_itself_nor_a_child_is_above),
		AT_UTUSAN(what_cannot_be_dialled_or_was_altered_is_refused),
		AT_UTUSAN(words_that_are_given_have_to_be_its_own),
		AT_UTUSAN(new_keys_of_the_node_above_are_taken_by_its_signature),
		AT_UTUSAN(nobody_but_the_administrator_decides),
		cmocka_unit_test(page_of_the_services_shows_the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

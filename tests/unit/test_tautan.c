/* tautan: who may be linked with, which keys are good until when, what is refused and why */
#include "federation/federation.h"
#include "federation/induk.h"
#include "federation/simpul.h"
#include "lib/utusan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct undang_simpul invitation(struct harness *h, uint32_t node, struct str *unit)
{
	return (struct undang_simpul) { utusan_identity(harness_arena(h), node, 1), unit, 1 };
}

/* --- invitations --- */

static void a_node_is_no_child_of_itself(void **state)
{
	struct harness *h = *state;
	struct str unit = STR("SENDIRI");
	struct undang_simpul c = invitation(h, 1, &unit);

	c.identitas.simpul = (struct id) { { 7 } }; /* the harness's own */
	utusan_sign(harness_arena(h), &c.identitas, 1, 1);
	utusan_refused(h, UTUSAN_ADMIN, &schema_undang_simpul, &c, SESI_STATUS_REJECTED,
		"diri_sendiri");
}

static void units_and_names_are_of_one_node_until_it_is_revoked(void **state)
{
	struct harness *h = *state;
	struct str unit = STR("UNIT-1");
	struct undang_simpul c = invitation(h, 2, &unit);
	struct cabut_simpul revoke = { utusan_id(1), ALASAN_PENCABUTAN_DITUTUP };

	utusan_invite(h, 1);
	utusan_refused(h, UTUSAN_ADMIN, &schema_undang_simpul, &c, SESI_STATUS_REJECTED,
		"unit_sudah_dilayani");
	c.identitas.nama = str_of("simpul-1");
	utusan_sign(harness_arena(h), &c.identitas, 2, 1);
	utusan_refused(h, UTUSAN_ADMIN, &schema_undang_simpul, &c, SESI_STATUS_REJECTED,
		"nama_sudah_dipakai");
	utusan_send(h, UTUSAN_ADMIN, &schema_cabut_simpul, &revoke);
	utusan_send(h, UTUSAN_ADMIN, &schema_undang_simpul, &c);
}

static void a_wrong_unit_is_refused(void **state)
{
	struct harness *h = *state;
	struct str units[] = { STR("unit kecil"), STR("DINKES"), STR("DINKES") };
	struct undang_simpul c = invitation(h, 1, units);

	utusan_refused(h, UTUSAN_ADMIN, &schema_undang_simpul, &c, SESI_STATUS_INVALID,
		"kode_tidak_sah");
	c.unit = units + 1;
	c.unit_len = 2;
	utusan_refused(h, UTUSAN_ADMIN, &schema_undang_simpul, &c, SESI_STATUS_INVALID, "ganda");
	c.unit_len = 0;
	utusan_refused(h, UTUSAN_ADMIN, &schema_undang_simpul, &c, SESI_STATUS_INVALID, "wajib_diisi");
}

static void an_identity_that_was_altered_is_refused(void **state)
{
	struct harness *h = *state;
	struct str unit = STR("DINKES");
	struct undang_simpul c = invitation(h, 1, &unit);

	c.identitas.alamat = str_of("tcp://10.9.9.9:7420");
	utusan_refused(h, UTUSAN_ADMIN, &schema_undang_simpul, &c, SESI_STATUS_INVALID, "tidak_cocok");
	c = invitation(h, 1, &unit);
	c.identitas.tanda_tangan = str_of("pendek");
	utusan_refused(h, UTUSAN_ADMIN, &schema_undang_simpul, &c, SESI_STATUS_INVALID, "tidak_cocok");
	assert_int_equal(harness_events(h, "federation", NULL), 0);
}

static void a_key_belongs_to_one_node_for_ever(void **state)
{
	struct harness *h = *state;
	struct str unit = STR("LAIN");
	struct undang_simpul thief = invitation(h, 2, &unit);
	struct cabut_simpul revoke = { utusan_id(1), ALASAN_PENCABUTAN_DIBOBOL };

	utusan_invite(h, 1);
	thief.identitas.kurva = utusan_link(h, 1).identitas.kurva_berikut;
	utusan_sign(harness_arena(h), &thief.identitas, 2, 1);
	utusan_refused(h, UTUSAN_ADMIN, &schema_undang_simpul, &thief, SESI_STATUS_REJECTED,
		"kunci_sudah_dikenal");
	utusan_send(h, UTUSAN_ADMIN, &schema_cabut_simpul, &revoke);
	utusan_refused(h, UTUSAN_ADMIN, &schema_undang_simpul, &thief, SESI_STATUS_REJECTED,
		"kunci_sudah_dikenal");
}

/* --- words --- */

static void words_decide_whether_it_is_accepted(void **state)
{
	struct harness *h = *state;
	struct identitas_simpul one = utusan_identity(harness_arena(h), 1, 1);
	struct identitas_simpul two = utusan_identity(harness_arena(h), 2, 1);
	struct terima_simpul c = { utusan_id(1), utusan_words(harness_arena(h), &two) };

	utusan_invite(h, 1);
	utusan_refused(h, UTUSAN_ADMIN, &schema_terima_simpul, &c, SESI_STATUS_REJECTED,
		"kata_tidak_cocok");
	c.kata = str_of("");
	utusan_refused(h, UTUSAN_ADMIN, &schema_terima_simpul, &c, SESI_STATUS_REJECTED,
		"kata_tidak_cocok");
	c.kata = utusan_words(harness_arena(h), &one);
	utusan_send(h, UTUSAN_ADMIN, &schema_terima_simpul, &c);
	assert_int_equal(utusan_link(h, 1).status, STATUS_TAUTAN_DITERIMA);
}

static void a_knock_with_anothers_key_changes_nothing(void **state)
{
	struct harness *h = *state;
	struct catat_terlihat c = { utusan_id(1), { { 1, 2, 3 } } };

	utusan_invite(h, 1);
	harness_speak_as(h, "federation");
	utusan_refused(h, ACTOR_SYSTEM, &schema_catat_terlihat, &c, SESI_STATUS_REJECTED, "kunci_lain");
	c.kurva = utusan_link(h, 1).identitas.kurva_berikut; /* it may have changed to it already */
	utusan_send(h, ACTOR_SYSTEM, &schema_catat_terlihat, &c);
	harness_speak_as(h, "ctl");
	assert_true(utusan_link(h, 1).has_terlihat_pada);
	assert_int_equal(utusan_link(h, 1).terlihat_pada, harness_now(h));
}

/* --- replaced --- */

static void a_revoked_node_comes_back_under_other_keys_alone(void **state)
{
	struct harness *h = *state;
	struct ganti_simpul c = { .identitas = utusan_identity(harness_arena(h), 1, 1) };
	struct terima_simpul accept;

	utusan_bring(h, 1, STATUS_TAUTAN_DITERIMA);
	utusan_send(h, UTUSAN_ADMIN, &schema_cabut_simpul,
		&(struct cabut_simpul) { utusan_id(1), ALASAN_PENCABUTAN_HILANG });
	assert_true(utusan_link(h, 1).has_alasan);
	utusan_refused(h, UTUSAN_ADMIN, &schema_ganti_simpul, &c, SESI_STATUS_REJECTED,
		"kunci_sudah_dikenal");
	/* not even with one of them */
	c.identitas = utusan_identity(harness_arena(h), 1, 2);
	utusan_refused(h, UTUSAN_ADMIN, &schema_ganti_simpul, &c, SESI_STATUS_REJECTED,
		"kunci_sudah_dikenal");
	c.identitas = utusan_identity(harness_arena(h), 1, 5);
	utusan_send(h, UTUSAN_ADMIN, &schema_ganti_simpul, &c);
	assert_int_equal(utusan_link(h, 1).status, STATUS_TAUTAN_DIGANTI);
	assert_false(utusan_link(h, 1).has_alasan);
	assert_int_equal(utusan_link(h, 1).unit_len, 1); /* as before */
	accept = (struct terima_simpul) { utusan_id(1), utusan_words(harness_arena(h), &c.identitas) };
	utusan_send(h, UTUSAN_ADMIN, &schema_terima_simpul, &accept);
	assert_int_equal(utusan_link(h, 1).status, STATUS_TAUTAN_DITERIMA);
}

/* --- rotation --- */

static struct putar_kunci_simpul rotation(struct harness *h, uint32_t to, uint32_t signed_by)
{
	struct putar_kunci_simpul c = { .identitas = utusan_identity(harness_arena(h), 1, to) };

	c.tanda_tangan_lama = utusan_rotation(harness_arena(h), &c.identitas, 1, signed_by);
	return c;
}

static void rotate(struct harness *h, uint32_t to, uint32_t signed_by)
{
	struct putar_kunci_simpul c = rotation(h, to, signed_by);

	/* whoever brings it: the signature speaks */
	utusan_send(h, ACTOR_SYSTEM, &schema_putar_kunci_simpul, &c);
}

static void both_keys_are_good_for_thirty_days(void **state)
{
	struct harness *h = *state;
	struct hash old;

	utusan_bring(h, 1, STATUS_TAUTAN_DITERIMA);
	old = utusan_link(h, 1).identitas.kurva;
	rotate(h, 2, 1);
	assert_int_equal(utusan_link(h, 1).identitas.generasi, 2);
	assert_int_equal(utusan_link(h, 1).lama_len, 1);
	assert_true(hash_equal(&utusan_link(h, 1).lama[0].kurva, &old));
	harness_advance(h, OLD_KEY_KEPT_US - US_PER_SECOND);
	assert_int_equal(utusan_link(h, 1).lama_len, 1);
	harness_advance(h, 2 * US_PER_SECOND);
	assert_int_equal(utusan_link(h, 1).lama_len, 0);
	assert_int_equal(utusan_link(h, 1).status, STATUS_TAUTAN_DITERIMA);
}

static void of_several_rotations_each_key_ends_in_its_time(void **state)
{
	struct harness *h = *state;

	utusan_bring(h, 1, STATUS_TAUTAN_DITERIMA);
	rotate(h, 2, 1);
	harness_advance(h, 10 * US_PER_DAY);
	rotate(h, 3, 2);
	assert_int_equal(utusan_link(h, 1).lama_len, 2);
	harness_advance(h, OLD_KEY_KEPT_US - 10 * US_PER_DAY + US_PER_SECOND);
	assert_int_equal(utusan_link(h, 1).lama_len, 1);
	harness_advance(h, 10 * US_PER_DAY);
	assert_int_equal(utusan_link(h, 1).lama_len, 0);
	assert_int_equal(harness_events(h, "federation", &schema_kunci_lama_berakhir), 2);
}

static void a_rotation_is_signed_by_the_key_from_before_and_goes_up(void **state)
{
	struct harness *h = *state;
	struct putar_kunci_simpul c;

	utusan_bring(h, 1, STATUS_TAUTAN_DITERIMA);
	c = rotation(h, 2, 2);
	utusan_refused(h, UTUSAN_ADMIN, &schema_putar_kunci_simpul, &c, SESI_STATUS_REJECTED,
		"tanda_tangan_tidak_sah");
	c = rotation(h, 1, 1);
	utusan_refused(h, UTUSAN_ADMIN, &schema_putar_kunci_simpul, &c, SESI_STATUS_REJECTED,
		"generasi_tidak_naik");
	c = rotation(h, 2, 1);
	c.identitas.nama = str_of("nama lain");
	utusan_sign(harness_arena(h), &c.identitas, 1, 2);
	c.tanda_tangan_lama = utusan_rotation(harness_arena(h), &c.identitas, 1, 1);
	utusan_refused(h, UTUSAN_ADMIN, &schema_putar_kunci_simpul, &c, SESI_STATUS_REJECTED,
		"nama_berbeda");
	utusan_bring(h, 2, STATUS_TAUTAN_DITERIMA);
	c = rotation(h, 2, 1);
	c.identitas.kurva = utusan_link(h, 2).identitas.kurva;
	utusan_sign(harness_arena(h), &c.identitas, 1, 2);
	c.tanda_tangan_lama = utusan_rotation(harness_arena(h), &c.identitas, 1, 1);
	utusan_refused(h, UTUSAN_ADMIN, &schema_putar_kunci_simpul, &c, SESI_STATUS_REJECTED,
		"kunci_sudah_dikenal");
	assert_int_equal(utusan_link(h, 1).identitas.generasi, 1);
}

static void revocation_ends_the_keys_from_before_too(void **state)
{
	struct harness *h = *state;

	utusan_bring(h, 1, STATUS_TAUTAN_DITERIMA);
	rotate(h, 2, 1);
	utusan_send(h, UTUSAN_ADMIN, &schema_cabut_simpul,
		&(struct cabut_simpul) { utusan_id(1), ALASAN_PENCABUTAN_LAINNYA });
	assert_int_equal(utusan_link(h, 1).lama_len, 0);
	harness_advance(h, OLD_KEY_KEPT_US + US_PER_SECOND);
	assert_int_equal(harness_events(h, "federation", &schema_kunci_lama_berakhir), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		AT_UTUSAN(a_node_is_no_child_of_itself),
		AT_UTUSAN(units_and_names_are_of_one_node_until_it_is_revoked),
		AT_UTUSAN(a_wrong_unit_is_refused),
		AT_UTUSAN(an_identity_that_was_altered_is_refused),
		AT_UTUSAN(a_key_belongs_to_one_node_for_ever),
		AT_UTUSAN(words_decide_whether_it_is_accepted),
		AT_UTUSAN(a_knock_with_anothers_key_changes_nothing),
		AT_UTUSAN(a_revoked_node_comes_back_under_other_keys_alone),
		AT_UTUSAN(both_keys_are_good_for_thirty_days),
		AT_UTUSAN(of_several_rotations_each_key_ends_in_its_time),
		AT_UTUSAN(a_rotation_is_signed_by_the_key_from_before_and_goes_up),
		AT_UTUSAN(revocation_ends_the_keys_from_before_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "lib/front.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/civil.h"
#include "intake/intake.h"
#include "runtime/policy.h"

const struct id FRONT_OFFICER = { { 0x51 } };
const struct id FRONT_PPID = { { 0x52 } };
const struct id FRONT_STRANGER = { { 0x5f } };

void front_grant(struct harness *h, struct id akun, uint32_t peran, const char *unit)
{
	struct policy_key key = policy_grant_key(akun, peran, str_of(unit));
	struct hak_diberikan event = { .hak = { .akun = akun,
									   .peran = peran,
									   .unit = str_of(unit),
									   .dari = civil_date_of(harness_now(h)) } };

	harness_publish(h, "workflow", &schema_hak_diberikan, policy_key_str(&key), &event);
}

void front_revoke(struct harness *h, struct id akun, uint32_t peran, const char *unit)
{
	struct policy_key key = policy_grant_key(akun, peran, str_of(unit));
	struct hak_dicabut event = { .akun = akun, .peran = peran, .unit = str_of(unit) };

	harness_publish(h, "workflow", &schema_hak_dicabut, policy_key_str(&key), &event);
}

void front_unit(struct harness *h, const char *kode)
{
	struct unit_didaftarkan event = {
		.unit = { .kode = str_of(kode), .nama = str_of(kode), .sebutan = STR("PPID") }
	};

	harness_publish(h, "workflow", &schema_unit_didaftarkan, str_of(kode), &event);
}

void front_rule(struct harness *h, const char *kunci, const char *unit, const char *nilai)
{
	struct policy_key key = policy_rule_key(str_of(kunci), str_of(unit));
	struct kebijakan_diatur event = { .kunci = str_of(kunci),
		.unit = str_of(unit),
		.has_nilai = true,
		.nilai = str_of(nilai) };

	harness_publish(h, "workflow", &schema_kebijakan_diatur, policy_key_str(&key), &event);
}

void front_policy(struct harness *h)
{
	front_unit(h, FRONT_UNIT);
	front_grant(h, FRONT_OFFICER, PERAN_PETUGAS_MEJA, FRONT_UNIT);
	front_grant(h, FRONT_PPID, PERAN_PPID, FRONT_UNIT);
}

int front_begin(void **state)
{
	static const struct harness_service services[] = { { &intake_service, NULL } };
	struct harness *h = harness_open(ROWS(services), 0);

	front_policy(h);
	*state = h;
	return 0;
}

int front_end(void **state)
{
	struct harness *h = *state;

	harness_verify(h);
	harness_close(&h);
	return 0;
}

struct ajukan_permohonan front_request(struct harness *h)
{
	return (struct ajukan_permohonan) {
		.permohonan_id = harness_new_id(h),
		.unit = STR(FRONT_UNIT),
		.kanal = KANAL_EMAIL,
		.jenis = JENIS_PEMOHON_PERORANGAN,
		.latar = LATAR_BELAKANG_UMUM,
		.pemohon = {
			.nama = STR("Sri Wahyuni Lestari"),
			.has_nik = true,
			.nik = STR("3275014107900001"),
			.alamat = STR("Jalan Melati 7, Bekasi"),
			.has_telepon = true,
			.telepon = STR("0812-3456-7890"),
			.has_email = true,
			.email = STR("sri.wahyuni@contoh.id"),
			.has_pekerjaan = true,
			.pekerjaan = STR("guru"),
		},
		.rincian = STR("Rencana kerja dan anggaran tahun 2025"),
		.tujuan = STR("Penelitian"),
		.cara = CARA_MEMPEROLEH_SALINAN,
		.has_salinan = true,
		.salinan = CARA_SALINAN_EMAIL,
		.has_bentuk = true,
		.bentuk = BENTUK_INFORMASI_SOFTCOPY,
	};
}

struct catat_register_lama front_old_row(const char *nomor)
{
	return (struct catat_register_lama) {
		.unit = STR(FRONT_UNIT),
		.seri = STR("permohonan"),
		.tahun = 2021,
		.nomor = str_of(nomor),
		.diterima = civil_to_days(2021, 8, 2),
		.kanal = KANAL_INSTAGRAM,
		.jenis = JENIS_PEMOHON_PERORANGAN,
		.latar = LATAR_BELAKANG_MAHASISWA,
		.pemohon = { .nama = STR("Bagus Prakoso"), .alamat = STR("") },
		.rincian = STR("Jumlah penerima bantuan"),
		.tujuan = STR("Skripsi"),
		.cara = CARA_MEMPEROLEH_SALINAN,
		.hasil = {
			.has_keputusan = true,
			.keputusan = KEPUTUSAN_DIKABULKAN,
			.status = STATUS_PERMOHONAN_SELESAI,
			.has_diberitahukan = true,
			.diberitahukan = civil_to_days(2021, 8, 9),
			.has_diserahkan = true,
			.diserahkan = civil_to_days(2021, 8, 10),
			.has_bentuk = true,
			.bentuk = BENTUK_INFORMASI_SOFTCOPY,
		},
	};
}

struct tanda_bukti front_lodge(struct harness *h, const struct ajukan_permohonan *c)
{
	struct tanda_bukti receipt;
	struct harness_reply r = harness_command(h, "intake", FRONT_OFFICER, (struct id) { { 0 } },
		&schema_ajukan_permohonan, c, &receipt);

	if (r.status != SESI_STATUS_OK)
		fail_msg("refused: status %u, %.*s %.*s", r.status, (int)r.field.len, r.field.ptr,
			(int)r.rule.len, r.rule.ptr);
	return receipt;
}

struct register_lihat front_seen(struct harness *h, struct id actor, struct id permohonan)
{
	struct lihat_permohonan q = { .permohonan_id = permohonan };
	struct register_lihat row;
	struct harness_reply r = harness_ask(h, "intake", actor, &schema_lihat_permohonan, &q,
		(struct str) { NULL, 0 }, &row);

	assert_int_equal(r.status, SESI_STATUS_OK);
	return row;
}

void front_refused(struct harness_reply r, enum sesi_status status, const char *field,
	const char *rule)
{
	assert_true(r.is_answered);
	if (r.status != status || !str_is(r.field, field) || !str_is(r.rule, rule))
		fail_msg("status %u, field %.*s, rule %.*s", r.status, (int)r.field.len, r.field.ptr,
			(int)r.rule.len, r.rule.ptr);
}

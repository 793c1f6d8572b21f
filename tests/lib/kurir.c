#include "lib/kurir.h"

#include "notification/notification.h"
#include "notification/pengaturan.h"
#include "runtime/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct notification_settings settings = {
	.host = "localhost",
	.port = 25,
	.tls = "none",
	.ca_file = "",
	.user = "",
	.from = "ppid@example.id",
	.from_name = "PPID",
	.helo = "example.id",
	.connect_ms = 1000,
	.stall_ms = 1000,
	.total_ms = 1000,
	.give_up_hours = 24,
};
static const struct harness_service services[] = { { &notification_service, &settings } };
static const struct id NOBODY;
const struct id KURIR_OFFICER = { { 0x21 } };
const struct id KURIR_STRANGER = { { 0x22 } };
const struct id KURIR_CASE = { { 0x01, 0x9c, 0xf9, 0, 0, 0, 0x70, 0, 0x80, 1 } };
static const struct str UNIT = STR(KURIR_UNIT);

static void grant(struct harness *h, struct id account, uint32_t role, struct str unit)
{
	struct policy_key key = policy_grant_key(account, role, unit);
	struct hak_diberikan event = { { .akun = account, .peran = role, .unit = unit } };

	harness_publish(h, "workflow", &schema_hak_diberikan, policy_key_str(&key), &event);
}

int kurir_setup(void **state)
{
	struct harness *h = harness_open(ROWS(services), 0);

	grant(h, KURIR_OFFICER, PERAN_PETUGAS_MEJA, UNIT);
	grant(h, KURIR_STRANGER, PERAN_PETUGAS_MEJA, (struct str)STR("DINKES"));
	*state = h;
	return 0;
}

/* Whatever happened in the test: chain, commitments and tables are what the log says. */
int kurir_teardown(void **state)
{
	struct harness *h = *state;

	harness_verify(h);
	harness_close(&h);
	return 0;
}

struct permohonan_diajukan kurir_lodged(void)
{
	return (struct permohonan_diajukan) { .permohonan_id = KURIR_CASE,
		.unit = UNIT,
		.nomor = STR("001/PPID-DISKOMINFO/III/2026"),
		.seri = STR("DISKOMINFO/2026"),
		.tahun = 2026,
		.urut = 1,
		.diterima_pada = INT64_C(1773712800) * US_PER_SECOND,
		.kanal = KANAL_WEBSITE,
		.jenis = JENIS_PEMOHON_PERORANGAN,
		.latar = LATAR_BELAKANG_UMUM,
		.cara = CARA_MEMPEROLEH_SALINAN,
		.email_ada = true };
}

void kurir_lodge(struct harness *h)
{
	struct permohonan_diajukan event = kurir_lodged();

	harness_publish(h, "intake", &schema_permohonan_diajukan, case_key(&KURIR_CASE), &event);
}

static struct kartu_kontak card_with(const char *email, uint32_t versi)
{
	return (struct kartu_kontak) { .permohonan_id = KURIR_CASE,
		.versi = versi,
		.unit = UNIT,
		.nomor = STR("001/PPID-DISKOMINFO/III/2026"),
		.nama = STR("Nur Hidayah"),
		.has_email = email != NULL,
		.email = str_of(email == NULL ? "" : email),
		.kanal = KANAL_WEBSITE,
		.has_kode_lacak = true,
		.kode_lacak = STR("7KQ2M9XTR4WZB3DN"),
		.diterima_pada = INT64_C(1773712800) * US_PER_SECOND };
}

void kurir_send_card(struct harness *h, const char *email, uint32_t versi)
{
	struct kartu_kontak card = card_with(email, versi);
	struct harness_reply r =
		harness_letter(h, "intake", "notification", harness_new_id(h), &schema_kartu_kontak, &card);

	assert_true(r.is_answered);
	assert_int_equal(r.count, 0);
}

void kurir_send_wording(struct harness *h, uint32_t versi, uint32_t jenis)
{
	struct isi_pemberitahuan wording = { .permohonan_id = KURIR_CASE,
		.versi = versi,
		.unit = UNIT,
		.jenis = jenis,
		.has_keputusan = jenis == JENIS_PEMBERITAHUAN_KEPUTUSAN,
		.keputusan = KEPUTUSAN_DIKABULKAN,
		.pada = harness_now(h) };
	struct harness_reply r = harness_letter(h, "workflow", "notification", harness_new_id(h),
		&schema_isi_pemberitahuan, &wording);

	assert_true(r.is_answered);
	assert_int_equal(r.count, 0);
}

struct pengiriman kurir_row(struct harness *h, uint32_t versi)
{
	struct delivery_key key = delivery_key(KURIR_CASE, versi);
	struct pengiriman row = { 0 };

	(void)harness_row(h, "notification", &pengiriman_table, delivery_key_str(&key), &row);
	return row;
}

uint32_t kurir_state(struct harness *h, uint32_t versi)
{
	return kurir_row(h, versi).keadaan;
}

/* What the worker was given; false: there is no work. */
bool kurir_next_mail(struct harness *h, struct str *ret_key, struct surel_keluar *ret)
{
	struct str payload;

	if (!harness_work(h, "notification", ret_key, &payload))
		return false;
	harness_decode(h, &schema_surel_keluar, payload, ret);
	return true;
}

/* One attempt: it begins, and ends so. */
void kurir_attempt(struct harness *h, enum hasil_kirim result, const char *reason, uint32_t code)
{
	struct hasil_surel begun = { .hasil = HASIL_KIRIM_DIMULAI };
	struct hasil_surel ended = { .hasil = result,
		.has_sebab = reason != NULL,
		.sebab = str_of(reason == NULL ? "" : reason),
		.has_kode_smtp = code != 0,
		.kode_smtp = code };
	struct surel_keluar mail;
	struct str key;

	assert_true(kurir_next_mail(h, &key, &mail));
	harness_work_done(h, "notification", key, &begun);
	harness_work_done(h, "notification", key, &ended);
}

enum sesi_status kurir_decide(struct harness *h, struct id actor, uint32_t versi, uint32_t action,
	struct str *ret_rule)
{
	struct putuskan_pengiriman c = { .permohonan_id = KURIR_CASE,
		.versi = versi,
		.tindakan = action };
	struct harness_reply r =
		harness_command(h, "notification", actor, NOBODY, &schema_putuskan_pengiriman, &c, NULL);

	assert_true(r.is_answered);
	*ret_rule = r.rule;
	return r.status;
}

uint64_t kurir_count(struct harness *h, uint32_t state)
{
	struct delivery_key key = list_key(UNIT, state, NULL);
	struct pengiriman_jumlah row = { 0 };

	(void)harness_row(h, "notification", &jumlah_table, delivery_key_str(&key), &row);
	return row.jumlah;
}

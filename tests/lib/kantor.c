#include "lib/kantor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/civil.h"
#include "domain/deadline.h"
#include "domain/lacak.h"

static const struct harness_service services[] = { { &workflow_service, NULL } };
static const struct id NEW;
const struct id KANTOR_ADMIN = { { 0x11 } };
const struct id KANTOR_MEJA = { { 0x12 } };
const struct id KANTOR_BELAKANG = { { 0x13 } };
const struct id KANTOR_PPID = { { 0x14 } };
const struct id KANTOR_PEMBACA = { { 0x15 } };

time_us kantor_time(const char *wib)
{
	char text[64];
	time_us time;

	snprintf(text, sizeof text, "%s:00+07:00", wib);
	assert_int_equal(time_parse(str_of(text), &time), ERR_OK);
	return time;
}

date_days kantor_day(const char *date)
{
	date_days day;

	assert_int_equal(date_parse(str_of(date), &day), ERR_OK);
	return day;
}

void kantor_assert_day(date_days found, const char *expected)
{
	char text[DATE_TEXT_MAX];

	date_text(found, text);
	assert_string_equal(text, expected);
}

void kantor_send(struct kantor *k, struct id actor, const struct schema *schema, const void *body)
{
	struct harness_reply r = harness_command(k->h, "workflow", actor, NEW, schema, body, NULL);

	if (r.status != SESI_STATUS_OK)
		print_error("%s: %.*s %.*s\n", schema->name, (int)r.field.len, r.field.ptr, (int)r.rule.len,
			r.rule.ptr);
	assert_int_equal(r.status, SESI_STATUS_OK);
}

void kantor_refused(struct kantor *k, struct id actor, const struct schema *schema,
	const void *body, enum sesi_status status, const char *rule)
{
	uint32_t before = harness_events(k->h, "workflow", NULL);
	struct harness_reply r = harness_command(k->h, "workflow", actor, NEW, schema, body, NULL);

	if (r.status != status || !str_is(r.rule, rule))
		print_error("%s: %d %.*s, not %s\n", schema->name, (int)r.status, (int)r.rule.len,
			r.rule.ptr, rule);
	assert_int_equal(r.status, status);
	assert_true(str_is(r.rule, rule));
	assert_int_equal(harness_events(k->h, "workflow", NULL), before);
}

void kantor_policy(struct kantor *k, const char *kunci, const char *nilai)
{
	struct atur_kebijakan c = {
		.kunci = str_of(kunci),
		.unit = STR("*"),
		.has_nilai = true,
		.nilai = str_of(nilai),
	};

	kantor_send(k, KANTOR_ADMIN, &schema_atur_kebijakan, &c);
}

static struct calendar read_calendar(struct arena *arena)
{
	static const char path[] = TEST_DATA "/holidays.csv";
	char *text = arena_take(arena, 65536);
	FILE *file = fopen(path, "r");
	struct csv_fault fault;
	struct calendar calendar;
	size_t len;

	assert_non_null(text);
	assert_non_null(file);
	len = fread(text, 1, 65536, file);
	fclose(file);
	assert_int_equal(calendar_read((struct str) { text, len }, 1, arena, &calendar, &fault),
		ERR_OK);
	return calendar;
}

void kantor_calendar(struct kantor *k, uint32_t year, const char *extra)
{
	struct calendar calendar = read_calendar(harness_arena(k->h));
	struct hari_libur days[64];
	struct muat_kalender c = { .tahun = year, .dasar = STR("SKB 3 Menteri"), .hari = days };

	for (size_t i = calendar_first_from(&calendar, civil_to_days((int)year, 1, 1));
		 i < calendar.count && calendar.holidays[i].date < civil_to_days((int)year + 1, 1, 1); i++)
		days[c.hari_len++] = (struct hari_libur) {
			.tanggal = calendar.holidays[i].date,
			.nama = calendar.holidays[i].name,
			.jenis = calendar.holidays[i].kind == HOLIDAY_LIBUR ? JENIS_LIBUR_LIBUR
																: JENIS_LIBUR_CUTI_BERSAMA,
		};
	if (extra != NULL)
		days[c.hari_len++] = (struct hari_libur) {
			.tanggal = kantor_day(extra),
			.nama = STR("Hari libur tambahan"),
			.jenis = JENIS_LIBUR_LIBUR,
		};
	kantor_send(k, KANTOR_ADMIN, &schema_muat_kalender, &c);
}

static void grant(struct kantor *k, struct id akun, uint32_t peran, const char *unit)
{
	struct beri_hak c = { .akun = akun, .peran = peran, .unit = str_of(unit) };

	kantor_send(k, KANTOR_ADMIN, &schema_beri_hak, &c);
}

static void add_unit(struct kantor *k, const char *kode)
{
	struct daftarkan_unit c = { .unit = {
									.kode = str_of(kode),
									.nama = str_of(kode),
									.sebutan = STR("PPID Pelaksana"),
								} };

	kantor_send(k, KANTOR_ADMIN, &schema_daftarkan_unit, &c);
}

struct kantor kantor_open(const char *now)
{
	struct kantor k = { .h = harness_open(ROWS(services), now[0] == '\0' ? 0 : kantor_time(now)) };

	grant(&k, KANTOR_ADMIN, PERAN_ADMINISTRATOR, "*");
	add_unit(&k, KANTOR_UNIT);
	add_unit(&k, "DISDIK");
	grant(&k, KANTOR_MEJA, PERAN_PETUGAS_MEJA, KANTOR_UNIT);
	grant(&k, KANTOR_BELAKANG, PERAN_PETUGAS_BELAKANG, KANTOR_UNIT);
	grant(&k, KANTOR_PPID, PERAN_PPID, KANTOR_UNIT);
	grant(&k, KANTOR_PEMBACA, PERAN_PEMBACA, "DISDIK");
	kantor_calendar(&k, 2021, NULL);
	kantor_calendar(&k, 2026, NULL);
	kantor_calendar(&k, 2027, NULL);
	return k;
}

void kantor_close(struct kantor *k)
{
	harness_verify(k->h);
	harness_close(&k->h);
}

void kantor_wait(struct kantor *k, const char *wib)
{
	harness_advance(k->h, kantor_time(wib) - harness_now(k->h));
}

static time_us moment(struct kantor *k, const char *wib)
{
	return wib[0] == '\0' ? harness_now(k->h) : kantor_time(wib);
}

const char *kantor_number(uint32_t lodged)
{
	static char text[64];

	snprintf(text, sizeof text, "%03u/PPID-DISKOMINFO/III/2026", lodged);
	return text;
}

static struct str key_of(const struct id *id)
{
	return str_bytes(id->bytes, sizeof id->bytes);
}

struct id kantor_lodge(struct kantor *k, const char *received)
{
	struct id id = harness_new_id(k->h);
	struct permohonan_diajukan e = {
		.permohonan_id = id,
		.unit = STR(KANTOR_UNIT),
		.nomor = str_of(kantor_number(++k->lodged)),
		.seri = STR("permohonan"),
		.tahun = 2026,
		.urut = k->lodged,
		.diterima_pada = moment(k, received),
		.kanal = KANAL_DATANG_LANGSUNG,
		.jenis = JENIS_PEMOHON_PERORANGAN,
		.latar = LATAR_BELAKANG_UMUM,
		.cara = CARA_MEMPEROLEH_SALINAN,
		.lacak = lacak_hash(id, str_of(KANTOR_CODE)),
	};

	harness_publish(k->h, "intake", &schema_permohonan_diajukan, key_of(&id), &e);
	return id;
}

void kantor_complete(struct kantor *k, struct id id, const char *received)
{
	struct kelengkapan_diterima e = {
		.permohonan_id = id,
		.unit = STR(KANTOR_UNIT),
		.diterima_pada = moment(k, received),
		.versi = 2,
	};

	harness_publish(k->h, "intake", &schema_kelengkapan_diterima, key_of(&id), &e);
}

void kantor_withdraw(struct kantor *k, struct id id, const char *received)
{
	struct pencabutan_diterima e = {
		.permohonan_id = id,
		.unit = STR(KANTOR_UNIT),
		.diterima_pada = moment(k, received),
	};

	harness_publish(k->h, "intake", &schema_pencabutan_diterima, key_of(&id), &e);
}

void kantor_ask_for_more(struct kantor *k, struct id id)
{
	struct minta_kelengkapan c = { .permohonan_id = id, .kekurangan = STR("Salinan KTP") };

	kantor_send(k, KANTOR_MEJA, &schema_minta_kelengkapan, &c);
}

static void pass_on(struct kantor *k, struct id id)
{
	struct disposisikan c = { .permohonan_id = id, .tujuan = STR("bidang-statistik") };

	kantor_send(k, KANTOR_MEJA, &schema_disposisikan, &c);
}

void kantor_extend(struct kantor *k, struct id id)
{
	struct perpanjang c = { .permohonan_id = id, .alasan = STR("Arsip sedang dicari") };

	kantor_send(k, KANTOR_PPID, &schema_perpanjang, &c);
}

static void grant_it(struct kantor *k, struct id id)
{
	struct putuskan c = { .permohonan_id = id, .keputusan = KEPUTUSAN_DIKABULKAN };

	kantor_send(k, KANTOR_PPID, &schema_putuskan, &c);
}

static void hand_over(struct kantor *k, struct id id)
{
	struct serahkan c = { .permohonan_id = id };

	kantor_send(k, KANTOR_MEJA, &schema_serahkan, &c);
}

static void transfer(struct kantor *k, struct id id)
{
	struct alihkan c = { .permohonan_id = id, .ke_unit = STR("DISDIK") };

	kantor_send(k, KANTOR_PPID, &schema_alihkan, &c);
}

/* Commands that only name the case. */
static void send_bare(struct kantor *k, struct id actor, const struct schema *schema, struct id id)
{
	struct selesaikan c = { .permohonan_id = id };

	kantor_send(k, actor, schema, &c);
}

void kantor_declare_complete(struct kantor *k, struct id id)
{
	send_bare(k, KANTOR_MEJA, &schema_nyatakan_lengkap, id);
}

struct id kantor_bring(struct kantor *k, uint32_t status)
{
	struct id id = kantor_lodge(k, "");

	switch ((enum status_permohonan)status) {
	case STATUS_PERMOHONAN_DIAJUKAN:
		break;
	case STATUS_PERMOHONAN_GUGUR:
	case STATUS_PERMOHONAN_PERLU_DILENGKAPI:
		kantor_ask_for_more(k, id);
		if (status == STATUS_PERMOHONAN_GUGUR)
			harness_advance(k->h, deadline_end(kantor_case(k, id).batas) - harness_now(k->h) + 1);
		break;
	case STATUS_PERMOHONAN_DICABUT:
		kantor_withdraw(k, id, "");
		break;
	case STATUS_PERMOHONAN_DIALIHKAN:
		transfer(k, id);
		break;
	case STATUS_PERMOHONAN_DIREGISTER:
	case STATUS_PERMOHONAN_DIDISPOSISIKAN:
	case STATUS_PERMOHONAN_DIPROSES:
	case STATUS_PERMOHONAN_DIPERPANJANG:
	case STATUS_PERMOHONAN_DIPUTUS:
	case STATUS_PERMOHONAN_DISERAHKAN:
	case STATUS_PERMOHONAN_SELESAI:
		kantor_declare_complete(k, id);
		if (status == STATUS_PERMOHONAN_DIDISPOSISIKAN)
			pass_on(k, id);
		if (status == STATUS_PERMOHONAN_DIPROSES)
			send_bare(k, KANTOR_BELAKANG, &schema_mulai_proses, id);
		if (status == STATUS_PERMOHONAN_DIPERPANJANG)
			kantor_extend(k, id);
		if (status >= STATUS_PERMOHONAN_DIPUTUS)
			grant_it(k, id);
		if (status >= STATUS_PERMOHONAN_DISERAHKAN)
			hand_over(k, id);
		if (status == STATUS_PERMOHONAN_SELESAI)
			send_bare(k, KANTOR_MEJA, &schema_selesaikan, id);
		break;
	}
	kantor_stands(k, id, status);
	return id;
}

struct perkara kantor_case(struct kantor *k, struct id id)
{
	struct perkara row;

	assert_true(harness_row(k->h, "workflow", &perkara_table, key_of(&id), &row));
	return row;
}

void kantor_stands(struct kantor *k, struct id id, uint32_t status)
{
	struct perkara row = kantor_case(k, id);

	assert_string_equal(enum_name(&enum_status_permohonan, row.status),
		enum_name(&enum_status_permohonan, status));
}

uint32_t kantor_count(struct kantor *k, const struct schema *event)
{
	return harness_events(k->h, "workflow", event);
}

uint64_t kantor_parked(struct kantor *k)
{
	return harness_events(k->h, "workflow", &schema_masukan_ditolak);
}

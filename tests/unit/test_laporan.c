/* From sums to tables: what is shown, in which order, and how it is rounded. */
#include "domain/laporan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "wire/schema.h"

static struct arena arena;

static int begin(void **state)
{
	(void)state;
	arena_init(&arena, 1 << 20);
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_clear(&arena);
	return 0;
}

static struct laporan of_period(const char *text)
{
	struct laporan l;
	struct periode periode;
	struct problem why;

	assert_int_equal(periode_parse(str_of(text), &periode, &why), ERR_OK);
	laporan_begin(&l, periode, &arena);
	return l;
}

static void add_channel(struct laporan *l, uint32_t kanal, uint64_t *kinds, uint64_t *outcomes)
{
	struct jumlah_kanal row = { kanal,
		{ .jenis = kinds,
			.jenis_len = LAPORAN_JENIS,
			.hasil = outcomes,
			.hasil_len = LAPORAN_HASIL } };
	struct laporan_layanan_jawab page = { .kanal = &row, .kanal_len = 1 };

	assert_int_equal(laporan_add(l, &page), ERR_OK);
}

static const struct laporan_tabel *tables_of(const struct laporan *l, uint32_t *ret_len)
{
	const struct laporan_tabel *tables;

	assert_int_equal(laporan_tables(l, &tables, ret_len), ERR_OK);
	return tables;
}

static const struct laporan_tabel *table_of(const struct laporan *l, const char *kode)
{
	uint32_t len;
	const struct laporan_tabel *tables = tables_of(l, &len);

	for (uint32_t i = 0; i < len; i++)
		if (strcmp(tables[i].kode, kode) == 0)
			return &tables[i];
	fail_msg("no table %s", kode);
	return NULL;
}

/* Seed 004: e-mail without requests, two by Instagram, one in the service room. */
static void the_numbered_tables_are_those_of_the_published_report(void **state)
{
	static const char *const codes[] = { "pemohon_email", "pemohon_instagram",
		"pemohon_datang_langsung", "status_instagram", "status_datang_langsung" };
	struct laporan l = of_period("2021-Q3");
	uint64_t two[] = { 2, 0, 0 }, one[] = { 1, 0, 0 };
	uint64_t two_granted[LAPORAN_HASIL] = { [HASIL_LAYANAN_DIKABULKAN - 1] = 2 };
	uint64_t one_granted[LAPORAN_HASIL] = { [HASIL_LAYANAN_DIKABULKAN - 1] = 1 };
	const struct laporan_tabel *tables;
	uint32_t len;

	(void)state;
	add_channel(&l, KANAL_DATANG_LANGSUNG, one, one_granted);
	add_channel(&l, KANAL_INSTAGRAM, two, two_granted);
	laporan_end(&l);
	tables = tables_of(&l, &len);
	for (uint32_t i = 0; i < 5; i++) {
		assert_int_equal(tables[i].nomor, i + 1);
		assert_string_equal(tables[i].kode, codes[i]);
	}
	assert_int_equal(tables[5].nomor, 0);
	assert_string_equal(tables[0].judul, "Data Pemohon Informasi Melalui Email");
	assert_string_equal(tables[2].judul, "Data Pemohon Informasi Melalui Ruang Layanan");
	assert_string_equal(tables[3].judul, "Status Pelayanan Informasi Melalui Instagram");
	assert_int_equal(tables[0].jumlah, 0);
	assert_int_equal(tables[1].baris[0].jumlah, 2);
	assert_string_equal(tables[1].baris[0].nama, "Perseorangan");
	assert_int_equal(tables[3].baris[0].jumlah, 2);
	assert_string_equal(tables[3].baris[1].nama, "Ditolak/tidak dijawab");
}

static void each_outcome_counts_in_one_of_three_statuses(void **state)
{
	struct laporan l = of_period("2021");
	uint64_t kinds[] = { 10, 0, 0 };
	uint64_t outcomes[LAPORAN_HASIL];
	const struct laporan_tabel *status;

	(void)state;
	for (uint32_t i = 0; i < LAPORAN_HASIL; i++)
		outcomes[i] = (uint64_t)1 << i;
	add_channel(&l, KANAL_SURAT, kinds, outcomes);
	laporan_end(&l);
	status = table_of(&l, "status_surat");
	assert_int_equal(status->baris[0].jumlah, 2 + 4); /* granted, granted in part */
	assert_int_equal(status->baris[1].jumlah, 8 + 16 + 32 + 64 + 128 + 256 + 512);
	assert_int_equal(status->baris[2].jumlah, 1);
	assert_int_equal(status->jumlah, 1023);
}

static void codes_of_rows_are_the_names_of_their_enums(void **state)
{
	static const struct {
		const char *table;
		const struct enum_names *names;
	} expected[] = {
		{ "pemohon", &enum_jenis_pemohon },
		{ "latar_belakang", &enum_latar_belakang },
		{ "keputusan", &enum_hasil_layanan },
		{ "pasal17", &enum_pasal17 },
	};
	struct laporan l = of_period("2021");
	const struct laporan_tabel *channels;

	(void)state;
	laporan_end(&l);
	for (uint32_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
		const struct laporan_tabel *t = table_of(&l, expected[i].table);

		assert_int_equal(t->baris_len, expected[i].names->count);
		for (uint32_t n = 0; n < t->baris_len; n++)
			assert_string_equal(t->baris[n].kode, expected[i].names->values[n].name);
	}
	channels = table_of(&l, "kanal");
	assert_int_equal(channels->baris_len, enum_kanal.count);
	for (uint32_t i = 0; i < channels->baris_len; i++) {
		uint32_t number = 0;

		assert_true(enum_number(&enum_kanal, str_of(channels->baris[i].kode), &number));
		for (uint32_t n = 0; n < i; n++)
			assert_string_not_equal(channels->baris[n].kode, channels->baris[i].kode);
	}
}

static void pages_are_added_up(void **state)
{
	struct laporan l = of_period("2021-Q3");
	struct jumlah_hari days[] = { { 17, 1 }, { 0, 2 }, { 17, 4 } };
	struct jumlah_pokok subjects[] = { { STR("b"), 1 }, { STR("a"), 2 }, { STR("b"), 1 } };
	struct jumlah_bulan months[] = { { 2021, 7, 3 }, { 2021, 9, 4 } };
	struct laporan_layanan_jawab page = { .hari = days,
		.hari_len = 3,
		.pokok = subjects,
		.pokok_len = 3,
		.bulan = months,
		.bulan_len = 2 };

	(void)state;
	assert_int_equal(laporan_add(&l, &page), ERR_OK);
	assert_int_equal(laporan_add(&l, &page), ERR_OK);
	laporan_end(&l);
	assert_int_equal(l.hari_len, 2);
	assert_int_equal(l.hari[0].jumlah, 4);
	assert_int_equal(l.hari[1].hari, 17);
	assert_int_equal(l.hari[1].jumlah, 10);
	assert_int_equal(l.pokok_len, 2);
	assert_true(str_is(l.pokok[0].pokok, "a")); /* as often as b: by name */
	assert_int_equal(l.pokok[1].jumlah, 4);
	assert_int_equal(l.bulan[0], 6);
	assert_int_equal(l.bulan[1], 0);
	assert_int_equal(l.bulan[2], 8);
}

static void what_does_not_belong_to_the_report_is_refused(void **state)
{
	struct laporan l = of_period("2021-Q3");
	struct jumlah_bulan month = { 2021, 10, 1 };
	struct jumlah_kanal channel = { LAPORAN_KANAL + 1, { .jenis_len = 0 } };
	uint64_t many[LAPORAN_HASIL + 1] = { 0 };
	struct laporan_layanan_jawab page = { .bulan = &month, .bulan_len = 1 };

	(void)state;
	assert_int_equal(laporan_add(&l, &page), ERR_INVALID);
	month.bulan = 13;
	assert_int_equal(laporan_add(&l, &page), ERR_INVALID);
	month.bulan = 6;
	assert_int_equal(laporan_add(&l, &page), ERR_INVALID);
	page = (struct laporan_layanan_jawab) { .kanal = &channel, .kanal_len = 1 };
	assert_int_equal(laporan_add(&l, &page), ERR_INVALID);
	channel =
		(struct jumlah_kanal) { KANAL_SURAT, { .hasil = many, .hasil_len = LAPORAN_HASIL + 1 } };
	assert_int_equal(laporan_add(&l, &page), ERR_INVALID);
}

static struct laporan_waktu time_of(const struct jumlah_hari *rows, uint32_t len)
{
	struct laporan l = of_period("2021");
	struct laporan_layanan_jawab page = { .hari = (struct jumlah_hari *)rows, .hari_len = len };

	assert_int_equal(laporan_add(&l, &page), ERR_OK);
	laporan_end(&l);
	return laporan_waktu(&l);
}

static void mean_and_median_are_rounded_half_up(void **state)
{
	static const struct jumlah_hari odd[] = { { 1, 1 }, { 2, 1 }, { 10, 1 } };
	static const struct jumlah_hari even[] = { { 3, 2 }, { 4, 2 } };
	static const struct jumlah_hari eighths[] = { { 0, 7 }, { 1, 1 } };
	static const struct jumlah_hari half[] = { { 0, 199 }, { 1, 1 } };

	(void)state;
	assert_int_equal(time_of(odd, 3).rata_rata, 433); /* 13 / 3 */
	assert_int_equal(time_of(odd, 3).median, 200);
	assert_int_equal(time_of(even, 2).rata_rata, 350);
	assert_int_equal(time_of(even, 2).median, 350);
	assert_int_equal(time_of(eighths, 2).rata_rata, 13); /* 0.125 */
	assert_int_equal(time_of(eighths, 2).median, 0);
	assert_int_equal(time_of(half, 2).rata_rata, 1); /* 0.005 */
	assert_int_equal(time_of(NULL, 0).terjawab, 0);
}

static void days_fall_into_the_spans_of_the_law(void **state)
{
	static const struct jumlah_hari rows[] = { { 0, 1 }, { 1, 2 }, { 3, 4 }, { 4, 8 }, { 10, 16 },
		{ 11, 32 }, { 17, 64 }, { 18, 128 }, { 400, 256 } };
	static const uint64_t expected[] = { 1, 6, 24, 96, 384 };
	struct laporan l = of_period("2021");
	struct laporan_layanan_jawab page = { .hari = (struct jumlah_hari *)rows, .hari_len = 9 };
	const struct laporan_tabel *t;

	(void)state;
	assert_int_equal(laporan_add(&l, &page), ERR_OK);
	laporan_end(&l);
	t = table_of(&l, "waktu");
	for (uint32_t i = 0; i < 5; i++)
		assert_int_equal(t->baris[i].jumlah, expected[i]);
}

static void months_are_those_of_the_period(void **state)
{
	struct laporan l = of_period("2021-S2");
	const struct laporan_tabel *t;

	(void)state;
	laporan_end(&l);
	t = table_of(&l, "bulan");
	assert_int_equal(t->baris_len, 6);
	assert_string_equal(t->baris[0].kode, "2021-07");
	assert_string_equal(t->baris[0].nama, "Juli");
	assert_string_equal(t->baris[5].kode, "2021-12");
	l = of_period("2024-02");
	laporan_end(&l);
	assert_int_equal(table_of(&l, "bulan")->baris_len, 1);
}

static void a_full_arena_is_an_error_and_no_half_report(void **state)
{
	struct laporan l = of_period("2021");
	const struct laporan_tabel *tables;
	struct arena small;
	uint32_t len;

	(void)state;
	laporan_end(&l);
	for (size_t limit = 0; limit < 4096; limit += 512) {
		arena_init(&small, limit);
		l.arena = &small;
		assert_int_equal(laporan_tables(&l, &tables, &len), ERR_LIMIT);
		arena_clear(&small);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_numbered_tables_are_those_of_the_published_report),
		TEST(each_outcome_counts_in_one_of_three_statuses),
		TEST(codes_of_rows_are_the_names_of_their_enums),
		TEST(pages_are_added_up),
		TEST(what_does_not_belong_to_the_report_is_refused),
		TEST(mean_and_median_are_rounded_half_up),
		TEST(days_fall_into_the_spans_of_the_law),
		TEST(months_are_those_of_the_period),
		TEST(a_full_arena_is_an_error_and_no_half_report),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

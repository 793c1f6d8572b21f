#include "domain/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ARENA_BYTES = 4 * 1024 * 1024 };

static enum err read_text(const char *text, struct arena *arena, struct calendar *ret,
	struct csv_fault *fault)
{
	return calendar_read(str_of(text), 7, arena, ret, fault);
}

static date_days day(int year, int month, int number)
{
	return civil_to_days(year, month, number);
}

static void assert_refused(const char *text, uint64_t line, const char *field, const char *rule)
{
	struct calendar calendar = { .version = 99 };
	struct csv_fault fault;
	struct arena arena;

	arena_init(&arena, ARENA_BYTES);
	assert_int_not_equal(read_text(text, &arena, &calendar, &fault), ERR_OK);
	assert_int_equal(fault.line, line);
	assert_string_equal(fault.why.rule, rule);
	if (field == NULL)
		assert_null(fault.why.field);
	else
		assert_string_equal(fault.why.field, field);
	assert_int_equal(calendar.version, 99);
	arena_clear(&arena);
}

static void rows_are_found_by_date_whatever_their_order(void **state)
{
	struct calendar calendar;
	struct csv_fault fault;
	struct arena arena;

	(void)state;
	arena_init(&arena, ARENA_BYTES);
	assert_int_equal(read_text("date,name,kind\r\n2026-12-25,Natal,libur\r\n"
							   "2026-01-01,\"Tahun Baru, Masehi\",libur\r\n"
							   "2026-12-24,=HYPERLINK(1),cuti_bersama\r\n",
						 &arena, &calendar, &fault),
		ERR_OK);
	assert_int_equal(calendar.count, 3);
	assert_int_equal(calendar.version, 7);
	assert_true(str_is(calendar_find(&calendar, day(2026, 1, 1))->name, "Tahun Baru, Masehi"));
	assert_true(str_is(calendar_find(&calendar, day(2026, 12, 24))->name, "=HYPERLINK(1)"));
	assert_int_equal(calendar_find(&calendar, day(2026, 12, 24))->kind, HOLIDAY_CUTI_BERSAMA);
	assert_null(calendar_find(&calendar, day(2026, 12, 26)));
	assert_null(calendar_find(&calendar, day(2025, 12, 31)));
	assert_int_equal(calendar_first_from(&calendar, day(2026, 1, 2)), 1);
	assert_int_equal(calendar_first_from(&calendar, day(2027, 1, 1)), 3);
	arena_clear(&arena);
}

static void every_fault_is_named_with_its_line(void **state)
{
	(void)state;
	assert_refused("", 1, NULL, "judul_kolom_salah");
	assert_refused("date,kind,name\n", 1, NULL, "judul_kolom_salah");
	assert_refused("date,name\n", 1, NULL, "judul_kolom_salah");
	assert_refused("2026-01-01,Tahun Baru,libur\n", 1, NULL, "judul_kolom_salah");
	assert_refused("date,name,kind\n", 1, NULL, "tidak_ada_baris");
	assert_refused("date,name,kind\n2026-01-01,A\n", 2, NULL, "jumlah_kolom_salah");
	assert_refused("date,name,kind\n2026-01-01,A,libur,\n", 2, NULL, "jumlah_kolom_salah");
	assert_refused("date,name,kind\n2026-02-29,A,libur\n", 2, "date", "tanggal_tidak_sah");
	assert_refused("date,name,kind\n01-02-2026,A,libur\n", 2, "date", "tanggal_tidak_sah");
	assert_refused("date,name,kind\n\n2026-01-01,A,merah\n", 3, "kind", "jenis_tidak_dikenal");
	assert_refused("date,name,kind\n2026-01-01,A,LIBUR\n", 2, "kind", "jenis_tidak_dikenal");
	assert_refused("date,name,kind\n2026-01-01, ,libur\n", 2, "name", "wajib_diisi");
	assert_refused("date,name,kind\n2026-01-01,A,libur\n2026-01-02,B,libur\n2026-01-01,C,"
				   "cuti_bersama\n",
		4, "date", "tanggal_ganda");
	assert_refused("date,name,kind\n2026-01-01,\"A,libur\n", 2, NULL, CSV_OPEN_QUOTE);
	assert_refused("date,name,kind\n2026-01-01,\xff,libur\n", 2, NULL, CSV_NOT_UTF8);
}

static void a_name_over_the_limit_is_refused(void **state)
{
	char text[HOLIDAY_NAME_MAX + 64];
	int n = snprintf(text, sizeof text, "date,name,kind\n2026-01-01,%0*d,libur\n",
		HOLIDAY_NAME_MAX + 1, 1);

	(void)state;
	assert_in_range(n, HOLIDAY_NAME_MAX, sizeof text - 1);
	assert_refused(text, 2, "name", "terlalu_panjang");
}

static void more_rows_than_the_limit_are_refused(void **state)
{
	struct buf text;
	char date[DATE_TEXT_MAX];

	(void)state;
	buf_init(&text, 1024 * 1024);
	buf_print(&text, "date,name,kind\n");
	for (int i = 0; i <= CALENDAR_HOLIDAYS_MAX; i++) {
		date_text(i, date);
		buf_print(&text, "%s,A,libur\n", date);
	}
	buf_add(&text, "", 1);
	assert_refused(text.ptr, CALENDAR_HOLIDAYS_MAX + 2, NULL, "terlalu_banyak_baris");
	buf_clear(&text);
}

static void an_arena_that_is_full_is_an_error(void **state)
{
	struct calendar calendar;
	struct csv_fault fault;
	struct arena arena;

	(void)state;
	arena_init(&arena, 16);
	assert_int_equal(read_text("date,name,kind\n2026-01-01,A,libur\n", &arena, &calendar, &fault),
		ERR_LIMIT);
	assert_string_equal(fault.why.rule, "memori_penuh");
	arena_clear(&arena);
}

static void the_content_hash_knows_the_rows_and_not_their_order(void **state)
{
	struct holiday rows[] = { { 10, HOLIDAY_LIBUR, STR("A") }, { 20, HOLIDAY_LIBUR, STR("B") } };
	struct holiday turned[] = { rows[1], rows[0] };
	struct holiday renamed[] = { { 10, HOLIDAY_LIBUR, STR("A") }, { 20, HOLIDAY_LIBUR, STR("C") } };
	struct holiday moved[] = { { 11, HOLIDAY_LIBUR, STR("A") }, { 20, HOLIDAY_LIBUR, STR("B") } };
	struct holiday kind[] = { { 10, HOLIDAY_CUTI_BERSAMA, STR("A") },
		{ 20, HOLIDAY_LIBUR, STR("B") } };
	struct holiday *tables[] = { rows, turned, renamed, moved, kind };
	struct calendar calendars[5];
	struct problem why;

	(void)state;
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(calendar_init(&calendars[i], (uint32_t)i, tables[i], 2, &why), ERR_OK);
	assert_true(hash_equal(&calendars[0].content, &calendars[1].content));
	for (size_t i = 2; i < 5; i++)
		assert_false(hash_equal(&calendars[0].content, &calendars[i].content));
}

static void rows_given_directly_are_checked_too(void **state)
{
	struct holiday twice[] = { { 10, HOLIDAY_LIBUR, STR("A") },
		{ 10, HOLIDAY_CUTI_BERSAMA, STR("B") } };
	struct holiday far[] = { { DATE_DAYS_MAX + 1, HOLIDAY_LIBUR, STR("A") } };
	struct holiday nameless[] = { { 10, HOLIDAY_LIBUR, STR("") } };
	struct holiday broken[] = { { 10, HOLIDAY_LIBUR, STR("\xff") } };
	struct holiday unknown[] = { { 10, (enum holiday_kind)2, STR("A") } };
	struct calendar calendar;
	struct problem why;

	(void)state;
	assert_int_equal(calendar_init(&calendar, 1, twice, 2, &why), ERR_INVALID);
	assert_string_equal(why.rule, "tanggal_ganda");
	assert_int_equal(calendar_init(&calendar, 1, far, 1, &why), ERR_INVALID);
	assert_string_equal(why.rule, "di_luar_jangkauan");
	assert_int_equal(calendar_init(&calendar, 1, nameless, 1, &why), ERR_INVALID);
	assert_string_equal(why.rule, "wajib_diisi");
	assert_int_equal(calendar_init(&calendar, 1, broken, 1, &why), ERR_INVALID);
	assert_string_equal(why.rule, "bukan_utf8");
	assert_int_equal(calendar_init(&calendar, 1, unknown, 1, &why), ERR_INVALID);
	assert_string_equal(why.rule, "jenis_tidak_dikenal");
	assert_int_equal(calendar_init(&calendar, 1, NULL, CALENDAR_HOLIDAYS_MAX + 1, &why), ERR_LIMIT);
}

static void a_year_is_covered_by_a_libur_of_its_own(void **state)
{
	struct holiday rows[] = {
		{ day(2026, 1, 1), HOLIDAY_LIBUR, STR("Tahun Baru") },
		{ day(2027, 12, 24), HOLIDAY_CUTI_BERSAMA, STR("Natal") },
		{ day(2028, 12, 31), HOLIDAY_LIBUR, STR("Akhir") },
	};
	struct calendar calendar;
	struct problem why;

	(void)state;
	assert_int_equal(calendar_init(&calendar, 1, rows, 3, &why), ERR_OK);
	assert_false(calendar_covers(&calendar, 2025));
	assert_true(calendar_covers(&calendar, 2026));
	assert_false(calendar_covers(&calendar, 2027));
	assert_true(calendar_covers(&calendar, 2028));
	assert_false(calendar_covers(&calendar, 2029));
}

static void the_table_of_the_decrees_is_read_whole(void **state)
{
	static char text[64 * 1024];
	FILE *file = fopen(TEST_DATA "/holidays.csv", "r");
	struct calendar calendar;
	struct csv_fault fault;
	struct arena arena;
	size_t n;

	(void)state;
	assert_non_null(file);
	n = fread(text, 1, sizeof text - 1, file);
	text[n] = '\0';
	fclose(file);
	arena_init(&arena, ARENA_BYTES);
	assert_int_equal(read_text(text, &arena, &calendar, &fault), ERR_OK);
	assert_int_equal(calendar.count, 214);
	for (int year = 2019; year <= 2027; year++)
		assert_true(calendar_covers(&calendar, year));
	assert_false(calendar_covers(&calendar, 2018));
	assert_false(calendar_covers(&calendar, 2028));
	/* Idul Fitri of 2027 as decreed, not as reckoned. */
	assert_int_equal(calendar_find(&calendar, day(2027, 3, 10))->kind, HOLIDAY_LIBUR);
	assert_int_equal(calendar_find(&calendar, day(2027, 3, 11))->kind, HOLIDAY_LIBUR);
	arena_clear(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_found_by_date_whatever_their_order),
		cmocka_unit_test(every_fault_is_named_with_its_line),
		cmocka_unit_test(a_name_over_the_limit_is_refused),
		cmocka_unit_test(more_rows_than_the_limit_are_refused),
		cmocka_unit_test(an_arena_that_is_full_is_an_error),
		cmocka_unit_test(the_content_hash_knows_the_rows_and_not_their_order),
		cmocka_unit_test(rows_given_directly_are_checked_too),
		cmocka_unit_test(a_year_is_covered_by_a_libur_of_its_own),
		cmocka_unit_test(the_table_of_the_decrees_is_read_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Due dates against a model that shares nothing with them: a table of flags, one
 * for each day, filled by hand and counted one by one. */
#include "domain/deadline.h"
#include "lib/chance.h"
#include "lib/seed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum {
	ROUNDS = 3000,
	MODEL_DAYS = 4000,
	HOLIDAYS_MAX = 400,
	LIMIT_MAX = 120,
	ROOM = 1600, /* days behind the day of receipt that a limit may need here */
};

struct model {
	date_days first;
	bool is_off[MODEL_DAYS];
	bool is_covered[MODEL_DAYS];
	int year[MODEL_DAYS];
	struct holiday rows[HOLIDAYS_MAX];
	size_t count;
	struct calendar calendar;
	struct deadline_rules rules;
};

static struct chance chance;

static uint32_t below(uint32_t n)
{
	return (uint32_t)chance_below(&chance, n);
}

/* The year of a day by counting up from 1970. */
static int year_by_counting(date_days date)
{
	int year = 1970;
	date_days left = date;

	for (;; year++) {
		date_days length = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0) ? 366 : 365;

		if (left < length)
			return year;
		left -= length;
	}
}

static void add_holiday(struct model *m, int at, enum holiday_kind kind)
{
	m->rows[m->count++] = (struct holiday) { m->first + at, kind, STR("Hari") };
	if (kind == HOLIDAY_LIBUR || !m->rules.cuti_bersama_hari_kerja)
		m->is_off[at] = true;
	if (kind == HOLIDAY_LIBUR)
		for (int i = 0; i < MODEL_DAYS; i++)
			if (m->year[i] == m->year[at])
				m->is_covered[i] = true;
}

static void invent(struct model *m)
{
	bool is_taken[MODEL_DAYS] = { false };
	struct problem why;
	uint32_t wanted = below(below(8) == 0 ? HOLIDAYS_MAX : 40);

	memset(m, 0, sizeof *m);
	m->first = (date_days)below(30000);
	m->rules.cuti_bersama_hari_kerja = below(2) == 1;
	m->rules.hari_pertama_dihitung = below(2) == 1;
	for (int i = 0; i < MODEL_DAYS; i++) {
		/* Day 0 was a Thursday: 2 is a Saturday, 3 a Sunday. */
		m->is_off[i] = (m->first + i) % 7 == 2 || (m->first + i) % 7 == 3;
		m->year[i] = year_by_counting(m->first + i);
	}
	for (uint32_t i = 0; i < wanted; i++) {
		int at = (int)below(below(2) == 0 ? MODEL_DAYS : 60);

		if (!is_taken[at])
			add_holiday(m, at, below(3) == 0 ? HOLIDAY_CUTI_BERSAMA : HOLIDAY_LIBUR);
		is_taken[at] = true;
	}
	assert_int_equal(calendar_init(&m->calendar, 3, m->rows, m->count, &why), ERR_OK);
	m->rules.calendar = &m->calendar;
}

/* The place of the n-th day that is not off, and whether all days up to it are covered. */
static int nth_day(const struct model *m, int from, uint32_t n, bool *ret_covered)
{
	int at = m->rules.hari_pertama_dihitung ? from : from + 1;

	*ret_covered = true;
	for (;; at++) {
		*ret_covered = *ret_covered && m->is_covered[at];
		if (!m->is_off[at] && --n == 0)
			return at;
	}
}

static void check_trace(const struct model *m, const struct deadline_trace *trace, int from,
	uint32_t n, date_days due)
{
	uint32_t counted = 0;

	for (size_t i = 0; i < trace->count; i++) {
		const struct deadline_day *day = &trace->rows[i];
		bool is_counted = day->kind == DAY_COUNTED;

		assert_int_equal(day->date, m->first + from + (int)i);
		if (day->kind != DAY_START)
			assert_int_equal(is_counted, !m->is_off[from + (int)i]);
		counted += is_counted;
		assert_int_equal(day->number, is_counted ? counted : 0);
	}
	assert_int_equal(counted, n);
	assert_int_equal(trace->rows[trace->count - 1].date, due);
}

static void due_dates_are_those_of_counting_by_hand(void **state)
{
	static struct model m;
	static struct deadline_day rows[DEADLINE_TRACE_MAX];

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct deadline_trace trace = { .rows = rows, .size = DEADLINE_TRACE_MAX };
		int from = (int)below(MODEL_DAYS - ROOM);
		uint32_t n = 1 + below(LIMIT_MAX);
		struct deadline due;
		bool covered;
		int at;

		if (round % 10 == 0)
			invent(&m);
		at = nth_day(&m, from, n, &covered);
		assert_int_equal(deadline_after(&m.rules, m.first + from, n, &due, &trace), ERR_OK);
		assert_int_equal(due.due, m.first + at);
		assert_int_equal(due.melewati_kalender, !covered);
		assert_int_equal(due.calendar_version, 3);
		assert_false(trace.is_cut);
		check_trace(&m, &trace, from, n, due.due);
		assert_int_equal(deadline_days_between(&m.rules, m.first + from, due.due), n);
	}
}

static void days_between_are_those_of_counting_by_hand(void **state)
{
	static struct model m;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		int from = (int)below(MODEL_DAYS - 1);
		int until = (int)below(MODEL_DAYS);
		uint32_t n = 0;

		if (round % 10 == 0)
			invent(&m);
		for (int at = m.rules.hari_pertama_dihitung ? from : from + 1; at <= until; at++)
			n += !m.is_off[at];
		assert_int_equal(deadline_days_between(&m.rules, m.first + from, m.first + until), n);
	}
}

static void ten_and_seven_days_are_seventeen(void **state)
{
	static struct model m;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		date_days received;
		struct extension extension = { .base = EXTENSION_SINCE_DUE };
		uint32_t first = 1 + below(30);
		struct deadline due, extended, whole;

		if (round % 10 == 0)
			invent(&m);
		received = m.first + (date_days)below(MODEL_DAYS - ROOM);
		extension.working_days = 1 + below(30);
		assert_int_equal(deadline_after(&m.rules, received, first, &due, NULL), ERR_OK);
		extension.due = due.due;
		assert_int_equal(deadline_extend(&m.rules, &extension, &extended, NULL), ERR_OK);
		assert_int_equal(
			deadline_after(&m.rules, received, first + extension.working_days, &whole, NULL),
			ERR_OK);
		assert_int_equal(extended.due, whole.due);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(due_dates_are_those_of_counting_by_hand),
		cmocka_unit_test(days_between_are_those_of_counting_by_hand),
		cmocka_unit_test(ten_and_seven_days_are_seventeen),
	};

	chance.state = seed_new("test_working_days");
	return cmocka_run_group_tests(tests, NULL, NULL);
}

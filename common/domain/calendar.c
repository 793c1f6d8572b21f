#include "domain/calendar.h"

#include <assert.h>
#include <stdlib.h>

enum { COLUMNS = 3 };

static const char *const headings[COLUMNS] = { "date", "name", "kind" };
static const char *const kind_names[] = {
	[HOLIDAY_LIBUR] = "libur",
	[HOLIDAY_CUTI_BERSAMA] = "cuti_bersama",
};

const char *holiday_kind_name(enum holiday_kind kind)
{
	assert((size_t)kind < sizeof kind_names / sizeof kind_names[0]);
	return kind_names[kind];
}

enum err holiday_kind_parse(struct str text, enum holiday_kind *ret)
{
	for (size_t i = 0; i < sizeof kind_names / sizeof kind_names[0]; i++)
		if (str_is(text, kind_names[i])) {
			*ret = (enum holiday_kind)i;
			return ERR_OK;
		}
	return ERR_INVALID;
}

static int by_date(const void *a, const void *b)
{
	const struct holiday *left = a;
	const struct holiday *right = b;

	return (left->date > right->date) - (left->date < right->date);
}

static enum err check_row(const struct holiday *row, struct problem *why)
{
	if (row->date < DATE_DAYS_MIN || row->date > DATE_DAYS_MAX)
		return refuse(why, ERR_INVALID, "date", "di_luar_jangkauan");
	if (str_trim(row->name).len == 0)
		return refuse(why, ERR_INVALID, "name", "wajib_diisi");
	if (row->name.len > HOLIDAY_NAME_MAX)
		return refuse(why, ERR_INVALID, "name", "terlalu_panjang");
	if (!str_is_utf8(row->name))
		return refuse(why, ERR_INVALID, "name", "bukan_utf8");
	if ((unsigned)row->kind > HOLIDAY_CUTI_BERSAMA)
		return refuse(why, ERR_INVALID, "kind", "jenis_tidak_dikenal");
	return ERR_OK;
}

/* A chain over the rows, so that nothing is allocated: each link takes in the
 * date and the kind, then the name; a name cannot pass for the next row. */
static struct hash content_of(const struct holiday *rows, size_t count)
{
	struct hash hash = { { 0 } };

	for (size_t i = 0; i < count; i++) {
		struct {
			struct hash before;
			char date[DATE_TEXT_MAX];
			char kind;
		} head = { .before = hash, .kind = (char)('0' + rows[i].kind) };

		date_text(rows[i].date, head.date);
		hash = hash_labelled("kalender", str_bytes(&head, sizeof head), rows[i].name);
	}
	return hash;
}

enum err calendar_init(struct calendar *ret, uint32_t version, struct holiday *rows, size_t count,
	struct problem *why)
{
	if (count > CALENDAR_HOLIDAYS_MAX)
		return refuse(why, ERR_LIMIT, NULL, "terlalu_banyak_baris");
	for (size_t i = 0; i < count; i++) {
		enum err e = check_row(&rows[i], why);

		if (e != ERR_OK)
			return e;
	}
	if (count > 0)
		qsort(rows, count, sizeof *rows, by_date);
	for (size_t i = 1; i < count; i++)
		if (rows[i - 1].date == rows[i].date)
			return refuse(why, ERR_INVALID, "date", "tanggal_ganda");
	*ret = (struct calendar) { rows, count, version, content_of(rows, count) };
	return ERR_OK;
}

/* A text being read. Each row is checked where it stands, so that the fault has its line. */
struct reading {
	struct arena *arena;
	struct holiday *rows;
	size_t count;
	size_t size;
	bool has_heading;
	struct csv_fault *fault;
};

static bool has_date(const struct reading *r, date_days date)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->rows[i].date == date)
			return true;
	return false;
}

static enum err read_heading(struct reading *r, const struct csv_row *row)
{
	for (size_t i = 0; i < COLUMNS; i++)
		if (row->count != COLUMNS || !str_is(row->fields[i], headings[i]))
			return refuse(&r->fault->why, ERR_INVALID, NULL, "judul_kolom_salah");
	r->has_heading = true;
	return ERR_OK;
}

static enum err read_row(struct reading *r, const struct csv_row *row)
{
	struct problem *why = &r->fault->why;
	struct holiday holiday = { 0 };
	enum err e;

	if (row->count != COLUMNS)
		return refuse(why, ERR_INVALID, NULL, "jumlah_kolom_salah");
	if (date_parse(row->fields[0], &holiday.date) != ERR_OK)
		return refuse(why, ERR_INVALID, "date", "tanggal_tidak_sah");
	holiday.name = row->fields[1];
	if (holiday_kind_parse(row->fields[2], &holiday.kind) != ERR_OK)
		return refuse(why, ERR_INVALID, "kind", "jenis_tidak_dikenal");
	if ((e = check_row(&holiday, why)) != ERR_OK)
		return e;
	if (has_date(r, holiday.date))
		return refuse(why, ERR_INVALID, "date", "tanggal_ganda");
	if (r->count == r->size)
		return refuse(why, ERR_LIMIT, NULL, "terlalu_banyak_baris");
	if ((e = arena_copy(r->arena, holiday.name, &holiday.name)) != ERR_OK)
		return refuse(why, e, NULL, "memori_penuh");
	r->rows[r->count++] = holiday;
	return ERR_OK;
}

static enum err on_row(void *self, const struct csv_row *row)
{
	struct reading *r = self;

	r->fault->line = row->line;
	if (row->err != ERR_OK) {
		r->fault->why = row->why;
		return row->err;
	}
	return r->has_heading ? read_row(r, row) : read_heading(r, row);
}

/* Room for one row a line, so that a short text takes little of the arena. */
static size_t rows_in(struct str text)
{
	size_t lines = 1;

	for (size_t i = 0; i < text.len; i++)
		lines += text.ptr[i] == '\n';
	return lines < CALENDAR_HOLIDAYS_MAX ? lines : CALENDAR_HOLIDAYS_MAX;
}

enum err calendar_read(struct str text, uint32_t version, struct arena *arena, struct calendar *ret,
	struct csv_fault *fault)
{
	struct reading r = { .arena = arena, .size = rows_in(text), .fault = fault };
	struct csv_reader *csv;
	enum err e;

	*fault = (struct csv_fault) { 0 };
	if ((r.rows = arena_take(arena, r.size * sizeof *r.rows)) == NULL)
		return refuse(&fault->why, ERR_LIMIT, NULL, "memori_penuh");
	csv = csv_open(',', on_row, &r);
	if ((e = csv_feed(csv, text)) == ERR_OK)
		e = csv_finish(csv);
	csv_close(&csv);
	if (e != ERR_OK)
		return e;
	if (!r.has_heading || r.count == 0) {
		fault->line = 1;
		return refuse(&fault->why, ERR_INVALID, NULL,
			r.has_heading ? "tidak_ada_baris" : "judul_kolom_salah");
	}
	return calendar_init(ret, version, r.rows, r.count, &fault->why);
}

size_t calendar_first_from(const struct calendar *calendar, date_days date)
{
	size_t low = 0;
	size_t high = calendar->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (calendar->holidays[middle].date < date)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct holiday *calendar_find(const struct calendar *calendar, date_days date)
{
	size_t at = calendar_first_from(calendar, date);

	if (at == calendar->count || calendar->holidays[at].date != date)
		return NULL;
	return &calendar->holidays[at];
}

bool calendar_covers(const struct calendar *calendar, int year)
{
	date_days last = civil_to_days(year, 12, 31);
	size_t i = calendar_first_from(calendar, civil_to_days(year, 1, 1));

	for (; i < calendar->count && calendar->holidays[i].date <= last; i++)
		if (calendar->holidays[i].kind == HOLIDAY_LIBUR)
			return true;
	return false;
}

#include "ctl/deadline.h"

#include "domain/deadline.h"
#include "wire/json.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	EXIT_ANSWERED = 0,
	EXIT_BAD_VALUE = 1,
	EXIT_USAGE = 100,
	FILE_BYTES_MAX = 1024 * 1024,
	ARENA_BYTES_MAX = 4 * 1024 * 1024,
	OUTPUT_BYTES_MAX = 4 * 1024 * 1024,
};

enum option_code {
	OPTION_FROM = 1, /* in the order of the table below */
	OPTION_DAYS,
	OPTION_HOLIDAYS,
	OPTION_CUTI_BERSAMA,
	OPTION_FIRST_DAY,
	OPTION_EXPLAIN,
	OPTION_JSON,
	OPTION_HELP,
};

/* clang-format off */
static const struct option options[] = {
	{ "from",                required_argument, NULL, OPTION_FROM },
	{ "days",                required_argument, NULL, OPTION_DAYS },
	{ "holidays",            required_argument, NULL, OPTION_HOLIDAYS },
	{ "cuti-bersama-counts", no_argument,       NULL, OPTION_CUTI_BERSAMA },
	{ "first-day-counts",    no_argument,       NULL, OPTION_FIRST_DAY },
	{ "explain",             no_argument,       NULL, OPTION_EXPLAIN },
	{ "json",                no_argument,       NULL, OPTION_JSON },
	{ "help",                no_argument,       NULL, OPTION_HELP },
	{ NULL,                  0,                 NULL, 0 },
};

/* What the rules of the calendar mean, for the person who wrote the file. */
static const struct {
	const char *rule;
	const char *text;
} wording[] = {
	{ "judul_kolom_salah",   "judul kolom harus date,name,kind" },
	{ "jumlah_kolom_salah",  "setiap baris harus memiliki tiga kolom" },
	{ "tanggal_tidak_sah",   "tanggal tidak sah; bentuknya TTTT-BB-HH" },
	{ "tanggal_ganda",       "tanggal ini sudah tercantum pada baris lain" },
	{ "jenis_tidak_dikenal", "jenis hari harus libur atau cuti_bersama" },
	{ "wajib_diisi",         "nama hari libur wajib diisi" },
	{ "terlalu_panjang",     "nama hari libur terlalu panjang" },
	{ "terlalu_banyak_baris", "jumlah baris melebihi batas" },
	{ "tidak_ada_baris",     "tidak ada satu pun hari libur" },
	{ "memori_penuh",        "isi berkas melebihi batas memori" },
	{ CSV_TOO_LONG,          "baris terlalu panjang" },
	{ CSV_TOO_MANY_FIELDS,   "kolom terlalu banyak" },
	{ CSV_OPEN_QUOTE,        "tanda kutip tidak ditutup" },
	{ CSV_STRAY_QUOTE,       "tanda kutip tidak pada tempatnya" },
	{ CSV_LONE_CR,           "akhir baris tidak sah (CR tanpa LF)" },
	{ CSV_NUL,               "baris memuat karakter NUL" },
	{ CSV_NOT_UTF8,          "baris bukan teks UTF-8" },
};
/* clang-format on */

static const char usage_text[] =
	"Penggunaan: ppidctl deadline --from TTTT-BB-HH --days N --holidays BERKAS\n"
	"              [--cuti-bersama-counts] [--first-day-counts] [--explain] [--json]\n"
	"  --from       tanggal penerimaan\n"
	"  --days       jumlah hari kerja, 1 sampai dengan 1000\n"
	"  --holidays   berkas CSV dengan kolom date,name,kind (libur atau cuti_bersama)\n"
	"  --cuti-bersama-counts  cuti bersama dihitung sebagai hari kerja\n"
	"  --first-day-counts     tanggal penerimaan dihitung sebagai hari pertama\n"
	"  --explain    perincian setiap hari, setelah baris jatuh tempo\n"
	"  --json       satu objek JSON\n";

/* What was asked, as text until it is checked. */
struct request {
	const char *from;
	const char *days;
	const char *holidays;
	bool explain;
	bool json;
	bool help;
	date_days received;
	uint32_t working_days;
	struct deadline_rules rules;
};

static int wrong_usage(const char *reason, const char *what)
{
	fprintf(stderr, "ppidctl deadline: %s%s\n%s", reason, what, usage_text);
	return EXIT_USAGE;
}

static int bad_value(const char *option, const char *value, const char *reason)
{
	fprintf(stderr, "ppidctl deadline: %s %s: %s\n", option, value, reason);
	return EXIT_BAD_VALUE;
}

/* The text of an option that may stand once. */
static bool set_once(const char **at)
{
	if (*at != NULL)
		return false;
	*at = optarg;
	return true;
}

static bool take_option(struct request *r, enum option_code code)
{
	switch (code) {
	case OPTION_FROM:
		return set_once(&r->from);
	case OPTION_DAYS:
		return set_once(&r->days);
	case OPTION_HOLIDAYS:
		return set_once(&r->holidays);
	case OPTION_CUTI_BERSAMA:
		r->rules.cuti_bersama_hari_kerja = true;
		return true;
	case OPTION_FIRST_DAY:
		r->rules.hari_pertama_dihitung = true;
		return true;
	case OPTION_EXPLAIN:
		r->explain = true;
		return true;
	case OPTION_JSON:
		r->json = true;
		return true;
	case OPTION_HELP:
		r->help = true;
		return true;
	}
	return false;
}

static int read_options(int argc, char **argv, struct request *r)
{
	int code;

	optind = 0; /* glibc: from the start, another verb may have parsed before */
	opterr = 0;
	while ((code = getopt_long(argc, argv, "+:", options, NULL)) != -1) {
		if (code == ':')
			return wrong_usage("nilai tidak diberikan untuk opsi ", argv[optind - 1]);
		if (code == '?')
			return wrong_usage("opsi tidak dikenal: ", argv[optind - 1]);
		if (!take_option(r, (enum option_code)code))
			return wrong_usage("opsi diberikan lebih dari satu kali: ", options[code - 1].name);
		if (r->help)
			return EXIT_ANSWERED;
	}
	if (optind < argc)
		return wrong_usage("argumen tidak dikenal: ", argv[optind]);
	if (r->from == NULL)
		return wrong_usage("opsi wajib diberikan: ", "--from");
	if (r->days == NULL)
		return wrong_usage("opsi wajib diberikan: ", "--days");
	if (r->holidays == NULL)
		return wrong_usage("opsi wajib diberikan: ", "--holidays");
	return EXIT_ANSWERED;
}

static int check_values(struct request *r)
{
	uint64_t days;

	if (date_parse(str_of(r->from), &r->received) != ERR_OK)
		return bad_value("--from", r->from, "bukan tanggal yang sah (TTTT-BB-HH)");
	if (!str_number(str_of(r->days), &days))
		return bad_value("--days", r->days, "bukan bilangan bulat positif");
	if (days < 1 || days > DEADLINE_DAYS_MAX)
		return bad_value("--days", r->days, "harus 1 sampai dengan 1000 hari kerja");
	r->working_days = (uint32_t)days;
	return EXIT_ANSWERED;
}

static int unreadable(const char *name, int cause)
{
	fprintf(stderr, "ppidctl deadline: --holidays %s: berkas tidak dapat dibaca (%s)\n", name,
		strerror(cause));
	return EXIT_BAD_VALUE;
}

static int read_file(const char *name, struct buf *text)
{
	char piece[16 * 1024];
	FILE *file = fopen(name, "rb");
	size_t n;
	int failed;

	if (file == NULL)
		return unreadable(name, errno);
	errno = 0;
	while (!text->is_full && (n = fread(piece, 1, sizeof piece, file)) > 0)
		buf_add(text, piece, n);
	failed = ferror(file) ? errno : 0;
	fclose(file);
	if (failed != 0)
		return unreadable(name, failed);
	if (text->is_full)
		return bad_value("--holidays", name, "berkas melebihi 1 MiB");
	return EXIT_ANSWERED;
}

static int bad_row(const char *name, const struct csv_fault *fault)
{
	const char *text = fault->why.rule;

	for (size_t i = 0; i < sizeof wording / sizeof wording[0]; i++)
		if (strcmp(wording[i].rule, fault->why.rule) == 0)
			text = wording[i].text;
	fprintf(stderr, "ppidctl deadline: --holidays %s: baris %llu%s%s: %s\n", name,
		(unsigned long long)fault->line, fault->why.field == NULL ? "" : ", kolom ",
		fault->why.field == NULL ? "" : fault->why.field, text);
	return EXIT_BAD_VALUE;
}

static void print_json_days(const struct deadline_trace *trace, struct buf *out)
{
	static const char *const names[] = {
		[DAY_COUNTED] = "hari_kerja",
		[DAY_START] = "tanggal_awal",
		[DAY_SABTU] = "sabtu",
		[DAY_MINGGU] = "minggu",
		[DAY_LIBUR] = "libur",
		[DAY_CUTI_BERSAMA] = "cuti_bersama",
	};
	char date[DATE_TEXT_MAX];

	buf_print(out, ",\"perincian\":[");
	for (size_t i = 0; i < trace->count; i++) {
		const struct deadline_day *day = &trace->rows[i];

		date_text(day->date, date);
		buf_print(out, "%s{\"tanggal\":\"%s\",\"jenis\":\"%s\"", i == 0 ? "" : ",", date,
			names[day->kind]);
		if (day->kind == DAY_COUNTED)
			buf_print(out, ",\"hari_kerja_ke\":%u", day->number);
		if (day->name.len > 0) {
			buf_print(out, ",\"nama\":");
			json_write_text(day->name, out);
		}
		buf_print(out, "}");
	}
	buf_print(out, "]");
}

static void print_json(const struct request *r, const struct deadline *due,
	const struct deadline_trace *trace, struct buf *out)
{
	char received[DATE_TEXT_MAX];
	char date[DATE_TEXT_MAX];

	date_text(r->received, received);
	date_text(due->due, date);
	buf_print(out, "{\"diterima\":\"%s\",\"hari_kerja\":%u", received, r->working_days);
	buf_print(out, ",\"jatuh_tempo\":\"%s\",\"melewati_kalender\":%s", date,
		due->melewati_kalender ? "true" : "false");
	if (r->explain)
		print_json_days(trace, out);
	buf_print(out, "}\n");
}

static int answer(const struct request *r, struct arena *arena)
{
	struct deadline_trace trace = { .size = DEADLINE_TRACE_MAX };
	struct deadline due;
	struct buf out;

	trace.rows = arena_take(arena, trace.size * sizeof *trace.rows);
	if (trace.rows == NULL)
		abort();
	if (deadline_after(&r->rules, r->received, r->working_days, &due, &trace) != ERR_OK)
		return bad_value("--from", r->from, "tanggal di luar jangkauan");
	if (due.melewati_kalender)
		fprintf(stderr,
			"ppidctl deadline: peringatan: hitungan melewati tahun yang hari "
			"liburnya tidak tercantum dalam %s\n",
			r->holidays);
	buf_init(&out, OUTPUT_BYTES_MAX);
	if (r->json)
		print_json(r, &due, &trace, &out);
	else {
		char date[DATE_TEXT_MAX];

		date_text(due.due, date);
		buf_print(&out, "%s\n", date);
		if (r->explain)
			deadline_trace_print(&trace, &out);
	}
	fwrite(out.ptr, 1, out.len, stdout);
	buf_clear(&out);
	return EXIT_ANSWERED;
}

int ctl_deadline(int argc, char **argv)
{
	struct request r = { 0 };
	struct calendar calendar;
	struct csv_fault fault;
	struct arena arena;
	struct buf text;
	int code = read_options(argc, argv, &r);

	if (code == EXIT_ANSWERED && r.help) {
		fputs(usage_text, stdout);
		return EXIT_ANSWERED;
	}
	if (code != EXIT_ANSWERED || (code = check_values(&r)) != EXIT_ANSWERED)
		return code;
	buf_init(&text, FILE_BYTES_MAX);
	arena_init(&arena, ARENA_BYTES_MAX);
	code = read_file(r.holidays, &text);
	if (code == EXIT_ANSWERED &&
		calendar_read(buf_str(&text), 0, &arena, &calendar, &fault) != ERR_OK)
		code = bad_row(r.holidays, &fault);
	if (code == EXIT_ANSWERED) {
		r.rules.calendar = &calendar;
		code = answer(&r, &arena);
	}
	arena_clear(&arena);
	buf_clear(&text);
	return code;
}

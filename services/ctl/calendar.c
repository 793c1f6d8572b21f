#include "domain/calendar.h"
#include "ctl/ctl.h"
#include "ctl/verbs.h"

#include <stdio.h>
#include <string.h>

enum { FILE_BYTES_MAX = 1024 * 1024, YEAR_DAYS_MAX = 366 };

static const char usage[] =
	"Penggunaan: ppidctl calendar load BERKAS --basis DASAR [--year TTTT]\n"
	"            ppidctl calendar show TTTT\n"
	"  load    memuat hari libur dari CSV (date,name,kind), setiap tahun satu perintah;\n"
	"          yang sudah sama tidak diubah\n"
	"  --basis keputusan yang menetapkannya, misalnya \"SKB 3 Menteri 2026\"\n";

static int year_of(date_days date)
{
	int year, month, day;

	civil_of_days(date, &year, &month, &day);
	return year;
}

/* Whether the node knows exactly these days already. */
static enum ctl_exit is_loaded(struct ctl *ctl, struct client *client,
	const struct muat_kalender *c, bool *ret)
{
	uint32_t years[1] = { c->tahun };
	struct kalender_lihat question = { .tahun = years, .tahun_len = 1 };
	struct kalender_lihat_jawab answer;
	enum ctl_exit code = ctl_ask(ctl, client, &schema_kalender_lihat, &question, NULL, &answer);

	*ret =
		code == CTL_DONE && answer.kalender_len == 1 && answer.kalender[0].hari_len == c->hari_len;
	for (uint32_t i = 0; *ret && i < c->hari_len; i++) {
		const struct hari_libur *old = &answer.kalender[0].hari[i];

		*ret = old->tanggal == c->hari[i].tanggal && old->jenis == c->hari[i].jenis &&
			str_equal(old->nama, c->hari[i].nama);
	}
	return code;
}

static enum ctl_exit load_year(struct ctl *ctl, struct client *client,
	const struct muat_kalender *c)
{
	struct sesi_reply reply;
	bool is_there = false;
	enum ctl_exit code = is_loaded(ctl, client, c, &is_there);

	if (code == CTL_DONE && !is_there)
		code =
			ctl_command(ctl, client, &schema_muat_kalender, c, (struct id) { { 0 } }, NULL, &reply);
	if (code != CTL_DONE)
		return code;
	if (ctl->is_json)
		printf("{\"tahun\":%u,\"hari\":%u,\"berubah\":%s}\n", c->tahun, c->hari_len,
			is_there ? "false" : "true");
	else
		printf("%u: %u hari%s\n", c->tahun, c->hari_len, is_there ? ", sudah dimuat" : "");
	return CTL_DONE;
}

static enum ctl_exit load_all(struct ctl *ctl, struct client *client,
	const struct calendar *calendar, const char *basis, uint64_t only)
{
	struct hari_libur days[YEAR_DAYS_MAX];
	enum ctl_exit code = CTL_DONE;
	size_t at = 0;

	while (at < calendar->count && code == CTL_DONE) {
		int year = year_of(calendar->holidays[at].date);
		struct muat_kalender c = { .tahun = (uint32_t)year, .dasar = str_of(basis), .hari = days };

		for (; at < calendar->count && year_of(calendar->holidays[at].date) == year; at++) {
			const struct holiday *h = &calendar->holidays[at];

			days[c.hari_len++] = (struct hari_libur) { h->date, h->name,
				h->kind == HOLIDAY_LIBUR ? JENIS_LIBUR_LIBUR : JENIS_LIBUR_CUTI_BERSAMA };
		}
		if (only == 0 || only == c.tahun)
			code = load_year(ctl, client, &c);
	}
	return code;
}

static enum ctl_exit load(struct ctl *ctl, const char *file, const char *basis, uint64_t only)
{
	struct calendar calendar;
	struct csv_fault fault;
	struct client *client = NULL;
	struct str text;
	enum ctl_exit code = ctl_read_file(ctl, file, FILE_BYTES_MAX, &text);

	if (code != CTL_DONE)
		return code;
	if (calendar_read(text, 0, &ctl->arena, &calendar, &fault) != ERR_OK)
		return ctl_say(ctl, CTL_REFUSED, "%s baris %llu: %s", file, (unsigned long long)fault.line,
			fault.why.rule == NULL ? "?" : fault.why.rule);
	code = ctl_dial(ctl, "workflow", &client);
	if (code == CTL_DONE)
		code = load_all(ctl, client, &calendar, basis, only);
	client_close(&client);
	return code;
}

static enum ctl_exit show(struct ctl *ctl, uint64_t year)
{
	uint32_t years[1] = { (uint32_t)year };
	struct kalender_lihat question = { .tahun = years, .tahun_len = 1 };
	struct kalender_lihat_jawab answer;
	struct client *client = NULL;
	struct buf out;
	enum ctl_exit code = ctl_dial(ctl, "workflow", &client);

	if (code == CTL_DONE)
		code = ctl_ask(ctl, client, &schema_kalender_lihat, &question, NULL, &answer);
	client_close(&client);
	if (code != CTL_DONE)
		return code;
	buf_init(&out, CTL_OUTPUT_MAX);
	for (uint32_t i = 0; i < answer.kalender_len; i++) {
		const struct kalender *k = &answer.kalender[i];

		if (ctl->is_json) {
			json_write(&schema_kalender, k, JSON_FULL, &out);
			buf_print(&out, "\n");
			continue;
		}
		buf_print(&out, "%u, versi %u, %.*s\n", k->tahun, k->versi, (int)k->dasar.len,
			k->dasar.ptr);
		for (uint32_t n = 0; n < k->hari_len; n++) {
			char date[DATE_TEXT_MAX];

			date_text(k->hari[n].tanggal, date);
			buf_print(&out, "  %s  %-12s %.*s\n", date,
				enum_name(&enum_jenis_libur, k->hari[n].jenis), (int)k->hari[n].nama.len,
				k->hari[n].nama.ptr);
		}
	}
	ctl_print(&out);
	buf_clear(&out);
	if (answer.kalender_len == 0)
		return ctl_say(ctl, CTL_REFUSED, "kalender tahun %llu belum dimuat",
			(unsigned long long)year);
	return CTL_DONE;
}

static enum ctl_exit run(struct ctl *ctl, int argc, char **argv)
{
	const char *basis = ctl_option(&argc, argv, "--basis");
	const char *year_text = ctl_option(&argc, argv, "--year");
	uint64_t year = 0;
	enum ctl_exit code = ctl_rest(ctl, argc, argv, 2, 2);

	if (code != CTL_DONE)
		return code;
	if (year_text != NULL && !str_number(str_of(year_text), &year))
		return ctl_say(ctl, CTL_USAGE, "bukan tahun: %s", year_text);
	if (strcmp(argv[1], "load") == 0 && basis != NULL)
		return load(ctl, argv[2], basis, year);
	if (strcmp(argv[1], "show") == 0 && str_number(str_of(argv[2]), &year) && year <= 9999)
		return show(ctl, year);
	return ctl_say(ctl, CTL_USAGE, "argumen tidak sesuai\n%s", usage);
}

int ctl_calendar(int argc, char **argv)
{
	struct ctl ctl;
	enum ctl_exit code;

	if (ctl_open(&ctl, &argc, argv, usage, &code))
		code = run(&ctl, argc, argv);
	return ctl_end(&ctl, code);
}

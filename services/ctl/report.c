#include "ctl/report.h"

#include <string.h>

#include "ctl/ctl.h"
#include "ctl/report_city.h"
#include "ctl/verbs.h"

/* How often a report of several pages is begun anew because requests moved while it was read. */
enum { TRIES_MAX = 20, PAGES_MAX = 10000 };

static const char usage[] =
	"Penggunaan: ppidctl report --period PERIODE [--unit UNIT] [--json | --csv]\n"
	"  --period  2021 (tahun), 2021-S1 (semester), 2021-Q3 (triwulan) atau 2021-07 (bulan),\n"
	"            menurut tanggal permohonan diterima\n"
	"  --unit    kode unit; tanpa ini seluruh unit simpul\n"
	"  --csv     satu baris CSV untuk setiap baris tabel\n"
	"            ppidctl report --city --period PERIODE [--node SIMPUL] [--unit UNIT]\n"
	"                           [--json | --csv]\n"
	"  --city    seluruh kota: satu baris untuk setiap unit, dari simpul ini dan semua simpul\n"
	"            di bawahnya, dengan keadaan terakhir yang sudah sampai di sini\n"
	"  --node    nama atau id simpul; tanpa ini semua simpul\n";

static bool is_same_place(const struct laporan_layanan_jawab *a,
	const struct laporan_layanan_jawab *b)
{
	if (a->letak_len != b->letak_len)
		return false;
	for (uint32_t i = 0; i < a->letak_len; i++)
		if (!str_equal(a->letak[i].aliran, b->letak[i].aliran) ||
			!id_equal(a->letak[i].epok, b->letak[i].epok) || a->letak[i].seq != b->letak[i].seq)
			return false;
	return true;
}

/* All pages once. *ret_is_whole: they were all read at the same place. */
static enum ctl_exit read_pages(struct ctl *ctl, struct client *client,
	const struct laporan_layanan *question, struct laporan *l,
	struct laporan_layanan_jawab *ret_first, bool *ret_is_whole)
{
	struct str go_on = { NULL, 0 };
	enum ctl_exit code = CTL_DONE;

	*ret_is_whole = true;
	for (uint32_t n = 0; n < PAGES_MAX; n++) {
		struct laporan_layanan_jawab *page = arena_take(&ctl->arena, sizeof *page);

		if (page == NULL)
			return ctl_say_error(ctl, ERR_LIMIT, "laporan");
		code = ctl_ask(ctl, client, &schema_laporan_layanan, question, &go_on, page);
		if (code == CTL_DONE && laporan_add(l, page) != ERR_OK)
			code = ctl_say_error(ctl, ERR_CORRUPT, "laporan");
		if (code != CTL_DONE)
			return code;
		if (n == 0)
			*ret_first = *page;
		*ret_is_whole = is_same_place(ret_first, page);
		if (go_on.ptr == NULL || !*ret_is_whole)
			return CTL_DONE;
	}
	return ctl_say(ctl, CTL_FAILED, "laporan tidak berakhir");
}

static enum ctl_exit read_report(struct ctl *ctl, const struct laporan_layanan *question,
	struct periode periode, struct laporan *l, struct laporan_layanan_jawab *ret_first)
{
	struct client *client = NULL;
	bool is_whole = false;
	enum ctl_exit code = ctl_dial(ctl, "reporting", &client);

	for (int n = 0; n < TRIES_MAX && code == CTL_DONE && !is_whole; n++) {
		laporan_begin(l, periode, &ctl->arena);
		code = read_pages(ctl, client, question, l, ret_first, &is_whole);
	}
	client_close(&client);
	if (code == CTL_DONE && !is_whole)
		code = ctl_say(ctl, CTL_FAILED,
			"permohonan terus bergerak selama laporan dibaca; silakan coba lagi");
	laporan_end(l);
	return code;
}

/* As of when: how far the streams behind the figures were read. */
static void say_places(const struct ctl *ctl, const struct laporan_layanan_jawab *first)
{
	struct buf text;

	if (first->letak_len == 0)
		return;
	buf_init(&text, CTL_PATH_MAX);
	for (uint32_t i = 0; i < first->letak_len; i++)
		buf_print(&text, "%s%.*s %llu", i == 0 ? "" : ", ", (int)first->letak[i].aliran.len,
			first->letak[i].aliran.ptr, (unsigned long long)first->letak[i].seq);
	(void)ctl_say(ctl, CTL_DONE, "keadaan menurut aliran %.*s", (int)text.len, text.ptr);
	buf_clear(&text);
}

static enum ctl_exit run(struct ctl *ctl, int argc, char **argv)
{
	const char *period = ctl_option(&argc, argv, "--period");
	const char *unit = ctl_option(&argc, argv, "--unit");
	bool is_csv = ctl_flag(&argc, argv, "--csv");
	struct report report = { .unit = unit };
	struct laporan_layanan_jawab first = { .letak_len = 0 };
	struct laporan_layanan question;
	struct problem why;
	struct periode periode;
	struct laporan *l = arena_take(&ctl->arena, sizeof *l);
	enum ctl_exit code = ctl_rest(ctl, argc, argv, 0, 0);
	struct buf out;

	if (code != CTL_DONE || l == NULL)
		return code;
	if (period == NULL)
		return ctl_say(ctl, CTL_USAGE, "--period wajib diberikan\n%s", usage);
	if (is_csv && ctl->is_json)
		return ctl_say(ctl, CTL_USAGE, "--json dan --csv tidak dapat bersama-sama");
	if (periode_parse(str_of(period), &periode, &why) != ERR_OK)
		return ctl_say(ctl, CTL_USAGE, "--period %s: %s", period, why.rule);
	question = (struct laporan_layanan) { .has_unit = unit != NULL,
		.unit = str_of(unit == NULL ? "" : unit),
		.periode = str_of(period) };
	code = read_report(ctl, &question, periode, l, &first);
	if (code != CTL_DONE)
		return code;
	report.laporan = l;
	if (laporan_tables(l, &report.tables, &report.table_count) != ERR_OK)
		return ctl_say_error(ctl, ERR_LIMIT, "laporan");
	buf_init(&out, CTL_OUTPUT_MAX);
	if (ctl->is_json)
		report_json(&report, &out);
	else if (is_csv)
		report_csv(&report, &out);
	else
		report_text(&report, &out);
	ctl_print(&out);
	buf_clear(&out);
	say_places(ctl, &first);
	return CTL_DONE;
}

/* Of a city --node is a filter, so it is taken before the options that all verbs have. */
int ctl_report(int argc, char **argv)
{
	bool is_city = ctl_flag(&argc, argv, "--city");
	const char *node = is_city ? ctl_option(&argc, argv, "--node") : NULL;
	struct ctl ctl;
	enum ctl_exit code;

	if (ctl_open(&ctl, &argc, argv, usage, &code))
		code = is_city ? report_city(&ctl, argc, argv, node) : run(&ctl, argc, argv);
	return ctl_end(&ctl, code);
}

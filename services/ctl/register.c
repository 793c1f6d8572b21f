/* The register of a unit and year as the law wants it: 21 columns (DOMAIN.md 1.6). */
#include "ctl/ctl.h"
#include "ctl/verbs.h"

#include "base/civil.h"
#include "domain/csv.h"

#include <stdio.h>
#include <string.h>

static const char usage[] =
	"Penggunaan: ppidctl register --unit UNIT --year TTTT [--series SERI] [--csv [--separator "
	"';']]\n"
	"  --csv  semua 21 kolom register; kolom tentang orang hanya bagi yang berwenang\n";

enum { ROW_ARENA_BYTES = 16 * 1024 * 1024 };

/* clang-format off */
static const char *const headings[] = {
	"No. Pendaftaran", "Tanggal Diterima", "Nama", "Alamat", "Nomor Kontak", "Pekerjaan",
	"Informasi Yang Diminta", "Tujuan Penggunaan Informasi",
	"Di Bawah Penguasaan: Ya", "Di Bawah Penguasaan: Tidak", "Belum Didokumentasikan",
	"Bentuk: Softcopy", "Bentuk: Hardcopy", "Jenis: Melihat/Mengetahui", "Jenis: Meminta Salinan",
	"Keputusan", "Alasan Penolakan", "Tanggal Pemberitahuan Tertulis", "Tanggal Pemberian Informasi",
	"Biaya", "Cara Pembayaran",
};

static const char *const outcomes[] = {
	[KEPUTUSAN_DIKABULKAN]             = "Dikabulkan",
	[KEPUTUSAN_DIKABULKAN_SEBAGIAN]    = "Dikabulkan sebagian",
	[KEPUTUSAN_DITOLAK]                = "Ditolak",
	[KEPUTUSAN_TIDAK_DIKUASAI]         = "Tidak dikuasai",
	[KEPUTUSAN_BELUM_DIDOKUMENTASIKAN] = "Belum didokumentasikan",
	[KEPUTUSAN_TIDAK_BERHAK]           = "Pemohon tidak berhak",
};
/* clang-format on */

static const char *outcome_of(const struct register_lihat *r)
{
	if (r->has_keputusan && r->keputusan < sizeof outcomes / sizeof outcomes[0])
		return outcomes[r->keputusan];
	if (!r->has_akhir)
		return "";
	return r->akhir == STATUS_PERMOHONAN_GUGUR  ? "Gugur"
		: r->akhir == STATUS_PERMOHONAN_DICABUT ? "Dicabut"
												: "Dialihkan";
}

static void put_text(struct csv_writer *w, bool has, struct str text)
{
	csv_put(w, has ? text : (struct str) { "", 0 });
}

static void put_date(struct csv_writer *w, bool has, date_days date)
{
	char text[DATE_TEXT_MAX] = "";

	if (has)
		date_text(date, text);
	csv_put(w, str_of(text));
}

static void put_tick(struct csv_writer *w, bool is_ticked)
{
	csv_put(w, str_of(is_ticked ? "v" : ""));
}

static void add_contact(struct buf *out, bool has, struct str text)
{
	if (!has || text.len == 0)
		return;
	if (out->len > 0)
		buf_print(out, " / ");
	buf_add_str(out, text);
}

static void put_person(struct csv_writer *w, const struct register_lihat *r)
{
	const struct orang *o = &r->pemohon;
	struct buf contact;

	buf_init(&contact, 1024);
	add_contact(&contact, o->has_telepon, o->telepon);
	add_contact(&contact, o->has_faks, o->faks);
	add_contact(&contact, o->has_email, o->email);
	put_text(w, r->has_pemohon, o->nama);
	put_text(w, r->has_pemohon, o->alamat);
	put_text(w, contact.len > 0, buf_str(&contact));
	put_text(w, r->has_pemohon && o->has_pekerjaan, o->pekerjaan);
	buf_clear(&contact);
}

/* Ya, or Tidak and who holds it. */
static void put_control(struct csv_writer *w, const struct register_lihat *r)
{
	struct buf held;

	buf_init(&held, 1024);
	if (r->has_dikuasai && !r->dikuasai) {
		buf_print(&held, "Tidak");
		add_contact(&held, r->has_badan_lain, r->badan_lain);
	}
	csv_put(w, str_of(r->has_dikuasai && r->dikuasai ? "Ya" : ""));
	put_text(w, held.len > 0, buf_str(&held));
	put_tick(w, r->belum_didokumentasikan);
	buf_clear(&held);
}

static void put_refusal(struct csv_writer *w, const struct register_lihat *r)
{
	struct buf text;

	buf_init(&text, 8192);
	for (uint32_t i = 0; i < r->pasal_len; i++)
		buf_print(&text, "%s%s", i == 0 ? "Pasal 17 huruf " : ", ",
			enum_name(&enum_pasal17, r->pasal[i]));
	if (r->has_alasan && r->alasan.len > 0) {
		buf_print(&text, "%s", text.len > 0 ? ": " : "");
		buf_add_str(&text, r->alasan);
	}
	put_text(w, text.len > 0, buf_str(&text));
	buf_clear(&text);
}

static void put_row(struct csv_writer *w, const struct register_lihat *r)
{
	csv_put(w, r->nomor);
	put_date(w, true, civil_date_of(r->diterima_pada));
	put_person(w, r);
	put_text(w, r->has_rincian, r->rincian);
	put_text(w, r->has_tujuan, r->tujuan);
	put_control(w, r);
	put_tick(w, r->has_bentuk && r->bentuk == BENTUK_INFORMASI_SOFTCOPY);
	put_tick(w, r->has_bentuk && r->bentuk == BENTUK_INFORMASI_HARDCOPY);
	put_tick(w, r->cara == CARA_MEMPEROLEH_MELIHAT);
	put_tick(w, r->cara == CARA_MEMPEROLEH_SALINAN);
	csv_put(w, str_of(outcome_of(r)));
	put_refusal(w, r);
	put_date(w, r->has_diberitahukan, r->diberitahukan);
	put_date(w, r->has_diserahkan, r->diserahkan);
	if (r->has_biaya)
		csv_put_number(w, r->biaya);
	else
		csv_put(w, str_of(""));
	put_text(w, r->has_cara_bayar, r->cara_bayar);
	csv_end_row(w);
}

static void put_line(const struct register_lihat *r, struct buf *out)
{
	char date[DATE_TEXT_MAX], id[ID_TEXT_MAX];

	date_text(civil_date_of(r->diterima_pada), date);
	id_text(r->permohonan_id, id);
	buf_print(out, "%-32.*s %s  %-16s %-22s %s\n", (int)r->nomor.len, r->nomor.ptr, date,
		enum_name(&enum_kanal, r->kanal), outcome_of(r), id);
}

static enum ctl_exit print_all(struct ctl *ctl, struct client *client,
	const struct register_daftar *q, bool is_csv, char separator)
{
	struct arena mine = ctl->arena; /* pages are many: each has an arena of its own */
	struct str go_on = { NULL, 0 };
	char key[1024];
	struct buf out;
	struct csv_writer w = { .out = &out, .separator = separator };
	enum ctl_exit code = CTL_DONE;

	buf_init(&out, CTL_OUTPUT_MAX);
	for (size_t i = 0; is_csv && i < sizeof headings / sizeof headings[0]; i++)
		csv_put(&w, str_of(headings[i]));
	if (is_csv)
		csv_end_row(&w);
	do {
		struct register_daftar_jawab a;

		arena_init(&ctl->arena, ROW_ARENA_BYTES);
		code = ctl_ask(ctl, client, &schema_register_daftar, q, &go_on, &a);
		for (uint32_t i = 0; code == CTL_DONE && i < a.baris_len; i++) {
			if (is_csv)
				put_row(&w, &a.baris[i]);
			else if (ctl->is_json) {
				json_write(&schema_register_lihat, &a.baris[i], JSON_FULL, &out);
				buf_print(&out, "\n");
			} else
				put_line(&a.baris[i], &out);
		}
		ctl_print(&out);
		if (go_on.ptr != NULL && go_on.len <= sizeof key) {
			memcpy(key, go_on.ptr, go_on.len);
			go_on.ptr = key;
		}
		arena_clear(&ctl->arena);
	} while (code == CTL_DONE && go_on.ptr != NULL);
	ctl->arena = mine;
	buf_clear(&out);
	return code;
}

static enum ctl_exit run(struct ctl *ctl, int argc, char **argv)
{
	const char *unit = ctl_option(&argc, argv, "--unit");
	const char *year = ctl_option(&argc, argv, "--year");
	const char *series = ctl_option(&argc, argv, "--series");
	const char *separator = ctl_option(&argc, argv, "--separator");
	bool is_csv = ctl_flag(&argc, argv, "--csv");
	struct register_daftar q = { .has_seri = series != NULL };
	struct client *client = NULL;
	uint64_t number = 0;
	enum ctl_exit code = ctl_rest(ctl, argc, argv, 0, 0);

	if (code != CTL_DONE)
		return code;
	if (unit == NULL || year == NULL)
		return ctl_say(ctl, CTL_USAGE, "opsi wajib diberikan: --unit dan --year\n%s", ctl->usage);
	if (!str_number(str_of(year), &number) || number > 9999)
		return ctl_say(ctl, CTL_USAGE, "bukan tahun: %s", year);
	if (separator != NULL && strcmp(separator, ";") != 0 && strcmp(separator, ",") != 0)
		return ctl_say(ctl, CTL_USAGE, "--separator harus , atau ;");
	q.unit = str_of(unit);
	q.tahun = (uint32_t)number;
	if (series != NULL)
		q.seri = str_of(series);
	code = ctl_dial(ctl, "intake", &client);
	if (code == CTL_DONE)
		code = print_all(ctl, client, &q, is_csv, separator == NULL ? ',' : separator[0]);
	if (client != NULL)
		client_close(&client);
	return code;
}

int ctl_register(int argc, char **argv)
{
	struct ctl ctl;
	enum ctl_exit code;

	if (ctl_open(&ctl, &argc, argv, usage, &code))
		code = run(&ctl, argc, argv);
	return ctl_end(&ctl, code);
}

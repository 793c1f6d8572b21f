#include "notification/naskah_isian.h"

#include "base/civil.h"
#include "notification/tulis.h"
#include "wire/schema.h"

#include <assert.h>

enum { VALUE_MAX = 8000 };

static const char *const channels[] = {
	[KANAL_DATANG_LANGSUNG] = "loket layanan informasi",
	[KANAL_TELEPON] = "telepon",
	[KANAL_FAKSIMILE] = "faksimile",
	[KANAL_SURAT] = "surat",
	[KANAL_EMAIL] = "surat elektronik",
	[KANAL_WEBSITE] = "situs web",
	[KANAL_WHATSAPP] = "WhatsApp",
	[KANAL_INSTAGRAM] = "Instagram",
	[KANAL_FACEBOOK] = "Facebook",
	[KANAL_X] = "X",
	[KANAL_MEDIA_SOSIAL_LAIN] = "media sosial",
};
static const char *const decisions[] = {
	[KEPUTUSAN_DIKABULKAN] = "Permohonan dikabulkan seluruhnya",
	[KEPUTUSAN_DIKABULKAN_SEBAGIAN] = "Permohonan dikabulkan sebagian",
	[KEPUTUSAN_DITOLAK] = "Permohonan ditolak",
	[KEPUTUSAN_TIDAK_DIKUASAI] = "Informasi tidak di bawah penguasaan kami",
	[KEPUTUSAN_BELUM_DIDOKUMENTASIKAN] = "Informasi belum didokumentasikan",
	[KEPUTUSAN_TIDAK_BERHAK] = "Pemohon tidak berhak atas informasi yang dimohon",
};
static const char *const forms[] = {
	[BENTUK_INFORMASI_SOFTCOPY] = "Softcopy (termasuk rekaman)",
	[BENTUK_INFORMASI_HARDCOPY] = "Hardcopy (salinan tertulis)",
};
static const char *const ways[] = {
	[CARA_SALINAN_MENGAMBIL_LANGSUNG] = "Diambil langsung",
	[CARA_SALINAN_KURIR] = "Dikirim melalui kurir",
	[CARA_SALINAN_POS] = "Dikirim melalui pos",
	[CARA_SALINAN_FAKSIMILE] = "Dikirim melalui faksimile",
	[CARA_SALINAN_EMAIL] = "Dikirim melalui surat elektronik",
};

/* An empty value is an absent one. */
static void set(struct isian *f, const char *name, struct str value)
{
	if (str_trim(value).len == 0)
		return;
	assert(f->count < ISIAN_MAX);
	f->rows[f->count++] = (struct isian_row) { name, value };
}

/* What is one line by its nature, whoever typed it: a break in a name would begin a line of its own. */
static void set_line(struct isian *f, const char *name, struct str value)
{
	char *copy = arena_take(f->arena, value.len + 1);

	if (copy == NULL) {
		f->is_full = true;
		return;
	}
	for (size_t i = 0; i < value.len; i++)
		copy[i] = (unsigned char)value.ptr[i] < ' ' ? ' ' : value.ptr[i];
	set(f, name, str_bytes(copy, value.len));
}

/* What was printed into out, which is emptied. */
static void set_printed(struct isian *f, const char *name, struct buf *out)
{
	struct str copy = { NULL, 0 };

	if (arena_copy(f->arena, buf_str(out), &copy) != ERR_OK)
		f->is_full = true;
	set(f, name, copy);
	buf_reset(out);
}

static void set_from(struct isian *f, const char *name, const char *const *names, size_t count,
	uint32_t value)
{
	if (value < count && names[value] != NULL)
		set(f, name, str_of(names[value]));
}

static void set_unit(struct isian *f, struct buf *out)
{
	const struct unit *unit = f->in->unit;

	if (unit == NULL) {
		buf_print(out, "PPID ");
		buf_add_str(out, f->in->card->unit);
	} else {
		buf_add_str(out, unit->sebutan);
		buf_print(out, unit->sebutan.len == 0 ? "" : " ");
		buf_add_str(out, unit->nama);
	}
	set_printed(f, "unit", out);
}

static void set_days(struct isian *f, const char *name, const char *english, uint32_t days,
	struct buf *out)
{
	tulis_bilangan(out, days);
	set_printed(f, name, out);
	if (english == NULL)
		return;
	buf_print(out, "%u", days);
	set_printed(f, english, out);
}

static void set_limits(struct isian *f, struct buf *out)
{
	const struct naskah_days *d = &f->in->days;

	set_days(f, "hari_jawab", "days_answer", d->jawab, out);
	set_days(f, "hari_perpanjangan", "days_extension", d->perpanjangan, out);
	set_days(f, "hari_keberatan", "days_objection", d->keberatan, out);
	set_days(f, "hari_tanggapan_keberatan", NULL, d->tanggapan_keberatan, out);
	set_days(f, "hari_sengketa", "days_dispute", d->sengketa, out);
	set(f, "dasar",
		str_of(
			f->in->counts_from_complete ? "permohonan dinyatakan lengkap" : "permohonan diterima"));
	set(f, "lacak", f->in->tracking);
}

static void set_card(struct isian *f, struct buf *out)
{
	const struct kartu_kontak *card = f->in->card;

	set_line(f, "nama", card->nama);
	set_line(f, "nomor", card->nomor);
	set_from(f, "kanal", ROWS(channels), card->kanal);
	if (card->has_alamat)
		set_line(f, "alamat", card->alamat);
	if (card->has_telepon)
		set_line(f, "telepon", card->telepon);
	if (card->has_email)
		set_line(f, "surel", card->email);
	if (card->has_kode_lacak)
		set_line(f, "kode", card->kode_lacak);
	tulis_waktu(out, card->diterima_pada);
	set_printed(f, "diterima", out);
	tulis_time(out, card->diterima_pada);
	set_printed(f, "received", out);
}

static void set_costs(struct isian *f, const struct isi_pemberitahuan *w, struct buf *out)
{
	int64_t copying = w->has_biaya_penyalinan ? w->biaya_penyalinan : 0;
	int64_t sending = w->has_biaya_pengiriman ? w->biaya_pengiriman : 0;
	int64_t sum;

	if (__builtin_add_overflow(copying, sending, &sum) || sum == 0)
		return; /* free of charge, the row without {biaya} says */
	if (copying != 0) {
		tulis_rupiah(out, copying);
		set_printed(f, "biaya_penyalinan", out);
	}
	if (sending != 0) {
		tulis_rupiah(out, sending);
		set_printed(f, "biaya_pengiriman", out);
	}
	tulis_rupiah(out, sum);
	set_printed(f, "biaya", out);
}

/* "a, c dan g" */
static void set_articles(struct isian *f, const struct isi_pemberitahuan *w, const char *name,
	const char *last, struct buf *out)
{
	for (uint32_t i = 0; i < w->pasal_len; i++) {
		if (i > 0)
			buf_print(out, "%s", i + 1 == w->pasal_len ? last : ", ");
		buf_print(out, "%s", enum_name(&enum_pasal17, w->pasal[i]));
	}
	set_printed(f, name, out);
}

static void set_wording(struct isian *f, const struct isi_pemberitahuan *w, struct buf *out)
{
	if (w->has_isi)
		set(f, "isi", w->isi);
	if (w->has_materi)
		set(f, "materi", w->materi);
	if (w->has_badan_lain)
		set_line(f, "badan_lain", w->badan_lain);
	if (w->has_cara_bayar)
		set_line(f, "cara_bayar", w->cara_bayar);
	if (w->has_keputusan)
		set_from(f, "keputusan", ROWS(decisions), w->keputusan);
	if (w->has_bentuk)
		set_from(f, "bentuk", ROWS(forms), w->bentuk);
	if (w->has_salinan)
		set_from(f, "salinan", ROWS(ways), w->salinan);
	if (w->has_dihitamkan && w->dihitamkan)
		set(f, "dihitamkan", str_of("ya"));
	if (w->has_hari_penyediaan)
		set_days(f, "hari_penyediaan", NULL, w->hari_penyediaan, out);
	if (w->has_batas) {
		tulis_tanggal(out, w->batas);
		set_printed(f, "batas", out);
		tulis_date(out, w->batas);
		set_printed(f, "due", out);
	}
	tulis_waktu(out, w->pada);
	set_printed(f, "pada", out);
	tulis_tanggal(out, civil_date_of(w->pada));
	set_printed(f, "pada_tanggal", out);
	tulis_time(out, w->pada);
	set_printed(f, "on", out);
	set_articles(f, w, "pasal", " dan ", out);
	set_articles(f, w, "article", " and ", out);
	set_costs(f, w, out);
}

/* The officer in office signs; a unit without one in its own name. */
static void set_signature(struct isian *f, struct buf *out)
{
	const struct unit *unit = f->in->unit;
	const struct pejabat *officer = NULL;

	for (uint32_t i = 0; unit != NULL && i < unit->pejabat_len && officer == NULL; i++)
		if (unit->pejabat[i].peran == PERAN_PPID)
			officer = &unit->pejabat[i];
	if (f->in->place.len > 0) {
		buf_add_str(out, f->in->place);
		buf_print(out, ", ");
	}
	tulis_tanggal_surat(out, f->in->today);
	set_printed(f, "tempat_tanggal", out);
	if (officer == NULL) {
		set_unit(f, out);
		f->rows[f->count - 1].name = "penanda_tangan";
		return;
	}
	buf_add_str(out, officer->jabatan);
	buf_print(out, "\n");
	buf_add_str(out, officer->nama);
	if (officer->has_nip) {
		buf_print(out, "\nNIP ");
		buf_add_str(out, officer->nip);
	}
	set_printed(f, "penanda_tangan", out);
}

void isian_fill(struct isian *f)
{
	struct buf out;

	buf_init(&out, VALUE_MAX);
	set_unit(f, &out);
	set_limits(f, &out);
	set_card(f, &out);
	if (f->in->wording != NULL)
		set_wording(f, f->in->wording, &out);
	set_signature(f, &out);
	buf_clear(&out);
}

const struct str *isian_get(const struct isian *f, struct str name)
{
	for (uint32_t i = 0; i < f->count; i++)
		if (str_is(name, f->rows[i].name))
			return &f->rows[i].value;
	return NULL;
}

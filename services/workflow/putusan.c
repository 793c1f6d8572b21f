/* The written notice on a request (UU 14/2008 art 22(7)): what each outcome has to say, and its event. */
#include "workflow/guards.h"
#include "workflow/langkah.h"
#include "workflow/tenggat.h"

enum need { MAY, MUST, NEVER };

/* What the notice holds, outcome by outcome (DOMAIN.md 1.7, 1.8). */
struct outcome {
	uint32_t keputusan;
	enum need pasal;      /* letters of article 17 */
	enum need alasan;     /* reason, and consequence */
	enum need badan_lain; /* who holds it; MUST: that, or the reason why it is not known */
	enum need waktu;      /* in how many days it will be there; MUST: that, or a reason */
	enum need bahan;      /* material, form, cost, blacking out */
};

/* clang-format off */
static const struct outcome outcomes[] = {
/*	  outcome                           article 17  reason  other body  days   material */
	{ KEPUTUSAN_DIKABULKAN,             NEVER,      MAY,    NEVER,      MAY,   MAY },
	{ KEPUTUSAN_DIKABULKAN_SEBAGIAN,    MUST,       MUST,   MAY,        MAY,   MAY },
	{ KEPUTUSAN_DITOLAK,                MUST,       MUST,   NEVER,      NEVER, NEVER },
	{ KEPUTUSAN_TIDAK_DIKUASAI,         NEVER,      MAY,    MUST,       NEVER, NEVER },
	{ KEPUTUSAN_BELUM_DIDOKUMENTASIKAN, NEVER,      MAY,    NEVER,      MUST,  NEVER },
	{ KEPUTUSAN_TIDAK_BERHAK,           NEVER,      MUST,   NEVER,      NEVER, NEVER },
};
/* clang-format on */

#define COST_MAX INT64_C(1000000000000) /* rupiah: a slip of the keyboard, not a price */

static enum err weigh(const struct langkah *step, enum need need, bool has, const char *field)
{
	if (need == MUST && !has)
		return ctx_refuse(step->ctx, ERR_INVALID, field, "wajib_diisi");
	if (need == NEVER && has)
		return ctx_refuse(step->ctx, ERR_INVALID, field, "tidak_berlaku");
	return ERR_OK;
}

/* One of two is enough. */
static enum err weigh_either(const struct langkah *step, enum need need, bool has, bool has_other,
	const char *field)
{
	return weigh(step, need == MUST && has_other ? MAY : need, has, field);
}

static bool is_said(bool has, struct str text)
{
	return has && str_trim(text).len > 0;
}

static enum err check_articles(const struct langkah *step, const struct putuskan *c)
{
	for (uint32_t i = 0; i < c->pasal_len; i++)
		for (uint32_t j = 0; j < i; j++)
			if (c->pasal[i] == c->pasal[j])
				return ctx_refuse(step->ctx, ERR_INVALID, "pasal", "ganda");
	return ERR_OK;
}

static enum err check_cost(const struct langkah *step, bool has, int64_t cost, const char *field)
{
	if (has && (cost < 0 || cost > COST_MAX))
		return ctx_refuse(step->ctx, ERR_INVALID, field, "di_luar_rentang");
	return ERR_OK;
}

static enum err check_material(const struct langkah *step, enum need need, const struct putuskan *c)
{
	enum err e = weigh(step, need, is_said(c->has_materi, c->materi), "materi");

	if (e == ERR_OK)
		e = weigh(step, need, c->has_dihitamkan && c->dihitamkan, "dihitamkan");
	if (e == ERR_OK)
		e = weigh(step, need, c->has_bentuk, "bentuk");
	if (e == ERR_OK)
		e = weigh(step, need, c->has_salinan, "salinan");
	if (e == ERR_OK)
		e = weigh(step, need, c->has_biaya_penyalinan, "biaya_penyalinan");
	if (e == ERR_OK)
		e = weigh(step, need, c->has_biaya_pengiriman, "biaya_pengiriman");
	if (e == ERR_OK)
		e = weigh(step, need, is_said(c->has_cara_bayar, c->cara_bayar), "cara_bayar");
	if (e == ERR_OK)
		e = check_cost(step, c->has_biaya_penyalinan, c->biaya_penyalinan, "biaya_penyalinan");
	if (e == ERR_OK)
		e = check_cost(step, c->has_biaya_pengiriman, c->biaya_pengiriman, "biaya_pengiriman");
	return e;
}

static enum err check(const struct langkah *step, const struct putuskan *c)
{
	const struct outcome *o = outcomes;
	bool has_reason = is_said(c->has_alasan, c->alasan);
	enum err e;

	/* Every value of the enum has a row; the message was checked. */
	while (o->keputusan != c->keputusan)
		o++;
	e = weigh(step, o->pasal, c->pasal_len > 0, "pasal");
	if (e == ERR_OK)
		e = check_articles(step, c);
	if (e == ERR_OK)
		e = weigh(step, o->alasan, has_reason, "alasan");
	if (e == ERR_OK)
		e = weigh_either(step, o->badan_lain, is_said(c->has_badan_lain, c->badan_lain), has_reason,
			"badan_lain");
	if (e == ERR_OK)
		e = weigh_either(step, o->waktu, c->has_hari_penyediaan, has_reason, "hari_penyediaan");
	return e == ERR_OK ? check_material(step, o->bahan, c) : e;
}

static struct isi_pemberitahuan letter_of(const struct putuskan *c)
{
	return (struct isi_pemberitahuan) {
		.jenis = JENIS_PEMBERITAHUAN_KEPUTUSAN,
		.has_keputusan = true,
		.keputusan = c->keputusan,
		.pasal = c->pasal,
		.pasal_len = c->pasal_len,
		.has_isi = c->has_alasan,
		.isi = c->alasan,
		.has_materi = c->has_materi,
		.materi = c->materi,
		.has_badan_lain = c->has_badan_lain,
		.badan_lain = c->badan_lain,
		.has_cara_bayar = c->has_cara_bayar,
		.cara_bayar = c->cara_bayar,
		.has_biaya_penyalinan = c->has_biaya_penyalinan,
		.biaya_penyalinan = c->biaya_penyalinan,
		.has_biaya_pengiriman = c->has_biaya_pengiriman,
		.biaya_pengiriman = c->biaya_pengiriman,
		.has_bentuk = c->has_bentuk,
		.bentuk = c->bentuk,
		.has_salinan = c->has_salinan,
		.salinan = c->salinan,
		.has_dihitamkan = c->has_dihitamkan,
		.dihitamkan = c->dihitamkan,
		.has_hari_penyediaan = c->has_hari_penyediaan,
		.hari_penyediaan = c->hari_penyediaan,
	};
}

static struct perkara_catatan note_of(const struct putuskan *c)
{
	return (struct perkara_catatan) {
		.has_isi = c->has_alasan,
		.isi = c->alasan,
		.has_materi = c->has_materi,
		.materi = c->materi,
		.has_badan_lain = c->has_badan_lain,
		.badan_lain = c->badan_lain,
		.has_cara_bayar = c->has_cara_bayar,
		.cara_bayar = c->cara_bayar,
		.has_biaya_penyalinan = c->has_biaya_penyalinan,
		.biaya_penyalinan = c->biaya_penyalinan,
		.has_biaya_pengiriman = c->has_biaya_pengiriman,
		.biaya_pengiriman = c->biaya_pengiriman,
		.has_hari_penyediaan = c->has_hari_penyediaan,
		.hari_penyediaan = c->hari_penyediaan,
	};
}

/* Working days are told from receipt, as reports count them; late is what is after the due date. */
static enum err measure(const struct langkah *step, struct perkara_diputus *event)
{
	const struct perkara *before = &step->before;
	date_days decided = civil_date_of(event->diputus_pada);
	struct tenggat_span span;
	enum err e = tenggat_between(step->ctx, before->unit, civil_date_of(before->diterima_pada),
		decided, &span);

	if (e != ERR_OK)
		return e;
	event->hari_kerja = span.days;
	event->has_tanpa_kalender = true;
	event->tanpa_kalender = span.tanpa_kalender;
	event->tepat_waktu = decided <= before->jatuh_tempo;
	return ERR_OK;
}

enum err say_perkara_diputus(const struct langkah *step)
{
	const struct putuskan *c = step->message;
	struct perkara_catatan note = note_of(c);
	struct isi_pemberitahuan letter = letter_of(c);
	struct perkara_diputus event = {
		.permohonan_id = step->before.permohonan_id,
		.unit = step->before.unit,
		.keputusan = c->keputusan,
		.pasal = c->pasal,
		.pasal_len = c->pasal_len,
		.has_bentuk = c->has_bentuk,
		.bentuk = c->bentuk,
		.has_biaya = c->has_biaya_penyalinan || c->has_biaya_pengiriman,
		.has_dihitamkan = c->has_dihitamkan,
		.dihitamkan = c->dihitamkan,
		.has_status = true,
		.status = step->status,
		.has_surat = true,
	};
	enum err e = check(step, c);

	if (e == ERR_OK)
		e = langkah_moment(step, c->has_diputus_pada, c->diputus_pada, step->before.diterima_pada,
			"diputus_pada", &event.diputus_pada);
	if (e == ERR_OK)
		e = measure(step, &event);
	if (e != ERR_OK)
		return e;
	event.biaya = (c->has_biaya_penyalinan ? c->biaya_penyalinan : 0) +
		(c->has_biaya_pengiriman ? c->biaya_pengiriman : 0);
	letter.pada = event.diputus_pada;
	e = langkah_note(step, &note);
	if (e == ERR_OK)
		e = langkah_notice(step, &letter, &event.surat);
	return e == ERR_OK ? ctx_emit(step->ctx, &schema_perkara_diputus,
							 perkara_id_str(&step->before.permohonan_id), &event)
					   : e;
}

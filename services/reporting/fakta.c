#include "reporting/fakta.h"

#include "base/civil.h"
#include "reporting/hitungan.h"

struct change {
	struct hitungan_key key;
	struct fakta_layanan before; /* all zero when nothing was told before */
	struct fakta_layanan now;
};

static enum err begin(struct projection *p, struct id id, struct change *ret)
{
	struct isi_laporan row;
	enum err e;

	ret->key = hitungan_fact_key(projection_node(p), id);
	e = projection_get(p, hitungan_key_str(&ret->key), &row);
	if (e == ERR_NOT_FOUND) {
		ret->before = (struct fakta_layanan) { .terdaftar = false };
		ret->now = (struct fakta_layanan) { .hasil = HASIL_LAYANAN_DIPROSES };
		return ERR_OK;
	}
	if (e == ERR_OK && !row.has_fakta)
		e = ERR_CORRUPT;
	if (e == ERR_OK)
		ret->before = ret->now = row.fakta;
	return e;
}

static enum err keep(struct projection *p, const struct change *c)
{
	struct isi_laporan row = { .has_fakta = true, .fakta = c->now };
	enum err e = hitungan_move(p, &c->before, &c->now);

	return e == ERR_OK ? projection_put(p, hitungan_key_str(&c->key), &row) : e;
}

/* --- what intake says --- */

static date_days day_of(time_us at)
{
	if (at < TIME_US_MIN)
		return DATE_DAYS_MIN;
	return at >= TIME_US_MAX - WIB_OFFSET ? DATE_DAYS_MAX : civil_date_of(at);
}

static enum err keep_registered(struct projection *p, struct change *c,
	const struct fakta_layanan *said)
{
	struct fakta_layanan *now = &c->now;

	/* A case is told of once; were it told twice, it would still count once, as first told. */
	if (c->before.terdaftar)
		return ERR_OK;
	now->terdaftar = true;
	now->unit = said->unit;
	now->diterima = said->diterima;
	now->has_kanal = now->has_jenis = now->has_latar = true;
	now->kanal = said->kanal;
	now->jenis = said->jenis;
	now->latar = said->latar;
	now->has_pokok = said->has_pokok && said->pokok.len > 0;
	now->pokok = said->pokok;
	return keep(p, c);
}

enum err project_diajukan(struct projection *p, const void *event)
{
	const struct permohonan_diajukan *e = event;
	struct fakta_layanan said = { .unit = e->unit,
		.diterima = day_of(e->diterima_pada),
		.kanal = e->kanal,
		.jenis = e->jenis,
		.latar = e->latar,
		.has_pokok = e->has_pokok,
		.pokok = e->pokok };
	struct change c;
	enum err err = begin(p, e->permohonan_id, &c);

	return err == ERR_OK ? keep_registered(p, &c, &said) : err;
}

enum err project_lama_dicatat(struct projection *p, const void *event)
{
	const struct permohonan_lama_dicatat *e = event;
	struct fakta_layanan said = { .unit = e->unit,
		.diterima = day_of(e->diterima_pada),
		.kanal = e->kanal,
		.jenis = e->jenis,
		.latar = e->latar,
		.has_pokok = e->has_pokok,
		.pokok = e->pokok };
	struct change c;
	enum err err = begin(p, e->permohonan_id, &c);

	return err == ERR_OK ? keep_registered(p, &c, &said) : err;
}

/* The officer may name the subject when the public sentence is set. */
enum err project_ringkasan(struct projection *p, const void *event)
{
	const struct ringkasan_publik_ditetapkan *e = event;
	struct change c;
	enum err err;

	if (!e->has_pokok || e->pokok.len == 0)
		return ERR_OK;
	err = begin(p, e->permohonan_id, &c);
	if (err != ERR_OK)
		return err;
	c.now.has_pokok = true;
	c.now.pokok = e->pokok;
	return keep(p, &c);
}

/* --- what workflow says --- */

/* A new due date lies ahead: what had passed was another one. */
static enum err renew_due(struct projection *p, struct id id, date_days due)
{
	struct change c;
	enum err err = begin(p, id, &c);

	if (err != ERR_OK || !c.now.has_lewat || due <= c.now.lewat)
		return err;
	c.now.has_lewat = false;
	return keep(p, &c);
}

enum err project_diregister(struct projection *p, const void *event)
{
	const struct perkara_diregister *e = event;

	return renew_due(p, e->permohonan_id, e->jatuh_tempo);
}

enum err project_dilengkapi(struct projection *p, const void *event)
{
	const struct perkara_dilengkapi *e = event;

	return e->has_jatuh_tempo ? renew_due(p, e->permohonan_id, e->jatuh_tempo) : ERR_OK;
}

enum err project_diperpanjang(struct projection *p, const void *event)
{
	const struct perkara_diperpanjang *e = event;
	struct change c;
	enum err err = begin(p, e->permohonan_id, &c);

	if (err != ERR_OK)
		return err;
	c.now.diperpanjang = true;
	if (c.now.has_lewat && e->jatuh_tempo > c.now.lewat)
		c.now.has_lewat = false;
	return keep(p, &c);
}

enum err project_terlewati(struct projection *p, const void *event)
{
	const struct tenggat_terlewati *e = event;
	struct change c;
	enum err err = begin(p, e->permohonan_id, &c);

	if (err != ERR_OK)
		return err;
	c.now.has_lewat = true;
	c.now.lewat = e->jatuh_tempo;
	return keep(p, &c);
}

static uint32_t outcome_of_decision(uint32_t keputusan)
{
	static const uint32_t outcomes[] = {
		[KEPUTUSAN_DIKABULKAN] = HASIL_LAYANAN_DIKABULKAN,
		[KEPUTUSAN_DIKABULKAN_SEBAGIAN] = HASIL_LAYANAN_DIKABULKAN_SEBAGIAN,
		[KEPUTUSAN_DITOLAK] = HASIL_LAYANAN_DITOLAK,
		[KEPUTUSAN_TIDAK_DIKUASAI] = HASIL_LAYANAN_TIDAK_DIKUASAI,
		[KEPUTUSAN_BELUM_DIDOKUMENTASIKAN] = HASIL_LAYANAN_BELUM_DIDOKUMENTASIKAN,
		[KEPUTUSAN_TIDAK_BERHAK] = HASIL_LAYANAN_TIDAK_BERHAK,
	};

	return outcomes[keputusan];
}

enum err project_diputus(struct projection *p, const void *event)
{
	const struct perkara_diputus *e = event;
	struct change c;
	enum err err = begin(p, e->permohonan_id, &c);

	if (err != ERR_OK)
		return err;
	c.now.hasil = outcome_of_decision(e->keputusan);
	c.now.pasal = e->pasal;
	c.now.pasal_len = e->pasal_len;
	c.now.has_hari_kerja = c.now.has_tepat_waktu = true;
	c.now.hari_kerja = e->hari_kerja;
	c.now.tepat_waktu = e->tepat_waktu;
	c.now.tanpa_kalender = e->has_tanpa_kalender && e->tanpa_kalender;
	return keep(p, &c);
}

/* Ended, or open again, without a decision. */
static enum err end_as(struct projection *p, struct id id, uint32_t outcome)
{
	struct change c;
	enum err err = begin(p, id, &c);

	if (err != ERR_OK)
		return err;
	c.now.hasil = outcome;
	return keep(p, &c);
}

enum err project_gugur(struct projection *p, const void *event)
{
	const struct perkara_gugur *e = event;

	return end_as(p, e->permohonan_id, HASIL_LAYANAN_GUGUR);
}

enum err project_dicabut(struct projection *p, const void *event)
{
	const struct perkara_dicabut *e = event;

	return end_as(p, e->permohonan_id, HASIL_LAYANAN_DICABUT);
}

enum err project_dialihkan(struct projection *p, const void *event)
{
	const struct perkara_dialihkan *e = event;

	return end_as(p, e->permohonan_id, HASIL_LAYANAN_DIALIHKAN);
}

enum err project_dihidupkan(struct projection *p, const void *event)
{
	const struct perkara_dihidupkan *e = event;
	enum err err = end_as(p, e->permohonan_id, HASIL_LAYANAN_DIPROSES);

	return err == ERR_OK ? renew_due(p, e->permohonan_id, e->jatuh_tempo) : err;
}

static uint32_t outcome_of_state(uint32_t status)
{
	if (status == STATUS_PERMOHONAN_GUGUR)
		return HASIL_LAYANAN_GUGUR;
	if (status == STATUS_PERMOHONAN_DICABUT)
		return HASIL_LAYANAN_DICABUT;
	return status == STATUS_PERMOHONAN_DIALIHKAN ? HASIL_LAYANAN_DIALIHKAN : HASIL_LAYANAN_DIPROSES;
}

enum err project_perkara_lama(struct projection *p, const void *event)
{
	const struct perkara_lama_dicatat *e = event;
	struct change c;
	enum err err = begin(p, e->permohonan_id, &c);

	if (err != ERR_OK)
		return err;
	c.now.hasil =
		e->has_keputusan ? outcome_of_decision(e->keputusan) : outcome_of_state(e->status);
	c.now.pasal = e->pasal;
	c.now.pasal_len = e->pasal_len;
	c.now.has_hari_kerja = e->has_hari_kerja;
	c.now.hari_kerja = e->hari_kerja;
	c.now.has_tepat_waktu = e->has_tepat_waktu;
	c.now.tepat_waktu = e->tepat_waktu;
	c.now.tanpa_kalender = e->has_tanpa_kalender && e->tanpa_kalender;
	c.now.diperpanjang = e->has_diperpanjang && e->diperpanjang;
	return keep(p, &c);
}

enum err project_unit_lain(struct projection *p, const void *event)
{
	const struct unit_didaftarkan *e = event;
	struct isi_laporan row = { .has_unit = true,
		.unit = { .nama = e->unit.nama, .sebutan = e->unit.sebutan } };
	struct hitungan_key key = hitungan_name_key(projection_node(p), e->unit.kode);

	return projection_put(p, hitungan_key_str(&key), &row);
}

#include "intake/permohonan.h"

#include <assert.h>

#include "domain/lacak.h"
#include "intake/hak.h"
#include "intake/isi.h"
#include "intake/kartu.h"
#include "intake/nomor_urut.h"
#include "intake/orang.h"
#include "intake/pokok.h"

enum { CODE_CHARS = 16, CODE_BYTES = 10 };

static enum err allow_sender(struct ctx *ctx, const struct ajukan_permohonan *c)
{
	if (!id_equal(ctx_actor(ctx), ACTOR_WARGA))
		return ctx_allow(ctx, DESK_ROLES, c->unit);
	ctx_allow_all(ctx);
	if (c->kanal != KANAL_WEBSITE)
		return ctx_refuse(ctx, ERR_DENIED, "kanal", "hanya_petugas");
	if (c->has_catatan)
		return ctx_refuse(ctx, ERR_DENIED, "catatan", "hanya_petugas");
	return ERR_OK;
}

static enum err check_unit(struct ctx *ctx, struct str unit)
{
	struct unit row;
	enum err e = policy_unit_get(ctx, &policy_projected, unit, &row);

	return e == ERR_NOT_FOUND ? ctx_refuse(ctx, e, "unit", "unit_tidak_dikenal") : e;
}

/* The way of delivery needs an address of its kind. */
static enum err check_copy(struct ctx *ctx, const struct ajukan_permohonan *c)
{
	if (!c->has_salinan)
		return ERR_OK;
	if (c->cara != CARA_MEMPEROLEH_SALINAN)
		return ctx_refuse(ctx, ERR_INVALID, "salinan", "bukan_permintaan_salinan");
	switch ((enum cara_salinan)c->salinan) {
	case CARA_SALINAN_EMAIL:
		if (!teks_ada(c->pemohon.has_email, c->pemohon.email) &&
			!(c->has_kuasa && teks_ada(c->kuasa.has_email, c->kuasa.email)))
			return ctx_refuse(ctx, ERR_INVALID, "email", "wajib_untuk_salinan");
		break;
	case CARA_SALINAN_KURIR:
	case CARA_SALINAN_POS:
		if (!teks_ada(true, c->pemohon.alamat) &&
			!(c->has_kuasa && teks_ada(true, c->kuasa.alamat)))
			return ctx_refuse(ctx, ERR_INVALID, "alamat", "wajib_untuk_salinan");
		break;
	case CARA_SALINAN_FAKSIMILE:
	case CARA_SALINAN_MENGAMBIL_LANGSUNG:
		break;
	}
	return ERR_OK;
}

static struct para_orang persons_of(const struct ajukan_permohonan *c)
{
	return (struct para_orang) {
		.jenis = c->jenis,
		.pemohon = &c->pemohon,
		.kuasa = c->has_kuasa ? &c->kuasa : NULL,
		.pengguna = c->has_pengguna ? &c->pengguna : NULL,
		.has_surat_kuasa = c->has_surat_kuasa,
		.surat_kuasa = c->surat_kuasa,
	};
}

static enum err check_case_id(struct ctx *ctx, struct id id)
{
	struct intake_kunci key = intake_kunci_perkara(&id);
	struct register_baris row;
	enum err e;

	if (id_is_zero(id))
		return ctx_refuse(ctx, ERR_INVALID, "permohonan_id", "wajib_diisi");
	e = ctx_get(ctx, &register_table, intake_kunci_str(&key), &row);
	if (e == ERR_OK)
		return ctx_refuse(ctx, ERR_STATE, "permohonan_id", "sudah_terdaftar");
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err check_content(struct ctx *ctx, const struct ajukan_permohonan *c)
{
	struct para_orang persons = persons_of(c);
	enum err e = check_case_id(ctx, c->permohonan_id);

	if (e == ERR_OK)
		e = orang_check(ctx, &persons);
	if (e == ERR_OK)
		e = orang_check_kanal(ctx, c->kanal, c->has_kuasa ? &c->kuasa : &c->pemohon);
	if (e != ERR_OK)
		return e;
	if (!teks_ada(true, c->rincian))
		return ctx_refuse(ctx, ERR_INVALID, "rincian", "wajib_diisi");
	e = pokok_check(ctx, c->unit, c->has_pokok, c->pokok);
	if (e == ERR_OK)
		e = check_copy(ctx, c);
	return e == ERR_OK ? lampiran_check(ctx, c->lampiran, c->lampiran_len) : e;
}

/* 80 bits of chance as 16 letters and digits that nobody mistakes for each other. */
static enum err new_code(struct ctx *ctx, struct str *ret)
{
	static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	uint8_t chance[CODE_BYTES];
	char code[CODE_CHARS];
	uint32_t bits = 0, have = 0, n = 0;

	ctx_random(ctx, chance, sizeof chance);
	for (uint32_t i = 0; i < CODE_BYTES; i++) {
		bits = bits << 8 | chance[i];
		for (have += 8; have >= 5; have -= 5)
			code[n++] = letters[(bits >> (have - 5)) & 31];
	}
	assert(n == CODE_CHARS);
	return arena_copy(ctx_arena(ctx), str_bytes(code, sizeof code), ret);
}

static struct isi_permohonan isi_of(const struct ajukan_permohonan *c, struct str code)
{
	return (struct isi_permohonan) {
		.pemohon = c->pemohon,
		.has_kuasa = c->has_kuasa,
		.kuasa = c->kuasa,
		.has_surat_kuasa = c->has_surat_kuasa,
		.surat_kuasa = c->surat_kuasa,
		.has_pengguna = c->has_pengguna,
		.pengguna = c->pengguna,
		.rincian = c->rincian,
		.tujuan = c->tujuan,
		.lampiran = c->lampiran,
		.lampiran_len = c->lampiran_len,
		.kode_lacak = code,
		.has_catatan = c->has_catatan,
		.catatan = c->catatan,
		.unit = c->unit,
	};
}

static struct permohonan_diajukan event_of(const struct ajukan_permohonan *c,
	const struct nomor_baru *nomor, time_us received, struct str code)
{
	struct para_orang persons = persons_of(c);

	return (struct permohonan_diajukan) {
		.permohonan_id = c->permohonan_id,
		.unit = c->unit,
		.nomor = nomor->nomor,
		.seri = STR(SERI_PERMOHONAN),
		.tahun = nomor->tahun,
		.urut = nomor->urut,
		.diterima_pada = received,
		.kanal = c->kanal,
		.jenis = c->jenis,
		.latar = c->latar,
		.cara = c->cara,
		.has_salinan = c->has_salinan,
		.salinan = c->salinan,
		.has_bentuk = c->has_bentuk,
		.bentuk = c->bentuk,
		.has_pokok = c->has_pokok,
		.pokok = c->pokok,
		.dikuasakan = c->has_kuasa,
		.identitas_ada = orang_identitas_ada(c->jenis, &c->pemohon),
		.surat_kuasa_ada = orang_surat_kuasa_ada(&persons),
		.pengguna_lain = c->has_pengguna,
		.lampiran = c->lampiran_len,
		.email_ada = teks_ada(c->pemohon.has_email, c->pemohon.email),
		.lacak = lacak_hash(c->permohonan_id, code),
		.has_tujuan_ada = true,
		.tujuan_ada = teks_ada(true, c->tujuan),
	};
}

static enum err record(struct ctx *ctx, const struct ajukan_permohonan *c, time_us received)
{
	struct intake_kunci key = intake_kunci_perkara(&c->permohonan_id);
	struct permohonan_diajukan event;
	struct isi_permohonan isi;
	struct register_baris row;
	struct nomor_baru nomor;
	struct str code;
	enum err e = nomor_urut_next(ctx, c->unit, &nomor);

	if (e == ERR_OK)
		e = new_code(ctx, &code);
	if (e != ERR_OK)
		return e;
	isi = isi_of(c, code);
	event = event_of(c, &nomor, received, code);
	row = (struct register_baris) { .unit = c->unit,
		.nomor = nomor.nomor,
		.kanal = c->kanal,
		.diterima_pada = received };
	e = ctx_vault_put(ctx, &isi_table, intake_kunci_str(&key), &isi);
	if (e == ERR_OK)
		e = ctx_emit(ctx, &schema_permohonan_diajukan, intake_kunci_str(&key), &event);
	return e == ERR_OK ? kartu_send(ctx, c->permohonan_id, 1, &row, &isi) : e;
}

enum err decide_ajukan_permohonan(struct ctx *ctx, const void *message)
{
	const struct ajukan_permohonan *c = message;
	time_us received = 0;
	enum err e = allow_sender(ctx, c);

	if (e == ERR_OK)
		e = check_unit(ctx, c->unit);
	if (e == ERR_OK)
		e = waktu_diterima(ctx, c->has_diterima_pada, c->diterima_pada, &received);
	if (e == ERR_OK)
		e = check_content(ctx, c);
	return e == ERR_OK ? record(ctx, c, received) : e;
}

enum err answer_tanda_bukti(struct ctx *ctx, const struct own_event *events, uint32_t count,
	void *reply)
{
	struct tanda_bukti *r = reply;
	struct isi_permohonan isi;
	struct register_baris row;
	struct intake_kunci key;
	enum err e;

	assert(count == 1);
	if (events[0].schema == &schema_permohonan_diajukan)
		r->permohonan_id = ((const struct permohonan_diajukan *)events[0].body)->permohonan_id;
	else
		r->permohonan_id = ((const struct permohonan_lama_dicatat *)events[0].body)->permohonan_id;
	key = intake_kunci_perkara(&r->permohonan_id);
	e = ctx_get(ctx, &register_table, intake_kunci_str(&key), &row);
	if (e != ERR_OK)
		return e;
	r->nomor = row.nomor;
	r->diterima_pada = row.diterima_pada;
	r->didaftar_pada = row.didaftar_pada;
	r->unit = row.unit;
	r->kode_lacak = (struct str) { "", 0 };
	e = ctx_vault_get(ctx, &isi_table, intake_kunci_str(&key), &isi);
	/* A repetition may come when the officer's right is over: then the receipt stands without its code. */
	if (e == ERR_OK &&
		(id_equal(ctx_actor(ctx), ACTOR_WARGA) || ctx_allow(ctx, DESK_ROLES, row.unit) == ERR_OK))
		r->kode_lacak = isi.kode_lacak;
	return e == ERR_NOT_FOUND ? ERR_OK : e; /* erased: the receipt stands without its code */
}

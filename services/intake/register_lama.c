#include "intake/register_lama.h"

#include <string.h>

#include "base/civil.h"
#include "intake/hak.h"
#include "intake/hasil_lama.h"
#include "intake/isi.h"
#include "intake/nomor_urut.h"
#include "intake/orang.h"
#include "runtime/policy_rule.h"

/* Numbers and names of series stand in the log: signs of numbers, never a sentence. */
static bool is_number_text(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
				c == '/' || c == '.' || c == '-' || c == '_' || c == '(' || c == ')'))
			return false;
	}
	return text.len > 0;
}

static enum err check_place(struct ctx *ctx, const struct catat_register_lama *c)
{
	date_days today = civil_date_of(ctx_now(ctx));
	int year, month, day;
	struct unit unit;
	enum err e = policy_unit_get(ctx, &policy_projected, c->unit, &unit);

	if (e == ERR_NOT_FOUND)
		return ctx_refuse(ctx, e, "unit", "unit_tidak_dikenal");
	if (e != ERR_OK)
		return e;
	if (!is_number_text(c->seri))
		return ctx_refuse(ctx, ERR_INVALID, "seri", "huruf_tidak_sah");
	if (c->nomor.len == 0)
		return ctx_refuse(ctx, ERR_INVALID, "nomor", "wajib_diisi");
	if (!is_number_text(c->nomor))
		return ctx_refuse(ctx, ERR_INVALID, "nomor", "huruf_tidak_sah");
	civil_of_days(today, &year, &month, &day);
	if (c->tahun < NOMOR_YEAR_MIN || c->tahun > (uint32_t)year)
		return ctx_refuse(ctx, ERR_INVALID, "tahun", "di_luar_rentang");
	if (c->diterima > today)
		return ctx_refuse(ctx, ERR_INVALID, "diterima", "di_masa_depan");
	return ERR_OK;
}

/* Old registers often lack addresses: what a channel needs of a new request is not asked of an old one. */
static enum err check_content(struct ctx *ctx, const struct catat_register_lama *c)
{
	struct para_orang persons = { .jenis = c->jenis, .pemohon = &c->pemohon };
	enum err e = orang_check(ctx, &persons);

	if (e != ERR_OK)
		return e;
	if (!teks_ada(true, c->rincian))
		return ctx_refuse(ctx, ERR_INVALID, "rincian", "wajib_diisi");
	if (c->has_pokok && !policy_is_code(c->pokok))
		return ctx_refuse(ctx, ERR_INVALID, "pokok", "bukan_kode");
	if (c->has_salinan && c->cara != CARA_MEMPEROLEH_SALINAN)
		return ctx_refuse(ctx, ERR_INVALID, "salinan", "bukan_permintaan_salinan");
	return hasil_lama_check(ctx, c);
}

static struct isi_permohonan isi_of(const struct catat_register_lama *c)
{
	return (struct isi_permohonan) { .pemohon = c->pemohon,
		.rincian = c->rincian,
		.tujuan = c->tujuan,
		.kode_lacak = { "", 0 },
		.unit = c->unit };
}

static struct isi_keputusan wording_of(const struct catat_register_lama *c)
{
	return (struct isi_keputusan) { .has_alasan = c->has_alasan_penolakan,
		.alasan = c->alasan_penolakan,
		.has_badan_lain = c->has_badan_lain,
		.badan_lain = c->badan_lain,
		.has_cara_bayar = c->has_cara_bayar,
		.cara_bayar = c->cara_bayar };
}

static struct permohonan_lama_dicatat event_of(const struct catat_register_lama *c, bool has_urut,
	uint64_t urut)
{
	return (struct permohonan_lama_dicatat) { .unit = c->unit,
		.nomor = c->nomor,
		.seri = c->seri,
		.tahun = c->tahun,
		.has_urut = has_urut,
		.urut = urut,
		.diterima_pada = civil_start_of(c->diterima),
		.kanal = c->kanal,
		.jenis = c->jenis,
		.latar = c->latar,
		.cara = c->cara,
		.has_salinan = c->has_salinan,
		.salinan = c->salinan,
		.has_pokok = c->has_pokok,
		.pokok = c->pokok,
		.hasil = c->hasil,
		.has_kata_ada = true,
		.kata_ada = c->has_alasan_penolakan || c->has_badan_lain || c->has_cara_bayar };
}

/* Whether both read the same; what cannot be written down is not. */
static bool is_same(const struct schema *schema, const void *a, const void *b)
{
	struct problem why;
	struct buf one, other;
	bool same;

	buf_init(&one, 1 << 17);
	buf_init(&other, 1 << 17);
	same = wire_encode(schema, a, &one, &why) == ERR_OK &&
		wire_encode(schema, b, &other, &why) == ERR_OK && str_equal(buf_str(&one), buf_str(&other));
	buf_clear(&one);
	buf_clear(&other);
	return same;
}

/* Of a record that was erased nothing can be said any more: it is taken for the same. */
static enum err same_vault(struct ctx *ctx, const struct table *table, struct str key,
	const void *row, void *room, bool *ret)
{
	enum err e = ctx_vault_get(ctx, table, key, room);

	*ret = e == ERR_NOT_FOUND || (e == ERR_OK && is_same(table->row, row, room));
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* The row that stands under the number already: the same as this one, but for what happened to it since. */
static enum err again(struct ctx *ctx, const struct catat_register_lama *c, struct id id)
{
	struct intake_kunci key = intake_kunci_perkara(&id);
	struct register_baris old, new;
	struct permohonan_lama_dicatat event;
	struct isi_permohonan isi = isi_of(c), isi_old;
	struct isi_keputusan wording = wording_of(c), wording_old;
	bool same = true;
	enum err e = ctx_get(ctx, &register_table, intake_kunci_str(&key), &old);

	if (e != ERR_OK)
		return e;
	event = event_of(c, old.has_urut, old.urut);
	new = register_baris_lama(&event);
	new.didaftar_pada = old.didaftar_pada;
	new.seq = old.seq;
	new.versi = old.versi;
	new.pencabutan = old.pencabutan;
	new.surat = old.surat;
	new.lampiran = old.lampiran;
	new.identitas_ada = old.identitas_ada;
	new.surat_kuasa_ada = old.surat_kuasa_ada;
	new.has_ringkasan = old.has_ringkasan;
	new.ringkasan = old.ringkasan;
	if (old.has_ringkasan) { /* set with the sentence */
		new.has_pokok = old.has_pokok;
		new.pokok = old.pokok;
	}
	same = is_same(&schema_register_baris, &old, &new);
	if (same && old.versi == 1)
		e = same_vault(ctx, &isi_table, intake_kunci_str(&key), &isi, &isi_old, &same);
	if (e == ERR_OK && same && old.surat == 0)
		e = same_vault(ctx, &isi_keputusan_table, intake_kunci_str(&key), &wording, &wording_old,
			&same);
	if (e != ERR_OK)
		return e;
	if (!same)
		return ctx_refuse(ctx, ERR_STATE, "nomor", "nomor_sudah_ada");
	ctx_done_as(ctx, old.seq, 1);
	return ERR_OK;
}

static enum err record(struct ctx *ctx, const struct catat_register_lama *c)
{
	struct isi_permohonan isi = isi_of(c);
	struct isi_keputusan wording = wording_of(c);
	struct permohonan_lama_dicatat event;
	struct intake_kunci key;
	uint64_t urut = 0;
	bool has_urut;
	struct id id = ctx_id(ctx);
	enum err e = nomor_urut_read(ctx, c, &has_urut, &urut);

	if (e != ERR_OK)
		return e;
	event = event_of(c, has_urut, urut);
	event.permohonan_id = id;
	key = intake_kunci_perkara(&id);
	e = ctx_vault_put(ctx, &isi_table, intake_kunci_str(&key), &isi);
	if (e == ERR_OK && event.kata_ada)
		e = ctx_vault_put(ctx, &isi_keputusan_table, intake_kunci_str(&key), &wording);
	return e == ERR_OK
		? ctx_emit(ctx, &schema_permohonan_lama_dicatat, intake_kunci_str(&key), &event)
		: e;
}

enum err decide_catat_register_lama(struct ctx *ctx, const void *message)
{
	const struct catat_register_lama *c = message;
	struct register_nomor taken;
	struct intake_kunci key;
	enum err e = ctx_allow(ctx, DESK_ROLES, c->unit);

	if (e == ERR_OK)
		e = check_place(ctx, c);
	if (e == ERR_OK)
		e = check_content(ctx, c);
	if (e != ERR_OK)
		return e;
	key = intake_kunci_nomor(c->unit, c->seri, c->tahun, c->nomor);
	e = ctx_get(ctx, &register_nomor_table, intake_kunci_str(&key), &taken);
	if (e == ERR_OK)
		return again(ctx, c, taken.permohonan_id);
	return e == ERR_NOT_FOUND ? record(ctx, c) : e;
}

/* What each row of the machine says: its event, the vault's note, the notice. */
#include <assert.h>

#include "workflow/kebijakan.h"
#include "workflow/langkah.h"
#include "workflow/tenggat.h"

enum err langkah_note(const struct langkah *step, struct perkara_catatan *note)
{
	struct perkara_key key = perkara_step_key(step->before.permohonan_id, step->before.langkah + 1);

	note->kejadian = str_of(step->taken->event->name);
	note->pada = ctx_now(step->ctx);
	return ctx_vault_put(step->ctx, &perkara_catatan_table, perkara_key_str(&key), note);
}

enum err langkah_notice(const struct langkah *step, struct isi_pemberitahuan *letter,
	uint32_t *ret_version)
{
	enum err e;

	letter->permohonan_id = step->before.permohonan_id;
	letter->versi = step->before.surat + 1;
	letter->unit = step->before.unit;
	e = ctx_letter(step->ctx, "intake", &schema_isi_pemberitahuan, letter);
	if (e == ERR_OK)
		e = ctx_letter(step->ctx, "notification", &schema_isi_pemberitahuan, letter);
	if (e == ERR_OK)
		*ret_version = letter->versi;
	return e;
}

enum err langkah_text(const struct langkah *step, struct str text, const char *field)
{
	return str_trim(text).len > 0 ? ERR_OK
								  : ctx_refuse(step->ctx, ERR_INVALID, field, "wajib_diisi");
}

enum err langkah_moment(const struct langkah *step, bool has, time_us given, time_us earliest,
	const char *field, time_us *ret)
{
	time_us now = ctx_now(step->ctx);

	if (!has) {
		*ret = now;
		return ERR_OK;
	}
	if (given > now)
		return ctx_refuse(step->ctx, ERR_INVALID, field, "di_masa_depan");
	if (given < earliest)
		return ctx_refuse(step->ctx, ERR_INVALID, field, "terlalu_awal");
	*ret = given;
	return ERR_OK;
}

/* What goes into the log as `text` is chosen, not typed: a code has no room for a sentence or a person. */
static enum err check_code(const struct langkah *step, struct str text, const char *field)
{
	enum err e = langkah_text(step, text, field);

	for (size_t i = 0; e == ERR_OK && i < text.len; i++) {
		char c = text.ptr[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
				c == '-' || c == '_' || c == '.'))
			e = ctx_refuse(step->ctx, ERR_INVALID, field, "bukan_kode");
	}
	return e;
}

static struct str key_of(const struct langkah *step)
{
	return perkara_id_str(&step->before.permohonan_id);
}

/* clang-format off */
#define OF_CASE(step) .permohonan_id = (step)->before.permohonan_id, .unit = (step)->before.unit
#define WITH_COUNT(step) .has_hitungan = (step)->has_count, .hitungan = (step)->count
#define STANDING(step) .has_status = true, .status = (step)->status
/* clang-format on */

static enum err say_dibuka(const struct langkah *step)
{
	struct perkara_dibuka event = {
		OF_CASE(step),
		.status = step->status,
		.diterima_pada = step->received,
		.jatuh_tempo = step->due.date,
		.kalender_versi = step->due.calendar_version,
		WITH_COUNT(step),
		.has_dasar_lengkap = true,
	};
	enum err e = policy_is(step->ctx, &policy_own, "dasar_tenggat", step->before.unit, "lengkap",
		&event.dasar_lengkap);

	return e == ERR_OK ? ctx_emit(step->ctx, &schema_perkara_dibuka, key_of(step), &event) : e;
}

/* Whether the officer asks after the days that the rule gives him. */
static enum err is_asked_late(const struct langkah *step, bool *ret)
{
	const struct perkara *before = &step->before;
	time_us since = before->has_lengkap_pada ? before->lengkap_pada : before->diterima_pada;
	struct deadline limit;
	enum err e = tenggat_of_rule(step->ctx, "hari_beritahu_kurang", before->unit,
		civil_date_of(since), &limit);

	if (e == ERR_OK)
		*ret = deadline_is_over(limit.due, ctx_now(step->ctx));
	return e;
}

static enum err say_kelengkapan_diminta(const struct langkah *step)
{
	const struct minta_kelengkapan *c = step->message;
	struct kelengkapan_diminta event = {
		OF_CASE(step),
		.batas = step->due.date,
		STANDING(step),
		.has_surat = true,
		WITH_COUNT(step),
	};
	struct perkara_catatan note = { .has_isi = true, .isi = c->kekurangan };
	struct isi_pemberitahuan letter = {
		.jenis = JENIS_PEMBERITAHUAN_KELENGKAPAN,
		.has_isi = true,
		.isi = c->kekurangan,
		.has_batas = true,
		.batas = step->due.date,
		.pada = ctx_now(step->ctx),
	};
	enum err e = langkah_text(step, c->kekurangan, "kekurangan");

	if (e == ERR_OK)
		e = is_asked_late(step, &event.terlambat);
	if (e == ERR_OK)
		e = langkah_note(step, &note);
	if (e == ERR_OK)
		e = langkah_notice(step, &letter, &event.surat);
	return e == ERR_OK ? ctx_emit(step->ctx, &schema_kelengkapan_diminta, key_of(step), &event) : e;
}

static enum err say_dilengkapi(const struct langkah *step)
{
	bool is_anew = step->taken->clock.kind == CLOCK_START;
	struct perkara_dilengkapi event = {
		OF_CASE(step),
		.status = step->status,
		.diterima_pada = step->received,
		.has_jatuh_tempo = is_anew,
		.jatuh_tempo = step->due.date,
		.has_kalender_versi = is_anew,
		.kalender_versi = step->due.calendar_version,
		WITH_COUNT(step),
	};

	return ctx_emit(step->ctx, &schema_perkara_dilengkapi, key_of(step), &event);
}

static enum err say_diregister(const struct langkah *step)
{
	const struct perkara *before = &step->before;
	struct perkara_diregister event = {
		OF_CASE(step),
		.lengkap_pada = before->has_lengkap_pada ? before->lengkap_pada : before->diterima_pada,
		.jatuh_tempo = step->due.date,
		.kalender_versi = step->due.calendar_version,
		STANDING(step),
		WITH_COUNT(step),
	};

	return ctx_emit(step->ctx, &schema_perkara_diregister, key_of(step), &event);
}

static enum err say_didisposisikan(const struct langkah *step)
{
	const struct disposisikan *c = step->message;
	struct perkara_didisposisikan event = { OF_CASE(step), .tujuan = c->tujuan, STANDING(step) };
	struct perkara_catatan note = { .has_isi = true, .isi = c->catatan };
	enum err e = check_code(step, c->tujuan, "tujuan");

	if (e == ERR_OK && c->has_catatan)
		e = langkah_note(step, &note);
	return e == ERR_OK ? ctx_emit(step->ctx, &schema_perkara_didisposisikan, key_of(step), &event)
					   : e;
}

static enum err say_diproses(const struct langkah *step)
{
	struct perkara_diproses event = { OF_CASE(step), STANDING(step) };

	return ctx_emit(step->ctx, &schema_perkara_diproses, key_of(step), &event);
}

static enum err say_diperpanjang(const struct langkah *step)
{
	const struct perpanjang *c = step->message;
	struct perkara_diperpanjang event = {
		OF_CASE(step),
		.jatuh_tempo = step->due.date,
		.kalender_versi = step->due.calendar_version,
		STANDING(step),
		.has_surat = true,
		WITH_COUNT(step),
	};
	struct perkara_catatan note = { .has_isi = true, .isi = c->alasan };
	struct isi_pemberitahuan letter = {
		.jenis = JENIS_PEMBERITAHUAN_PERPANJANGAN,
		.has_isi = true,
		.isi = c->alasan,
		.has_batas = true,
		.batas = step->due.date,
		.pada = ctx_now(step->ctx),
	};
	enum err e = langkah_text(step, c->alasan, "alasan");

	/* Counted since an early first answer, the days may end before the date that stands. */
	if (e == ERR_OK && step->due.date <= step->before.jatuh_tempo)
		e = ctx_refuse(step->ctx, ERR_STATE, NULL, "tidak_menambah_waktu");
	if (e == ERR_OK)
		e = langkah_note(step, &note);
	if (e == ERR_OK)
		e = langkah_notice(step, &letter, &event.surat);
	return e == ERR_OK ? ctx_emit(step->ctx, &schema_perkara_diperpanjang, key_of(step), &event)
					   : e;
}

static enum err say_diserahkan(const struct langkah *step)
{
	const struct serahkan *c = step->message;
	struct informasi_diserahkan event = { OF_CASE(step), STANDING(step), .has_surat = true };
	struct perkara_catatan note = { .has_isi = true, .isi = c->catatan };
	struct isi_pemberitahuan letter = {
		.jenis = JENIS_PEMBERITAHUAN_PENYERAHAN,
		.has_isi = c->has_catatan,
		.isi = c->catatan,
	};
	enum err e = langkah_moment(step, c->has_diserahkan_pada, c->diserahkan_pada,
		step->before.diputus_pada, "diserahkan_pada", &event.diserahkan_pada);

	letter.pada = event.diserahkan_pada;
	if (e == ERR_OK && c->has_catatan)
		e = langkah_note(step, &note);
	if (e == ERR_OK)
		e = langkah_notice(step, &letter, &event.surat);
	return e == ERR_OK ? ctx_emit(step->ctx, &schema_informasi_diserahkan, key_of(step), &event)
					   : e;
}

static enum err say_selesai(const struct langkah *step)
{
	struct perkara_selesai event = { OF_CASE(step), STANDING(step) };

	return ctx_emit(step->ctx, &schema_perkara_selesai, key_of(step), &event);
}

static enum err say_gugur(const struct langkah *step)
{
	struct perkara_gugur event = { OF_CASE(step), STANDING(step), .has_surat = true };
	struct isi_pemberitahuan letter = {
		.jenis = JENIS_PEMBERITAHUAN_GUGUR,
		.has_batas = true,
		.batas = step->before.batas,
		.pada = ctx_now(step->ctx),
	};
	enum err e = langkah_notice(step, &letter, &event.surat);

	return e == ERR_OK ? ctx_emit(step->ctx, &schema_perkara_gugur, key_of(step), &event) : e;
}

static enum err say_dihidupkan(const struct langkah *step)
{
	struct perkara_dihidupkan event = {
		OF_CASE(step),
		.status = step->status,
		.jatuh_tempo = step->due.date,
		.kalender_versi = step->due.calendar_version,
		WITH_COUNT(step),
		.has_diterima_pada = true,
		.diterima_pada = step->received,
		.has_surat = true,
	};
	struct isi_pemberitahuan letter = {
		.jenis = JENIS_PEMBERITAHUAN_HIDUP_KEMBALI,
		.has_batas = true,
		.batas = step->due.date,
		.pada = step->received,
	};
	enum err e = langkah_notice(step, &letter, &event.surat);

	return e == ERR_OK ? ctx_emit(step->ctx, &schema_perkara_dihidupkan, key_of(step), &event) : e;
}

static enum err say_dicabut(const struct langkah *step)
{
	struct perkara_dicabut event = {
		OF_CASE(step),
		.dicabut_pada = step->received,
		STANDING(step),
		.has_surat = true,
	};
	struct isi_pemberitahuan letter = {
		.jenis = JENIS_PEMBERITAHUAN_PENCABUTAN,
		.pada = step->received,
	};
	enum err e = langkah_notice(step, &letter, &event.surat);

	return e == ERR_OK ? ctx_emit(step->ctx, &schema_perkara_dicabut, key_of(step), &event) : e;
}

static enum err say_terlambat(const struct langkah *step)
{
	bool is_completion = step->input == &schema_kelengkapan_diterima;
	struct fakta_terlambat event = {
		OF_CASE(step),
		.jenis = str_of(is_completion ? "kelengkapan" : "pencabutan"),
		.diterima_pada = step->received,
	};

	return ctx_emit(step->ctx, &schema_fakta_terlambat, key_of(step), &event);
}

/* As a letter names it: a unit of this node by its name, another one by its code. */
static enum err unit_name(const struct langkah *step, struct str kode, struct str *ret)
{
	struct unit unit;
	enum err e = policy_unit_get(step->ctx, &policy_own, kode, &unit);

	*ret = e == ERR_OK ? unit.nama : kode;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err say_dialihkan(const struct langkah *step)
{
	const struct alihkan *c = step->message;
	struct perkara_dialihkan event = {
		OF_CASE(step),
		.ke_unit = c->ke_unit,
		STANDING(step),
		.has_surat = true,
	};
	struct perkara_catatan note = { .has_isi = true, .isi = c->alasan };
	struct isi_pemberitahuan letter = {
		.jenis = JENIS_PEMBERITAHUAN_PENGALIHAN,
		.has_isi = c->has_alasan,
		.isi = c->alasan,
		.has_badan_lain = true,
		.pada = ctx_now(step->ctx),
	};
	enum err e = check_code(step, c->ke_unit, "ke_unit");

	if (e == ERR_OK)
		e = unit_name(step, c->ke_unit, &letter.badan_lain);
	if (e == ERR_OK && c->has_alasan)
		e = langkah_note(step, &note);
	if (e == ERR_OK)
		e = langkah_notice(step, &letter, &event.surat);
	return e == ERR_OK ? ctx_emit(step->ctx, &schema_perkara_dialihkan, key_of(step), &event) : e;
}

static enum err say_terlewati(const struct langkah *step)
{
	struct tenggat_terlewati event = { OF_CASE(step), .jatuh_tempo = step->before.jatuh_tempo };

	return ctx_emit(step->ctx, &schema_tenggat_terlewati, key_of(step), &event);
}

/* clang-format off */
static const struct {
	const struct schema *event;
	say_fn *say;
} sayings[] = {
	{ &schema_perkara_dibuka,         say_dibuka },
	{ &schema_kelengkapan_diminta,    say_kelengkapan_diminta },
	{ &schema_perkara_dilengkapi,     say_dilengkapi },
	{ &schema_perkara_diregister,     say_diregister },
	{ &schema_perkara_didisposisikan, say_didisposisikan },
	{ &schema_perkara_diproses,       say_diproses },
	{ &schema_perkara_diperpanjang,   say_diperpanjang },
	{ &schema_perkara_diputus,        say_perkara_diputus },
	{ &schema_informasi_diserahkan,   say_diserahkan },
	{ &schema_perkara_selesai,        say_selesai },
	{ &schema_perkara_gugur,          say_gugur },
	{ &schema_perkara_dihidupkan,     say_dihidupkan },
	{ &schema_perkara_dicabut,        say_dicabut },
	{ &schema_fakta_terlambat,        say_terlambat },
	{ &schema_perkara_dialihkan,      say_dialihkan },
	{ &schema_tenggat_terlewati,      say_terlewati },
};
/* clang-format on */

enum err langkah_say(const struct langkah *step)
{
	for (size_t i = 0; i < sizeof sayings / sizeof sayings[0]; i++)
		if (sayings[i].event == step->taken->event)
			return sayings[i].say(step);
	assert(!"a row of the machine whose event nobody says");
	return ERR_INVALID;
}

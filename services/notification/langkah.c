/* One step of a delivery: the machine's row, the text and work that it asks for, its event. */
#include "notification/pengiriman.h"

#include "base/civil.h"
#include "domain/surel.h"
#include "notification/naskah.h"
#include "notification/naskah_siapkan.h"
#include "notification/pengaturan.h"
#include "runtime/policy.h"

#include <assert.h>

#define RETRY_FIRST (60 * US_PER_SECOND)
#define RETRY_MOST (INT64_C(6) * 3600 * US_PER_SECOND)
#define US_PER_HOUR (INT64_C(3600) * US_PER_SECOND)

time_us retry_delay(struct str key, uint32_t attempt)
{
	char number[4] = { (char)(attempt >> 24), (char)(attempt >> 16), (char)(attempt >> 8),
		(char)attempt };
	struct hash hash = hash_labelled("ppid retry", key, str_bytes(number, sizeof number));
	time_us delay = RETRY_MOST;

	if (attempt < 10 && RETRY_FIRST << (attempt == 0 ? 0 : attempt - 1) < RETRY_MOST)
		delay = RETRY_FIRST << (attempt == 0 ? 0 : attempt - 1);
	return delay + delay / 1024 * hash.bytes[0];
}

bool card_has_address(const struct kartu_kontak *card)
{
	struct problem why;

	return card->has_email && surel_check(card->email, &why) == ERR_OK;
}

static enum err load_private(struct ctx *ctx, const struct table *table, struct str key,
	const void **ret)
{
	void *row = arena_take(ctx_arena(ctx), table->row->size);
	enum err e;

	if (row == NULL)
		return ctx_refuse(ctx, ERR_LIMIT, NULL, "terlalu_besar");
	e = ctx_vault_get(ctx, table, key, row);
	if (e == ERR_OK)
		*ret = row;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err notice_load(struct ctx *ctx, struct notice *notice)
{
	const struct notification_settings *settings = ctx_settings(ctx);
	const struct pengiriman *row = &notice->row;
	struct delivery_key key = delivery_key(row->permohonan_id, row->versi);
	const void *found = notice->card;
	enum err e = ERR_OK;

	if (found == NULL)
		e = load_private(ctx, &kartu_table, case_key(&row->permohonan_id), &found);
	notice->card = found;
	found = notice->wording;
	if (e == ERR_OK && found == NULL && row->versi != 0)
		e = load_private(ctx, &wording_table, delivery_key_str(&key), &found);
	notice->wording = found;
	if (e == ERR_OK)
		e = policy_text(ctx, &policy_projected, "pengiriman_tidak_pasti", row->unit,
			&notice->when_uncertain);
	notice->is_overdue = row->keadaan != 0 &&
		ctx_now(ctx) - row->sejak >= (time_us)settings->give_up_hours * US_PER_HOUR;
	return e;
}

/* --- events --- */

static enum err emit(struct ctx *ctx, const struct notice *n, const struct schema *schema,
	const void *event)
{
	return ctx_emit(ctx, schema, case_key(&n->row.permohonan_id), event);
}

static enum err emit_waits(struct ctx *ctx, const struct notice *n, const struct change *c)
{
	struct delivery_key key = delivery_key(n->row.permohonan_id, n->row.versi);
	struct pengiriman_ditunda event = {
		.permohonan_id = n->row.permohonan_id,
		.unit = n->row.unit,
		.versi = n->row.versi,
		.jenis = n->row.jenis,
		.berikut = ctx_now(ctx) + retry_delay(delivery_key_str(&key), 1),
	};

	(void)c;
	return emit(ctx, n, &schema_pengiriman_ditunda, &event);
}

static enum err emit_asked(struct ctx *ctx, const struct notice *n, const struct change *c)
{
	struct delivery_key key = delivery_key(n->row.permohonan_id, n->row.versi);
	struct minta_kartu letter = { .permohonan_id = n->row.permohonan_id };
	struct kartu_diminta event = {
		.permohonan_id = n->row.permohonan_id,
		.unit = n->row.unit,
		.versi = n->row.versi,
		.kali = n->row.diminta + 1,
		.berikut = ctx_now(ctx) + retry_delay(delivery_key_str(&key), n->row.diminta + 2),
	};
	enum err e = ctx_letter(ctx, "intake", &schema_minta_kartu, &letter);

	(void)c;
	return e == ERR_OK ? emit(ctx, n, &schema_kartu_diminta, &event) : e;
}

static enum err emit_planned(struct ctx *ctx, const struct notice *n, const struct change *c)
{
	struct delivery_key key = attempt_key(n->row.permohonan_id, n->row.versi, n->row.percobaan + 1);
	bool is_again = n->row.keadaan == KEADAAN_PENGIRIMAN_DIRENCANAKAN ||
		n->row.keadaan == KEADAAN_PENGIRIMAN_DIKIRIM;
	bool begins = n->row.percobaan == 0 || c->is_persons;
	struct pengiriman_direncanakan event = {
		.permohonan_id = n->row.permohonan_id,
		.unit = n->row.unit,
		.versi = n->row.versi,
		.jenis = n->row.jenis,
		.percobaan = n->row.percobaan + 1,
		.sejak = begins ? ctx_now(ctx) : n->row.sejak,
		.kartu_versi = n->card->versi,
		.ulangan = n->row.ulangan + is_again,
	};
	struct naskah text;
	struct surel_keluar mail = {
		.kepada = n->card->email,
		.nama = n->card->nama,
		.permohonan_id = n->row.permohonan_id,
		.versi = n->row.versi,
		.pada = ctx_now(ctx),
	};
	enum err e = naskah_siapkan(ctx, n, &text);

	if (e != ERR_OK)
		return e;
	mail.subjek = text.subject;
	mail.isi = text.body;
	e = ctx_work(ctx, WORK_SEND, delivery_key_str(&key), &mail);
	return e == ERR_OK ? emit(ctx, n, &schema_pengiriman_direncanakan, &event) : e;
}

static enum err emit_nowhere(struct ctx *ctx, const struct notice *n, const struct change *c)
{
	bool is_lost = n->card == NULL || (n->row.versi != 0 && n->wording == NULL);
	struct pengiriman_tanpa_alamat event = {
		.permohonan_id = n->row.permohonan_id,
		.unit = n->row.unit,
		.versi = n->row.versi,
		.jenis = n->row.jenis,
		.has_sebab = is_lost && c->reason.len > 0,
		.sebab = c->reason,
	};

	return emit(ctx, n, &schema_pengiriman_tanpa_alamat, &event);
}

static enum err emit_begun(struct ctx *ctx, const struct notice *n, const struct change *c)
{
	struct pengiriman_dimulai event = {
		.permohonan_id = n->row.permohonan_id,
		.unit = n->row.unit,
		.versi = n->row.versi,
		.percobaan = n->row.percobaan,
	};

	(void)c;
	return emit(ctx, n, &schema_pengiriman_dimulai, &event);
}

static enum err emit_arrived(struct ctx *ctx, const struct notice *n, const struct change *c)
{
	struct pengiriman_terkirim event = {
		.permohonan_id = n->row.permohonan_id,
		.unit = n->row.unit,
		.versi = n->row.versi,
		.percobaan = n->row.percobaan,
		.cara = c->way,
		.terkirim_pada = c->delivered_at,
		.has_kode_smtp = c->has_code,
		.kode_smtp = c->code,
		.has_sebab = c->reason.len > 0,
		.sebab = c->reason,
	};

	return emit(ctx, n, &schema_pengiriman_terkirim, &event);
}

static enum err emit_later(struct ctx *ctx, const struct notice *n, const struct change *c)
{
	struct delivery_key key = delivery_key(n->row.permohonan_id, n->row.versi);
	struct pengiriman_gagal_sementara event = {
		.permohonan_id = n->row.permohonan_id,
		.unit = n->row.unit,
		.versi = n->row.versi,
		.percobaan = n->row.percobaan,
		.sebab = c->reason,
		.has_kode_smtp = c->has_code,
		.kode_smtp = c->code,
		.berikut = ctx_now(ctx) + retry_delay(delivery_key_str(&key), n->row.percobaan),
	};

	return emit(ctx, n, &schema_pengiriman_gagal_sementara, &event);
}

static enum err emit_given_up(struct ctx *ctx, const struct notice *n, const struct change *c)
{
	struct pengiriman_menyerah event = {
		.permohonan_id = n->row.permohonan_id,
		.unit = n->row.unit,
		.versi = n->row.versi,
		.percobaan = n->row.percobaan,
		.sebab = c->reason,
		.has_kode_smtp = c->has_code,
		.kode_smtp = c->code,
	};

	return emit(ctx, n, &schema_pengiriman_menyerah, &event);
}

static enum err emit_unknown(struct ctx *ctx, const struct notice *n, const struct change *c)
{
	struct pengiriman_tidak_pasti event = {
		.permohonan_id = n->row.permohonan_id,
		.unit = n->row.unit,
		.versi = n->row.versi,
		.percobaan = n->row.percobaan,
		.sebab = c->reason,
		.has_kode_smtp = c->has_code,
		.kode_smtp = c->code,
	};

	return emit(ctx, n, &schema_pengiriman_tidak_pasti, &event);
}

static enum err emit_dropped(struct ctx *ctx, const struct notice *n, const struct change *c)
{
	struct pengiriman_dibatalkan event = {
		.permohonan_id = n->row.permohonan_id,
		.unit = n->row.unit,
		.versi = n->row.versi,
	};

	(void)c;
	return emit(ctx, n, &schema_pengiriman_dibatalkan, &event);
}

static const struct {
	const struct schema *event;
	enum err (*emit)(struct ctx *ctx, const struct notice *n, const struct change *c);
} emitters[] = {
	{ &schema_pengiriman_ditunda, emit_waits },
	{ &schema_kartu_diminta, emit_asked },
	{ &schema_pengiriman_direncanakan, emit_planned },
	{ &schema_pengiriman_tanpa_alamat, emit_nowhere },
	{ &schema_pengiriman_dimulai, emit_begun },
	{ &schema_pengiriman_terkirim, emit_arrived },
	{ &schema_pengiriman_gagal_sementara, emit_later },
	{ &schema_pengiriman_menyerah, emit_given_up },
	{ &schema_pengiriman_tidak_pasti, emit_unknown },
	{ &schema_pengiriman_dibatalkan, emit_dropped },
};

enum err notice_step(struct ctx *ctx, const struct notice *notice, struct machine_input input,
	const void *message, const struct change *change)
{
	const struct transition *row;
	enum err e = machine_step(&pengiriman_machine, ctx, notice->row.keadaan, notice, input, message,
		notice->row.unit, &row);

	if (e != ERR_OK)
		return e;
	for (size_t i = 0; i < sizeof emitters / sizeof emitters[0]; i++)
		if (emitters[i].event == row->event)
			return emitters[i].emit(ctx, notice, change);
	assert(!"a row of the machine whose event nobody makes");
	return ERR_INVALID;
}

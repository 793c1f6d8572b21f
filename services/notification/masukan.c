/* decide: cards and wordings that come in, the receipt, timers and results of work. */
#include "notification/pengiriman.h"

#include "runtime/policy.h"

static const struct change nothing = { .way = CARA_PENGIRIMAN_SUREL };
static const struct change data_lost = { .reason = STR("data_hilang"),
	.way = CARA_PENGIRIMAN_SUREL };

/* ERR_NOT_FOUND: no such delivery. */
static enum err find(struct ctx *ctx, struct str key, struct notice *ret)
{
	*ret = (struct notice) { .card = NULL };
	return ctx_get(ctx, &pengiriman_table, str_bytes(key.ptr, DELIVERY_KEY_BYTES), &ret->row);
}

enum err decide_diajukan(struct ctx *ctx, const void *message)
{
	const struct permohonan_diajukan *m = message;
	struct delivery_key key = delivery_key(m->permohonan_id, 0);
	struct notice notice;
	enum err e = find(ctx, delivery_key_str(&key), &notice);

	if (e != ERR_NOT_FOUND)
		return e;
	notice.row = (struct pengiriman) {
		.permohonan_id = m->permohonan_id,
		.unit = m->unit,
		.jenis = JENIS_PENGIRIMAN_TANDA_BUKTI,
	};
	e = notice_load(ctx, &notice);
	if (e != ERR_OK)
		return e;
	return notice_step(ctx, &notice, (struct machine_input)ON_MESSAGE(permohonan_diajukan), m,
		&nothing);
}

/* Deliveries that wait for a card, or for one with an address. */
static enum err go_on_with(struct ctx *ctx, const struct kartu_kontak *card)
{
	struct walk walk;
	struct str key;
	enum err e = ctx_walk(ctx, &pengiriman_table, case_key(&card->permohonan_id), &walk);

	while (e == ERR_OK) {
		struct notice notice = { .card = card };
		const struct change *change = &nothing;
		bool waits;

		e = ctx_walk_next(ctx, &walk, &pengiriman_table, &key, &notice.row);
		if (e != ERR_OK)
			break;
		waits = notice.row.keadaan == KEADAAN_PENGIRIMAN_MENUNGGU_KARTU ||
			(notice.row.keadaan == KEADAAN_PENGIRIMAN_TANPA_ALAMAT && card_has_address(card));
		if (!waits)
			continue;
		e = notice_load(ctx, &notice);
		/* Its words are lost: a person decides (DESIGN 5), and has it on his list. */
		if (e == ERR_OK && notice.row.versi != 0 && notice.wording == NULL) {
			if (notice.row.keadaan == KEADAAN_PENGIRIMAN_TANPA_ALAMAT)
				continue;
			change = &data_lost;
		}
		if (e == ERR_OK)
			e = notice_step(ctx, &notice, (struct machine_input)ON_MESSAGE(kartu_kontak), card,
				change);
	}
	walk_close(&walk);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err decide_kartu(struct ctx *ctx, const void *message)
{
	const struct kartu_kontak *m = message;
	struct kartu_diterima event = {
		.permohonan_id = m->permohonan_id,
		.unit = m->unit,
		.versi = m->versi,
		.nomor = m->nomor,
		.surel_ada = card_has_address(m),
	};
	struct kontak old;
	struct kartu_kontak kept;
	enum err e = ctx_get(ctx, &kontak_table, case_key(&m->permohonan_id), &old);

	if (e == ERR_OK && old.versi >= m->versi)
		e = ctx_vault_get(ctx, &kartu_table, case_key(&m->permohonan_id), &kept);
	else if (e == ERR_OK)
		e = ERR_NOT_FOUND;
	if (e == ERR_OK) {
		ctx_done_before(ctx);
		return ERR_OK;
	}
	/* Unknown, newer, or known from the log while the vault lost it: taken (again). */
	if (e == ERR_NOT_FOUND)
		e = ctx_vault_put(ctx, &kartu_table, case_key(&m->permohonan_id), m);
	if (e == ERR_OK)
		e = ctx_emit(ctx, &schema_kartu_diterima, case_key(&m->permohonan_id), &event);
	return e == ERR_OK ? go_on_with(ctx, m) : e;
}

/* Asking is over for all that wait; what was told of a card that came meanwhile holds no more. */
enum err decide_no_card(struct ctx *ctx, const void *message)
{
	const struct kartu_tiada *m = message;
	const struct change change = { .reason = m->sebab, .way = CARA_PENGIRIMAN_SUREL };
	bool is_taken = false;
	struct walk walk;
	struct str key;
	enum err e = ctx_walk(ctx, &pengiriman_table, case_key(&m->permohonan_id), &walk);

	while (e == ERR_OK) {
		struct notice notice = { .card = NULL };

		e = ctx_walk_next(ctx, &walk, &pengiriman_table, &key, &notice.row);
		if (e != ERR_OK)
			break;
		if (notice.row.keadaan != KEADAAN_PENGIRIMAN_MENUNGGU_KARTU)
			continue;
		e = notice_load(ctx, &notice);
		if (e != ERR_OK || notice.card != NULL)
			continue;
		e = notice_step(ctx, &notice, (struct machine_input)ON_MESSAGE(kartu_tiada), m, &change);
		is_taken = true;
	}
	walk_close(&walk);
	if (e == ERR_NOT_FOUND && !is_taken)
		ctx_done_before(ctx);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* The notice of a wording: workflow counts from 1, since 0 is the receipt. */
static uint32_t kind_of(uint32_t jenis)
{
	return jenis + 1;
}
_Static_assert((int)JENIS_PEMBERITAHUAN_KELENGKAPAN + 1 == JENIS_PENGIRIMAN_KELENGKAPAN, "by one");
_Static_assert((int)JENIS_PEMBERITAHUAN_PENGALIHAN + 1 == JENIS_PENGIRIMAN_PENGALIHAN,
	"to the end");

enum err decide_wording(struct ctx *ctx, const void *message)
{
	const struct isi_pemberitahuan *m = message;
	struct delivery_key key = delivery_key(m->permohonan_id, m->versi);
	struct notice notice;
	enum err e = find(ctx, delivery_key_str(&key), &notice);

	if (m->versi == 0)
		return ctx_refuse(ctx, ERR_INVALID, "versi", "mulai_dari_satu");
	if (e == ERR_OK) {
		ctx_done_before(ctx);
		return ERR_OK;
	}
	if (e != ERR_NOT_FOUND)
		return e;
	notice.row = (struct pengiriman) {
		.permohonan_id = m->permohonan_id,
		.versi = m->versi,
		.unit = m->unit,
		.jenis = kind_of(m->jenis),
	};
	notice.wording = m;
	e = notice_load(ctx, &notice);
	if (e == ERR_OK)
		e = ctx_vault_put(ctx, &wording_table, delivery_key_str(&key), m);
	if (e != ERR_OK)
		return e;
	return notice_step(ctx, &notice, (struct machine_input)ON_MESSAGE(isi_pemberitahuan), m,
		&nothing);
}

static enum err decide_timer(struct ctx *ctx, struct str key, const char *timer,
	const struct change *change)
{
	struct machine_input input = { NULL, timer };
	struct notice notice;
	enum err e = find(ctx, key, &notice);

	if (e == ERR_OK)
		e = notice_load(ctx, &notice);
	return e == ERR_OK ? notice_step(ctx, &notice, input, NULL, change) : e;
}

enum err decide_ask_card(struct ctx *ctx, const void *message)
{
	const struct timer_input *m = message;

	/* The reason is of the row that ends it. */
	return decide_timer(ctx, m->key, TIMER_ASK_CARD, &data_lost);
}

enum err decide_retry(struct ctx *ctx, const void *message)
{
	const struct timer_input *m = message;
	return decide_timer(ctx, m->key, TIMER_RETRY, &data_lost);
}

enum err decide_result(struct ctx *ctx, const void *message)
{
	const struct work_input *m = message;
	const struct hasil_surel lost = {
		.hasil = HASIL_KIRIM_TIDAK_PASTI,
		.has_sebab = true,
		.sebab = str_of("data_hilang"),
	};
	const struct hasil_surel *result = m->result == NULL ? &lost : m->result;
	struct change change = {
		.reason = result->has_sebab ? result->sebab : str_of(""),
		.has_code = result->has_kode_smtp,
		.code = result->kode_smtp,
		.way = CARA_PENGIRIMAN_SUREL,
		.delivered_at = ctx_now(ctx),
	};
	struct notice notice;
	enum err e = find(ctx, m->key, &notice);

	if (e == ERR_OK)
		e = notice_load(ctx, &notice);
	if (e != ERR_OK)
		return e;
	return notice_step(ctx, &notice, (struct machine_input)ON_MESSAGE(hasil_surel), result,
		&change);
}

static enum err find_asked(struct ctx *ctx, struct id permohonan_id, uint32_t versi,
	struct notice *ret)
{
	struct delivery_key key = delivery_key(permohonan_id, versi);
	enum err e = find(ctx, delivery_key_str(&key), ret);

	if (e == ERR_NOT_FOUND)
		return ctx_refuse(ctx, e, "permohonan_id", "pengiriman_tidak_ada");
	return e == ERR_OK ? notice_load(ctx, ret) : e;
}

enum err decide_putuskan(struct ctx *ctx, const void *message)
{
	const struct putuskan_pengiriman *m = message;
	struct change change = {
		.reason = str_of("diputuskan"),
		.way = m->has_cara ? m->cara : CARA_PENGIRIMAN_SUREL,
		.delivered_at = m->has_pada ? m->pada : ctx_now(ctx),
		.is_persons = true,
	};
	struct notice notice;
	enum err e = find_asked(ctx, m->permohonan_id, m->versi, &notice);

	if (e != ERR_OK)
		return e;
	if (change.delivered_at > ctx_now(ctx))
		return ctx_refuse(ctx, ERR_INVALID, "pada", "di_masa_depan");
	return notice_step(ctx, &notice, (struct machine_input)ON_MESSAGE(putuskan_pengiriman), m,
		&change);
}

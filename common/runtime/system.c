/* What every service can be told and asked: its state, parked inputs, its chain, epoch, clock. */
#include <string.h>

#include "base/log_line.h"
#include "runtime/policy.h"
#include "runtime/view_state.h"

enum { STREAMS_TOLD = 32 }; /* as the answer has room */
enum { PARKED_ROWS = 100 }; /* of one answer: also with the longest keys they fit into it */

const struct event_row system_events[] = {
	{ &schema_masukan_ditolak, park_apply_refused },
	{ &schema_parkir_selesai, park_apply_settled },
	{ &schema_epoch_dibuka, NULL },
	{ &schema_jam_dikonfirmasi, NULL },
	{ &schema_sisa_diambil, NULL },
	{ &schema_cabang_diikuti, fork_apply },
	{ &schema_hilang_diselesaikan, missing_apply_settled },
};
const uint32_t system_event_count = sizeof system_events / sizeof system_events[0];

/* An operator's decision to go on after a rollback; what was lost stays lost, and everybody sees it. */
static enum err decide_open_fence(struct ctx *ctx, const void *message)
{
	const struct buka_pagar *command = message;
	const struct place *head = &store_log(ctx->r->store)->head;
	struct epoch_dibuka event = { .alasan = command->alasan,
		.sebelumnya = head->epoch,
		.seq_sebelumnya = head->seq };
	enum err e = policy_allow_operator(ctx, ctx->r->service->grants);

	if (e != ERR_OK)
		return e;
	if (ctx->r->fence == NULL)
		return ctx_refuse(ctx, ERR_STATE, NULL, "tidak_dipagari");
	if (command->has_ambil_sisa && command->ambil_sisa)
		return salvage_decide_rest(ctx);
	e = ctx_new_epoch(ctx, enum_name(&enum_alasan_epoch, command->alasan));
	if (e == ERR_OK)
		e = ctx_emit(ctx, &schema_epoch_dibuka, str_of("epoch"), &event);
	if (e == ERR_OK && ctx->r->service->on_new_epoch != NULL)
		e = ctx->r->service->on_new_epoch(ctx, command);
	return e;
}

static enum err decide_confirm_clock(struct ctx *ctx, const void *message)
{
	struct jam_dikonfirmasi event = { .sebelumnya = ctx->r->noted.noted_at };
	enum err e = policy_allow_operator(ctx, ctx->r->service->grants);

	(void)message;
	if (e != ERR_OK)
		return e;
	if (!ctx->r->is_doubted)
		return ctx_refuse(ctx, ERR_STATE, NULL, "jam_tidak_diragukan");
	return ctx_emit(ctx, &schema_jam_dikonfirmasi, str_of("jam"), &event);
}

const struct command_row system_commands[] = {
	{ &schema_jalankan_parkir, park_settle, NULL, FROM_CTL, false },
	{ &schema_buka_pagar, decide_open_fence, NULL, FROM_CTL, false },
	{ &schema_konfirmasi_jam, decide_confirm_clock, NULL, FROM_CTL, false },
	{ &schema_selesaikan_hilang, missing_settle, NULL, FROM_CTL, false },
	{ &schema_ikuti_cabang, fork_decide, NULL, FROM_SERVICES, false }, /* from itself alone */
};
const uint32_t system_command_count = sizeof system_commands / sizeof system_commands[0];

struct posisi own_place(const struct runtime *r)
{
	const struct place *head = &store_log(r->store)->committed;

	return (struct posisi) { .aliran = str_of(r->service->name),
		.epoch = head->epoch,
		.seq = head->seq,
		.hash = head->hash };
}

enum err followed_places(struct view *view, struct posisi **ret, uint32_t *ret_len)
{
	const struct runtime *r = view->r;
	struct posisi *list = arena_take(view_arena(view), (r->follow_count + 1) * sizeof *list);

	if (list == NULL)
		return ERR_LIMIT;
	*ret_len = 0;
	for (uint32_t n = 0; n < r->follow_count; n++) {
		const struct follow *f = &r->follows[n];
		const struct place *at = f->is_mirrored ? &f->mirror.head
			: f->is_decided                     ? &f->decided
												: &f->projected;

		if (!id_is_zero(f->origin))
			continue; /* of other nodes: those that know them tell (simpul_daftar, laporan_kota) */
		list[*ret_len] = (struct posisi) { .aliran = f->stream,
			.epoch = at->epoch,
			.seq = at->seq,
			.hash = at->hash,
			.has_kepala = true,
			.kepala = f->head_seq > at->seq ? f->head_seq : at->seq,
			.has_terhubung = true,
			.terhubung = f->peer != NULL,
			.has_berhenti = f->stopped != NULL || f->trouble != NULL };
		if (list[*ret_len].has_berhenti)
			list[*ret_len].berhenti = str_of(f->stopped != NULL ? f->stopped : f->trouble);
		(*ret_len)++;
	}
	*ret = list;
	return ERR_OK;
}

/* Of other nodes only what stands still here, as far as there is room: more of them is told by those that know
 * them. A backup does not ask for them, so that it can be whole without them. */
static enum err state_streams(struct view *view, struct keadaan_layanan *ret)
{
	const struct runtime *r = view->r;
	enum err e = followed_places(view, &ret->mengikuti, &ret->mengikuti_len);

	for (uint32_t n = 0; n < r->follow_count && e == ERR_OK; n++) {
		const struct follow *f = &r->follows[n];

		if (id_is_zero(f->origin) || f->is_mirrored || f->stopped == NULL)
			continue;
		if (ret->mengikuti_len == STREAMS_TOLD)
			break;
		ret->mengikuti[ret->mengikuti_len++] = (struct posisi) { .aliran = f->stream,
			.epoch = f->projected.epoch,
			.seq = f->projected.seq,
			.hash = f->projected.hash,
			.has_kepala = true,
			.kepala = f->head_seq > f->projected.seq ? f->head_seq : f->projected.seq,
			.has_terhubung = true,
			.terhubung = f->peer != NULL,
			.has_berhenti = true,
			.berhenti = str_of(f->stopped) };
	}
	return e;
}

static const char *level_name(enum store_level level)
{
	static const char *const names[] = { "normal", "lunak", "keras" };

	return names[level];
}

static enum err ask_state(struct view *view, const void *question, void *answer)
{
	struct keadaan_layanan *a = answer;
	const struct runtime *r = view->r;
	const struct runtime_figures *f = &r->figures;
	enum err e;

	(void)question;
	*a = (struct keadaan_layanan) { .layanan = str_of(r->service->name),
		.simpul = r->o.node,
		.versi = str_of(r->o.version),
		.kepala = own_place(r),
		.siap = runtime_is_ready(r),
		.dipagari = r->fence != NULL,
		.has_sebab_pagar = r->fence != NULL,
		.jam_diragukan = r->is_doubted,
		.tingkat = str_of(level_name(r->level)),
		.hanya_baca = r->is_readonly || r->level == STORE_HARD,
		.parkir = f->parked,
		.pewaktu_terlambat = r->timers_queued,
		.has_menunggu = r->timers_wait != NULL,
		.map_terpakai = r->usage.used_bytes,
		.map_bytes = r->usage.map_bytes,
		.berkas_bytes = r->usage.file_bytes,
		.disk_bebas = r->usage.disk_free_bytes,
		.perintah_diterima = f->commands_accepted,
		.perintah_ditolak = f->commands_refused,
		.ulangan = f->duplicates,
		.batch = f->batches,
		.peristiwa_diikuti = f->events_followed,
		.sekarang = r->now,
		.instansi = r->instance };
	if (r->fence != NULL)
		a->sebab_pagar = str_of(r->fence);
	if (r->timers_wait != NULL)
		a->menunggu = str_of(r->timers_wait);
	a->has_kepala_tercatat = runtime_wants_tail(r);
	a->kepala_tercatat = r->noted.head.seq;
	a->sisa_tanpa_tanda = r->fence == NULL ? 0 : salvage_unproven(r);
	a->has_sisa_tanpa_tanda = a->sisa_tanpa_tanda > 0;
	e = outbox_count(view->ctx.txn, &a->surat_keluar);
	if (e == ERR_OK)
		e = work_count(view->ctx.txn, &a->kerja_terbuka);
	if (e == ERR_OK)
		e = missing_count(view->ctx.txn, &a->data_hilang);
	a->has_data_hilang = a->data_hilang > 0;
	return e == ERR_OK ? state_streams(view, a) : e;
}

static enum err ask_parked(struct view *view, const void *question, void *answer)
{
	const struct parkir_daftar *q = question;
	struct parkir_daftar_jawab *a = answer;
	struct parkir_baris *rows = arena_take(view_arena(view), (PARKED_ROWS + 1) * sizeof *rows);
	struct walk walk;
	enum err e;

	(void)q;
	if (rows == NULL)
		return ERR_LIMIT;
	a->baris = rows;
	a->baris_len = 0;
	e = view_walk(view, &table_parkir, (struct str) { NULL, 0 }, false, &walk);
	if (e != ERR_OK)
		return e;
	while ((e = view_walk_next(view, &walk, &table_parkir, &rows[a->baris_len].urutan,
				&rows[a->baris_len].parkir)) == ERR_OK) {
		if (a->baris_len == PARKED_ROWS) {
			view_go_on(view, rows[a->baris_len].urutan);
			break;
		}
		a->baris_len++;
	}
	walk_close(&walk);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

const struct question_row system_questions[] = {
	{ &schema_keadaan, ask_state, FROM_PEOPLE },
	{ &schema_parkir_daftar, ask_parked, FROM_CTL },
	{ &schema_periksa_rantai, ask_chain, FROM_CTL },
	{ &schema_periksa_segel, ask_seals, FROM_CTL },
	{ &schema_data_hilang_daftar, ask_missing, FROM_CTL },
	{ &schema_cadangan_tahan, backup_hold, FROM_CTL },
	{ &schema_cadangan_salin, backup_copy, FROM_CTL },
	{ &schema_cadangan_selesai, backup_copied, FROM_CTL },
	{ &schema_tempat_dikenal, ask_known_place, FROM_SERVICES },
	{ &schema_katalog_aliran, ask_katalog_aliran,
		FROM_PEOPLE | FROM_FEDERATION | FROM_REPORTING | FROM_WORKFLOW | FROM_CATALOG | FROM_NODE },
};
const uint32_t system_question_count = sizeof system_questions / sizeof system_questions[0];

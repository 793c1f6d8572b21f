/* Rows of old registers. They stand where the register says: no step is taken, so no row of the
 * machine is asked. Nothing is sent of them. */
#include "domain/deadline.h"
#include "workflow/permohonan.h"
#include "workflow/tenggat.h"

#define OPEN_STATES \
	(END(STATUS_PERMOHONAN_DIAJUKAN) | END(STATUS_PERMOHONAN_PERLU_DILENGKAPI) | \
		END(STATUS_PERMOHONAN_DIREGISTER) | END(STATUS_PERMOHONAN_DIDISPOSISIKAN) | \
		END(STATUS_PERMOHONAN_DIPROSES) | END(STATUS_PERMOHONAN_DIPERPANJANG))

/* The clocks that a live case would have been counted by. */
static const struct transition answering = {
	.clock = { CLOCK_START, "hari_jawab", TIMER_TENGGAT },
};
static const struct transition extending = {
	.clock = { CLOCK_EXTEND, "hari_perpanjangan", TIMER_TENGGAT },
};

/* The due date by today's rules and calendar; after the extension that was given. */
static enum err count_due(struct ctx *ctx, struct perkara_lama_dicatat *event)
{
	struct tenggat_base base = { .unit = event->unit, .from = event->diterima };
	struct hitungan added;
	bool has_added;
	enum err e =
		tenggat_after(ctx, &answering, &base, &base.before, &event->has_hitungan, &event->hitungan);

	if (e == ERR_OK && event->diperpanjang)
		e = tenggat_after(ctx, &extending, &base, &base.before, &has_added, &added);
	if (e != ERR_OK)
		return e;
	event->has_jatuh_tempo = true;
	event->jatuh_tempo = base.before.date;
	event->has_kalender_versi = true;
	event->kalender_versi = base.before.calendar_version;
	return ERR_OK;
}

static enum err measure(struct ctx *ctx, struct perkara_lama_dicatat *event)
{
	struct tenggat_span span;
	enum err e;

	if (!event->has_diputus)
		return ERR_OK;
	e = tenggat_between(ctx, event->unit, event->diterima, event->diputus, &span);
	if (e != ERR_OK)
		return e;
	event->has_hari_kerja = true;
	event->hari_kerja = span.days;
	event->has_tepat_waktu = true;
	event->tepat_waktu = event->diputus <= event->jatuh_tempo;
	event->has_tanpa_kalender = true;
	event->tanpa_kalender = span.tanpa_kalender;
	return ERR_OK;
}

enum err decide_permohonan_lama(struct ctx *ctx, const void *message)
{
	const struct permohonan_lama_dicatat *m = message;
	const struct keputusan_lama *h = &m->hasil;
	struct perkara_lama_dicatat event = {
		.permohonan_id = m->permohonan_id,
		.unit = m->unit,
		.status = h->status,
		.has_keputusan = h->has_keputusan,
		.keputusan = h->keputusan,
		.pasal = h->pasal,
		.pasal_len = h->pasal_len,
		.diterima = civil_date_of(m->diterima_pada),
		/* What was handed over without a written notice was decided by that. */
		.has_diputus = h->has_diberitahukan || (h->has_keputusan && h->has_diserahkan),
		.diputus = h->has_diberitahukan ? h->diberitahukan : h->diserahkan,
		.has_diperpanjang = true,
		.diperpanjang = h->has_diperpanjang && h->diperpanjang,
	};
	struct perkara known;
	enum err e = ctx_get(ctx, &perkara_table, perkara_id_str(&m->permohonan_id), &known);

	if (e == ERR_OK)
		return ctx_refuse(ctx, ERR_STATE, "permohonan_id", "perkara_sudah_ada");
	if (e == ERR_NOT_FOUND)
		e = count_due(ctx, &event);
	if (e == ERR_OK)
		e = measure(ctx, &event);
	if (e != ERR_OK)
		return e;
	return ctx_emit(ctx, &schema_perkara_lama_dicatat, perkara_id_str(&m->permohonan_id), &event);
}

enum err apply_perkara_lama_dicatat(struct fold *fold, const void *event)
{
	const struct perkara_lama_dicatat *e = event;
	struct perkara_change c = { .row = {
									.permohonan_id = e->permohonan_id,
									.unit = e->unit,
									.status = e->status,
									.diterima_pada = civil_start_of(e->diterima),
									.jatuh_tempo =
										e->has_jatuh_tempo ? e->jatuh_tempo : e->diterima,
									.berjalan = (OPEN_STATES & END(e->status)) != 0,
									.kalender_versi = e->kalender_versi,
									.has_hitungan = e->has_hitungan,
									.hitungan = e->hitungan,
									.diperpanjang = e->diperpanjang,
									.has_keputusan = e->has_keputusan,
									.keputusan = e->keputusan,
									.pasal = e->pasal,
									.pasal_len = e->pasal_len,
									.has_diputus_pada = e->has_diputus,
									.diputus_pada = e->has_diputus ? civil_start_of(e->diputus) : 0,
									.has_hari_kerja = e->has_hari_kerja,
									.hari_kerja = e->hari_kerja,
									.has_tepat_waktu = e->has_tepat_waktu,
									.tepat_waktu = e->tepat_waktu,
									.lama = true,
								} };

	return perkara_keep(fold, &c, "perkara_lama_dicatat", e->has_jatuh_tempo);
}

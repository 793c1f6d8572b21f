#include "workflow/guards.h"

#include "domain/deadline.h"

/* By the day on which it came in, whenever it is judged. An old row has no limit: nothing is too late. */
static bool is_in_time(const struct perkara *row, time_us received)
{
	return !row->has_batas || civil_date_of(received) <= row->batas;
}

const char *dalam_batas(struct ctx *ctx, const void *subject, const void *message)
{
	const struct kelengkapan_diterima *e = message;

	(void)ctx;
	return is_in_time(subject, e->diterima_pada) ? NULL : "lewat_batas";
}

const char *dicabut_dalam_batas(struct ctx *ctx, const void *subject, const void *message)
{
	const struct pencabutan_diterima *e = message;

	(void)ctx;
	return is_in_time(subject, e->diterima_pada) ? NULL : "lewat_batas";
}

static const char *belum_diperpanjang(const struct perkara *row)
{
	return row->diperpanjang ? "sudah_diperpanjang" : NULL;
}

static const char *belum_lewat(const struct perkara *row, time_us now)
{
	return deadline_is_over(row->jatuh_tempo, now) ? "sudah_lewat" : NULL;
}

const char *boleh_diperpanjang(struct ctx *ctx, const void *subject, const void *message)
{
	const char *rule = belum_diperpanjang(subject);

	(void)message;
	return rule != NULL ? rule : belum_lewat(subject, ctx_now(ctx));
}

bool outcome_gives(uint32_t keputusan)
{
	return keputusan == KEPUTUSAN_DIKABULKAN || keputusan == KEPUTUSAN_DIKABULKAN_SEBAGIAN;
}

const char *dikabulkan(struct ctx *ctx, const void *subject, const void *message)
{
	const struct perkara *row = subject;

	(void)ctx;
	(void)message;
	return row->has_keputusan && outcome_gives(row->keputusan) ? NULL : "tidak_dikabulkan";
}

const char *tanpa_penyerahan(struct ctx *ctx, const void *subject, const void *message)
{
	return dikabulkan(ctx, subject, message) == NULL ? "belum_diserahkan" : NULL;
}

const char *ke_tempat_lain(struct ctx *ctx, const void *subject, const void *message)
{
	const struct perkara *row = subject;
	const struct alihkan *c = message;

	(void)ctx;
	return str_equal(row->unit, c->ke_unit) ? "unit_sama" : NULL;
}

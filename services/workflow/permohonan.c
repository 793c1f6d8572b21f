#include "workflow/permohonan.h"

#include <assert.h>
#include <string.h>

#include "workflow/kebijakan.h"
#include "workflow/langkah.h"
#include "workflow/tenggat.h"

/* Every message of a case begins with it. */
static struct id case_of(const struct schema *schema, const void *message)
{
	const struct field *field = &schema->fields[0];
	struct id id;

	assert(field->type == TYPE_ID && strcmp(field->name, "permohonan_id") == 0);
	memcpy(&id, (const char *)message + field->offset, sizeof id);
	return id;
}

/* The case as it stands; one that begins stands nowhere, in the unit where it was lodged. */
static enum err load(struct langkah *step, struct id id)
{
	struct ctx *ctx = step->ctx;
	enum err e = ctx_get(ctx, &perkara_table, perkara_id_str(&id), &step->before);

	if (e != ERR_NOT_FOUND)
		return e;
	if (step->input != &schema_permohonan_diajukan)
		return ctx_refuse(ctx, e, "permohonan_id", "perkara_tidak_dikenal");
	step->before = (struct perkara) {
		.permohonan_id = id,
		.unit = ((const struct permohonan_diajukan *)step->message)->unit,
		.status = STATE_NONE,
	};
	return ERR_OK;
}

/* When what happened came in: what counts, whenever it is judged. */
static time_us received_of(const struct langkah *step)
{
	if (step->input == &schema_permohonan_diajukan)
		return ((const struct permohonan_diajukan *)step->message)->diterima_pada;
	if (step->input == &schema_kelengkapan_diterima)
		return ((const struct kelengkapan_diterima *)step->message)->diterima_pada;
	if (step->input == &schema_pencabutan_diterima)
		return ((const struct pencabutan_diterima *)step->message)->diterima_pada;
	return ctx_now(step->ctx);
}

/* The day that the row's clock counts from. */
static date_days base_of(const struct langkah *step)
{
	const struct perkara *before = &step->before;

	if (strcmp(step->taken->clock.setting, "hari_lengkapi") == 0)
		return civil_date_of(ctx_now(step->ctx));
	if (before->status == STATE_NONE)
		return civil_date_of(step->received);
	if (!before->dasar_lengkap)
		return civil_date_of(before->diterima_pada);
	if (step->input == &schema_kelengkapan_diterima)
		return civil_date_of(step->received);
	return civil_date_of(before->has_lengkap_pada ? before->lengkap_pada : before->diterima_pada);
}

static enum err count_due(struct langkah *step)
{
	const struct perkara *before = &step->before;
	struct tenggat_base base = {
		.unit = before->unit,
		.before = {
			.is_set = before->status != STATE_NONE && before->berjalan,
			.date = before->jatuh_tempo,
			.calendar_version = before->kalender_versi,
		},
	};

	if (step->taken->clock.kind == CLOCK_START)
		base.from = base_of(step);
	return tenggat_after(step->ctx, step->taken, &base, &step->due, &step->has_count, &step->count);
}

/* One step of a case: the row that the machine gives, its due date, its event. */
static enum err take(struct langkah *step, struct id id, struct machine_input input)
{
	enum err e = load(step, id);

	if (e == ERR_OK)
		e = machine_step(&permohonan_machine, step->ctx, step->before.status, &step->before, input,
			step->message, step->before.unit, &step->taken);
	if (e != ERR_OK)
		return e;
	step->received = received_of(step);
	step->status = machine_to(step->taken, step->before.status);
	e = count_due(step);
	return e == ERR_OK ? langkah_say(step) : e;
}

enum err decide_permohonan(struct ctx *ctx, const void *message)
{
	const struct schema *schema = ctx_schema(ctx);
	struct langkah step = { .ctx = ctx, .input = schema, .message = message };

	return take(&step, case_of(schema, message), (struct machine_input) { schema, NULL });
}

static enum err on_timer(struct ctx *ctx, const struct timer_input *timer, const char *name)
{
	struct langkah step = { .ctx = ctx };
	struct id id;

	assert(timer->key.len == sizeof id.bytes);
	memcpy(id.bytes, timer->key.ptr, sizeof id.bytes);
	return take(&step, id, (struct machine_input) { NULL, name });
}

enum err decide_tenggat(struct ctx *ctx, const void *timer)
{
	return on_timer(ctx, timer, TIMER_TENGGAT);
}

enum err decide_kelengkapan_habis(struct ctx *ctx, const void *timer)
{
	return on_timer(ctx, timer, TIMER_KELENGKAPAN);
}

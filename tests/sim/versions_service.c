/* Services of a later version: a command and two events that the present one does not know, fields that it does not
 * know in the events that it does. Descriptors are copied and grow; everything else is the present code. */
#include "sim/versions.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "federation/federation.h"
#include "intake/intake.h"
#include "reporting/reporting.h"
#include "runtime/engine.h"
#include "wire/head.h"
#include "wire/pack.h"
#include "workflow/workflow.h"

enum {
	ROWS_MAX_ = 64,
	COMMAND_LATER = 0x7e10,
	EVENT_LATER = 0x7e11,
	EVENT_LATER_CRITICAL = 0xfe12,
	FIELD_LATER = 100,
	FIELD_LATER_CRITICAL = 200,
	CRITICAL_FIELD_ODDS = 64,
};

static const struct field later_fields[] = {
	{ .number = 1,
		.type = TYPE_U32,
		.offset = offsetof(struct catat_kelak, number),
		.name = "angka" },
	{ .number = 2,
		.type = TYPE_BOOL,
		.offset = offsetof(struct catat_kelak, is_critical),
		.name = "wajib" },
};

#define LATER(code_, kind_, name_) \
	{ \
		.code = (code_), .version = 1, .kind = (kind_), .name = (name_), \
		.size = sizeof(struct catat_kelak), .fields = later_fields, .field_count = 2 \
	}

const struct schema schema_catat_kelak = LATER(COMMAND_LATER, KIND_COMMAND, "catat_kelak");
static const struct schema schema_kelak_dicatat = LATER(EVENT_LATER, KIND_EVENT, "kelak_dicatat");
static const struct schema schema_kelak_wajib =
	LATER(EVENT_LATER_CRITICAL, KIND_EVENT, "kelak_wajib");

/* perkara_diputus as the later version has it: one more field, which nobody may pass over. */
static struct field decided_fields[ROWS_MAX_];
static struct schema schema_decided;

struct later {
	struct service service;
	const struct service *base;
	struct command_row commands[ROWS_MAX_];
	struct event_row events[ROWS_MAX_];
	struct follow_row follows[ROWS_MAX_];
	struct project_row projects[ROWS_MAX_], elsewhere[ROWS_MAX_];
};
static struct later laters[4];

static const struct service *const bases[] = { &intake_service, &workflow_service,
	&reporting_service, &federation_service };
enum { LATERS = sizeof bases / sizeof bases[0] };

static const struct later *later_of(const struct service *service)
{
	for (uint32_t n = 0; n < LATERS; n++)
		if (service == &laters[n].service || service == bases[n])
			return &laters[n];
	return NULL;
}

enum err map_with(struct str map, uint8_t number, uint32_t value, struct buf *out)
{
	struct reader r = { (const uint8_t *)map.ptr, (const uint8_t *)map.ptr + map.len };
	struct head head;
	uint8_t bytes[3] = { 0xde };

	if (!head_take(&r, &head) || head.type != HEAD_MAP || head.number >= 65535)
		return ERR_INVALID;
	be16_put(bytes + 1, (uint16_t)(head.number + 1));
	if (head.number + 1 < 16) {
		bytes[0] = (uint8_t)(0x80 | (head.number + 1));
		buf_add(out, bytes, 1);
	} else {
		buf_add(out, bytes, sizeof bytes);
	}
	buf_add(out, r.at, reader_left(&r));
	pack_uint(out, number);
	pack_uint(out, value);
	return out->is_full ? ERR_LIMIT : ERR_OK;
}

/* The same for the same event, however often it is decided. */
static bool is_chosen(struct str body, const char *what, uint32_t odds)
{
	struct hash hash = hash_labelled(what, body, str_of(""));

	return (hash.bytes[0] | hash.bytes[1] << 8) % (int)odds == 0;
}

static enum err effect_extend(struct ctx *ctx, struct effect *effect, uint8_t number)
{
	struct buf out;
	enum err e;

	buf_init(&out, SESSION_BODY_MAX);
	e = map_with(effect->body, number, 7, &out);
	if (e == ERR_OK)
		e = arena_copy(ctx->arena, buf_str(&out), &effect->body);
	buf_clear(&out);
	return e;
}

/* Own events get fields that only the later version knows. */
static enum err extend(struct ctx *ctx)
{
	const struct world *w = ((struct actor_host *)ctx->r->o.host.self)->world;
	enum err e = ERR_OK;

	for (struct effect *f = ctx->first; f != NULL && e == ERR_OK; f = f->next) {
		if (f->kind != EFFECT_EVENT)
			continue;
		if (is_chosen(f->body, "kelak", 3))
			e = effect_extend(ctx, f, FIELD_LATER);
		if (e == ERR_OK && f->schema == &schema_perkara_diputus && w->versions->says_critical &&
			is_chosen(f->body, "wajib", CRITICAL_FIELD_ODDS))
			e = effect_extend(ctx, f, FIELD_LATER_CRITICAL);
	}
	return e;
}

static enum err decide_command(struct ctx *ctx, const void *message)
{
	const struct service *base = later_of(ctx->r->service)->base;

	for (uint32_t n = 0; n < base->command_count; n++)
		if (base->commands[n].schema == ctx_schema(ctx)) {
			enum err e = base->commands[n].decide(ctx, message);

			return e == ERR_OK ? extend(ctx) : e;
		}
	assert(!"a command of the later version alone");
	return ERR_INVALID;
}

static enum err decide_event(struct ctx *ctx, const void *message)
{
	const struct service *base = later_of(ctx->r->service)->base;

	for (uint32_t n = 0; n < base->follow_count; n++)
		if (base->follows[n].schema->code == ctx_schema(ctx)->code &&
			str_is(ctx->input->from, base->follows[n].stream)) {
			enum err e = base->follows[n].decide(ctx, message);

			return e == ERR_OK ? extend(ctx) : e;
		}
	return ERR_OK; /* one that the later version knows, and does nothing about */
}

static enum err decide_later(struct ctx *ctx, const void *message)
{
	const struct catat_kelak *c = message;

	ctx_allow_all(ctx);
	return ctx_emit(ctx, c->is_critical ? &schema_kelak_wajib : &schema_kelak_dicatat,
		str_of("kelak"), c);
}

static enum err project_later(struct projection *p, const void *event)
{
	(void)p;
	(void)event;
	return ERR_OK;
}

static const struct schema *schema_now(const struct schema *s)
{
	return s == &schema_perkara_diputus ? &schema_decided : s;
}

static void decided_make(void)
{
	const struct schema *of = &schema_perkara_diputus;

	assert(of->field_count < ROWS_MAX_);
	memcpy(decided_fields, of->fields, of->field_count * sizeof *of->fields);
	decided_fields[of->field_count] = (struct field) { .number = FIELD_LATER_CRITICAL,
		.type = TYPE_U32,
		.marks = FIELD_OPTIONAL,
		.has_offset = of->size,
		.offset = of->size + 4,
		.name = "wajib" };
	schema_decided = *of;
	schema_decided.fields = decided_fields;
	schema_decided.field_count++;
	schema_decided.size += 8;
}

static uint32_t projects_make(const struct project_row *from, uint32_t count,
	struct project_row *to)
{
	static const char *const streams[] = { "intake", "workflow" };

	for (uint32_t n = 0; n < count; n++) {
		to[n] = from[n];
		to[n].schema = schema_now(from[n].schema);
	}
	for (uint32_t n = 0, before = count; n < 2 && before > 0; n++) {
		bool is_read = false;

		for (uint32_t i = 0; i < before; i++)
			is_read = is_read || strcmp(from[i].stream, streams[n]) == 0;
		if (is_read)
			to[count++] = (struct project_row) { streams[n], &schema_kelak_wajib, from[0].table,
				project_later };
	}
	assert(count <= ROWS_MAX_);
	return count;
}

static void later_make(struct later *l, const struct service *base)
{
	struct service *s = &l->service;

	l->base = base;
	*s = *base;
	assert(s->command_count + 1 <= ROWS_MAX_ && s->event_count + 2 <= ROWS_MAX_ &&
		s->follow_count + 1 <= ROWS_MAX_ && s->project_count + 2 <= ROWS_MAX_);
	for (uint32_t n = 0; n < base->command_count; n++) {
		l->commands[n] = base->commands[n];
		l->commands[n].decide = decide_command;
	}
	for (uint32_t n = 0; n < base->event_count; n++)
		l->events[n] =
			(struct event_row) { schema_now(base->events[n].schema), base->events[n].apply };
	for (uint32_t n = 0; n < base->follow_count; n++)
		l->follows[n] = (struct follow_row) { base->follows[n].stream,
			schema_now(base->follows[n].schema), decide_event };
	l->commands[s->command_count++] =
		(struct command_row) { &schema_catat_kelak, decide_later, NULL, FROM_CTL, false };
	l->events[s->event_count++] = (struct event_row) { &schema_kelak_dicatat, NULL };
	l->events[s->event_count++] = (struct event_row) { &schema_kelak_wajib, NULL };
	if (base->follow_count > 0)
		l->follows[s->follow_count++] =
			(struct follow_row) { base->follows[0].stream, &schema_kelak_wajib, decide_event };
	s->project_count = projects_make(base->projects, base->project_count, l->projects);
	s->elsewhere_count = projects_make(base->elsewhere, base->elsewhere_count, l->elsewhere);
	s->commands = l->commands;
	s->events = l->events;
	s->follows = l->follows;
	s->projects = l->projects;
	s->elsewhere = l->elsewhere;
}

const struct service *later_service(const struct service *service)
{
	const struct later *l = later_of(service);

	if (l == NULL)
		return service;
	if (laters[0].base == NULL) {
		decided_make();
		for (uint32_t n = 0; n < LATERS; n++)
			later_make(&laters[n], bases[n]);
	}
	return &l->service;
}

const struct schema *later_schema(uint16_t code)
{
	if (code == EVENT_LATER)
		return &schema_kelak_dicatat;
	if (code == EVENT_LATER_CRITICAL)
		return &schema_kelak_wajib;
	if (code == schema_perkara_diputus.code && laters[0].base != NULL)
		return &schema_decided;
	return schema_of_code(code);
}

bool later_is_critical(const struct record *record)
{
	struct perkara_diputus event;
	struct problem why;
	struct arena arena;
	enum err e;

	if (record->type == EVENT_LATER_CRITICAL)
		return true;
	if (record->type != schema_perkara_diputus.code)
		return false;
	arena_init(&arena, 64 * 1024);
	e = wire_decode(&schema_perkara_diputus, record->payload, &arena, &event, &why);
	arena_clear(&arena);
	return e == ERR_INVALID;
}

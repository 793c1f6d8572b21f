#include "federation/tautan.h"

#include "domain/nomor.h"
#include "federation/identitas_simpul.h"
#include "federation/induk.h"
#include "runtime/policy.h"
#include "runtime/remote.h"

#include <assert.h>
#include <string.h>

const struct table tautan_table = { "tautan", TABLE_DERIVED, 1, &schema_tautan, NULL, 0 };
const struct table kunci_dikenal_table = { "kunci_dikenal", TABLE_DERIVED, 1, &schema_kunci_dikenal,
	NULL, 0 };

enum { PARENTS_BESIDE = 8 }; /* room in the list of remotes for the nodes above */

struct str node_key(const struct id *id)
{
	return str_bytes(id->bytes, sizeof id->bytes);
}

/* One step of a link while it is decided. */
struct step {
	struct ctx *ctx;
	const void *message;                      /* NULL: the timer */
	const struct identitas_simpul *identitas; /* that the message brings; NULL: none */
	const struct str *units;                  /* and the units with it */
	uint32_t unit_count;
	struct id id;
	struct tautan_subject subject;
	const struct transition *row;
};

/* Every message about a link begins with its id, or with an identity. */
static void read_message(struct step *step, const struct schema *schema, const void *message)
{
	const struct field *field = &schema->fields[0];
	const char *at = (const char *)message + field->offset;

	step->message = message;
	if (field->type == TYPE_ID) {
		memcpy(&step->id, at, sizeof step->id);
		return;
	}
	assert(field->record == &schema_identitas_simpul);
	step->identitas = (const struct identitas_simpul *)at;
	step->id = step->identitas->simpul;
	if (schema == &schema_undang_simpul) {
		step->units = ((const struct undang_simpul *)message)->unit;
		step->unit_count = ((const struct undang_simpul *)message)->unit_len;
	} else if (schema == &schema_ganti_simpul) {
		step->units = ((const struct ganti_simpul *)message)->unit;
		step->unit_count = ((const struct ganti_simpul *)message)->unit_len;
	}
}

static bool serves(const struct tautan *row, const struct step *step)
{
	for (uint32_t i = 0; i < row->unit_len; i++)
		for (uint32_t k = 0; k < step->unit_count; k++)
			if (str_equal(row->unit[i], step->units[k]))
				return true;
	return false;
}

/* Links are some hundreds at most, and invitations are rare. */
static enum err look_at_others(struct step *step)
{
	struct tautan other;
	struct walk walk;
	struct str key;
	enum err e = ctx_walk(step->ctx, &tautan_table, str_of(""), &walk);

	if (e != ERR_OK)
		return e;
	while ((e = ctx_walk_next(step->ctx, &walk, &tautan_table, &key, &other)) == ERR_OK) {
		if (id_equal(other.identitas.simpul, step->id) || other.status == STATUS_TAUTAN_DICABUT)
			continue;
		step->subject.has_name_clash |= str_equal(other.identitas.nama, step->identitas->nama);
		step->subject.has_unit_clash |= serves(&other, step);
	}
	walk_close(&walk);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err look_at_keys(struct step *step)
{
	const struct identitas_simpul *identity = step->identitas;
	const struct hash *keys[] = { &identity->kurva, &identity->kurva_berikut, &identity->tanda };

	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		struct kunci_dikenal known;
		enum err e = ctx_get(step->ctx, &kunci_dikenal_table,
			str_bytes(keys[i]->bytes, sizeof keys[i]->bytes), &known);

		if (e != ERR_OK && e != ERR_NOT_FOUND)
			return e;
		if (e == ERR_OK && id_equal(known.simpul, step->id) && !known.gugur)
			step->subject.has_own_key = true;
		else if (e == ERR_OK)
			step->subject.has_foreign_key = true;
	}
	return ERR_OK;
}

/* How the identity stands to what is known. */
static enum err look_around(struct step *step)
{
	struct induk parent;
	uint64_t count = 0;
	enum err e = ctx_get(step->ctx, &induk_table, node_key(&step->id), &parent);

	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	step->subject.is_self = id_equal(step->id, ctx_node(step->ctx));
	step->subject.is_parent = e == ERR_OK && parent.status == STATUS_INDUK_DITETAPKAN;
	e = ctx_count(step->ctx, &tautan_table, &count);
	step->subject.is_full = count >= REMOTES_MAX - PARENTS_BESIDE;
	if (e == ERR_OK)
		e = look_at_keys(step);
	return e == ERR_OK ? look_at_others(step) : e;
}

static enum err load(struct step *step, bool may_begin)
{
	enum err e = ctx_get(step->ctx, &tautan_table, node_key(&step->id), &step->subject.row);

	if (e != ERR_NOT_FOUND)
		return e;
	if (!may_begin)
		return ctx_refuse(step->ctx, e, "simpul", "simpul_tidak_dikenal");
	step->subject.row = (struct tautan) { .status = STATE_NONE };
	return ERR_OK;
}

static enum err take(struct step *step, struct machine_input input)
{
	return machine_step(&tautan_machine, step->ctx, step->subject.row.status, &step->subject, input,
		step->message, str_of(POLICY_ALL), &step->row);
}

static enum err check_units(const struct step *step)
{
	for (uint32_t i = 0; i < step->unit_count; i++) {
		if (!nomor_is_unit(step->units[i]))
			return ctx_refuse(step->ctx, ERR_INVALID, "unit", "kode_tidak_sah");
		for (uint32_t k = 0; k < i; k++)
			if (str_equal(step->units[i], step->units[k]))
				return ctx_refuse(step->ctx, ERR_INVALID, "unit", "ganda");
	}
	return ERR_OK;
}

static enum err check_identity(const struct step *step)
{
	struct problem why = { NULL, NULL };

	if (identity_check(step->identitas, &why) != ERR_OK)
		return ctx_refuse(step->ctx, ERR_INVALID, why.field, why.rule);
	return ERR_OK;
}

/* --- what each row says --- */

static enum err emit(const struct step *step, const void *event)
{
	return ctx_emit(step->ctx, step->row->event, node_key(&step->id), event);
}

static enum err say_invited(const struct step *step)
{
	struct simpul_diundang event = {
		.identitas = *step->identitas,
		.unit = (struct str *)step->units,
		.unit_len = step->unit_count,
	};

	if (step->unit_count == 0)
		return ctx_refuse(step->ctx, ERR_INVALID, "unit", "wajib_diisi");
	return emit(step, &event);
}

static enum err say_replaced(const struct step *step)
{
	const struct tautan *before = &step->subject.row;
	bool has_units = step->unit_count > 0;
	struct simpul_diganti event = {
		.identitas = *step->identitas,
		.unit = has_units ? (struct str *)step->units : before->unit,
		.unit_len = has_units ? step->unit_count : before->unit_len,
	};

	return emit(step, &event);
}

static bool has_key(const struct identitas_simpul *identity, const struct hash *key)
{
	return hash_equal(key, &identity->kurva) || hash_equal(key, &identity->kurva_berikut);
}

/* The keys from before that the new identity does not name stay good for a while: the last two of them. */
static enum err say_rotated(const struct step *step)
{
	const struct tautan *before = &step->subject.row;
	const struct hash *olds[] = { &before->identitas.kurva, &before->identitas.kurva_berikut };
	struct kunci_lama old[4];
	struct kunci_simpul_diputar event = { .identitas = *step->identitas };
	uint32_t count = 0;

	for (uint32_t i = 0; i < before->lama_len && count < 2; i++)
		if (!has_key(step->identitas, &before->lama[i].kurva))
			old[count++] = before->lama[i];
	for (size_t i = 0; i < sizeof olds / sizeof olds[0]; i++)
		if (!has_key(step->identitas, olds[i]))
			old[count++] = (struct kunci_lama) { *olds[i], ctx_now(step->ctx) + OLD_KEY_KEPT_US };
	event.lama = old + (count > 2 ? count - 2 : 0);
	event.lama_len = count > 2 ? 2 : count;
	return emit(step, &event);
}

static enum err say_revoked(const struct step *step)
{
	const struct cabut_simpul *c = step->message;
	struct simpul_dicabut event = { step->id, c->alasan };

	return emit(step, &event);
}

static enum err say_accepted(const struct step *step)
{
	struct simpul_diterima event = { step->id, identity_fingerprint(&step->subject.row.identitas) };

	return emit(step, &event);
}

static enum err say_seen(const struct step *step)
{
	const struct catat_terlihat *c = step->message;
	struct simpul_terlihat event = { step->id, c->kurva };

	return emit(step, &event);
}

static enum err say_suspended(const struct step *step)
{
	struct simpul_ditangguhkan event = { step->id };

	return emit(step, &event);
}

static enum err say_resumed(const struct step *step)
{
	struct simpul_dipulihkan event = { step->id };

	return emit(step, &event);
}

static const struct {
	const struct schema *event;
	enum err (*say)(const struct step *step);
} sayings[] = {
	{ &schema_simpul_diundang, say_invited },
	{ &schema_simpul_terlihat, say_seen },
	{ &schema_simpul_diterima, say_accepted },
	{ &schema_simpul_ditangguhkan, say_suspended },
	{ &schema_simpul_dipulihkan, say_resumed },
	{ &schema_simpul_dicabut, say_revoked },
	{ &schema_simpul_diganti, say_replaced },
	{ &schema_kunci_simpul_diputar, say_rotated },
};

static enum err say(const struct step *step)
{
	size_t i = 0;

	while (sayings[i].event != step->row->event)
		i++;
	return sayings[i].say(step);
}

enum err decide_tautan(struct ctx *ctx, const void *message)
{
	const struct schema *schema = ctx_schema(ctx);
	struct step step = { .ctx = ctx };
	enum err e;

	read_message(&step, schema, message);
	e = load(&step, schema == &schema_undang_simpul);
	if (e == ERR_OK && step.identitas != NULL)
		e = look_around(&step);
	if (e == ERR_OK)
		e = take(&step, (struct machine_input) { schema, NULL });
	if (e == ERR_OK && step.identitas != NULL)
		e = check_identity(&step);
	if (e == ERR_OK)
		e = check_units(&step);
	return e == ERR_OK ? say(&step) : e;
}

enum err decide_kunci_lama_habis(struct ctx *ctx, const void *message)
{
	const struct timer_input *timer = message;
	struct step step = { .ctx = ctx };
	struct kunci_lama_berakhir event = { .lama_len = 0 };
	const struct tautan *row = &step.subject.row;
	struct kunci_lama left[2];
	enum err e;

	assert(timer->key.len == sizeof step.id.bytes);
	memcpy(step.id.bytes, timer->key.ptr, sizeof step.id.bytes);
	e = load(&step, false);
	if (e == ERR_OK)
		e = take(&step, (struct machine_input) { NULL, TIMER_KUNCI_LAMA });
	if (e != ERR_OK)
		return e;
	for (uint32_t i = 0; i < row->lama_len; i++)
		if (row->lama[i].sampai > timer->due)
			left[event.lama_len++] = row->lama[i];
	event.simpul = step.id;
	event.lama = left;
	return emit(&step, &event);
}

#include "federation/induk.h"

#include "federation/identitas_simpul.h"
#include "federation/tautan.h"
#include "runtime/policy.h"

#include <assert.h>

const struct table induk_table = { "induk", TABLE_DERIVED, 2, &schema_induk, NULL, 0 };

#define DITETAPKAN STATUS_INDUK_DITETAPKAN
#define DILEPAS STATUS_INDUK_DILEPAS

/* What the guards look at. */
struct subject {
	struct induk row; /* status STATE_NONE: there is none */
	bool is_self;
	bool is_child;   /* below us, and not revoked */
	bool has_parent; /* another one is in force */
};

struct step {
	struct ctx *ctx;
	const void *message;
	const struct identitas_simpul *identitas; /* that the message brings; NULL: none */
	struct id id;
	struct subject subject;
	const struct transition *row;
};

/* --- guards --- */

static const char *boleh_jadi_induk(struct ctx *ctx, const void *subject, const void *message)
{
	const struct tetapkan_induk *c = message;
	const struct subject *s = subject;

	(void)ctx;
	if (s->is_self)
		return "diri_sendiri";
	if (s->is_child)
		return "anak_sendiri";
	if (s->has_parent)
		return "masih_ada_induk";
	if (!c->identitas.has_alamat)
		return "alamat_wajib";
	if (c->has_kata && !identity_words_are(&c->identitas, c->kata))
		return "kata_tidak_cocok";
	return NULL;
}

static const char *putaran_sah(struct ctx *ctx, const void *subject, const void *message)
{
	const struct induk *row = &((const struct subject *)subject)->row;
	const struct identitas_simpul *known = &row->identitas;
	const struct catat_kunci_induk *c = message;

	if (!identity_rotation_holds(&c->identitas, &known->tanda, c->tanda_tangan_lama))
		return "tanda_tangan_tidak_sah";
	if (c->identitas.generasi <= known->generasi)
		return "generasi_tidak_naik";
	if (!str_equal(c->identitas.nama, known->nama))
		return "nama_berbeda";
	return row->has_diputar_pada && ctx_now(ctx) - row->diputar_pada < ROTATIONS_US / 2
		? "terlalu_cepat"
		: NULL;
}

/* clang-format off */
static const struct transition rows[] = {
/*	  from         input                          who                   guard                    event                        to          clock     source */
	{ STATE_NONE, ON_MESSAGE(tetapkan_induk),    ROLE(ADMINISTRATOR),  WHEN(boleh_jadi_induk),  &schema_induk_ditetapkan,    DITETAPKAN, DUE_STOP, "DESIGN.md 5, the child dials out" },
	{ DILEPAS,    ON_MESSAGE(tetapkan_induk),    ROLE(ADMINISTRATOR),  WHEN(boleh_jadi_induk),  &schema_induk_ditetapkan,    DITETAPKAN, DUE_STOP, "DESIGN.md 5, the child dials out" },
	{ DITETAPKAN, ON_MESSAGE(lepas_induk),       ROLE(ADMINISTRATOR),  ALWAYS,                  &schema_induk_dilepas,       DILEPAS,    DUE_STOP, "MESSAGING 2.10, moving to another parent" },
	/* The signature from before speaks for it, whoever brings it. */
	{ DITETAPKAN, ON_MESSAGE(catat_kunci_induk), ROLE_EVERYBODY,       WHEN(putaran_sah),       &schema_kunci_induk_dicatat, DITETAPKAN, DUE_KEEP, "MESSAGING 2.11 two server keys" },
};
/* clang-format on */

const struct machine induk_machine = {
	"induk",
	&enum_status_induk,
	ROWS(rows),
	END(DITETAPKAN) | END(DILEPAS),
};

static void read_message(struct step *step, const struct schema *schema, const void *message)
{
	step->message = message;
	if (schema == &schema_lepas_induk) {
		step->id = ((const struct lepas_induk *)message)->simpul;
		return;
	}
	step->identitas = schema == &schema_tetapkan_induk
		? &((const struct tetapkan_induk *)message)->identitas
		: &((const struct catat_kunci_induk *)message)->identitas;
	step->id = step->identitas->simpul;
}

static enum err load(struct step *step, bool may_begin)
{
	enum err e = ctx_get(step->ctx, &induk_table, node_key(&step->id), &step->subject.row);

	if (e != ERR_NOT_FOUND)
		return e;
	if (!may_begin)
		return ctx_refuse(step->ctx, e, "simpul", "induk_tidak_dikenal");
	step->subject.row = (struct induk) { .status = STATE_NONE };
	return ERR_OK;
}

static enum err look_for_parents(struct step *step)
{
	struct induk other;
	struct walk walk;
	struct str key;
	enum err e = ctx_walk(step->ctx, &induk_table, str_of(""), &walk);

	if (e != ERR_OK)
		return e;
	while ((e = ctx_walk_next(step->ctx, &walk, &induk_table, &key, &other)) == ERR_OK)
		step->subject.has_parent |=
			other.status == DITETAPKAN && !id_equal(other.identitas.simpul, step->id);
	walk_close(&walk);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err look_around(struct step *step)
{
	struct tautan child;
	enum err e = ctx_get(step->ctx, &tautan_table, node_key(&step->id), &child);

	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	step->subject.is_self = id_equal(step->id, ctx_node(step->ctx));
	step->subject.is_child = e == ERR_OK && child.status != STATUS_TAUTAN_DICABUT;
	return look_for_parents(step);
}

static enum err say(const struct step *step)
{
	struct induk_dilepas left = { step->id };
	struct problem why = { NULL, NULL };

	if (step->identitas == NULL)
		return ctx_emit(step->ctx, step->row->event, node_key(&step->id), &left);
	if (identity_check(step->identitas, &why) != ERR_OK)
		return ctx_refuse(step->ctx, ERR_INVALID, why.field, why.rule);
	if (step->row->event == &schema_induk_ditetapkan) {
		struct induk_ditetapkan event = { *step->identitas };

		return ctx_emit(step->ctx, step->row->event, node_key(&step->id), &event);
	}
	assert(step->row->event == &schema_kunci_induk_dicatat);
	return ctx_emit(step->ctx, step->row->event, node_key(&step->id),
		&(struct kunci_induk_dicatat) { *step->identitas });
}

enum err decide_induk(struct ctx *ctx, const void *message)
{
	const struct schema *schema = ctx_schema(ctx);
	struct step step = { .ctx = ctx };
	enum err e;

	read_message(&step, schema, message);
	e = load(&step, schema == &schema_tetapkan_induk);
	if (e == ERR_OK && schema == &schema_tetapkan_induk)
		e = look_around(&step);
	if (e == ERR_OK)
		e = machine_step(&induk_machine, ctx, step.subject.row.status, &step.subject,
			(struct machine_input) { schema, NULL }, message, str_of(POLICY_ALL), &step.row);
	return e == ERR_OK ? say(&step) : e;
}

static enum err keep(struct fold *fold, const struct identitas_simpul *identity, uint32_t status,
	time_us since)
{
	struct induk row = { .identitas = *identity, .status = status, .sejak = since };

	return fold_put(fold, &induk_table, node_key(&identity->simpul), &row);
}

enum err apply_induk_ditetapkan(struct fold *fold, const void *event)
{
	const struct induk_ditetapkan *e = event;

	return keep(fold, &e->identitas, DITETAPKAN, fold_at(fold));
}

enum err apply_induk_dilepas(struct fold *fold, const void *event)
{
	const struct induk_dilepas *e = event;
	struct induk row;
	enum err err = fold_get(fold, &induk_table, node_key(&e->simpul), &row);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	return keep(fold, &row.identitas, DILEPAS, fold_at(fold));
}

enum err apply_kunci_induk_dicatat(struct fold *fold, const void *event)
{
	const struct kunci_induk_dicatat *e = event;
	struct identitas_simpul identity;
	struct induk row;
	enum err err = fold_get(fold, &induk_table, node_key(&e->identitas.simpul), &row);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	identity = e->identitas;
	if (!identity.has_alamat) { /* told by the node itself: where it is reached people said */
		identity.has_alamat = row.identitas.has_alamat;
		identity.alamat = row.identitas.alamat;
	}
	row.identitas = identity;
	row.has_diputar_pada = true;
	row.diputar_pada = fold_at(fold);
	return fold_put(fold, &induk_table, node_key(&identity.simpul), &row);
}

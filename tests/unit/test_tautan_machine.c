/* The table of a link's life: that it makes sense, and that the service does what it says. */
#include "lib/machine_page.h"
#include "lib/utusan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Every command about a node, as it would be right; nodes are numbered so that none meets another. */
struct given {
	struct undang_simpul undang;
	struct catat_terlihat terlihat;
	struct terima_simpul terima;
	struct tangguhkan_simpul tangguhkan;
	struct pulihkan_simpul pulihkan;
	struct cabut_simpul cabut;
	struct ganti_simpul ganti;
	struct putar_kunci_simpul putar;
	struct str unit;
};

enum { COMMANDS = 8 };
static const struct schema *const schemas[COMMANDS] = {
	&schema_undang_simpul,
	&schema_catat_terlihat,
	&schema_terima_simpul,
	&schema_tangguhkan_simpul,
	&schema_pulihkan_simpul,
	&schema_cabut_simpul,
	&schema_ganti_simpul,
	&schema_putar_kunci_simpul,
};

static bool walked[64];

static const void *body_of(const struct given *g, const struct schema *schema)
{
	const void *bodies[COMMANDS] = { &g->undang, &g->terlihat, &g->terima, &g->tangguhkan,
		&g->pulihkan, &g->cabut, &g->ganti, &g->putar };

	for (size_t i = 0; i < COMMANDS; i++)
		if (schemas[i] == schema)
			return bodies[i];
	fail_msg("no such command");
	return NULL;
}

/* What is right for the node as it stands. */
static void prepare(struct harness *h, uint32_t node, struct given *g)
{
	struct arena *arena = harness_arena(h);
	struct tautan row = utusan_link(h, node);

	*g = (struct given) { .unit = str_of(arena_print(arena, "BARU-%u", node)) };
	g->undang = (struct undang_simpul) { utusan_identity(arena, node, 3), &g->unit, 1 };
	g->terlihat = (struct catat_terlihat) { utusan_id(node), row.identitas.kurva };
	g->terima.simpul = g->tangguhkan.simpul = g->pulihkan.simpul = g->cabut.simpul =
		utusan_id(node);
	g->terima.kata = row.status == 0 ? str_of("satu") : utusan_words(arena, &row.identitas);
	g->cabut.alasan = ALASAN_PENCABUTAN_DIBOBOL;
	g->ganti = (struct ganti_simpul) { .identitas = utusan_identity(arena, node, 11) };
	g->putar.identitas = utusan_identity(arena, node, 2);
	g->putar.tanda_tangan_lama = utusan_rotation(arena, &g->putar.identitas, node, 1);
}

static const struct transition *row_of(uint32_t from, const struct schema *input)
{
	for (uint32_t i = 0; i < tautan_machine.count; i++) {
		const struct transition *t = &tautan_machine.rows[i];

		if (t->input.schema == input &&
			(t->from == from || (t->from == STATE_ANY && from != STATE_NONE))) {
			walked[i] = true;
			return t;
		}
	}
	return NULL;
}

static const char *speaker_of(const struct schema *schema)
{
	return schema == &schema_catat_terlihat ? "federation" : "ctl";
}

static void walk(struct harness *h, uint32_t from, uint32_t node, const struct schema *schema)
{
	const struct transition *t = row_of(from, schema);
	struct given g;

	if (from != STATE_NONE)
		utusan_bring(h, node, from);
	prepare(h, node, &g);
	harness_speak_as(h, speaker_of(schema));
	if (t != NULL) {
		utusan_send(h, UTUSAN_ADMIN, schema, body_of(&g, schema));
		assert_int_equal(utusan_link(h, node).status, machine_to(t, from));
		assert_true(harness_events(h, "federation", t->event) > 0);
	} else if (from == STATE_NONE) {
		utusan_refused(h, UTUSAN_ADMIN, schema, body_of(&g, schema), SESI_STATUS_NOT_FOUND,
			"simpul_tidak_dikenal");
	} else {
		utusan_refused(h, UTUSAN_ADMIN, schema, body_of(&g, schema), SESI_STATUS_REJECTED,
			"tidak_mungkin_sekarang");
		assert_int_equal(utusan_link(h, node).status, from);
	}
	harness_speak_as(h, "ctl");
}

static void every_state_takes_its_rows_and_refuses_the_rest(void **state)
{
	struct harness *h = *state;
	uint32_t node = 1;

	for (uint32_t i = 0; i < COMMANDS; i++) {
		walk(h, STATE_NONE, node++, schemas[i]);
		for (uint32_t k = 0; k < enum_status_tautan.count; k++)
			walk(h, enum_status_tautan.values[k].number, node++, schemas[i]);
	}
	/* The timer of what was rotated above. */
	harness_advance(h, OLD_KEY_KEPT_US + US_PER_SECOND);
	assert_int_equal(harness_events(h, "federation", &schema_kunci_lama_berakhir), 1);
	for (uint32_t i = 0; i < tautan_machine.count; i++)
		if (!walked[i] && tautan_machine.rows[i].input.timer == NULL)
			fail_msg("row %u was never walked", i + 1);
}

static void commands_are_refused_to_those_without_the_role(void **state)
{
	struct harness *h = *state;
	uint32_t node = 1;

	for (uint32_t i = 0; i < tautan_machine.count; i++) {
		const struct transition *t = &tautan_machine.rows[i];
		uint32_t from = t->from == STATE_ANY ? STATUS_TAUTAN_DITERIMA : t->from;
		struct given g;

		if (t->roles == NO_ROLE || t->roles == ROLE_EVERYBODY)
			continue;
		if (from != STATE_NONE)
			utusan_bring(h, node, from);
		prepare(h, node, &g);
		utusan_refused(h, UTUSAN_READER, t->input.schema, body_of(&g, t->input.schema),
			SESI_STATUS_DENIED, "bukan_kewenangan");
		assert_int_equal(utusan_link(h, node++).status, from);
	}
}

static void what_the_service_tells_itself_nobody_else_may_say(void **state)
{
	static const char *const peers[] = { "ctl", "gateway", "intake", "workflow" };
	struct harness *h = *state;
	struct given g;

	utusan_invite(h, 1);
	prepare(h, 1, &g);
	for (size_t i = 0; i < sizeof peers / sizeof peers[0]; i++) {
		struct harness_reply r;

		harness_speak_as(h, peers[i]);
		r = harness_command(h, "federation", UTUSAN_ADMIN, (struct id) { { 0 } },
			&schema_catat_terlihat, &g.terlihat, NULL);
		assert_int_equal(r.status, SESI_STATUS_DENIED);
	}
	assert_int_equal(utusan_link(h, 1).status, STATUS_TAUTAN_DIUNDANG);
}

static void table_makes_sense(void **state)
{
	(void)state;
	machine_assert_sense(&tautan_machine);
}

static void page_of_the_services_shows_the_table(void **state)
{
	(void)state;
	machine_assert_page(&tautan_machine, "ppid-federation");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_makes_sense),
		AT_UTUSAN(every_state_takes_its_rows_and_refuses_the_rest),
		AT_UTUSAN(commands_are_refused_to_those_without_the_role),
		AT_UTUSAN(what_the_service_tells_itself_nobody_else_may_say),
		cmocka_unit_test(page_of_the_services_shows_the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The table of a request's life: that it makes sense, and that the service does what it says. */
#include "lib/office.h"
#include "lib/machine_page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "workflow/permohonan.h"

static const struct minta_kelengkapan minta = { .kekurangan = STR("Salinan KTP") };
static const struct nyatakan_lengkap lengkap;
static const struct disposisikan disposisi = { .tujuan = STR("bidang-statistik") };
static const struct mulai_proses proses;
static const struct perpanjang panjang = { .alasan = STR("Arsip sedang dicari") };
static const struct putuskan putus = { .keputusan = KEPUTUSAN_DIKABULKAN };
static const struct serahkan serah;
static const struct selesaikan selesai;
static const struct alihkan alih = { .ke_unit = STR("DISDIK") };

static const struct {
	const struct schema *schema;
	const struct id *actor;
	const void *body;
} commands[] = {
	{ &schema_minta_kelengkapan, &KANTOR_MEJA, &minta },
	{ &schema_nyatakan_lengkap, &KANTOR_MEJA, &lengkap },
	{ &schema_disposisikan, &KANTOR_MEJA, &disposisi },
	{ &schema_mulai_proses, &KANTOR_BELAKANG, &proses },
	{ &schema_perpanjang, &KANTOR_PPID, &panjang },
	{ &schema_putuskan, &KANTOR_PPID, &putus },
	{ &schema_serahkan, &KANTOR_MEJA, &serah },
	{ &schema_selesaikan, &KANTOR_MEJA, &selesai },
	{ &schema_alihkan, &KANTOR_PPID, &alih },
};
enum { COMMANDS = sizeof commands / sizeof commands[0], BODY_MAX = 512 };

static bool walked[128];

/* The body with the case in it. */
static const void *body_of(uint32_t command, struct id id)
{
	static _Alignas(16) char body[BODY_MAX];

	assert_true(commands[command].schema->size <= BODY_MAX);
	memcpy(body, commands[command].body, commands[command].schema->size);
	memcpy(body + commands[command].schema->fields[0].offset, &id, sizeof id);
	return body;
}

/* Notes the row that leads from a state by this input to where the case is now. */
static void note_walked(uint32_t from, const struct schema *input, const char *timer, struct id id)
{
	struct perkara row = kantor_case(&k, id);
	struct perkara_langkah step;
	struct perkara_key key = perkara_step_key(id, row.langkah);

	assert_true(harness_row(k.h, "workflow", &perkara_langkah_table, perkara_key_str(&key), &step));
	for (uint32_t i = 0; i < permohonan_machine.count; i++) {
		const struct transition *t = &permohonan_machine.rows[i];
		bool is_from = t->from == from || (t->from == STATE_ANY && from != STATE_NONE);

		if (!is_from || t->input.schema != input || !str_is(step.kejadian, t->event->name))
			continue;
		if (input == NULL && strcmp(timer, t->input.timer) != 0)
			continue;
		assert_int_equal(row.status, machine_to(t, from));
		walked[i] = true;
		return;
	}
	fail_msg("no row leads from %u to %u", from, row.status);
}

static bool has_row(uint32_t from, const struct schema *input)
{
	for (uint32_t i = 0; i < permohonan_machine.count; i++)
		if (permohonan_machine.rows[i].from == from &&
			permohonan_machine.rows[i].input.schema == input)
			return true;
	return false;
}

static void table_makes_sense(void **state)
{
	(void)state;
	machine_assert_sense(&permohonan_machine);
}

static void walk_commands(uint32_t from)
{
	for (uint32_t i = 0; i < COMMANDS; i++) {
		const struct schema *schema = commands[i].schema;
		struct id id = kantor_bring(&k, from);
		struct perkara before = kantor_case(&k, id);

		if (!has_row(from, schema)) {
			kantor_refused(&k, *commands[i].actor, schema, body_of(i, id), SESI_STATUS_REJECTED,
				"tidak_mungkin_sekarang");
			kantor_stands(&k, id, from);
			assert_int_equal(kantor_case(&k, id).langkah, before.langkah);
		} else if (from == STATUS_PERMOHONAN_DIPUTUS && schema == &schema_selesaikan) {
			kantor_refused(&k, *commands[i].actor, schema, body_of(i, id), SESI_STATUS_REJECTED,
				"belum_diserahkan");
		} else {
			kantor_send(&k, *commands[i].actor, schema, body_of(i, id));
			note_walked(from, schema, NULL, id);
		}
	}
}

static void walk_facts(uint32_t from)
{
	struct id id = kantor_bring(&k, from);

	kantor_complete(&k, id, "");
	note_walked(from, &schema_kelengkapan_diterima, NULL, id);
	id = kantor_bring(&k, from);
	kantor_withdraw(&k, id, "");
	note_walked(from, &schema_pencabutan_diterima, NULL, id);
	/* What came in while it could still be completed. */
	if (from == STATUS_PERMOHONAN_GUGUR || from == STATUS_PERMOHONAN_PERLU_DILENGKAPI) {
		id = kantor_bring(&k, from);
		kantor_complete(&k, id, "2026-03-17T10:00");
		note_walked(from, &schema_kelengkapan_diterima, NULL, id);
		id = kantor_bring(&k, from);
		kantor_withdraw(&k, id, "2026-03-17T10:00");
		note_walked(from, &schema_pencabutan_diterima, NULL, id);
	}
}

static void walk_timer(uint32_t from)
{
	struct id id = kantor_bring(&k, from);
	struct perkara row = kantor_case(&k, id);
	bool is_waiting = from == STATUS_PERMOHONAN_PERLU_DILENGKAPI;
	date_days due = is_waiting ? row.batas : row.jatuh_tempo;

	if (!row.berjalan)
		return;
	harness_advance(k.h, deadline_end(due) - harness_now(k.h) - 1);
	kantor_stands(&k, id, from);
	assert_int_equal(kantor_case(&k, id).langkah, row.langkah);
	harness_advance(k.h, 2);
	note_walked(from, NULL, is_waiting ? TIMER_KELENGKAPAN : TIMER_TENGGAT, id);
}

static void every_state_takes_its_rows_and_refuses_the_rest(void **state)
{
	struct putuskan refusal = {
		.keputusan = KEPUTUSAN_TIDAK_BERHAK,
		.has_alasan = true,
		.alasan = STR("Bukan WNI"),
	};
	struct selesaikan close = { .permohonan_id = { { 0 } } };

	(void)state;
	for (uint32_t i = 0; i < enum_status_permohonan.count; i++) {
		uint32_t from = enum_status_permohonan.values[i].number;

		walk_commands(from);
		walk_facts(from);
		walk_timer(from);
	}
	note_walked(STATE_NONE, &schema_permohonan_diajukan, NULL, kantor_lodge(&k, ""));
	close.permohonan_id = kantor_bring(&k, STATUS_PERMOHONAN_DIREGISTER);
	refusal.permohonan_id = close.permohonan_id;
	kantor_send(&k, KANTOR_PPID, &schema_putuskan, &refusal);
	kantor_send(&k, KANTOR_MEJA, &schema_selesaikan, &close);
	note_walked(STATUS_PERMOHONAN_DIPUTUS, &schema_selesaikan, NULL, close.permohonan_id);
	for (uint32_t i = 0; i < permohonan_machine.count; i++)
		if (!walked[i])
			fail_msg("row %u was never walked", i + 1);
	assert_int_equal(kantor_parked(&k), 0);
}

static void commands_are_refused_to_those_without_the_role(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < permohonan_machine.count; i++) {
		const struct transition *t = &permohonan_machine.rows[i];
		uint32_t command = 0;

		if (t->roles == NO_ROLE)
			continue;
		while (commands[command].schema != t->input.schema)
			command++;
		kantor_refused(&k, KANTOR_PEMBACA, commands[command].schema,
			body_of(command, kantor_bring(&k, t->from)), SESI_STATUS_DENIED, "bukan_kewenangan");
	}
}

static void unknown_case_is_refused(void **state)
{
	struct id nobody = { { 0x77 } };

	(void)state;
	for (uint32_t i = 0; i < COMMANDS; i++)
		kantor_refused(&k, *commands[i].actor, commands[i].schema, body_of(i, nobody),
			SESI_STATUS_NOT_FOUND, "perkara_tidak_dikenal");
}

static void page_of_the_services_shows_the_table(void **state)
{
	(void)state;
	machine_assert_page(&permohonan_machine, "ppid-workflow");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_makes_sense),
		AT_OFFICE(every_state_takes_its_rows_and_refuses_the_rest),
		AT_OFFICE(commands_are_refused_to_those_without_the_role),
		AT_OFFICE(unknown_case_is_refused),
		cmocka_unit_test(page_of_the_services_shows_the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

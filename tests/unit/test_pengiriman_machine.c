/* The life of a delivery: each state, brought about on the real service, with each input. */
#include "lib/kurir.h"
#include "lib/machine_page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define STATE(name) KEADAAN_PENGIRIMAN_##name

static void bring(struct harness *h, uint32_t state)
{
	static const struct {
		uint32_t state;
		enum hasil_kirim result;
	} results[] = {
		{ STATE(TERKIRIM), HASIL_KIRIM_TERKIRIM },
		{ STATE(GAGAL_SEMENTARA), HASIL_KIRIM_SEMENTARA },
		{ STATE(MENYERAH), HASIL_KIRIM_TETAP },
		{ STATE(TIDAK_PASTI), HASIL_KIRIM_TIDAK_PASTI },
	};
	struct hasil_surel begun = { .hasil = HASIL_KIRIM_DIMULAI };
	struct surel_keluar mail;
	struct str key, rule;

	kurir_lodge(h);
	if (state == STATE(DIBATALKAN))
		(void)kurir_decide(h, KURIR_OFFICER, 0, TINDAKAN_PENGIRIMAN_BATAL, &rule);
	if (state == STATE(DIBATALKAN) || state == STATE(MENUNGGU_KARTU))
		return;
	kurir_send_card(h, state == STATE(TANPA_ALAMAT) ? NULL : "nur@example.id", 1);
	for (size_t i = 0; i < sizeof results / sizeof results[0]; i++)
		if (results[i].state == state)
			kurir_attempt(h, results[i].result, "sebab", 0);
	if (state == STATE(DIKIRIM)) {
		assert_true(kurir_next_mail(h, &key, &mail));
		harness_work_done(h, "notification", key, &begun);
	}
}

/* The row that takes the input in this state under the guard of this name; NULL: none. */
static const struct transition *row_of(uint32_t state, const struct schema *input,
	const char *guard)
{
	for (uint32_t i = 0; i < pengiriman_machine.count; i++) {
		const struct transition *row = &pengiriman_machine.rows[i];

		if (row->from == state && row->input.schema == input && row->guard.name != NULL &&
			strcmp(row->guard.name, guard) == 0)
			return row;
	}
	return NULL;
}

static void decisions_do_what_the_table_says_and_nothing_else(void **state)
{
	static const char *const guards[] = { NULL, "kirim_ulang", "anggap_terkirim", "batal" };

	for (uint32_t s = 1; s <= STATE(DIBATALKAN); s++)
		for (uint32_t action = 1; action <= TINDAKAN_PENGIRIMAN_BATAL; action++) {
			const struct transition *row = row_of(s, &schema_putuskan_pengiriman, guards[action]);
			bool has_way = row != NULL &&
				!(s == STATE(TANPA_ALAMAT) && action == TINDAKAN_PENGIRIMAN_KIRIM_ULANG);
			enum sesi_status status;
			struct harness *h;
			uint32_t events;
			struct str rule;

			(void)kurir_teardown(state);
			(void)kurir_setup(state);
			h = *state;
			bring(h, s);
			assert_int_equal(kurir_state(h, 0), s);
			events = harness_events(h, "notification", NULL);
			assert_int_equal(kurir_decide(h, KURIR_STRANGER, 0, action, &rule),
				row == NULL &&
						(s == STATE(TERKIRIM) || s == STATE(DIBATALKAN) ||
							s == STATE(DIRENCANAKAN) || s == STATE(DIKIRIM))
					? SESI_STATUS_REJECTED
					: SESI_STATUS_DENIED);
			status = kurir_decide(h, KURIR_OFFICER, 0, action, &rule);
			if (status != (has_way ? SESI_STATUS_OK : SESI_STATUS_REJECTED))
				fail_msg("state %u, action %u: status %u", s, action, status);
			assert_int_equal(kurir_state(h, 0), has_way ? row->to : s);
			assert_int_equal(harness_events(h, "notification", NULL), events + has_way);
			assert_int_equal(kurir_count(h, has_way ? row->to : s), 1);
		}
}

static void results_do_what_the_table_says(void **state)
{
	static const char *const guards[] = { NULL, "dimulai", "diterima_peladen", "bisa_diulang",
		"gagal", "tidak_pasti" };
	static const uint32_t states[] = { STATE(DIRENCANAKAN), STATE(DIKIRIM) };

	for (int i = 0; i < 2; i++)
		for (uint32_t result = 1; result <= HASIL_KIRIM_TIDAK_PASTI; result++) {
			const struct transition *row = row_of(states[i], &schema_hasil_surel, guards[result]);
			struct hasil_surel told = { .hasil = result };
			struct surel_keluar mail;
			struct harness *h;
			struct str key;

			/* A worker that is done before it begins is none of ours: parked, not taken. */
			if (row == NULL)
				continue;
			(void)kurir_teardown(state);
			(void)kurir_setup(state);
			h = *state;
			bring(h, states[i]);
			assert_true(kurir_next_mail(h, &key, &mail));
			harness_work_done(h, "notification", key, &told);
			assert_int_equal(kurir_state(h, 0), row->to);
			assert_int_equal(kurir_next_mail(h, &key, &mail),
				row->to == STATE(DIRENCANAKAN) || row->to == STATE(DIKIRIM));
		}
}

/* A newer card with an address moves what waits for one, and nothing else. */
static void cards_do_what_the_table_says(void **state)
{
	for (uint32_t s = 1; s <= STATE(DIBATALKAN); s++) {
		bool waits = s == STATE(MENUNGGU_KARTU) || s == STATE(TANPA_ALAMAT);
		struct harness *h;

		(void)kurir_teardown(state);
		(void)kurir_setup(state);
		h = *state;
		bring(h, s);
		kurir_send_card(h, "baru@example.id", 9);
		assert_int_equal(kurir_state(h, 0), waits ? STATE(DIRENCANAKAN) : s);
	}
}

static void table_makes_sense(void **state)
{
	(void)state;
	machine_assert_sense(&pengiriman_machine);
}

static void page_of_the_services_shows_the_table(void **state)
{
	(void)state;
	machine_assert_page(&pengiriman_machine, "ppid-notification");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_makes_sense),
		cmocka_unit_test_setup_teardown(decisions_do_what_the_table_says_and_nothing_else,
			kurir_setup, kurir_teardown),
		cmocka_unit_test_setup_teardown(results_do_what_the_table_says, kurir_setup,
			kurir_teardown),
		cmocka_unit_test_setup_teardown(cards_do_what_the_table_says, kurir_setup, kurir_teardown),
		cmocka_unit_test(page_of_the_services_shows_the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

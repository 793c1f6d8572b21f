/* intake and notification, both real, after a restore that lost a requester's record and his card. */
#include "lib/front.h"
#include "lib/harness_parts.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "intake/intake.h"
#include "intake/isi.h"
#include "notification/notification.h"
#include "notification/pengaturan.h"
#include "notification/pengiriman.h"
#include "store/system.h"

static const struct notification_settings settings = {
	.host = "localhost",
	.port = 25,
	.tls = "none",
	.ca_file = "",
	.user = "",
	.from = "ppid@example.id",
	.from_name = "PPID",
	.helo = "example.id",
	.connect_ms = 1000,
	.stall_ms = 1000,
	.total_ms = 1000,
	.give_up_hours = 24,
};
static const struct harness_service services[] = { { &intake_service, NULL },
	{ &notification_service, &settings } };
static const struct id NEW;

static int begin(void **state)
{
	struct harness *h = harness_open(ROWS(services), 0);

	front_policy(h);
	*state = h;
	return 0;
}

static int end(void **state)
{
	struct harness *h = *state;

	harness_verify(h);
	harness_close(&h);
	return 0;
}

/* Both tables are the first of their services. */
static void lose(struct harness *h, const char *service, const struct table *table, struct str key)
{
	struct txn *txn = NULL;

	assert_int_equal(txn_begin(runtime_store(harness_node(h, service)->runtime), KV_WRITE, &txn),
		ERR_OK);
	assert_int_equal(vault_erase(txn, table, key, &h->arena), ERR_OK);
	assert_int_equal(missing_put(txn, 0, key, 1), ERR_OK);
	assert_int_equal(txn_commit(&txn), ERR_OK);
}

static void notice_without_a_card_ends_on_the_list_and_nothing_is_asked_again(void **state)
{
	struct harness *h = *state;
	struct ajukan_permohonan c = front_request(h);
	struct isi_pemberitahuan letter = { .permohonan_id = c.permohonan_id,
		.versi = 1,
		.unit = STR(FRONT_UNIT),
		.jenis = JENIS_PEMBERITAHUAN_PERPANJANGAN,
		.pada = 1 };
	struct intake_kunci key = intake_kunci_perkara(&c.permohonan_id);
	struct delivery_key notice = delivery_key(c.permohonan_id, 1);
	struct pengiriman row;

	front_lodge(h, &c);
	lose(h, "intake", &isi_table, intake_kunci_str(&key));
	lose(h, "notification", &kartu_table, case_key(&c.permohonan_id));
	harness_letter(h, "workflow", "notification", NEW, &schema_isi_pemberitahuan, &letter);
	for (int i = 0; i < 20; i++)
		harness_advance(h, US_PER_DAY / 2);
	assert_true(harness_row(h, "notification", &pengiriman_table, delivery_key_str(&notice), &row));
	assert_int_equal(row.keadaan, KEADAAN_PENGIRIMAN_TANPA_ALAMAT);
	assert_true(row.has_sebab && str_is(row.sebab, "data_hilang"));
	assert_int_equal(harness_events(h, "notification", &schema_kartu_diminta), 1);
	assert_int_equal(harness_events(h, "intake", &schema_kartu_tidak_ada), 1);
	assert_int_equal(harness_events(h, "intake", &schema_masukan_ditolak), 0);
	assert_int_equal(harness_events(h, "notification", &schema_masukan_ditolak), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			notice_without_a_card_ends_on_the_list_and_nothing_is_asked_again, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

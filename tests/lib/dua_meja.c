#include "lib/dua_meja.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "intake/intake.h"
#include "workflow/workflow.h"

static const struct harness_service services[] = {
	{ &intake_service, NULL },
	{ &workflow_service, NULL },
};
const struct id CHIEF = { { 0x11 } };
static const struct id NEW;
struct harness *h;

void dua_meja_send(const char *service, struct id actor, const struct schema *schema,
	const void *body, void *reply)
{
	struct harness_reply r = harness_command(h, service, actor, NEW, schema, body, reply);

	if (r.status != SESI_STATUS_OK)
		print_error("%s: %.*s %.*s\n", schema->name, (int)r.field.len, r.field.ptr, (int)r.rule.len,
			r.rule.ptr);
	assert_int_equal(r.status, SESI_STATUS_OK);
}

int dua_meja_begin(void **state)
{
	(void)state;
	h = harness_open(ROWS(services), 0);
	SEND("workflow", CHIEF, beri_hak, .akun = CHIEF, .peran = PERAN_ADMINISTRATOR,
		.unit = STR("*"));
	SEND("workflow", CHIEF, daftarkan_unit,
		.unit = { .kode = STR("KOMINFO"), .nama = STR("Dinas"), .sebutan = STR("PPID") });
	SEND("workflow", CHIEF, beri_hak, .akun = FRONT_OFFICER, .peran = PERAN_PETUGAS_MEJA,
		.unit = STR("KOMINFO"));
	SEND("workflow", CHIEF, beri_hak, .akun = CHIEF, .peran = PERAN_PPID, .unit = STR("KOMINFO"));
	return 0;
}

int dua_meja_end(void **state)
{
	(void)state;
	harness_verify(h);
	harness_close(&h);
	return 0;
}

struct tanda_bukti dua_meja_lodge(void)
{
	struct ajukan_permohonan c = front_request(h);
	struct tanda_bukti receipt;

	dua_meja_send("intake", FRONT_OFFICER, &schema_ajukan_permohonan, &c, &receipt);
	return receipt;
}

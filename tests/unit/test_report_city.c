/* Two old registers taken over at two nodes, by the real services there, and the city's report of them. */
#include "ctl/report_city.h"
#include "lib/hitung.h"
#include "lib/kantor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/civil.h"
#include "ctl/import_row.h"
#include "intake/intake.h"
#include "runtime/stream_name.h"
#include "store/record.h"

static const struct harness_service services[] = {
	{ &intake_service, NULL },
	{ &workflow_service, NULL },
};
static const struct id NEW;

static struct str data_file(struct arena *arena, const char *name)
{
	enum { FILE_BYTES_MAX = 65536 };
	const char *path = arena_print(arena, TEST_DATA "/%s", name);
	char *text = arena_take(arena, FILE_BYTES_MAX);
	FILE *file;
	size_t len;

	assert_true(path != NULL && text != NULL);
	file = fopen(path, "r");
	assert_non_null(file);
	len = fread(text, 1, FILE_BYTES_MAX, file);
	fclose(file);
	return str_bytes(text, len);
}

/* --- a child --- */

struct child {
	struct harness *h;
	const char *unit;
	struct import_columns columns;
	bool has_heading;
};

static void send(struct child *c, const char *service, const struct schema *schema,
	const void *body, void *reply)
{
	struct harness_reply r = harness_command(c->h, service, KANTOR_ADMIN, NEW, schema, body, reply);

	if (r.status != SESI_STATUS_OK)
		print_error("%s: %.*s %.*s\n", schema->name, (int)r.field.len, r.field.ptr, (int)r.rule.len,
			r.rule.ptr);
	assert_int_equal(r.status, SESI_STATUS_OK);
}

static enum err take_row(void *self, const struct csv_row *row)
{
	struct child *c = self;
	struct arena *arena = harness_arena(c->h);
	struct catat_register_lama command = { .has_cara_bayar = false };
	struct tanda_bukti receipt;
	struct problem why;

	assert_int_equal(row->err, ERR_OK);
	if (!c->has_heading) {
		c->has_heading = true;
		return import_heading(row, arena, &c->columns, &why);
	}
	assert_int_equal(import_row(&c->columns, row, arena, &command, &why), ERR_OK);
	command.unit = str_of(c->unit);
	command.seri = str_of("permohonan");
	send(c, "intake", &schema_catat_register_lama, &command, &receipt);
	return ERR_OK;
}

/* A node with this unit, the days off of 2021, and the register taken over. */
static struct child child_open(const char *unit, const char *name, const char *file)
{
	struct child c = { .h = harness_open(services, 2, 0), .unit = unit };
	struct beri_hak grant = { .akun = KANTOR_ADMIN,
		.peran = PERAN_ADMINISTRATOR,
		.unit = STR("*") };
	struct daftarkan_unit registered = {
		.unit = { .kode = str_of(unit), .nama = str_of(name), .sebutan = STR("PPID Pelaksana") }
	};
	struct kantor k = { .h = c.h };
	struct csv_reader *reader = csv_open(',', take_row, &c);

	send(&c, "workflow", &schema_beri_hak, &grant, NULL);
	send(&c, "workflow", &schema_daftarkan_unit, &registered, NULL);
	grant.peran = PERAN_PETUGAS_MEJA;
	grant.unit = str_of(unit);
	send(&c, "workflow", &schema_beri_hak, &grant, NULL);
	kantor_calendar(&k, 2021, NULL);
	assert_int_equal(csv_feed(reader, data_file(harness_arena(c.h), file)), ERR_OK);
	assert_int_equal(csv_finish(reader), ERR_OK);
	csv_close(&reader);
	return c;
}

/* Everything that the child's service said, as its parent would hear it. */
static void carry(const struct child *c, const char *service, struct hitung *t, struct id node)
{
	uint32_t count = harness_events(c->h, service, NULL);

	for (uint32_t seq = 1; seq <= count; seq++) {
		const struct schema *schema;
		struct record record;
		void *event;

		harness_record(c->h, service, seq, &record);
		schema = schema_of_code(record.type);
		event = arena_take(harness_arena(t->h), schema->size);
		assert_non_null(event);
		harness_decode(t->h, schema, record.payload, event);
		hitung_elsewhere(t, node, service, schema, event);
	}
}

/* --- the city --- */

struct city_page {
	struct hitung t;
	struct kota kota;
	struct city city;
	struct buf out;
};

static void hear(struct city_page *p, uint32_t number, const char *unit, const char *name,
	const char *file)
{
	struct child c = child_open(unit, name, file);

	carry(&c, "workflow", &p->t, hitung_node(number));
	carry(&c, "intake", &p->t, hitung_node(number));
	harness_verify(c.h);
	harness_close(&c.h);
}

static void know(struct city_page *p, uint32_t number, const char *name, const char *unit,
	bool is_connected)
{
	struct kota_simpul node = { .simpul = hitung_node(number),
		.nama = str_of(name),
		.has_tautan = true,
		.terhubung = is_connected,
		.has_kontak = !is_connected,
		.kontak = harness_now(p->t.h) - 2 * US_PER_DAY };

	assert_int_equal(kota_add_node(&p->kota, &node), ERR_OK);
	assert_int_equal(kota_add_unit(&p->kota, node.simpul, str_of(unit)), ERR_OK);
}

static void ask_pages(struct city_page *p)
{
	struct laporan_kota question = { .periode = STR("2021-Q3") };
	struct harness_reply reply = { .go_on = { NULL, 0 } };

	do {
		struct laporan_kota_jawab page;

		reply = harness_ask(p->t.h, "reporting", KANTOR_ADMIN, &schema_laporan_kota, &question,
			reply.go_on, &page);
		assert_int_equal(reply.status, SESI_STATUS_OK);
		assert_int_equal(kota_add(&p->kota, &page), ERR_OK);
	} while (reply.go_on.ptr != NULL);
}

/* Two children with their registers, a third one that was never heard of, the own node without a request. */
static int begin(void **state)
{
	static struct city_page p;
	struct kota_simpul own = { .simpul = hitung_own(), .nama = STR("utama") };

	p = (struct city_page) { .t = hitung_open(),
		.city = { .kota = &p.kota, .periode = { PERIODE_TRIWULAN, 2021, 3 } } };
	hear(&p, 1, "JPW", "Politeknik Jalan dan Wilayah", "register-2021-Q3.csv");
	hear(&p, 2, "JPW-B", "=Cabang \"B\"", "register-2021-Q3-varian.csv");
	kota_begin(&p.kota, harness_arena(p.t.h));
	know(&p, 1, "jpw", "JPW", true);
	know(&p, 2, "jpw-b", "JPW-B", true);
	know(&p, 3, "kec-c", "KEC-C", false);
	assert_int_equal(kota_add_node(&p.kota, &own), ERR_OK);
	ask_pages(&p);
	assert_int_equal(kota_end(&p.kota), ERR_OK);
	buf_init(&p.out, 1 << 20);
	*state = &p;
	return 0;
}

static int end(void **state)
{
	struct city_page *p = *state;

	buf_clear(&p->out);
	hitung_close(&p->t);
	return 0;
}

/* JSON without the blanks between its parts. */
static const char *packed(struct arena *arena, struct str json)
{
	char *ret = arena_take(arena, json.len + 1);
	bool is_text = false;
	size_t len = 0;

	assert_non_null(ret);
	for (size_t i = 0; i < json.len; i++) {
		if (json.ptr[i] == '"' && (i == 0 || json.ptr[i - 1] != '\\'))
			is_text = !is_text;
		if (is_text || strchr(" \t\n", json.ptr[i]) == NULL)
			ret[len++] = json.ptr[i];
	}
	ret[len] = '\0';
	return ret;
}

static void two_registers_give_the_figures_that_a_person_counted(void **state)
{
	struct city_page *p = *state;
	struct arena *arena = harness_arena(p->t.h);

	city_json(&p->city, &p->out);
	assert_string_equal(packed(arena, buf_str(&p->out)),
		packed(arena, data_file(arena, "kota-2021-Q3.json")));
}

static void has(struct city_page *p, const char *text)
{
	buf_add(&p->out, "", 1);
	if (strstr(p->out.ptr, text) == NULL)
		fail_msg("%s is not in:\n%s", text, p->out.ptr);
	p->out.len--;
}

static void text_has_a_row_a_unit_and_names_who_is_silent(void **state)
{
	struct city_page *p = *state;

	city_text(&p->city, &p->out);
	has(p, "LAPORAN LAYANAN INFORMASI PUBLIK SELURUH KOTA\nTriwulan III Tahun 2021\n");
	has(p,
		"3.   jpw     JPW Politeknik Jalan dan Wilayah          3          3          0          0"
		"          0       3,33       100%  17-03-2026 09.00\n");
	has(p,
		"5.   kec-c   KEC-C                                   belum ada data\n"
		"     Jumlah                                            5          4          1  "
		"        0          0       2,80       100%\n");
	has(p, "Belum ada data dari 1 unit; jumlah di atas tanpa unit tersebut.\n");
	has(p, "Simpul kec-c tidak terhubung; kontak terakhir 15-03-2026 09.00 WIB.\n");
}

static void csv_runs_no_formula_and_leaves_unknown_cells_empty(void **state)
{
	struct city_page *p = *state;

	city_csv(&p->city, &p->out);
	has(p, "id_simpul,simpul,unit,nama,diterima,dipenuhi,ditolak_tidak_dijawab,diproses,");
	has(p, ",jpw-b,JPW-B,\"'=Cabang \"\"B\"\"\",2,1,1,0,0,2,2,2,0,100,17-03-2026 09.00\r\n");
	has(p, ",kec-c,KEC-C,,,,,,,,,,,,belum ada data\r\n");
	has(p, "jumlah,,,Jumlah,5,4,1,0,0,5,2.8,5,0,100,\r\n");
}

/* The names of units come from other nodes. */
static void a_name_moves_no_cursor(void **state)
{
	struct city_page *p = *state;

	p->kota.baris[2].nama.nama = str_of("A\x1b[2J\xc2\x9b"
										"B");
	city_text(&p->city, &p->out);
	has(p, "JPW A?[2J?B ");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(two_registers_give_the_figures_that_a_person_counted),
		TEST(text_has_a_row_a_unit_and_names_who_is_silent),
		TEST(csv_runs_no_formula_and_leaves_unknown_cells_empty),
		TEST(a_name_moves_no_cursor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

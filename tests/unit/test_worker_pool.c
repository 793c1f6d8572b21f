/* worker_pool: what a worker gives back, what is too large, and work whose payload nobody can read */
#include "bus/bus.h"
#include "runtime/engine.h"
#include "runtime/worker_pool.h"
#include "store/sidecar_memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define WAIT_US (5 * US_PER_SECOND)

enum { ROWS_TOO_MANY = 400 };

/* Tries with a result that is far too large, then says how that ended. */
static void run(struct worker *worker, const void *payload)
{
	const struct kebijakan_diatur *p = payload;
	struct unit_ringkas rows[ROWS_TOO_MANY];
	struct unit_daftar_jawab answer = { .unit = rows, .unit_len = sizeof rows / sizeof rows[0] };
	char name[200];
	enum err e;

	memset(name, 'N', sizeof name);
	for (size_t n = 0; n < sizeof rows / sizeof rows[0]; n++)
		rows[n] = (struct unit_ringkas) { .kode = p->unit,
			.nama = str_bytes(name, sizeof name),
			.sebutan = p->kunci };
	e = worker_result(worker, &answer);
	answer.unit_len = e == ERR_LIMIT ? 1 : 0;
	e = worker_result(worker, &answer);
	assert_int_equal(e, ERR_OK);
}

static const struct work_kind works[] = {
	{ "uji", &schema_kebijakan_diatur, &schema_unit_daftar_jawab, run, NULL },
};
static const struct service service = { .name = "uji", .works = works, .work_count = 1 };

static void up(void *self, uint64_t link, struct str name, bool is_dialer)
{
	(void)self, (void)link, (void)name, (void)is_dialer;
}

static void frames(void *self, uint64_t link, const struct frames *f)
{
	(void)self, (void)link, (void)f;
}

static void down(void *self, uint64_t link)
{
	(void)self, (void)link;
}

struct rig {
	struct runtime runtime;
	struct bus *bus;
	struct sidecar_memory sidecar;
	struct worker_pool *pool;
};

static int begin(void **state)
{
	struct rig *rig = calloc(1, sizeof *rig);
	struct bus_calls calls = { .self = rig, .up = up, .frames = frames, .down = down };

	rig->bus = bus_open(&calls);
	sidecar_memory_init(&rig->sidecar);
	rig->pool = worker_pool_open(&(struct worker_pool_options) { .service = &service,
		.host = host_system(),
		.sidecar = sidecar_of_memory(&rig->sidecar),
		.bus = rig->bus,
		.workers_max = 1 });
	rig->runtime.service = &service;
	lines_init(&rig->runtime.waiting);
	worker_pool_attach(rig->pool, &rig->runtime);
	*state = rig;
	return 0;
}

static int end(void **state)
{
	struct rig *rig = *state;

	lines_clear(&rig->runtime.waiting);
	worker_pool_close(&rig->pool);
	bus_close(&rig->bus);
	sidecar_memory_clear(&rig->sidecar);
	free(rig);
	return 0;
}

static void work_on(struct rig *rig, struct str payload)
{
	struct host host = host_system();
	time_us until = host_steady(&host) + WAIT_US;
	struct work_host pool = worker_pool_host(rig->pool);
	int signal;

	assert_int_equal(pool.start(pool.self, works, str_of("k"), 0, payload), ERR_OK);
	while (!worker_pool_is_idle(rig->pool) && host_steady(&host) < until)
		assert_int_equal(bus_wait(rig->bus, until, 16, &signal), ERR_OK);
	assert_true(worker_pool_is_idle(rig->pool));
}

static void a_result_over_the_limit_is_refused_to_the_worker_and_goes_nowhere(void **state)
{
	struct rig *rig = *state;
	struct kebijakan_diatur payload = { .kunci = STR("k"),
		.unit = STR("KECAMATAN-BEKASI-TIMUR-NO-00001") };
	struct unit_daftar_jawab answer;
	struct problem why;
	struct arena arena;
	struct buf out;

	buf_init(&out, 4096);
	arena_init(&arena, 4096);
	assert_int_equal(wire_encode(&schema_kebijakan_diatur, &payload, &out, &why), ERR_OK);
	work_on(rig, buf_str(&out));
	assert_int_equal(rig->runtime.waiting.count, 1);
	assert_int_equal(rig->runtime.waiting.of[JENIS_MASUKAN_HASIL_KERJA].first->slice, 0);
	assert_int_equal(wire_decode(&schema_unit_daftar_jawab,
						 rig->runtime.waiting.of[JENIS_MASUKAN_HASIL_KERJA].first->body, &arena,
						 &answer, &why),
		ERR_OK);
	assert_int_equal(answer.unit_len, 1);
	arena_clear(&arena);
	buf_clear(&out);
}

static void work_whose_payload_cannot_be_read_ends_as_lost(void **state)
{
	struct rig *rig = *state;

	work_on(rig, str_of("bukan muatan"));
	assert_int_equal(rig->runtime.waiting.count, 1);
	assert_null(rig->runtime.waiting.of[JENIS_MASUKAN_HASIL_KERJA].first->body.ptr);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_result_over_the_limit_is_refused_to_the_worker_and_goes_nowhere, begin, end),
		cmocka_unit_test_setup_teardown(work_whose_payload_cannot_be_read_ends_as_lost, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

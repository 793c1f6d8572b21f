/* Events of a later version of the software: what may be passed over is, what may not stops that stream alone, and
 * the state of the service says so. */
#include "lib/harness_parts.h"
#include "lib/hitung.h"
#include "workflow/workflow.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "runtime/engine.h"
#include "wire/rule.h"

enum { SKIPPABLE = 0x7e11, CRITICAL = 0xfe12, ADDED = 100, ADDED_CRITICAL = 200, FIELDS_MAX = 40 };

static const struct id NOBODY;

struct later {
	uint32_t number;
};

static const struct field later_fields[] = {
	{ .number = 1, .type = TYPE_U32, .offset = offsetof(struct later, number), .name = "angka" },
};

static const struct schema passed_over = { .code = SKIPPABLE,
	.version = 1,
	.kind = KIND_EVENT,
	.name = "kelak_boleh_dilewati",
	.size = sizeof(struct later),
	.fields = later_fields,
	.field_count = 1 };
static const struct schema stops = { .code = CRITICAL,
	.version = 1,
	.kind = KIND_EVENT,
	.name = "kelak_wajib_dikenal",
	.size = sizeof(struct later),
	.fields = later_fields,
	.field_count = 1 };

/* A known event with one field more, as a later version would say it. */
struct extended {
	struct schema schema;
	struct field fields[FIELDS_MAX];
};

static const struct schema *extend(struct extended *x, const struct schema *of, uint8_t number)
{
	assert_true(of->field_count < FIELDS_MAX);
	x->schema = *of;
	memcpy(x->fields, of->fields, of->field_count * sizeof *of->fields);
	x->fields[of->field_count] = (struct field) { .number = number,
		.type = TYPE_U32,
		.offset = of->size,
		.name = "tambahan" };
	x->schema.fields = x->fields;
	x->schema.field_count++;
	x->schema.size += 16;
	return &x->schema;
}

static const char *stopped_in(struct harness *h, const char *service, const char *stream)
{
	struct keadaan question = { 0 };
	struct keadaan_layanan state;

	assert_int_equal(harness_ask(h, service, NOBODY, &schema_keadaan, &question,
						 (struct str) { NULL, 0 }, &state)
						 .status,
		SESI_STATUS_OK);
	for (uint32_t n = 0; n < state.mengikuti_len; n++)
		if (str_is(state.mengikuti[n].aliran, stream))
			return state.mengikuti[n].has_berhenti
				? arena_print(harness_arena(h), "%.*s", (int)state.mengikuti[n].berhenti.len,
					  state.mengikuti[n].berhenti.ptr)
				: "";
	return "tidak diikuti";
}

static uint32_t parked(struct harness *h)
{
	return harness_events(h, "workflow", &schema_masukan_ditolak);
}

/* --- a service that decides --- */

static const struct harness_service deciding[] = { { &workflow_service, NULL } };

static int deciding_begin(void **state)
{
	*state = harness_open(deciding, 1, 0);
	return 0;
}

static void lodge(struct harness *h, uint8_t number)
{
	struct permohonan_diajukan e = hitung_lodging(hitung_id(number), "2026-03-10");

	harness_publish(h, "intake", &schema_permohonan_diajukan,
		str_bytes(e.permohonan_id.bytes, sizeof e.permohonan_id.bytes), &e);
}

static uint32_t cases(struct harness *h)
{
	return harness_events(h, "workflow", &schema_perkara_dibuka);
}

static void an_event_of_an_unknown_type_is_passed_over(void **state)
{
	struct later event = { 7 };

	lodge(*state, 1);
	harness_publish(*state, "intake", &passed_over, str_of("k"), &event);
	lodge(*state, 2);
	assert_int_equal(cases(*state), 2);
	assert_int_equal(parked(*state), 0);
	assert_string_equal(stopped_in(*state, "workflow", "intake"), "");
}

static void a_field_that_is_not_known_is_passed_over(void **state)
{
	static struct extended x;
	char message[1024] = { 0 };
	struct permohonan_diajukan e = hitung_lodging(hitung_id(1), "2026-03-10");

	memcpy(message, &e, sizeof e);
	harness_publish(*state, "intake", extend(&x, &schema_permohonan_diajukan, ADDED), str_of("k"),
		message);
	assert_int_equal(cases(*state), 1);
	assert_string_equal(stopped_in(*state, "workflow", "intake"), "");
}

static void an_event_of_an_unknown_critical_type_stops_its_stream(void **state)
{
	struct later event = { 7 };

	lodge(*state, 1);
	harness_publish(*state, "intake", &stops, str_of("k"), &event);
	lodge(*state, 2);
	assert_int_equal(cases(*state), 1);
	assert_int_equal(parked(*state), 0);
	assert_string_equal(stopped_in(*state, "workflow", "intake"), RULE_CRITICAL);
}

/* Also where no table is made of the event: parked, it would be taken for one that was refused. */
static void a_critical_field_that_is_not_known_stops_its_stream(void **state)
{
	static struct extended x;
	char message[1024] = { 0 };
	struct kelengkapan_diterima e = { .permohonan_id = hitung_id(1),
		.unit = STR(HITUNG_UNIT),
		.diterima_pada = harness_now(*state) };

	lodge(*state, 1);
	memcpy(message, &e, sizeof e);
	harness_publish(*state, "intake", extend(&x, &schema_kelengkapan_diterima, ADDED_CRITICAL),
		str_of("k"), message);
	lodge(*state, 2);
	assert_int_equal(cases(*state), 1);
	assert_int_equal(parked(*state), 0);
	assert_string_equal(stopped_in(*state, "workflow", "intake"), RULE_CRITICAL);
}

/* The same event to a service whose rows name it. */
static enum err decide_later(struct ctx *ctx, const void *message)
{
	(void)ctx;
	(void)message;
	return ERR_OK;
}

static struct follow_row later_follows[16];
static struct service later_workflow;
static const struct harness_service later_deciding[] = { { &later_workflow, NULL } };

static int later_begin(void **state)
{
	uint32_t n = workflow_service.follow_count;

	assert_true(n < 16);
	later_workflow = workflow_service;
	memcpy(later_follows, workflow_service.follows, n * sizeof *later_follows);
	later_follows[n] = (struct follow_row) { "intake", &stops, decide_later };
	later_workflow.follows = later_follows;
	later_workflow.follow_count = n + 1;
	*state = harness_open(later_deciding, 1, 0);
	return 0;
}

static void a_critical_type_that_the_service_follows_is_no_stranger(void **state)
{
	struct later event = { 7 };

	harness_publish(*state, "intake", &stops, str_of("k"), &event);
	lodge(*state, 1);
	assert_int_equal(cases(*state), 1);
	assert_string_equal(stopped_in(*state, "workflow", "intake"), "");
}

/* --- figures of other nodes --- */

static void a_node_that_says_what_is_not_known_is_named_and_others_go_on(void **state)
{
	struct hitung *t = *state;
	struct id newer = hitung_node(1), other = hitung_node(2);
	char name[NODE_STREAM_MAX + 1];
	struct later event = { 7 };

	hitung_lodge_at(t, newer, 1, "2021-07-17");
	hitung_elsewhere(t, newer, "intake", &stops, &event);
	hitung_lodge_at(t, newer, 2, "2021-07-17");
	hitung_lodge_at(t, other, 3, "2021-07-17");
	hitung_lodge_at(t, other, 4, "2021-07-17");
	assert_int_equal(hitung_unit(hitung_city(t, "2021", NULL, NULL), newer, HITUNG_UNIT).diterima,
		1);
	assert_int_equal(hitung_unit(hitung_city(t, "2021", NULL, NULL), other, HITUNG_UNIT).diterima,
		2);
	assert_int_equal(node_stream_name(newer, str_of("intake"), name), ERR_OK);
	assert_string_equal(stopped_in(t->h, "reporting", name), RULE_CRITICAL);
	assert_int_equal(node_stream_name(other, str_of("intake"), name), ERR_OK);
	assert_string_equal(stopped_in(t->h, "reporting", name), "tidak diikuti"); /* nothing to tell */
}

/* Made anew, because another stream parted, they are not less than before. */
static void figures_of_a_stream_that_stands_still_outlast_a_rebuild(void **state)
{
	struct hitung *t = *state;
	struct id newer = hitung_node(1);
	char name[NODE_STREAM_MAX + 1];
	struct later event = { 7 };

	hitung_lodge_at(t, newer, 1, "2021-07-17");
	hitung_elsewhere(t, newer, "intake", &stops, &event);
	hitung_lodge_at(t, newer, 2, "2021-07-17");
	harness_node(t->h, "reporting")->runtime->wants_rebuild = true;
	harness_advance(t->h, 2 * US_PER_SECOND);
	assert_int_equal(hitung_unit(hitung_city(t, "2021", NULL, NULL), newer, HITUNG_UNIT).diterima,
		1);
	assert_int_equal(node_stream_name(newer, str_of("intake"), name), ERR_OK);
	assert_string_equal(stopped_in(t->h, "reporting", name), RULE_CRITICAL);
}

#define DECIDING(f) cmocka_unit_test_setup_teardown(f, deciding_begin, harness_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		DECIDING(an_event_of_an_unknown_type_is_passed_over),
		DECIDING(a_field_that_is_not_known_is_passed_over),
		DECIDING(an_event_of_an_unknown_critical_type_stops_its_stream),
		DECIDING(a_critical_field_that_is_not_known_stops_its_stream),
		cmocka_unit_test_setup_teardown(a_critical_type_that_the_service_follows_is_no_stranger,
			later_begin, harness_end),
		cmocka_unit_test_setup_teardown(
			a_node_that_says_what_is_not_known_is_named_and_others_go_on, hitung_begin, hitung_end),
		cmocka_unit_test_setup_teardown(figures_of_a_stream_that_stands_still_outlast_a_rebuild,
			hitung_begin, hitung_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

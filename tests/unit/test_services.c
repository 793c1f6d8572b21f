/* services: every descriptor keeps the rules of descriptors, and their settings are known to the house */
#include "ctl/services.h"
#include "runtime/main.h"
#include "runtime/node_setting.h"
#include "runtime/runtime.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

enum { TEXT_MAX = 4 * 1024 * 1024 };

static bool is_in(const struct setting *rows, uint32_t count, const struct setting *wanted)
{
	for (uint32_t i = 0; i < count; i++)
		if (strcmp(rows[i].name, wanted->name) == 0)
			return (rows[i].kind == SETTING_SECRET) == (wanted->kind == SETTING_SECRET);
	return false;
}

static void every_descriptor_keeps_its_rules(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, TEXT_MAX);
	for (uint32_t i = 0; i < all_services_count; i++)
		if (service_check(all_services[i], &out) != ERR_OK)
			fail_msg("%s: %.*s", all_services[i]->name, (int)out.len, out.ptr);
	buf_clear(&out);
}

static void every_description_is_whole(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, TEXT_MAX);
	for (uint32_t i = 0; i < all_services_count; i++) {
		buf_reset(&out);
		service_describe(all_services[i], &out);
		assert_false(out.is_full);
		assert_true(out.len > 1000);
	}
	buf_clear(&out);
}

/* The services of a node may share one environment: what one of them reads, no other refuses. */
static void settings_of_each_service_are_known_to_all(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < all_services_count; i++)
		for (uint32_t k = 0; k < all_services[i]->setting_count; k++)
			if (!is_in(house_setting_rows, house_setting_count, &all_services[i]->settings[k]))
				fail_msg("%s is missing in house_setting_rows", all_services[i]->settings[k].name);
}

static void no_setting_means_two_things(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < all_services_count; i++)
		for (uint32_t k = 0; k < all_services[i]->setting_count; k++)
			for (uint32_t n = 0; n < node_setting_count; n++)
				assert_string_not_equal(all_services[i]->settings[k].name,
					node_setting_rows[n].name);
}

/* A message belongs to one service alone, or ppidctl would not know whom to ask. */
static void every_command_and_question_has_one_service(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < all_services_count; i++) {
		for (uint32_t k = 0; k < all_services[i]->command_count; k++)
			assert_ptr_equal(service_of_message(all_services[i]->commands[k].schema),
				all_services[i]);
		for (uint32_t k = 0; k < all_services[i]->question_count; k++)
			assert_ptr_equal(service_of_message(all_services[i]->questions[k].schema),
				all_services[i]);
	}
}

static void every_followed_event_and_every_letter_has_its_sender(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < all_services_count; i++) {
		const struct service *s = all_services[i];
		const char *dials[32];
		uint32_t count = runtime_dials(s, dials, 32);

		for (uint32_t k = 0; k < count; k++)
			if (service_of_name(dials[k]) == NULL)
				fail_msg("%s speaks to %s, which is no service", s->name, dials[k]);
		for (uint32_t k = 0; k < s->follow_count; k++) {
			const struct service *from = service_of_name(s->follows[k].stream);
			bool is_emitted = false;

			for (uint32_t n = 0; from != NULL && n < from->event_count; n++)
				is_emitted = is_emitted || from->events[n].schema == s->follows[k].schema;
			if (!is_emitted)
				fail_msg("%s follows %s of %s, which never says it", s->name,
					s->follows[k].schema->name, s->follows[k].stream);
		}
	}
}

static void the_description_of_a_wrong_descriptor_names_what_is_wrong(void **state)
{
	static const struct command_row commands[] = { { &schema_keadaan, NULL, NULL, 0, false } };
	static const struct table table = { "dua", TABLE_DERIVED, 0, &schema_parkir, NULL, 0 };
	static const struct table *const tables[] = { &table, &table };
	static const struct service wrong = { .name = "salah",
		.commands = commands,
		.command_count = 1,
		.tables = tables,
		.table_count = 2 };
	struct buf out;

	(void)state;
	buf_init(&out, TEXT_MAX);
	assert_int_equal(service_check(&wrong, &out), ERR_INVALID);
	buf_add(&out, "", 1);
	assert_non_null(strstr(out.ptr, "is no command: keadaan"));
	assert_non_null(strstr(out.ptr, "nobody may send it: keadaan"));
	assert_non_null(strstr(out.ptr, "has no version: dua"));
	assert_non_null(strstr(out.ptr, "stands twice: dua"));
	buf_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_descriptor_keeps_its_rules),
		cmocka_unit_test(every_description_is_whole),
		cmocka_unit_test(settings_of_each_service_are_known_to_all),
		cmocka_unit_test(no_setting_means_two_things),
		cmocka_unit_test(every_command_and_question_has_one_service),
		cmocka_unit_test(every_followed_event_and_every_letter_has_its_sender),
		cmocka_unit_test(the_description_of_a_wrong_descriptor_names_what_is_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* office - the one kantor in which a program's tests work, a new one for each test
 *
 * For programs of which nearly every line speaks of it; k is its short name. */
#ifndef LIB_OFFICE_H
#define LIB_OFFICE_H

#include "lib/kantor.h"

extern struct kantor k;

int office_begin(void **state);
int office_end(void **state);
#define AT_OFFICE(f) cmocka_unit_test_setup_teardown(f, office_begin, office_end)
/* A new one in the midst of a test, at this moment ("" is the usual one). */
void office_reopen(const char *now);

#define SEND(actor, name, ...) \
	kantor_send(&k, actor, &schema_##name, &(struct name) { __VA_ARGS__ })
#define REFUSED(actor, name, status, rule, ...) \
	kantor_refused(&k, actor, &schema_##name, &(struct name) { __VA_ARGS__ }, status, rule)

#endif

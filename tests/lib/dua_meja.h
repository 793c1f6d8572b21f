/* dua_meja - the front desk and the back desk together, both real, a new pair for each test
 *
 * h is the harness that they stand in; at the end of a test all is verified. */
#ifndef LIB_DUA_MEJA_H
#define LIB_DUA_MEJA_H

#include "lib/front.h"

extern struct harness *h;
extern const struct id CHIEF; /* administrator of the node, and PPID of the unit */

int dua_meja_begin(void **state);
int dua_meja_end(void **state);
#define AT_WORK(f) cmocka_unit_test_setup_teardown(f, dua_meja_begin, dua_meja_end)

/* A command that is accepted (asserted). */
void dua_meja_send(const char *service, struct id actor, const struct schema *schema,
	const void *body, void *reply);
#define SEND(service, actor, name, ...) \
	dua_meja_send(service, actor, &schema_##name, &(struct name) { __VA_ARGS__ }, NULL)
/* By FRONT_OFFICER, a new request each time. */
struct tanda_bukti dua_meja_lodge(void);

#endif

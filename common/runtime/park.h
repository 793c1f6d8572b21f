/* park - inputs kept aside until a person decides, and the one that is being tried */
#ifndef RUNTIME_PARK_H
#define RUNTIME_PARK_H

#include "runtime/ctx.h"
#include "runtime/fold.h"
#include "runtime/input.h"

struct runtime;

/* park.c */
#define RULE_ENDED_TWICE "dua_kali_berakhir_tak_wajar"
extern const struct table table_parkir;
enum err park_input(struct runtime *r, struct txn *txn, struct input *i, const char *rule,
	const char *field) MUST_CHECK;
/* Whether something with the same key of the same origin is parked already. */
enum err park_is_behind(struct runtime *r, struct txn *txn, const struct input *i, struct str key,
	bool *ret) MUST_CHECK;
enum err park_apply_refused(struct fold *fold, const void *message) MUST_CHECK;
enum err park_apply_settled(struct fold *fold, const void *message) MUST_CHECK;
enum err park_settle(struct ctx *ctx, const void *message) MUST_CHECK; /* jalankan_parkir */
enum err park_count(struct runtime *r, struct txn *txn, uint64_t *ret) MUST_CHECK;

/* attempt.c: which input was being tried, after an abnormal end. */
enum err attempt_note(struct runtime *r, const struct input *i, bool *ret_was_tried) MUST_CHECK;
/* In the transaction of the input itself: it came through. */
enum err attempt_done(struct txn *txn) MUST_CHECK;

#endif

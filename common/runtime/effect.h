/* effect - what decide asked for, written and applied
 *
 * struct ctx is what decide holds; it notes effects, and effects.c writes them
 * into the batch's transaction: vault, log record, apply, outbox, payloads. */
#ifndef RUNTIME_EFFECT_H
#define RUNTIME_EFFECT_H

#include "runtime/ctx.h"
#include "runtime/input.h"
#include "store/system.h"

struct runtime;

enum effect_kind {
	EFFECT_EVENT,
	EFFECT_VAULT_PUT,
	EFFECT_VAULT_ERASE,
	EFFECT_PRIVATE_PUT,
	EFFECT_LETTER,
	EFFECT_WORK,
	EFFECT_FORGET,
	EFFECT_EPOCH
};

struct effect {
	struct effect *next;
	enum effect_kind kind;
	const struct schema *schema;
	const struct table *table;
	struct str key;
	struct str body; /* encoded */
	const void *
		row; /* vault, private: decoded copy of the encoded; event: the same once applied, or NULL */
	const char *to;
	struct id id; /* letter */
	uint64_t seq; /* event, once appended */
};

struct ctx {
	struct runtime *r;
	struct txn *txn;
	struct arena *arena;
	const struct input *input;
	const struct schema *schema; /* of the message that decide was given; NULL: of none */
	struct record record;        /* of the followed event */
	bool has_record;             /* it was read already */
	const void *event;           /* its message, where a table was projected from it; else NULL */
	time_us now;
	time_us event_at;
	struct id event_actor;
	struct problem why;
	uint32_t id_count;
	bool is_allowed;
	bool is_done_before;
	uint64_t done_seq; /* of a command: its events of old */
	uint32_t done_count;
	bool is_answering; /* answer: no effects */
	struct effect *first, **last;
	uint32_t loose_vault; /* vault effects not yet with an event */
	uint32_t events;
};

/* ctx.c */
void ctx_begin(struct ctx *ctx, struct runtime *r, struct txn *txn, const struct input *input);
/* The log goes on in a new epoch before the next event. */
enum err ctx_new_epoch(struct ctx *ctx, const char *reason) MUST_CHECK;
/* The sealed payload under key goes. */
enum err ctx_forget(struct ctx *ctx, struct str key) MUST_CHECK;

/* effects.c: writes what decide asked for; fills the outcome's place. */
enum err effects_write(struct ctx *ctx, struct outcome *ret) MUST_CHECK;
/* Decoded own events of an outcome: from the effects, or from the log for a repeated command. */
enum err effects_own_events(struct ctx *ctx, struct own_event **ret, uint32_t *ret_len) MUST_CHECK;
enum err log_own_events(struct ctx *ctx, const struct mark *mark, struct own_event **ret,
	uint32_t *ret_len) MUST_CHECK;

/* apply.c: one record of the own log into the derived tables; count: events of its cause, 0: not the first.
 * ret_event may be NULL; it gets the decoded event, in the arena, where something is derived from it. */
enum apply_where {
	APPLY_LIVE,
	APPLY_SHADOW,
	APPLY_SALVAGED, /* into the live tables, and cursors are what the causes say */
};
enum err apply_record(const struct service *service, struct txn *txn, struct arena *arena,
	const struct record *record, uint32_t count, enum apply_where where,
	const void **ret_event) MUST_CHECK;
/* replay.c: one record after the other, as a log has them: `before` is the cause of the last one. */
enum err fold_record(const struct service *service, struct txn *txn, struct arena *arena,
	const struct record *record, struct cause *before, enum apply_where where) MUST_CHECK;
/* The declared schema of an own event, the system's included; NULL. */
const struct event_row *event_row_of(const struct service *service, uint16_t type);

#endif

/* ctx - what decide may use: read, refuse, and ask for effects
 *
 * All memory it gives is the input's arena. Every effect is only noted here and
 * written by the runtime when decide has answered ERR_OK; an error of a call
 * here is to be returned at once. */
#ifndef RUNTIME_CTX_H
#define RUNTIME_CTX_H

#include "runtime/service.h"

/* The actors that are no account. */
extern const struct id ACTOR_SYSTEM; /* clocks, followed events, results */
extern const struct id ACTOR_WARGA;  /* a citizen: needs no grant, may only what is open to all */

time_us ctx_now(const struct ctx *ctx);
struct arena *ctx_arena(struct ctx *ctx);
struct id ctx_actor(const struct ctx *ctx);
/* Who sent it: FROM_x; 0 for what nobody sends. */
uint32_t ctx_from(const struct ctx *ctx);
/* The node that this service belongs to. */
struct id ctx_node(const struct ctx *ctx);
const void *ctx_settings(const struct ctx *ctx); /* the service's settings struct */
/* The event that decide looks at: when it happened and its place (follow), else zero. */
time_us ctx_event_time(const struct ctx *ctx);
struct id ctx_event_actor(const struct ctx *ctx);

/* The schema of the message that decide was given; NULL for a timer or a result of work. */
const struct schema *ctx_schema(const struct ctx *ctx);

/* A refusal with its field and rule: return ctx_refuse(ctx, ERR_STATE, "permohonan_id", "sudah_diputus"). */
enum err ctx_refuse(struct ctx *ctx, enum err e, const char *field, const char *rule) MUST_CHECK;
/* ERR_DENIED unless the actor holds one of the roles in the unit. Every command calls this or ctx_allow_all
 * before its first effect; the runtime asserts it. */
enum err ctx_allow(struct ctx *ctx, uint32_t roles, struct str unit) MUST_CHECK;
/* Open to everybody who may send it, ACTOR_WARGA included. */
void ctx_allow_all(struct ctx *ctx);

/* Ids that belong to the input: time part from it, the rest a keyed hash of the cause and a counter. */
struct id ctx_id(struct ctx *ctx);
/* The id of the input itself: of the command or letter; else zero. */
struct id ctx_input_id(const struct ctx *ctx);
/* Chance, for codes: from randombytes. */
void ctx_random(struct ctx *ctx, void *ret, size_t len);

/* Reading: derived, projected and private tables, and the vault, as of the inputs before this one. */
enum err ctx_get(struct ctx *ctx, const struct table *table, struct str key, void *ret) MUST_CHECK;
/* The same for a row of policy: decoded once for many inputs, lent for this one. */
enum err ctx_get_kept(struct ctx *ctx, const struct table *table, struct str key,
	const void **ret) MUST_CHECK;
/* Number of rows; costs no walk. */
enum err ctx_count(struct ctx *ctx, const struct table *table, uint64_t *ret) MUST_CHECK;
enum err ctx_vault_get(struct ctx *ctx, const struct table *table, struct str key,
	void *ret) MUST_CHECK;
/* Of a record that ctx_vault_get did not find: whether a restore lost it and it is still listed as lost (true),
 * or it was erased, or never there. */
enum err ctx_vault_is_lost(struct ctx *ctx, const struct table *table, struct str key,
	bool *ret) MUST_CHECK;
/* Walks rows with the prefix; close before returning. */
enum err ctx_walk(struct ctx *ctx, const struct table *table, struct str prefix,
	struct walk *ret) MUST_CHECK;
enum err ctx_walk_next(struct ctx *ctx, struct walk *walk, const struct table *table,
	struct str *ret_key, void *ret_row) MUST_CHECK;

/* Effects. Bodies and rows are checked and encoded at once (ERR_INVALID, ERR_LIMIT: our mistake in an event
 * is an assertion in tests); the vault effects noted since the last event belong to the next one. */
enum err ctx_vault_put(struct ctx *ctx, const struct table *table, struct str key,
	const void *row) MUST_CHECK;
enum err ctx_vault_erase(struct ctx *ctx, const struct table *table, struct str key) MUST_CHECK;
enum err ctx_private_put(struct ctx *ctx, const struct table *table, struct str key,
	const void *row) MUST_CHECK;
enum err ctx_emit(struct ctx *ctx, const struct schema *schema, struct str key,
	const void *event) MUST_CHECK;
enum err ctx_letter(struct ctx *ctx, const char *to, const struct schema *schema,
	const void *body) MUST_CHECK;
/* Payload of a piece of work; the event that asks for it must open the row in apply (fold_work). */
enum err ctx_work(struct ctx *ctx, const char *kind, struct str key,
	const void *payload) MUST_CHECK;
/* The letter was done before (its business key is known): accepted without an event. */
void ctx_done_before(struct ctx *ctx);
/* The command was done before under another id (its key stands in a row): nothing happens, and it is answered
 * from its events of that time, `count` from `seq` on. */
void ctx_done_as(struct ctx *ctx, uint64_t seq, uint32_t count);
/* Numbers given in a series must stay under a bound noted outside the store before use (DESIGN 8): says
 * that `number` of the series is about to be given. ERR_IO. */
enum err ctx_number_bound(struct ctx *ctx, struct str series, uint64_t number) MUST_CHECK;
/* The bound noted outside the store: no number above it was given. 0: none was. */
enum err ctx_number_bound_get(struct ctx *ctx, struct str series, uint64_t *ret) MUST_CHECK;

#endif

/* view - what a question may use: a read transaction with a budget
 *
 * A question reads at most 1,000 rows or 2 ms; then it answers with what it has
 * and a key to go on from (view_go_on). The head it read at goes out with the
 * answer. Actor checks as for commands: view_allow. */
#ifndef RUNTIME_VIEW_H
#define RUNTIME_VIEW_H

#include "runtime/service.h"

enum { VIEW_ROWS_MAX = 1000, VIEW_US_MAX = 2000, VIEW_IDS_MAX = 200 };

time_us view_now(const struct view *view);
struct arena *view_arena(struct view *view);
struct id view_actor(const struct view *view);
struct id view_node(const struct view *view); /* our own */
const void *view_settings(const struct view *view);
enum err view_refuse(struct view *view, enum err e, const char *field, const char *rule) MUST_CHECK;
enum err view_allow(struct view *view, uint32_t roles, struct str unit) MUST_CHECK;

enum err view_get(struct view *view, const struct table *table, struct str key,
	void *ret) MUST_CHECK;
enum err view_vault_get(struct view *view, const struct table *table, struct str key,
	void *ret) MUST_CHECK;
/* From the question's go-on key on, whatever search->from says. */
enum err view_vault_find(struct view *view, const struct table *table,
	const struct vault_search *search, struct str **ret, uint32_t *ret_len) MUST_CHECK;
/* A walk from where the question's go-on key says (or the start). next answers ERR_NOT_FOUND at the end and
 * when the budget is used up; then the answer carries the key to go on from by itself. */
enum err view_walk(struct view *view, const struct table *table, struct str prefix, bool is_down,
	struct walk *ret) MUST_CHECK;
enum err view_walk_next(struct view *view, struct walk *walk, const struct table *table,
	struct str *ret_key, void *ret_row) MUST_CHECK;
/* How far the projected tables have read a followed stream, in the question's own snapshot; ERR_NOT_FOUND
 * before its first event. */
enum err view_reached(struct view *view, const char *stream, struct place *ret) MUST_CHECK;
/* All streams that the projected tables are made of, by name from behind `after`; at most max of VIEW_IDS_MAX.
 * Those of other nodes are named as in stream_name.h. ERR_INVALID: `after` is no name. */
struct stream_reached {
	struct str stream;
	struct place at;
	time_us written; /* when the record there was; 0: not known */
};
enum err view_streams_reached(struct view *view, struct str after, uint32_t max,
	struct stream_reached **ret, uint32_t *ret_len) MUST_CHECK;
/* The key that the question goes on from, of a question that walks over no table; ptr NULL: from the start. */
struct str view_from(const struct view *view);
/* Enough rows: the next answer begins with the row of this key, which lives as long as the question. From
 * here on every walk is at its end. */
void view_go_on(struct view *view, struct str key);
/* Whether that was said, by view_go_on or by a walk whose budget was used up. */
bool view_goes_on(const struct view *view);

/* --- for the service that carries streams between nodes (remote.h) --- */

/* What is known of another node by its connection, not by the log; strings are lent for the question. */
struct remote_facts {
	bool is_connected;
	time_us contact;    /* the last sign of life */
	struct str version; /* of its software */
	struct id boot;     /* new with each of its starts */
	bool has_skew;
	int64_t skew_us;    /* its clock less ours */
	struct str trouble; /* a code; empty: none */
};
/* ERR_NOT_FOUND: no contact since this service was started. */
enum err view_remote(struct view *view, struct id node, struct remote_facts *ret) MUST_CHECK;

/* What is known of a stream that is mirrored, beside what is held of it. */
struct stream_facts {
	uint64_t head_seq;  /* as last told by whom it comes from; 0: not told */
	struct str trouble; /* why it stands still, a code; empty: it does not */
};
/* ERR_NOT_FOUND: it is not followed now. */
enum err view_stream(struct view *view, struct str stream, struct stream_facts *ret) MUST_CHECK;

/* The question's own snapshot, for what store/mirror.h reads. */
struct txn *view_txn(struct view *view);

#endif

/* system - the tables every service has beside its own
 *
 * Marks of accepted commands and letters, cursors of followed streams, the
 * outbox, timers, open work and parked inputs. Marks, cursors, timers and
 * parked rows are derived (they follow from the causes and events in the log);
 * outbox and payloads are private and sealed. Rows: proto/simpan.msg. */
#ifndef STORE_SYSTEM_H
#define STORE_SYSTEM_H

#include "store/store.h"

/* Marks: id -> what was done. */
struct mark {
	struct hash body_hash;
	struct id actor;
	struct id epoch;
	uint64_t seq; /* of the first own event */
	uint32_t count;
};
enum err mark_get(struct txn *txn, struct id id, struct mark *ret) MUST_CHECK;
enum err mark_put(struct txn *txn, struct id id, const struct mark *mark) MUST_CHECK;
/* As if it had never come. ERR_NOT_FOUND when there was none. */
enum err mark_del(struct txn *txn, struct id id) MUST_CHECK;
/* Deletes at most max marks whose id's time is before `before`, and notes that moment for the
 * comparison of marks with the fold; ret: how many. */
enum err mark_expire(struct txn *txn, time_us before, uint32_t max, uint32_t *ret) MUST_CHECK;

/* Cursors: one a consumer and stream. Consumer "" decides; a projected table's name is its own.
 * ERR_NOT_FOUND: never followed. */
enum err cursor_get(struct txn *txn, struct str consumer, struct str stream,
	struct place *ret) MUST_CHECK;
enum err cursor_put(struct txn *txn, struct str consumer, struct str stream,
	const struct place *at) MUST_CHECK;
/* Streams that the consumer of projected tables has a cursor of, into the arena. */
enum err cursor_list(struct txn *txn, struct str consumer, struct arena *arena, struct str **ret,
	uint32_t *ret_len) MUST_CHECK;
enum err cursor_del(struct txn *txn, struct str consumer, struct str stream) MUST_CHECK;

/* The same of projected tables with the time of the record there; 0: it was put without. */
struct cursor_row {
	struct str stream;
	struct place at;
	time_us written;
};
enum err cursor_row_put(struct txn *txn, struct str consumer,
	const struct cursor_row *row) MUST_CHECK;
/* By stream from behind `after` (empty: the first); at most max. */
enum err cursor_rows(struct txn *txn, struct str consumer, struct str after, uint32_t max,
	struct arena *arena, struct cursor_row **ret, uint32_t *ret_len) MUST_CHECK;

/* Outbox: letters in order of writing; the body is sealed. */
struct outbox_letter {
	uint64_t number; /* order in the outbox */
	struct str to;   /* service */
	struct id id;
	uint16_t type;
	uint16_t version;
	struct str body; /* plain */
};
enum err outbox_put(struct txn *txn, const struct outbox_letter *letter) MUST_CHECK;
/* The first letter for `to` with a number over after; body opened into the arena. ERR_NOT_FOUND. */
enum err outbox_next(struct txn *txn, struct str to, uint64_t after, struct arena *arena,
	struct outbox_letter *ret) MUST_CHECK;
/* The highest number of a letter for `to`; 0 when there is none. */
enum err outbox_last(struct txn *txn, struct str to, struct arena *arena, uint64_t *ret) MUST_CHECK;
enum err outbox_del(struct txn *txn, struct str to, uint64_t number) MUST_CHECK;
/* Letters to whomever that wait. */
enum err outbox_count(struct txn *txn, uint64_t *ret) MUST_CHECK;

/* Timers: one a key; kind, then due orders them. */
struct timer_row {
	struct str key; /* chosen by the service, unique in it */
	time_us due;
	uint16_t kind; /* the service's timer row */
};
enum err timer_set(struct txn *txn, const struct timer_row *row) MUST_CHECK; /* replaces */
enum err timer_del(struct txn *txn, struct str key) MUST_CHECK;              /* ERR_OK when none */
enum err timer_get(struct txn *txn, struct str key,
	time_us *ret_due) MUST_CHECK; /* ERR_NOT_FOUND */
/* The first timers of a kind due at or before `until`, in order of due time, then key; at most max. */
enum err timer_due(struct txn *txn, uint16_t kind, time_us until, uint32_t max, struct arena *arena,
	struct timer_row **ret, uint32_t *ret_len) MUST_CHECK;
/* When the first one of any kind is due: ERR_NOT_FOUND. */
enum err timer_next(struct txn *txn, time_us *ret_due) MUST_CHECK;

/* Work: rows are derived, payloads private and sealed. */
struct work_row {
	struct str key;
	uint16_t kind;
	uint32_t slice; /* the next slice to come back */
	uint32_t state; /* enum work_state */
};
enum work_state {
	WORK_OPEN = 1,
	WORK_PARKED = 2, /* a result of it was refused and waits for a person: it is not begun again */
};
enum err work_set(struct txn *txn, const struct work_row *row) MUST_CHECK;
enum err work_del(struct txn *txn, struct str key) MUST_CHECK;
enum err work_count(struct txn *txn, uint64_t *ret) MUST_CHECK;
enum err work_get(struct txn *txn, struct str key, struct arena *arena,
	struct work_row *ret) MUST_CHECK;
/* Rows with a key over after, in order of key, at most max. */
enum err work_list(struct txn *txn, struct str after, uint32_t max, struct arena *arena,
	struct work_row **ret, uint32_t *ret_len) MUST_CHECK;
enum err payload_put(struct txn *txn, struct str key, struct str plain) MUST_CHECK;
enum err payload_get(struct txn *txn, struct str key, struct arena *arena,
	struct str *ret) MUST_CHECK;
enum err payload_del(struct txn *txn, struct str key) MUST_CHECK; /* ERR_OK when none */

/* Sealed records that are not here though events speak of them (data_hilang): after salvage. */
struct missing {
	uint32_t table; /* number of the vault table in the service's list, as in seals */
	struct str key;
	uint64_t seq; /* of the event */
};
/* For each seal of a salvaged event: notes the record that is not here, or here as an older event had it;
 * erases the one that the event erased (the backup may be older); forgets what was noted of the others.
 * vault_put and vault_erase of the record forget it too. ERR_CORRUPT: a seal of no vault table; ERR_LIMIT
 * (arena), ERR_READONLY, ERR_IO. */
enum err missing_note(struct txn *txn, const struct record *record, struct arena *arena) MUST_CHECK;
/* Something else that a person has to look at, under a number that is no table's. An empty key stands as "-". */
enum err missing_put(struct txn *txn, uint32_t table, struct str key, uint64_t seq) MUST_CHECK;
/* A person has settled it. ERR_NOT_FOUND. */
enum err missing_del(struct txn *txn, uint32_t table, struct str key) MUST_CHECK;
enum err missing_count(struct txn *txn, uint64_t *ret) MUST_CHECK;
/* Whether this one is noted, and by which event. ERR_NOT_FOUND. */
enum err missing_get(struct txn *txn, uint32_t table, struct str key, uint64_t *ret_seq) MUST_CHECK;
/* By table and key, from behind `after` (NULL: the first); at most max. */
enum err missing_list(struct txn *txn, const struct missing *after, uint32_t max,
	struct arena *arena, struct missing **ret, uint32_t *ret_len) MUST_CHECK;

#endif

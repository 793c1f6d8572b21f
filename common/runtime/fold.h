/* fold - what apply and project may use: their event and their tables
 *
 * The same functions serve live work, replay and shadow rebuild. apply reads
 * and writes derived tables; project its one projected table. Neither sees the
 * clock, settings, the vault or private tables; neither refuses: an error here
 * is the environment's or our mistake. */
#ifndef RUNTIME_FOLD_H
#define RUNTIME_FOLD_H

#include "runtime/service.h"

struct arena *fold_arena(struct fold *fold);
/* The event's own facts. */
uint64_t fold_seq(const struct fold *fold);
time_us fold_at(const struct fold *fold);
struct str fold_key(const struct fold *fold);
struct id fold_actor(const struct fold *fold);

/* Derived tables (asserted). ERR_NOT_FOUND, ERR_READONLY, ERR_IO, ERR_CORRUPT. */
enum err fold_get(struct fold *fold, const struct table *table, struct str key,
	void *ret) MUST_CHECK;
enum err fold_put(struct fold *fold, const struct table *table, struct str key,
	const void *row) MUST_CHECK;
enum err fold_del(struct fold *fold, const struct table *table, struct str key) MUST_CHECK;

enum {
	FOLD_KEY_MAX = 200
}; /* of a timer or a piece of work (asserted): such keys name what is parked */

/* One timer per key; setting it again replaces it. kind is the name of the service's timer row. */
enum err fold_timer(struct fold *fold, const char *kind, struct str key, time_us due) MUST_CHECK;
enum err fold_timer_off(struct fold *fold, struct str key) MUST_CHECK;
/* Opens a row of work; ends it (its payload goes with it). */
enum err fold_work(struct fold *fold, const char *kind, struct str key) MUST_CHECK;
enum err fold_work_done(struct fold *fold, struct str key) MUST_CHECK;

/* project: reads and writes the row's table (asserted). */
struct arena *projection_arena(struct projection *p);
uint64_t projection_seq(const struct projection *p);
time_us projection_at(const struct projection *p);
struct str projection_key(const struct projection *p);
struct id projection_actor(const struct projection *p);
struct str projection_stream(const struct projection *p);
/* Where the stream began; zero: our own node. */
struct id projection_node(const struct projection *p);
enum err projection_get(struct projection *p, struct str key, void *ret) MUST_CHECK;
enum err projection_put(struct projection *p, struct str key, const void *row) MUST_CHECK;
enum err projection_del(struct projection *p, struct str key) MUST_CHECK;

#endif

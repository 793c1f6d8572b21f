/* One turn of a service: ticks, due timers, one batch, then everything that goes out. */
#include "base/log_line.h"
#include "runtime/engine.h"

static enum err level_look(struct runtime *r)
{
	enum store_level before = r->level;
	enum err e;

	if (r->steady < r->next_level)
		return ERR_OK;
	r->next_level = r->steady + LEVEL_EVERY_US;
	e = store_level(r->store, &r->o.watermarks, &r->level, &r->usage);
	if (e == ERR_OK && r->level != before)
		log_line(LOG_WARN, "tingkat_penyimpanan", "tingkat", log_number(r->level), "terpakai",
			log_number((int64_t)r->usage.used_bytes), NULL);
	return e;
}

/* Old marks go in slices, without an event: nobody may ask for them any more. */
static enum err marks_expire(struct runtime *r)
{
	struct txn *txn = NULL;
	uint32_t count = 0;
	enum err e;

	if (r->steady < r->next_expire || r->is_doubted || r->fence != NULL)
		return ERR_OK;
	r->next_expire = r->steady + 60 * US_PER_SECOND;
	e = txn_begin(r->store, KV_WRITE, &txn);
	if (e == ERR_OK)
		e = mark_expire(txn, r->now - MARK_KEPT_US, MARKS_EXPIRED_A_TURN_MAX, &count);
	if (e == ERR_OK && count > 0)
		e = txn_commit(&txn);
	else
		txn_abort(&txn);
	if (count == MARKS_EXPIRED_A_TURN_MAX)
		r->next_expire = r->steady;
	return e == ERR_READONLY ? ERR_OK : e;
}

static enum err tend(struct runtime *r)
{
	r->next_tend = r->steady + TEND_EVERY_US;
	return store_kv(r->store)->ops->tend(store_kv(r->store));
}

static enum err keep_house(struct runtime *r)
{
	enum err e = ERR_OK;

	if (r->steady >= r->next_tend)
		e = tend(r);
	if (e == ERR_OK)
		e = marks_expire(r);
	if (e == ERR_OK && r->steady >= r->next_sidecar) {
		r->next_sidecar = r->steady + SIDECAR_EVERY_US;
		e = sidecar_note(r);
	}
	return e == ERR_READONLY ? ERR_OK : e;
}

static time_us earlier(time_us a, time_us b)
{
	return a < b ? a : b;
}

static time_us wake_at(const struct runtime *r)
{
	time_us at = earlier(earlier(r->next_tend, r->next_sidecar), r->next_watch);

	if (r->has_served || (r->waiting.count > 0 && !r->is_readonly && !r->backup.is_held))
		return r->steady;
	for (const struct peer *p = r->peers; p != NULL; p = p->next)
		at = earlier(at, p->next_tick);
	if (r->next_timer != INT64_MAX && r->timers_wait == NULL)
		at = earlier(at, r->steady + (r->next_timer > r->now ? r->next_timer - r->now : 10000));
	else if (r->timers_wait != NULL)
		at = earlier(at, r->steady + 10000);
	for (const struct input *i = r->held.first; i != NULL; i = i->next)
		at = earlier(at, i->deadline);
	return at > r->steady ? at : r->steady;
}

/* A backup in progress: nothing is decided, so that all services stand at one cut. */
static bool is_held(struct runtime *r)
{
	if (r->backup.is_held && r->steady >= r->backup.until) {
		log_line(LOG_WARN, "cadangan_dilepas_sendiri", NULL);
		r->backup.is_held = false;
	}
	return r->backup.is_held;
}

/* The lists of nodes changed with our own log; copies grew. */
static enum err links_turn(struct runtime *r)
{
	enum err e = ERR_OK;

	if (r->links_seq != store_log(r->store)->committed.seq)
		e = remotes_load(r);
	if (e == ERR_OK)
		e = claims_settle(r);
	return e == ERR_OK ? mirrors_settle(r) : e;
}

static enum err write_turn(struct runtime *r)
{
	uint64_t before = r->figures.batches;
	enum err e = timers_collect(r);

	if (e == ERR_OK)
		e = batch_run(r);
	if (e == ERR_OK && r->figures.batches > before)
		e = tend(r); /* the file grows as fast as it is filled */
	if (e == ERR_OK && r->waiting.count == 0)
		e = letters_forget_alone(r);
	if (e == ERR_OK)
		e = follow_rebuild_done(r);
	if (e == ERR_OK && r->service->links != NULL)
		e = links_turn(r);
	if (e != ERR_READONLY)
		return e;
	r->is_readonly = true; /* full: what could not be written now is tried again */
	r->readonly_until = r->steady + READONLY_PAUSE_US;
	return ERR_OK;
}

enum err runtime_turn(struct runtime *r, time_us *ret_wake)
{
	enum err e;

	clock_read(r);
	arena_reset(&r->session_arena);
	peers_tick(r);
	watch(r);
	salvage_tick(r);
	e = r->failed != ERR_OK ? r->failed : level_look(r);
	if (e == ERR_OK && !is_held(r))
		e = write_turn(r);
	if (e == ERR_OK) {
		held_look(r);
		e = serve_streams(r);
	}
	if (e == ERR_OK)
		e = letters_pump(r);
	if (e == ERR_OK)
		e = works_start(r);
	if (e == ERR_OK && !r->backup.is_held)
		e = keep_house(r);
	*ret_wake = wake_at(r);
	return e;
}

bool runtime_stop(struct runtime *r)
{
	r->is_stopping = true;
	return r->waiting.count == 0;
}

bool runtime_is_ready(const struct runtime *r)
{
	return !r->is_rebuilding;
}

void runtime_figures(const struct runtime *r, struct runtime_figures *ret)
{
	*ret = r->figures;
	ret->head = store_log(r->store)->committed;
	ret->is_fenced = r->fence != NULL;
	ret->is_clock_doubted = r->is_doubted;
	ret->is_readonly = r->is_readonly;
	ret->level = r->level;
	ret->usage = r->usage;
}

struct store *runtime_store(struct runtime *r)
{
	return r->store;
}

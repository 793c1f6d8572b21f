#include "runtime/view.h"

#include <assert.h>

#include "runtime/view_state.h"

time_us view_now(const struct view *view)
{
	return view->ctx.now;
}

struct arena *view_arena(struct view *view)
{
	return view->ctx.arena;
}

struct id view_actor(const struct view *view)
{
	return view->asker.actor;
}

struct id view_node(const struct view *view)
{
	return view->r->o.node_id;
}

const void *view_settings(const struct view *view)
{
	return view->r->o.settings;
}

enum err view_refuse(struct view *view, enum err e, const char *field, const char *rule)
{
	return refuse(&view->ctx.why, e, field, rule);
}

enum err view_allow(struct view *view, uint32_t roles, struct str unit)
{
	return ctx_allow(&view->ctx, roles, unit);
}

enum err view_get(struct view *view, const struct table *table, struct str key, void *ret)
{
	if (view->rows_left > 0)
		view->rows_left--;
	return ctx_get(&view->ctx, table, key, ret);
}

enum err view_vault_get(struct view *view, const struct table *table, struct str key, void *ret)
{
	if (view->rows_left > 0)
		view->rows_left--;
	return ctx_vault_get(&view->ctx, table, key, ret);
}

enum err view_vault_find(struct view *view, const struct table *table,
	const struct vault_search *search, struct str **ret, uint32_t *ret_len)
{
	struct vault_search from = *search;
	enum err e;

	from.from = view->go_on_in;
	e = vault_find(view->ctx.txn, table, &from, view->ctx.arena, ret, ret_len);
	return e == ERR_INVALID ? view_refuse(view, e, "go_on", "di_luar_rentang") : e;
}

enum err view_walk(struct view *view, const struct table *table, struct str prefix, bool is_down,
	struct walk *ret)
{
	return walk_open(view->ctx.txn, table, prefix, view->go_on_in, is_down, ret);
}

enum err view_reached(struct view *view, const char *stream, struct place *ret)
{
	return cursor_get(view->ctx.txn, str_of(CONSUMER_PROJECTED), str_of(stream), ret);
}

enum err view_streams_reached(struct view *view, struct str after, uint32_t max,
	struct stream_reached **ret, uint32_t *ret_len)
{
	struct stream_reached *list = arena_take(view->ctx.arena, (max + 1) * sizeof *list);
	struct cursor_row *rows;
	enum err e;

	if (after.len > NODE_STREAM_MAX)
		return view_refuse(view, ERR_INVALID, "go_on", "di_luar_rentang");
	if (list == NULL)
		return view_refuse(view, ERR_LIMIT, NULL, "terlalu_besar");
	e = cursor_rows(view->ctx.txn, str_of(CONSUMER_PROJECTED), after, max, view->ctx.arena, &rows,
		ret_len);
	for (uint32_t n = 0; e == ERR_OK && n < *ret_len; n++)
		list[n] = (struct stream_reached) { rows[n].stream, rows[n].at, rows[n].written };
	*ret = list;
	return e;
}

struct str view_from(const struct view *view)
{
	return view->go_on_in;
}

void view_go_on(struct view *view, struct str key)
{
	view->go_on = key;
}

bool view_goes_on(const struct view *view)
{
	return view->go_on.ptr != NULL;
}

enum err view_walk_next(struct view *view, struct walk *walk, const struct table *table,
	struct str *ret_key, void *ret_row)
{
	bool is_spent = view->rows_left == 0 || host_steady(&view->r->o.host) > view->until;
	enum err e;

	/* A second walk must not move the place at which the first was stopped. */
	if (view->go_on.ptr != NULL)
		return ERR_NOT_FOUND;
	e = walk_next(walk, table, view->ctx.arena, ret_key, ret_row);
	if (e != ERR_OK)
		return e;
	if (is_spent) {
		view_go_on(view, *ret_key);
		return ERR_NOT_FOUND;
	}
	view->rows_left--;
	return ERR_OK;
}

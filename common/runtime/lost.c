/* What a restore lost, for people: sealed records that events speak of, and decisions whose source is gone. Listed
 * until the record is entered again, or a person says that there is nothing more to be done. */
#include <string.h>

#include "base/bytes.h"
#include "runtime/fold_state.h"
#include "runtime/policy.h"
#include "runtime/view_state.h"

enum { MISSING_ROWS = 80, MISSING_TABLE_BYTES = 4 };

/* The go-on key is that of the row told last: BE32 table | key. */
static enum err page_end(struct view *view, const struct missing *last)
{
	char *next = arena_take(view_arena(view), MISSING_TABLE_BYTES + last->key.len);

	if (next == NULL)
		return ERR_LIMIT;
	be32_put(next, last->table);
	memcpy(next + MISSING_TABLE_BYTES, last->key.ptr, last->key.len);
	view_go_on(view, str_bytes(next, MISSING_TABLE_BYTES + last->key.len));
	return ERR_OK;
}

enum err ask_missing(struct view *view, const void *question, void *answer)
{
	const struct service *s = view->r->service;
	struct data_hilang_jawab *a = answer;
	struct str from = view_from(view);
	struct missing after, *rows;
	bool goes_on = from.ptr != NULL && from.len > 0;
	uint32_t count;
	enum err e;

	(void)question;
	if (goes_on && from.len <= MISSING_TABLE_BYTES)
		return view_refuse(view, ERR_INVALID, "go_on", "di_luar_rentang");
	if (goes_on)
		after = (struct missing) { be32_get(from.ptr),
			str_bytes(from.ptr + MISSING_TABLE_BYTES, from.len - MISSING_TABLE_BYTES), 0 };
	e = missing_list(view->ctx.txn, goes_on ? &after : NULL, MISSING_ROWS, view_arena(view), &rows,
		&count);
	if (e != ERR_OK)
		return e;
	a->baris = arena_take(view_arena(view), (count + 1) * sizeof *a->baris);
	if (a->baris == NULL)
		return ERR_LIMIT;
	for (a->baris_len = 0; a->baris_len < count; a->baris_len++) {
		const struct missing *row = &rows[a->baris_len];
		struct data_hilang *told = &a->baris[a->baris_len];

		*told = (struct data_hilang) {
			.tabel = row->table,
			.nama = str_of(row->table == FORK_TABLE ? FORK_TABLE_NAME
					: row->table < s->table_count   ? s->tables[row->table]->name
													: "?"),
			.kunci = row->key,
			.seq = row->seq,
			.has_kunci_id = row->key.len == sizeof told->kunci_id.bytes,
		};
		if (told->has_kunci_id)
			memcpy(told->kunci_id.bytes, row->key.ptr, sizeof told->kunci_id.bytes);
	}
	return count == MISSING_ROWS ? page_end(view, &rows[count - 1]) : ERR_OK;
}

enum err missing_settle(struct ctx *ctx, const void *message)
{
	const struct selesaikan_hilang *command = message;
	struct hilang_diselesaikan event = { .tabel = command->tabel, .kunci = command->kunci };
	enum err e = policy_allow_operator(ctx, ctx->r->service->grants);

	if (e == ERR_OK)
		e = missing_get(ctx->txn, command->tabel, command->kunci, &event.seq_hilang);
	if (e == ERR_NOT_FOUND)
		return ctx_refuse(ctx, e, "kunci", "tidak_hilang");
	return e == ERR_OK ? ctx_emit(ctx, &schema_hilang_diselesaikan, command->kunci, &event) : e;
}

/* The list is private: what is folded elsewhere has none of it. */
enum err missing_apply_settled(struct fold *fold, const void *message)
{
	const struct hilang_diselesaikan *event = message;
	enum err e = fold->is_live ? missing_del(fold->txn, event->tabel, event->kunci) : ERR_OK;

	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

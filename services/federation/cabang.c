#include "federation/cabang.h"

#include "base/bytes.h"
#include "runtime/machine.h"
#include "runtime/policy.h"
#include "runtime/view.h"

#include <assert.h>
#include <string.h>

enum { NAME_MAX_BYTES = 64, ROWS_MAX = 150 }; /* of one answer: the longest fit into it */

const struct table cabang_table = { "cabang", TABLE_DERIVED, 1, &schema_cabang_putusan, NULL, 0 };

struct branch_key {
	char bytes[NAME_MAX_BYTES + 5];
	size_t len;
};

static struct branch_key branch_key(struct str stream, uint32_t branch)
{
	struct branch_key key = { .len = stream.len };

	assert(stream.len <= NAME_MAX_BYTES); /* the message was checked */
	memcpy(key.bytes, stream.ptr, stream.len);
	key.bytes[key.len++] = '\0';
	be32_put(key.bytes + key.len, branch);
	key.len += 4;
	return key;
}

static struct str key_str(const struct branch_key *key)
{
	return str_bytes(key->bytes, key->len);
}

enum err branch_is_noted(struct txn *txn, struct str stream, uint32_t branch, bool *ret)
{
	struct branch_key key = branch_key(stream, branch);
	struct cabang_putusan row;
	struct arena arena;
	enum err e;

	arena_init(&arena, 4096);
	e = table_get(txn, &cabang_table, key_str(&key), &arena, &row);
	arena_clear(&arena);
	*ret = e == ERR_OK;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* From the service itself, which saw it; the same branch told again is refused and nothing is lost. */
enum err decide_catat_cabang(struct ctx *ctx, const void *message)
{
	const struct catat_cabang *c = message;
	struct branch_key key = branch_key(c->cabang.aliran, c->cabang.nomor);
	struct cabang_dicatat event = { c->cabang };
	struct cabang_putusan row;
	enum err e = ctx_get(ctx, &cabang_table, key_str(&key), &row);

	ctx_allow_all(ctx);
	if (e == ERR_OK)
		return ctx_refuse(ctx, ERR_STATE, "cabang", "sudah_dicatat");
	if (e != ERR_NOT_FOUND)
		return e;
	if (c->cabang.yatim_sampai < c->cabang.garpu_seq)
		return ctx_refuse(ctx, ERR_INVALID, "yatim_sampai", "di_luar_rentang");
	return ctx_emit(ctx, &schema_cabang_dicatat, key_str(&key), &event);
}

enum err decide_putuskan_yatim(struct ctx *ctx, const void *message)
{
	const struct putuskan_yatim *c = message;
	struct branch_key key = branch_key(c->aliran, c->cabang);
	struct yatim_diputus event = { c->aliran, c->cabang, c->putusan };
	struct cabang_putusan row;
	enum err e = ctx_allow(ctx, ROLE(ADMINISTRATOR), str_of(POLICY_ALL));

	if (e == ERR_OK)
		e = ctx_get(ctx, &cabang_table, key_str(&key), &row);
	if (e == ERR_NOT_FOUND)
		return ctx_refuse(ctx, e, "cabang", "cabang_tidak_dikenal");
	if (e != ERR_OK)
		return e;
	if (row.has_putusan)
		return ctx_refuse(ctx, ERR_STATE, "cabang", "sudah_diputus");
	if (row.cabang.yatim_sampai == row.cabang.garpu_seq)
		return ctx_refuse(ctx, ERR_STATE, "cabang", "tanpa_yatim");
	return ctx_emit(ctx, &schema_yatim_diputus, key_str(&key), &event);
}

enum err apply_cabang_dicatat(struct fold *fold, const void *event)
{
	const struct cabang_dicatat *e = event;
	struct cabang_putusan row = { .cabang = e->cabang, .pada = fold_at(fold) };

	return fold_put(fold, &cabang_table, fold_key(fold), &row);
}

enum err apply_yatim_diputus(struct fold *fold, const void *event)
{
	const struct yatim_diputus *e = event;
	struct cabang_putusan row;
	enum err err = fold_get(fold, &cabang_table, fold_key(fold), &row);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	row.has_putusan = row.has_oleh = row.has_diputus_pada = true;
	row.putusan = e->putusan;
	row.oleh = fold_actor(fold);
	row.diputus_pada = fold_at(fold);
	return fold_put(fold, &cabang_table, fold_key(fold), &row);
}

static bool is_open(const struct cabang_putusan *row)
{
	return !row->has_putusan && row->cabang.yatim_sampai > row->cabang.garpu_seq;
}

enum err ask_cabang_daftar(struct view *view, const void *question, void *answer)
{
	const struct cabang_daftar *q = question;
	struct cabang_daftar_jawab *a = answer;
	struct walk walk;
	struct str key;
	struct cabang_putusan row;
	enum err e;

	a->cabang = arena_take(view_arena(view), ROWS_MAX * sizeof *a->cabang);
	if (a->cabang == NULL)
		return view_refuse(view, ERR_LIMIT, NULL, "terlalu_besar");
	e = view_walk(view, &cabang_table, str_of(""), false, &walk);
	if (e != ERR_OK)
		return e;
	while ((e = view_walk_next(view, &walk, &cabang_table, &key, &row)) == ERR_OK) {
		if (q->has_terbuka && q->terbuka && !is_open(&row))
			continue;
		if (a->cabang_len == ROWS_MAX) {
			view_go_on(view, key);
			break;
		}
		a->cabang[a->cabang_len++] = row;
	}
	walk_close(&walk);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

#include "federation/aliran.h"

#include <string.h>

#include "federation/cabang.h"
#include "federation/kunci_baru.h"
#include "federation/simpul.h"
#include "federation/tautan.h"
#include "runtime/ctx.h"

const struct table aliran_table = { "aliran", TABLE_DERIVED, 1, &schema_aliran_baris, NULL, 0 };

enum {
	STREAMS_MAX = 4000
}; /* of all children: own ones and followed ones have room beside them (FOLLOWS_MAX) */
/* A key that changes is told of each stream once in so long: whoever tells another one every time fills no log. */
#define KEY_STAYS_US (INT64_C(300) * US_PER_SECOND)

/* known: the stream as it is noted, NULL where it is new. */
static enum err check_bounds(struct ctx *ctx, const struct aliran_baris *known)
{
	uint64_t count = 0;
	enum err e;

	if (known != NULL)
		return ctx_now(ctx) - known->pada < KEY_STAYS_US
			? ctx_refuse(ctx, ERR_STATE, "kunci_tanda", "terlalu_cepat")
			: ERR_OK;
	e = ctx_count(ctx, &aliran_table, &count);
	if (e == ERR_OK && count >= STREAMS_MAX)
		return ctx_refuse(ctx, ERR_STATE, "nama", "terlalu_banyak_aliran");
	return e;
}

/* Who is linked here itself was let in by people, once. */
static bool is_its_own(const struct catat_aliran *c)
{
	return id_equal(c->simpul, c->lewat);
}

enum err decide_catat_aliran(struct ctx *ctx, const void *message)
{
	const struct catat_aliran *c = message;
	struct aliran_dikenal event = { c->nama, c->simpul, c->simpul_nama, c->kunci_tanda, c->lewat };
	struct aliran_baris row;
	struct tautan child;
	enum err e = ctx_get(ctx, &aliran_table, c->nama, &row);
	bool is_known = e == ERR_OK;

	ctx_allow_all(ctx); /* from the service itself alone */
	if (e == ERR_OK && id_equal(row.lewat, c->lewat) && str_equal(row.kunci_tanda, c->kunci_tanda))
		return ctx_refuse(ctx, ERR_STATE, "nama", "sudah_dikenal");
	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	if (c->kunci_tanda.len != SIGN_KEY_BYTES)
		return ctx_refuse(ctx, ERR_INVALID, "kunci_tanda", "bentuk_salah");
	e = ctx_get(ctx, &tautan_table, node_key(&c->lewat), &child);
	if (e == ERR_NOT_FOUND || (e == ERR_OK && child.status != STATUS_TAUTAN_DITERIMA))
		return ctx_refuse(ctx, ERR_STATE, "lewat", "tidak_diterima");
	if (e == ERR_OK)
		e = is_known && is_its_own(c) && !id_equal(row.lewat, c->lewat)
			? ERR_OK
			: check_bounds(ctx, is_known ? &row : NULL);
	return e == ERR_OK ? ctx_emit(ctx, &schema_aliran_dikenal, c->nama, &event) : e;
}

enum err apply_aliran_dikenal(struct fold *fold, const void *event)
{
	const struct aliran_dikenal *e = event;
	struct aliran_baris row = { .simpul = e->simpul,
		.simpul_nama = e->simpul_nama,
		.kunci_tanda = e->kunci_tanda,
		.lewat = e->lewat,
		.pada = fold_at(fold) };

	return fold_put(fold, &aliran_table, e->nama, &row);
}

/* --- for the engine of links --- */

static enum err mirrored(struct txn *txn, struct arena *arena, struct mirrored **ret,
	uint32_t *ret_len)
{
	uint64_t rows;
	struct aliran_baris row;
	struct walk walk;
	struct str key;
	enum err e = table_count(txn, &aliran_table, &rows);

	*ret_len = 0;
	if (e != ERR_OK)
		return e;
	*ret = arena_take(arena, (rows + 1) * sizeof **ret);
	if (*ret == NULL || rows > STREAMS_MAX)
		return ERR_LIMIT;
	e = walk_open(txn, &aliran_table, str_of(""), str_of(""), false, &walk);
	if (e != ERR_OK)
		return e;
	while ((e = walk_next(&walk, &aliran_table, arena, &key, &row)) == ERR_OK) {
		struct mirrored *m = &(*ret)[(*ret_len)++];

		*m = (struct mirrored) { .name = key,
			.origin = row.simpul,
			.origin_name = row.simpul_nama,
			.via = row.lewat };
		memcpy(m->sign_key, row.kunci_tanda.ptr, SIGN_KEY_BYTES);
	}
	walk_close(&walk);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static void knocked(struct runtime *r, struct id node, const struct curve_key *key)
{
	struct catat_terlihat told = { .simpul = node };

	memcpy(told.kurva.bytes, key->bytes, sizeof told.kurva.bytes);
	runtime_tell(r, &schema_catat_terlihat, &told);
}

static void offered(struct runtime *r, const struct mirrored *stream)
{
	struct catat_aliran told = { .nama = stream->name,
		.simpul = stream->origin,
		.simpul_nama = stream->origin_name,
		.kunci_tanda = { (const char *)stream->sign_key, sizeof stream->sign_key },
		.lewat = stream->via };

	runtime_tell(r, &schema_catat_aliran, &told);
}

static void branched(struct runtime *r, const struct cabang *branch)
{
	struct catat_cabang told = { *branch };

	runtime_tell(r, &schema_catat_cabang, &told);
}

/* The federated services of this node. */
static const char *const own[] = { "intake", "workflow", "reporting", NULL };

const struct link_rows federation_links = {
	.remotes = federation_remotes,
	.mirrored = mirrored,
	.own = own,
	.knocked = knocked,
	.offered = offered,
	.branched = branched,
	.branch_is_noted = branch_is_noted,
	.keys_told = kunci_baru,
};

#include "store/system_table.h"

#include "base/bytes.h"
#include "proto/messages.h"
#include "wire/wire.h"

#include <string.h>

/* clang-format off */
const struct table system_mark        = { "_mark",        TABLE_DERIVED,   1, &schema_simpan_tanda,   NULL, 0 };
const struct table system_cursor      = { "_cursor",      TABLE_DERIVED,   1, &schema_simpan_letak,   NULL, 0 };
const struct table system_view_cursor = { "_view_cursor", TABLE_PROJECTED, 1, &schema_simpan_letak,   NULL, 0 };
const struct table system_timer       = { "_timer",       TABLE_DERIVED,   1, &schema_simpan_pewaktu, NULL, 0 };
const struct table system_timer_due   = { "_timer_due",   TABLE_DERIVED,   2, &schema_simpan_pewaktu, NULL, 0 };
const struct table system_work        = { "_work",        TABLE_DERIVED,   1, &schema_simpan_kerja,   NULL, 0 };
const struct table system_outbox      = { "_outbox",      TABLE_PRIVATE,   1, &schema_simpan_surat,   NULL, 0 };
const struct table system_payload     = { "_payload",     TABLE_PRIVATE,   1, &schema_simpan_muatan,  NULL, 0 };
const struct table system_missing     = { "_missing",     TABLE_PRIVATE,   1, &schema_simpan_hilang,  NULL, 0 };
const struct table system_mirror_stream = { "_mirror_stream", TABLE_PRIVATE, 1, &schema_simpan_cermin,        NULL, 0 };
const struct table system_mirror_epoch  = { "_mirror_epoch",  TABLE_PRIVATE, 1, &schema_simpan_cermin_epok,   NULL, 0 };
const struct table system_mirror_head   = { "_mirror_head",   TABLE_PRIVATE, 1, &schema_simpan_cermin_kepala, NULL, 0 };
/* clang-format on */

const struct table *const system_tables[] = {
	&system_mark,
	&system_cursor,
	&system_view_cursor,
	&system_timer,
	&system_timer_due,
	&system_work,
	&system_outbox,
	&system_payload,
	&system_missing,
	&system_mirror_stream,
	&system_mirror_epoch,
	&system_mirror_head,
};
const uint32_t system_table_count = sizeof system_tables / sizeof system_tables[0];

/* A followed event need not make an own event, so the fold's cursor may lag behind the stored one
 * and must never take its place. */
bool system_keeps_live(const struct table *table)
{
	return table == &system_cursor;
}

static enum err cursor_seq(const struct kv_row *row, uint64_t *ret)
{
	struct simpan_letak at;
	struct problem why;
	struct arena none;

	arena_init(&none, 0); /* the row has no lists */
	if (wire_decode(&schema_simpan_letak, row->value, &none, &at, &why) != ERR_OK)
		return ERR_CORRUPT;
	*ret = at.seq;
	return ERR_OK;
}

static enum err cursors_agree(const struct kv_row *live, const struct kv_row *shadow, bool *ret)
{
	uint64_t stored;
	uint64_t folded;
	enum err e;

	*ret = shadow == NULL;
	if (live == NULL || shadow == NULL)
		return ERR_OK;
	e = cursor_seq(live, &stored);
	if (e == ERR_OK)
		e = cursor_seq(shadow, &folded);
	if (e == ERR_OK)
		*ret =
			folded < stored; /* at the same number the rows are the same, or something is wrong */
	return e;
}

/* Old marks are deleted without an event, so the fold still has them. */
static enum err mark_is_expired(struct txn *txn, const struct kv_row *row, bool *ret)
{
	struct str from;
	struct id id;
	enum err e = meta_get(txn, META_MARKS_FROM, &from);

	*ret = false;
	if (e != ERR_OK)
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	if (from.len != 8 || row->key.len != sizeof id.bytes)
		return ERR_CORRUPT;
	memcpy(id.bytes, row->key.ptr, sizeof id.bytes);
	*ret = id_time(id) < (time_us)be64_get(from.ptr);
	return ERR_OK;
}

enum err system_rows_agree(struct txn *txn, const struct table *table, const struct kv_row *live,
	const struct kv_row *shadow, bool *ret_is_same)
{
	*ret_is_same = false;
	if (table == &system_cursor)
		return cursors_agree(live, shadow, ret_is_same);
	/* A letter that was under way for longer than marks are kept may come again after its mark went: then it is
	 * decided once more, which its own key makes harmless. */
	if (table == &system_mark)
		return mark_is_expired(txn, shadow == NULL ? live : shadow, ret_is_same);
	return ERR_OK;
}

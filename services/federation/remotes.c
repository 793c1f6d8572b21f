/* Whom the host dials and lets in, from the derived tables. */
#include "federation/induk.h"
#include "federation/simpul.h"
#include "federation/tautan.h"

#include <string.h>

static void add_key(struct remote *r, const struct hash *key)
{
	_Static_assert((int)CURVE_KEY_BYTES == (int)HASH_BYTES, "a key fits a hash");
	if (r->key_count < REMOTE_KEYS_MAX)
		memcpy(r->keys[r->key_count++].bytes, key->bytes, CURVE_KEY_BYTES);
}

static struct remote remote_of(const struct identitas_simpul *identity, enum remote_kind kind,
	enum remote_state state)
{
	struct remote r = {
		.node = identity->simpul,
		.name = identity->nama,
		.kind = kind,
		.state = state,
	};

	_Static_assert((int)SIGN_KEY_BYTES == (int)HASH_BYTES, "a key fits a hash");
	memcpy(r.sign_key, identity->tanda.bytes, SIGN_KEY_BYTES);
	if (identity->has_alamat)
		r.endpoint = identity->alamat;
	add_key(&r, &identity->kurva);
	add_key(&r, &identity->kurva_berikut);
	return r;
}

/* Who is not accepted may knock again (WAITING); only the keys of a revoked one are told to stay away. */
static enum remote_state state_of(uint32_t status)
{
	switch ((enum status_tautan)status) {
	case STATUS_TAUTAN_DITERIMA:
		return REMOTE_ALLOWED;
	case STATUS_TAUTAN_DICABUT:
		return REMOTE_REVOKED;
	case STATUS_TAUTAN_DIUNDANG:
	case STATUS_TAUTAN_MENUNGGU:
	case STATUS_TAUTAN_DITANGGUHKAN:
	case STATUS_TAUTAN_DIGANTI:
		break;
	}
	return REMOTE_WAITING;
}

struct remotes {
	struct remote *rows;
	uint32_t count;
};

static enum err add_children(struct txn *txn, struct arena *arena, struct remotes *to)
{
	struct tautan row;
	struct walk walk;
	struct str key;
	enum err e = walk_open(txn, &tautan_table, str_of(""), str_of(""), false, &walk);

	if (e != ERR_OK)
		return e;
	while ((e = walk_next(&walk, &tautan_table, arena, &key, &row)) == ERR_OK) {
		struct remote *r = &to->rows[to->count];

		if (to->count == REMOTES_MAX) {
			e = ERR_LIMIT;
			break;
		}
		to->count++;
		*r = remote_of(&row.identitas, REMOTE_CHILD, state_of(row.status));
		for (uint32_t i = 0; i < row.lama_len; i++)
			add_key(r, &row.lama[i].kurva);
	}
	walk_close(&walk);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err add_parents(struct txn *txn, struct arena *arena, struct remotes *to)
{
	struct induk row;
	struct walk walk;
	struct str key;
	enum err e = walk_open(txn, &induk_table, str_of(""), str_of(""), false, &walk);

	if (e != ERR_OK)
		return e;
	while ((e = walk_next(&walk, &induk_table, arena, &key, &row)) == ERR_OK) {
		if (row.status != STATUS_INDUK_DITETAPKAN)
			continue;
		if (to->count == REMOTES_MAX) {
			e = ERR_LIMIT;
			break;
		}
		to->rows[to->count++] = remote_of(&row.identitas, REMOTE_PARENT, REMOTE_ALLOWED);
	}
	walk_close(&walk);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err federation_remotes(struct txn *txn, struct arena *arena, struct remote **ret,
	uint32_t *ret_len)
{
	struct remotes all = { .rows = arena_take(arena, REMOTES_MAX * sizeof *all.rows) };
	enum err e = all.rows == NULL ? ERR_LIMIT : add_children(txn, arena, &all);

	if (e == ERR_OK)
		e = add_parents(txn, arena, &all);
	if (e != ERR_OK)
		return e;
	*ret = all.rows;
	*ret_len = all.count;
	return ERR_OK;
}

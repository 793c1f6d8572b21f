#include "federation/kunci_baru.h"

#include <sodium.h>
#include <string.h>

#include "federation/identitas_simpul.h"

typedef void statement_fn(const struct identitas_simpul *identity, struct buf *out);

static enum err sign(const struct own_node *own, const struct identitas_simpul *identity,
	statement_fn *statement, struct arena *arena, struct str *ret)
{
	uint8_t *signature = arena_take(arena, SIGNATURE_BYTES);
	struct buf text;

	if (signature == NULL)
		return ERR_LIMIT;
	buf_init(&text, IDENTITY_TEXT_MAX);
	statement(identity, &text);
	(void)crypto_sign_detached(signature, NULL, (const unsigned char *)text.ptr, text.len,
		own->sign->secret_key);
	buf_clear(&text);
	*ret = str_bytes(signature, SIGNATURE_BYTES);
	return ERR_OK;
}

/* Without an address: where we are reached is what people said it is. */
static enum err identity_of(const struct own_node *own, struct arena *arena,
	struct identitas_simpul *ret)
{
	*ret = (struct identitas_simpul) {
		.simpul = own->node,
		.nama = own->name,
		.generasi = own->keys.generation,
	};
	memcpy(ret->kurva.bytes, own->keys.present.bytes, sizeof ret->kurva.bytes);
	memcpy(ret->kurva_berikut.bytes, own->keys.next.bytes, sizeof ret->kurva_berikut.bytes);
	memcpy(ret->tanda.bytes, own->sign->public_key, sizeof ret->tanda.bytes);
	return sign(own, ret, identity_statement, arena, &ret->tanda_tangan);
}

enum err kunci_baru(const struct own_node *own, enum remote_kind to, struct arena *arena,
	const struct schema **ret_schema, const void **ret_command)
{
	struct putar_kunci_simpul *child = arena_take(arena, sizeof *child);
	struct catat_kunci_induk *parent = arena_take(arena, sizeof *parent);
	enum err e;

	if (child == NULL || parent == NULL)
		return ERR_LIMIT;
	e = identity_of(own, arena, &child->identitas);
	if (e == ERR_OK)
		e = sign(own, &child->identitas, identity_rotation_statement, arena,
			&child->tanda_tangan_lama);
	*parent = (struct catat_kunci_induk) { child->identitas, child->tanda_tangan_lama };
	*ret_schema = to == REMOTE_PARENT ? &schema_putar_kunci_simpul : &schema_catat_kunci_induk;
	*ret_command = to == REMOTE_PARENT ? (const void *)child : (const void *)parent;
	return e;
}

/* Keys of deliveries, attempts and places in lists, and the tables they are keys of. */
#include "notification/pengiriman.h"

#include "base/bytes.h"

#include <assert.h>
#include <string.h>

/* clang-format off */
const struct table kartu_table =      { "kartu",             TABLE_VAULT,   1, &schema_kartu_kontak,      NULL, 0 };
const struct table wording_table =    { "isi_pemberitahuan", TABLE_VAULT,   1, &schema_isi_pemberitahuan, NULL, 0 };
const struct table kontak_table =     { "kontak",            TABLE_DERIVED, 1, &schema_kontak,            NULL, 0 };
const struct table pengiriman_table = { "pengiriman",        TABLE_DERIVED, 1, &schema_pengiriman,        NULL, 0 };
const struct table urutan_table =     { "pengiriman_urutan", TABLE_DERIVED, 1, &schema_pengiriman_urutan, NULL, 0 };
const struct table jumlah_table =     { "pengiriman_jumlah", TABLE_DERIVED, 1, &schema_pengiriman_jumlah, NULL, 0 };
/* clang-format on */

static void add(struct delivery_key *key, const void *bytes, size_t n)
{
	assert(n <= sizeof key->bytes - key->len);
	memcpy(key->bytes + key->len, bytes, n);
	key->len += n;
}

static void add_number(struct delivery_key *key, uint32_t n)
{
	char bytes[4];

	be32_put(bytes, n);
	add(key, bytes, sizeof bytes);
}

struct delivery_key delivery_key(struct id permohonan_id, uint32_t versi)
{
	struct delivery_key key = { .len = 0 };

	add(&key, permohonan_id.bytes, sizeof permohonan_id.bytes);
	add_number(&key, versi);
	return key;
}

struct delivery_key attempt_key(struct id permohonan_id, uint32_t versi, uint32_t attempt)
{
	struct delivery_key key = delivery_key(permohonan_id, versi);

	add_number(&key, attempt);
	return key;
}

struct delivery_key list_key(struct str unit, uint32_t state, const struct pengiriman *row)
{
	struct delivery_key key = { .len = 0 };
	char bytes[8];

	if (unit.len > 0)
		add(&key, unit.ptr, unit.len);
	bytes[0] = '\0';
	bytes[1] = (char)state;
	add(&key, bytes, state == 0 ? 1 : 2);
	if (row == NULL)
		return key;
	be64_put(bytes, (uint64_t)row->dibuat_pada);
	add(&key, bytes, sizeof bytes);
	add(&key, row->permohonan_id.bytes, sizeof row->permohonan_id.bytes);
	add_number(&key, row->versi);
	return key;
}

struct str delivery_key_str(const struct delivery_key *key)
{
	return str_bytes(key->bytes, key->len);
}

struct str case_key(const struct id *permohonan_id)
{
	return str_bytes(permohonan_id->bytes, sizeof permohonan_id->bytes);
}

enum err delivery_key_read(struct str key, struct id *ret_case, uint32_t *ret_versi)
{
	if (key.len != DELIVERY_KEY_BYTES && key.len != ATTEMPT_KEY_BYTES)
		return ERR_INVALID;
	memcpy(ret_case->bytes, key.ptr, sizeof ret_case->bytes);
	*ret_versi = be32_get(key.ptr + sizeof ret_case->bytes);
	return ERR_OK;
}

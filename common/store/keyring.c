#include "store/keyring.h"

#include "base/bytes.h"
#include "store/file.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

enum { RING_FILE_BYTES_MAX = 64 * 1024, KEY_TEXT = 64 };

/* The keys that do not rotate, by the names of their lines. */
static const struct {
	const char *name;
	size_t offset;
} named[] = {
	{ "mark", offsetof(struct keyring, mark_key) },
	{ "search", offsetof(struct keyring, search_key) },
	{ "id", offsetof(struct keyring, id_key) },
};

enum { NAMED = sizeof named / sizeof named[0], ALL_NAMED = (1 << NAMED) - 1 };

static uint8_t *named_bytes(struct keyring *ring, unsigned i)
{
	return (uint8_t *)ring + named[i].offset;
}

/* BLAKE2b(root; "ppid ring" 0 service 0 purpose 0 BE32 number) */
static void derive(const struct root_key *root, struct str service, const char *purpose,
	uint32_t number, uint8_t ret[32])
{
	struct hash_key key;
	struct hash hash;
	struct buf in;
	char digits[4];

	memcpy(key.bytes, root->bytes, sizeof key.bytes);
	be32_put(digits, number);
	buf_init(&in, 512);
	buf_add(&in, "ppid ring", sizeof "ppid ring");
	buf_add_str(&in, service);
	buf_add(&in, "", 1);
	buf_add(&in, purpose, strlen(purpose) + 1);
	buf_add(&in, digits, sizeof digits);
	assert(!in.is_full);
	hash = hash_keyed(&key, buf_str(&in), (struct str) { NULL, 0 });
	memcpy(ret, hash.bytes, sizeof hash.bytes);
	buf_clear(&in);
	sodium_memzero(&key, sizeof key);
	sodium_memzero(&hash, sizeof hash);
}

void keyring_derive(const struct root_key *root, struct str service, uint32_t count,
	struct keyring *ret)
{
	assert(count >= 1 && count <= KEYRING_KEYS_MAX);
	*ret = (struct keyring) { .count = count };
	for (uint32_t i = 0; i < count; i++) {
		ret->keys[i].id = i + 1;
		derive(root, service, "seal", i + 1, ret->keys[i].bytes);
	}
	for (unsigned i = 0; i < NAMED; i++)
		derive(root, service, named[i].name, 0, named_bytes(ret, i));
}

static bool key_parse(struct str text, uint8_t ret[32])
{
	size_t len;

	return text.len == KEY_TEXT &&
		sodium_hex2bin(ret, 32, text.ptr, text.len, NULL, &len, NULL) == 0 && len == 32;
}

/* One line: "seal ID HEX", "mark HEX", "search HEX", "id HEX"; *seen has a bit a named key. */
static enum err line_parse(struct str line, struct keyring *ring, unsigned *seen,
	struct problem *why)
{
	struct str word;
	uint64_t id;

	if (!str_split(&line, ' ', &word))
		return refuse(why, ERR_INVALID, "ring", "tidak_terbaca");
	for (unsigned i = 0; i < NAMED; i++) {
		if (!str_is(word, named[i].name))
			continue;
		if ((*seen >> i & 1) != 0)
			return refuse(why, ERR_INVALID, "ring", "ganda");
		*seen |= 1u << i;
		return key_parse(line, named_bytes(ring, i))
			? ERR_OK
			: refuse(why, ERR_INVALID, "ring", "tidak_terbaca");
	}
	if (!str_is(word, "seal") || !str_split(&line, ' ', &word) || !str_number(word, &id) ||
		id == 0 || id > UINT32_MAX)
		return refuse(why, ERR_INVALID, "ring", "tidak_terbaca");
	if (ring->count == KEYRING_KEYS_MAX)
		return refuse(why, ERR_INVALID, "ring", "terlalu_banyak");
	if (ring->count > 0 && id <= ring->keys[ring->count - 1].id)
		return refuse(why, ERR_INVALID, "ring", "tidak_urut");
	ring->keys[ring->count].id = (uint32_t)id;
	if (!key_parse(line, ring->keys[ring->count].bytes))
		return refuse(why, ERR_INVALID, "ring", "tidak_terbaca");
	ring->count++;
	return ERR_OK;
}

static enum err ring_parse(struct str text, struct keyring *ring, struct problem *why)
{
	unsigned seen = 0;
	struct str line;

	*ring = (struct keyring) { 0 };
	while (text.len > 0 && str_split(&text, '\n', &line)) {
		enum err e;

		line = str_trim(line);
		if (line.len == 0 || line.ptr[0] == '#')
			continue;
		e = line_parse(line, ring, &seen, why);
		if (e != ERR_OK)
			return e;
	}
	if (seen != ALL_NAMED || ring->count == 0)
		return refuse(why, ERR_INVALID, "ring", "tidak_lengkap");
	return ERR_OK;
}

static void buf_wipe(struct buf *b)
{
	if (b->size > 0)
		sodium_memzero(b->ptr, b->size);
	buf_clear(b);
}

enum err keyring_load(const char *path, struct keyring *ret, struct problem *why)
{
	struct keyring ring = { 0 };
	struct buf text;
	enum err e;

	buf_init(&text, RING_FILE_BYTES_MAX);
	e = file_read(path, &text);
	if (e == ERR_OK && !file_is_private(path))
		e = refuse(why, ERR_INVALID, "ring", "terbuka_bagi_orang_lain");
	else if (e == ERR_OK)
		e = ring_parse(buf_str(&text), &ring, why);
	else
		e = refuse(why, ERR_IO, "ring", "tidak_dapat_dibaca");
	if (e == ERR_OK)
		*ret = ring;
	buf_wipe(&text);
	keyring_clear(&ring);
	return e;
}

enum err keyring_save(const char *path, const struct keyring *ring)
{
	struct keyring copy = *ring;
	char hex[KEY_TEXT + 1];
	struct buf text;
	enum err e;

	buf_init(&text, RING_FILE_BYTES_MAX);
	buf_print(&text,
		"# The keys of one service. The last one seals, every one opens; keep none of it "
		"elsewhere.\n");
	for (uint32_t i = 0; i < ring->count; i++) {
		sodium_bin2hex(hex, sizeof hex, ring->keys[i].bytes, sizeof ring->keys[i].bytes);
		buf_print(&text, "seal %u %s\n", (unsigned)ring->keys[i].id, hex);
	}
	for (unsigned i = 0; i < NAMED; i++) {
		sodium_bin2hex(hex, sizeof hex, named_bytes(&copy, i), 32);
		buf_print(&text, "%s %s\n", named[i].name, hex);
	}
	e = file_replace(path, buf_str(&text));
	buf_wipe(&text);
	sodium_memzero(hex, sizeof hex);
	keyring_clear(&copy);
	return e == ERR_OK ? ERR_OK : ERR_IO;
}

void keyring_clear(struct keyring *ring)
{
	sodium_memzero(ring, sizeof *ring);
}

#include "store/node_key.h"

#include "base/bytes.h"
#include "store/file.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

/* --- derivation --- */

/* BLAKE2b(root; label 0 service 0 BE32 generation) */
static void derive(const struct root_key *root, const char *label, struct str service,
	uint32_t generation, uint8_t ret[32])
{
	struct hash_key key;
	struct hash hash;
	struct buf in;
	char digits[4];

	memcpy(key.bytes, root->bytes, sizeof key.bytes);
	be32_put(digits, generation);
	buf_init(&in, 256);
	buf_add(&in, label, strlen(label) + 1);
	buf_add_str(&in, service);
	buf_add(&in, "", 1);
	buf_add(&in, digits, sizeof digits);
	assert(!in.is_full);
	hash = hash_keyed(&key, buf_str(&in), (struct str) { NULL, 0 });
	memcpy(ret, hash.bytes, sizeof hash.bytes);
	buf_clear(&in);
	sodium_memzero(&key, sizeof key);
	sodium_memzero(&hash, sizeof hash);
}

static void derive_curve(const struct root_key *root, struct str service, uint32_t generation,
	struct node_curve_key *ret)
{
	int failed;

	ret->generation = generation;
	derive(root, "ppid curve", service, generation, ret->secret_key);
	failed = crypto_scalarmult_base(ret->public_key, ret->secret_key);
	assert(failed == 0);
}

void node_curve_derive(const struct root_key *root, struct str service, uint32_t generation,
	struct node_curve *ret)
{
	assert(generation > 0 && generation < UINT32_MAX && service.len < NODE_KEY_SERVICE_MAX);
	derive_curve(root, service, generation, &ret->present);
	derive_curve(root, service, generation + 1, &ret->next);
}

static void sign_from_seed(const uint8_t seed[32], uint32_t generation, struct node_sign *ret)
{
	int failed = crypto_sign_seed_keypair(ret->public_key, ret->secret_key, seed);

	assert(failed == 0);
	ret->generation = generation;
}

void node_sign_derive(const struct root_key *root, uint32_t generation, struct node_sign *ret)
{
	uint8_t seed[32];

	assert(generation > 0);
	derive(root, "ppid node sign", str_of(""), generation, seed);
	sign_from_seed(seed, generation, ret);
	sodium_memzero(seed, sizeof seed);
}

void node_sign_bytes(const struct node_sign *key, struct str bytes, uint8_t ret[64])
{
	int failed = crypto_sign_detached(ret, NULL, (const unsigned char *)bytes.ptr, bytes.len,
		key->secret_key);

	assert(failed == 0);
}

/* --- writing --- */

static void put_key(struct buf *out, const uint8_t key[32])
{
	char hex[65];

	sodium_bin2hex(hex, sizeof hex, key, 32);
	buf_print(out, " %s", hex);
	sodium_memzero(hex, sizeof hex);
}

static void put_curve(struct buf *out, const char *name, const struct node_curve_key *key)
{
	buf_print(out, "%s %u", name, key->generation);
	put_key(out, key->public_key);
	put_key(out, key->secret_key);
	buf_print(out, "\n");
}

void node_curve_text(const struct node_curve *keys, struct buf *out)
{
	buf_print(out, "# What one service comes with on the network. Keep none of it elsewhere.\n");
	put_curve(out, "present", &keys->present);
	put_curve(out, "next", &keys->next);
}

void node_sign_text(const struct node_sign *key, struct buf *out)
{
	buf_print(out, "# What this node signs with. Keep none of it elsewhere.\n");
	buf_print(out, "sign %u", key->generation);
	put_key(out, key->public_key);
	put_key(out, key->secret_key); /* the first half is the seed */
	buf_print(out, "\n");
}

void node_public_text(const struct node_public *keys, struct buf *out)
{
	buf_print(out, "# The public keys of this node's services.\nsign %u", keys->sign_generation);
	put_key(out, keys->sign_key);
	buf_print(out, "\n");
	for (uint32_t i = 0; i < keys->count; i++) {
		buf_print(out, "curve %s %u", keys->rows[i].service, keys->rows[i].generation);
		put_key(out, keys->rows[i].present);
		put_key(out, keys->rows[i].next);
		buf_print(out, "\n");
	}
}

/* --- reading --- */

enum { FILE_BYTES_MAX = 16 * 1024, KEY_TEXT = 64 };

/* A file being read: which kind it is, and where it goes. */
struct reading {
	const char *kind;
	bool is_secret;
	enum err (*line)(struct str line, void *to, struct problem *why);
	void *to;
};

static enum err read_lines(struct str text, const struct reading *r, struct problem *why)
{
	struct str line;

	while (text.len > 0 && str_split(&text, '\n', &line)) {
		enum err e;

		line = str_trim(line);
		if (line.len == 0 || line.ptr[0] == '#')
			continue;
		e = r->line(line, r->to, why);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

static enum err read_file(const char *path, const struct reading *r, struct problem *why)
{
	struct buf text;
	enum err e;

	buf_init(&text, FILE_BYTES_MAX);
	e = file_read(path, &text);
	if (e == ERR_NOT_FOUND)
		e = refuse(why, e, r->kind, "tidak_ada");
	else if (e != ERR_OK)
		e = refuse(why, ERR_IO, r->kind, "tidak_dapat_dibaca");
	else if (r->is_secret && !file_is_private(path))
		e = refuse(why, ERR_INVALID, r->kind, "terbuka_bagi_orang_lain");
	else
		e = read_lines(buf_str(&text), r, why);
	if (text.size > 0)
		sodium_memzero(text.ptr, text.size);
	buf_clear(&text);
	return e;
}

static bool take_number(struct str *line, uint32_t *ret)
{
	struct str word;
	uint64_t number;

	if (!str_split(line, ' ', &word) || !str_number(word, &number) || number == 0 ||
		number > UINT32_MAX)
		return false;
	*ret = (uint32_t)number;
	return true;
}

static bool take_key(struct str *line, uint8_t ret[32])
{
	struct str word;
	size_t len = 0;

	return line->ptr != NULL && str_split(line, ' ', &word) && word.len == KEY_TEXT &&
		sodium_hex2bin(ret, 32, word.ptr, word.len, NULL, &len, NULL) == 0 && len == 32;
}

/* Nothing is left of the line. */
static bool is_done(struct str line)
{
	return line.len == 0;
}

static enum err curve_line(struct str line, void *to, struct problem *why)
{
	struct node_curve *keys = to;
	struct node_curve_key *key, got = { .generation = 0 };
	uint8_t public_key[32];
	struct str word;

	if (!str_split(&line, ' ', &word))
		return refuse(why, ERR_INVALID, "curve", "tidak_terbaca");
	key = str_is(word, "present") ? &keys->present : str_is(word, "next") ? &keys->next : NULL;
	if (key == NULL || !take_number(&line, &got.generation) || !take_key(&line, got.public_key) ||
		!take_key(&line, got.secret_key) || !is_done(line))
		return refuse(why, ERR_INVALID, "curve", "tidak_terbaca");
	if (key->generation != 0)
		return refuse(why, ERR_INVALID, "curve", "ganda");
	if (crypto_scalarmult_base(public_key, got.secret_key) != 0 ||
		memcmp(public_key, got.public_key, sizeof public_key) != 0)
		return refuse(why, ERR_INVALID, "curve", "kunci_tidak_cocok");
	*key = got;
	sodium_memzero(&got, sizeof got);
	return ERR_OK;
}

enum err node_curve_load(const char *path, struct node_curve *ret, struct problem *why)
{
	struct node_curve keys = { .present = { .generation = 0 } };
	struct reading r = { "curve", true, curve_line, &keys };
	enum err e = read_file(path, &r, why);

	if (e == ERR_OK && (keys.present.generation == 0 || keys.next.generation == 0))
		e = refuse(why, ERR_INVALID, "curve", "tidak_lengkap");
	if (e == ERR_OK)
		*ret = keys;
	node_curve_clear(&keys);
	return e;
}

static enum err sign_line(struct str line, void *to, struct problem *why)
{
	struct node_sign *key = to;
	uint8_t public_key[32], seed[32];
	uint32_t generation;
	struct str word;

	if (!str_split(&line, ' ', &word) || !str_is(word, "sign") ||
		!take_number(&line, &generation) || !take_key(&line, public_key) ||
		!take_key(&line, seed) || !is_done(line))
		return refuse(why, ERR_INVALID, "node.sign", "tidak_terbaca");
	if (key->generation != 0)
		return refuse(why, ERR_INVALID, "node.sign", "ganda");
	sign_from_seed(seed, generation, key);
	sodium_memzero(seed, sizeof seed);
	return memcmp(public_key, key->public_key, sizeof public_key) == 0
		? ERR_OK
		: refuse(why, ERR_INVALID, "node.sign", "kunci_tidak_cocok");
}

enum err node_sign_load(const char *path, struct node_sign *ret, struct problem *why)
{
	struct node_sign key = { .generation = 0 };
	struct reading r = { "node.sign", true, sign_line, &key };
	enum err e = read_file(path, &r, why);

	if (e == ERR_OK && key.generation == 0)
		e = refuse(why, ERR_INVALID, "node.sign", "tidak_lengkap");
	if (e == ERR_OK)
		*ret = key;
	node_sign_clear(&key);
	return e;
}

static enum err public_curve(struct str line, struct node_public *keys, struct problem *why)
{
	struct node_public_row *row = &keys->rows[keys->count];
	struct str name;

	if (keys->count == NODE_KEY_SERVICES_MAX)
		return refuse(why, ERR_INVALID, "node.pub", "terlalu_banyak");
	*row = (struct node_public_row) { .generation = 0 };
	if (!str_split(&line, ' ', &name) || name.len == 0 || name.len >= NODE_KEY_SERVICE_MAX ||
		memchr(name.ptr, '\0', name.len) != NULL || !take_number(&line, &row->generation) ||
		!take_key(&line, row->present) || !take_key(&line, row->next) || !is_done(line))
		return refuse(why, ERR_INVALID, "node.pub", "tidak_terbaca");
	if (node_public_find(keys, name) != NULL)
		return refuse(why, ERR_INVALID, "node.pub", "ganda");
	memcpy(row->service, name.ptr, name.len);
	keys->count++;
	return ERR_OK;
}

static enum err public_line(struct str line, void *to, struct problem *why)
{
	struct node_public *keys = to;
	struct str word;

	if (!str_split(&line, ' ', &word))
		return refuse(why, ERR_INVALID, "node.pub", "tidak_terbaca");
	if (str_is(word, "curve"))
		return public_curve(line, keys, why);
	if (!str_is(word, "sign"))
		return refuse(why, ERR_INVALID, "node.pub", "tidak_terbaca");
	if (keys->sign_generation != 0)
		return refuse(why, ERR_INVALID, "node.pub", "ganda");
	return take_number(&line, &keys->sign_generation) && take_key(&line, keys->sign_key) &&
			is_done(line)
		? ERR_OK
		: refuse(why, ERR_INVALID, "node.pub", "tidak_terbaca");
}

enum err node_public_load(const char *path, struct node_public *ret, struct problem *why)
{
	struct node_public keys = { .count = 0 };
	struct reading r = { "node.pub", false, public_line, &keys };
	enum err e = read_file(path, &r, why);

	if (e == ERR_OK && keys.sign_generation == 0)
		e = refuse(why, ERR_INVALID, "node.pub", "tidak_lengkap");
	if (e == ERR_OK)
		*ret = keys;
	return e;
}

const struct node_public_row *node_public_find(const struct node_public *keys, struct str service)
{
	for (uint32_t i = 0; i < keys->count; i++)
		if (str_is(service, keys->rows[i].service))
			return &keys->rows[i];
	return NULL;
}

void node_curve_clear(struct node_curve *keys)
{
	sodium_memzero(keys, sizeof *keys);
}

void node_sign_clear(struct node_sign *key)
{
	sodium_memzero(key, sizeof *key);
}

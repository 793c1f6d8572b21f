#include "federation/identitas_simpul.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#define FIRST_LINE "ppid-simpul 1"

/* The lines, in their order. */
enum line { NAMA, ID, GENERASI, KURVA, KURVA_BERIKUT, TANDA, ALAMAT, TANDA_TANGAN, LINES };
static const char *const names[LINES] = {
	[NAMA] = "nama",
	[ID] = "id",
	[GENERASI] = "generasi",
	[KURVA] = "kurva",
	[KURVA_BERIKUT] = "kurva-berikut",
	[TANDA] = "tanda",
	[ALAMAT] = "alamat",
	[TANDA_TANGAN] = "tanda-tangan",
};

static void put_hex(struct buf *out, const char *name, struct str bytes)
{
	static const char digits[] = "0123456789abcdef";

	buf_print(out, "%s: ", name);
	for (size_t i = 0; i < bytes.len; i++) {
		unsigned char byte = (unsigned char)bytes.ptr[i];
		char two[2] = { digits[byte >> 4], digits[byte & 15] };

		buf_add(out, two, sizeof two);
	}
	buf_print(out, "\n");
}

static void put_hash(struct buf *out, enum line line, const struct hash *hash)
{
	put_hex(out, names[line], str_bytes(hash->bytes, sizeof hash->bytes));
}

void identity_who(const struct identitas_simpul *identity, struct buf *out)
{
	char id[ID_TEXT_MAX];

	id_text(identity->simpul, id);
	buf_print(out, FIRST_LINE "\n%s: %.*s\n%s: %s\n%s: %u\n", names[NAMA], (int)identity->nama.len,
		identity->nama.ptr, names[ID], id, names[GENERASI], identity->generasi);
	put_hash(out, KURVA, &identity->kurva);
	put_hash(out, KURVA_BERIKUT, &identity->kurva_berikut);
	put_hash(out, TANDA, &identity->tanda);
}

static void put_signed(const struct identitas_simpul *identity, struct buf *out)
{
	identity_who(identity, out);
	if (identity->has_alamat)
		buf_print(out, "%s: %.*s\n", names[ALAMAT], (int)identity->alamat.len,
			identity->alamat.ptr);
}

void identity_text(const struct identitas_simpul *identity, struct buf *out)
{
	put_signed(identity, out);
	put_hex(out, names[TANDA_TANGAN], identity->tanda_tangan);
}

void identity_statement(const struct identitas_simpul *identity, struct buf *out)
{
	buf_add(out, "ppid-identitas", sizeof "ppid-identitas");
	put_signed(identity, out);
}

void identity_rotation_statement(const struct identitas_simpul *identity, struct buf *out)
{
	buf_add(out, "ppid-putar", sizeof "ppid-putar");
	put_signed(identity, out);
}

/* --- reading --- */

static bool hex_read(struct str text, void *ret, size_t len)
{
	size_t got = 0;

	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] >= 'A' && text.ptr[i] <= 'F')
			return false; /* one text for one identity */
	return text.len == 2 * len &&
		sodium_hex2bin(ret, len, text.ptr, text.len, NULL, &got, NULL) == 0 && got == len;
}

/* Mail and editors put carriage returns and blanks at the ends of lines; nothing else is forgiven. */
static struct str line_end(struct str line)
{
	while (line.len > 0 && strchr(" \t\r", line.ptr[line.len - 1]) != NULL)
		line.len--;
	return line;
}

static enum err take_value(enum line line, struct str value, struct arena *arena,
	struct identitas_simpul *to)
{
	uint64_t number;
	char *signature;

	switch (line) {
	case NAMA:
		to->nama = value;
		return ERR_OK;
	case ID:
		return id_parse(value, &to->simpul);
	case GENERASI:
		if (!str_number(value, &number) || number > UINT32_MAX ||
			(value.len > 1 && value.ptr[0] == '0'))
			return ERR_INVALID;
		to->generasi = (uint32_t)number;
		return ERR_OK;
	case KURVA:
		return hex_read(value, to->kurva.bytes, HASH_BYTES) ? ERR_OK : ERR_INVALID;
	case KURVA_BERIKUT:
		return hex_read(value, to->kurva_berikut.bytes, HASH_BYTES) ? ERR_OK : ERR_INVALID;
	case TANDA:
		return hex_read(value, to->tanda.bytes, HASH_BYTES) ? ERR_OK : ERR_INVALID;
	case ALAMAT:
		to->has_alamat = true;
		to->alamat = value;
		return ERR_OK;
	case TANDA_TANGAN:
		signature = arena_take(arena, SIGNATURE_BYTES);
		if (signature == NULL)
			return ERR_LIMIT;
		to->tanda_tangan = str_bytes(signature, SIGNATURE_BYTES);
		return hex_read(value, signature, SIGNATURE_BYTES) ? ERR_OK : ERR_INVALID;
	case LINES:
		break;
	}
	assert(!"a line of the text");
	return ERR_INVALID;
}

/* "name: value" of the line; false: it is another one. */
static bool is_line(struct str text, enum line line, struct str *ret_value)
{
	size_t len = strlen(names[line]);

	if (text.len < len + 2 || memcmp(text.ptr, names[line], len) != 0 ||
		memcmp(text.ptr + len, ": ", 2) != 0)
		return false;
	*ret_value = str_bytes(text.ptr + len + 2, text.len - len - 2);
	return true;
}

static enum err take_lines(struct str *text, struct arena *arena, struct identitas_simpul *to,
	struct problem *why)
{
	struct str line = { NULL, 0 };
	bool is_taken = true; /* the line in hand */

	for (enum line at = NAMA; at < LINES; at++) {
		struct str value;
		enum err e;

		if (is_taken && !str_split(text, '\n', &line))
			return refuse(why, ERR_INVALID, names[at], "tidak_ada");
		line = line_end(line);
		is_taken = is_line(line, at, &value);
		if (!is_taken && at == ALAMAT)
			continue; /* a node that listens nowhere has none */
		if (!is_taken)
			return refuse(why, ERR_INVALID, names[at], "tidak_ada");
		e = take_value(at, value, arena, to);
		if (e != ERR_OK)
			return refuse(why, e, names[at], e == ERR_LIMIT ? "terlalu_besar" : "tidak_terbaca");
	}
	return ERR_OK;
}

enum err identity_parse(struct str text, struct arena *arena, struct identitas_simpul *ret,
	struct problem *why)
{
	struct identitas_simpul got = { .has_alamat = false };
	struct str line;
	enum err e;

	if (text.len > IDENTITY_TEXT_MAX)
		return refuse(why, ERR_INVALID, "identitas", "terlalu_panjang");
	if (!str_split(&text, '\n', &line) || !str_is(line_end(line), FIRST_LINE))
		return refuse(why, ERR_INVALID, "identitas", "bukan_identitas_simpul");
	e = take_lines(&text, arena, &got, why);
	if (e != ERR_OK)
		return e;
	while (text.ptr != NULL && str_split(&text, '\n', &line))
		if (line_end(line).len > 0)
			return refuse(why, ERR_INVALID, "identitas", "baris_berlebih");
	e = identity_check(&got, why);
	if (e == ERR_OK)
		*ret = got;
	return e;
}

#define OLD_SIGNATURE "tanda-tangan-lama"

void identity_rotation_text(const struct identitas_simpul *identity, struct str signature,
	struct buf *out)
{
	identity_text(identity, out);
	put_hex(out, OLD_SIGNATURE, signature);
}

enum err identity_rotation_parse(struct str text, struct arena *arena, struct identitas_simpul *ret,
	struct str *ret_signature, struct problem *why)
{
	static const char begin[] = "\n" OLD_SIGNATURE ": ";
	char *signature = arena_take(arena, SIGNATURE_BYTES);
	const char *at = text.len == 0 ? NULL : memmem(text.ptr, text.len, begin, sizeof begin - 1);
	struct str rest, line;

	if (signature == NULL)
		return refuse(why, ERR_LIMIT, OLD_SIGNATURE, "terlalu_besar");
	if (at == NULL)
		return refuse(why, ERR_INVALID, OLD_SIGNATURE, "tidak_ada");
	rest = str_bytes(at + sizeof begin - 1, text.len - (size_t)(at - text.ptr) - sizeof begin + 1);
	if (!str_split(&rest, '\n', &line) || !hex_read(line_end(line), signature, SIGNATURE_BYTES))
		return refuse(why, ERR_INVALID, OLD_SIGNATURE, "tidak_terbaca");
	if (rest.ptr != NULL && line_end(rest).len > 0)
		return refuse(why, ERR_INVALID, "identitas", "baris_berlebih");
	*ret_signature = str_bytes(signature, SIGNATURE_BYTES);
	return identity_parse(str_bytes(text.ptr, (size_t)(at - text.ptr) + 1), arena, ret, why);
}

/* --- what can be --- */

static bool is_name(struct str name)
{
	if (name.len == 0 || name.len > IDENTITY_NAME_MAX || !str_is_utf8(name) ||
		str_trim(name).len != name.len)
		return false;
	for (size_t i = 0; i < name.len; i++)
		if ((unsigned char)name.ptr[i] < ' ' || name.ptr[i] == 0x7f)
			return false;
	return true;
}

/* tcp://HOST:PORT, HOST a name, an IPv4 address, or an IPv6 address in brackets. */
static bool is_address(struct str address)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
	static const char bracketed[] = "0123456789abcdefABCDEF:.";
	const char *allowed = plain;
	struct str host;
	uint64_t port;
	size_t at;

	if (address.len > IDENTITY_ADDRESS_MAX || !str_starts(address, str_of("tcp://")))
		return false;
	for (at = address.len; at > 0 && address.ptr[at - 1] != ':'; at--)
		continue;
	if (at <= sizeof "tcp://" ||
		!str_number(str_bytes(address.ptr + at, address.len - at), &port) || port == 0 ||
		port > 65535 || address.ptr[at] == '0')
		return false;
	host = str_bytes(address.ptr + 6, at - 1 - 6);
	if (host.len > 2 && host.ptr[0] == '[' && host.ptr[host.len - 1] == ']') {
		host = str_bytes(host.ptr + 1, host.len - 2);
		allowed = bracketed;
	}
	for (size_t i = 0; i < host.len; i++)
		if (host.ptr[i] == '\0' || strchr(allowed, host.ptr[i]) == NULL)
			return false;
	return host.len > 0;
}

static bool is_signed(struct str statement, const struct hash *key, struct str signature)
{
	return signature.len == SIGNATURE_BYTES &&
		crypto_sign_verify_detached((const unsigned char *)signature.ptr,
			(const unsigned char *)statement.ptr, statement.len, key->bytes) == 0;
}

static bool holds(const struct identitas_simpul *identity, const struct hash *key,
	struct str signature, void (*statement)(const struct identitas_simpul *, struct buf *))
{
	struct buf text;
	bool is_good;

	buf_init(&text, IDENTITY_TEXT_MAX);
	statement(identity, &text);
	is_good = !text.is_full && is_signed(buf_str(&text), key, signature);
	buf_clear(&text);
	return is_good;
}

enum err identity_check(const struct identitas_simpul *identity, struct problem *why)
{
	if (!is_name(identity->nama))
		return refuse(why, ERR_INVALID, names[NAMA], "tidak_sah");
	if (id_is_zero(identity->simpul))
		return refuse(why, ERR_INVALID, names[ID], "tidak_sah");
	if (identity->generasi == 0)
		return refuse(why, ERR_INVALID, names[GENERASI], "tidak_sah");
	if (hash_is_zero(&identity->kurva))
		return refuse(why, ERR_INVALID, names[KURVA], "tidak_sah");
	if (hash_is_zero(&identity->kurva_berikut) ||
		hash_equal(&identity->kurva, &identity->kurva_berikut))
		return refuse(why, ERR_INVALID, names[KURVA_BERIKUT], "tidak_sah");
	if (identity->has_alamat && !is_address(identity->alamat))
		return refuse(why, ERR_INVALID, names[ALAMAT], "tidak_sah");
	if (!holds(identity, &identity->tanda, identity->tanda_tangan, identity_statement))
		return refuse(why, ERR_INVALID, names[TANDA_TANGAN], "tidak_cocok");
	return ERR_OK;
}

bool identity_rotation_holds(const struct identitas_simpul *identity, const struct hash *old_key,
	struct str signature)
{
	return holds(identity, old_key, signature, identity_rotation_statement);
}

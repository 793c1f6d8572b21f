/* fuzz-target: services/federation/identitas_simpul.c
 *
 * Any text is read without harm; one that is taken says one thing: written again it is read as the same. What a
 * caller said as words is compared without harm. The signature is made good, so that the rest is reached. */
#include "federation/identitas_simpul.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ARENA_MAX = 64 * 1024 };

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* Reads as somebody who holds the signing key would have written it. */
static struct str sign_for(struct str text, struct arena *arena)
{
	static const uint8_t seed[32] = { 1 };
	static const char mark[] = "\ntanda-tangan: ";
	const char *at = text.len == 0 ? NULL : memmem(text.ptr, text.len, mark, sizeof mark - 1);
	uint8_t public_key[32], secret_key[64], signature[64];
	char hex[129], *out;
	struct buf statement;
	size_t head;

	if (at == NULL)
		return text;
	head = (size_t)(at - text.ptr) + 1;
	(void)crypto_sign_seed_keypair(public_key, secret_key, seed);
	buf_init(&statement, ARENA_MAX);
	buf_add(&statement, "ppid-identitas", sizeof "ppid-identitas");
	buf_add(&statement, text.ptr, head);
	(void)crypto_sign_detached(signature, NULL, (const unsigned char *)statement.ptr, statement.len,
		secret_key);
	buf_clear(&statement);
	sodium_bin2hex(hex, sizeof hex, signature, sizeof signature);
	out = arena_print(arena, "%.*s%s%s\n", (int)head, text.ptr, mark + 1, hex);
	return out == NULL ? text : str_of(out);
}

static void read_text(struct str text, struct arena *arena)
{
	struct identitas_simpul identity, again;
	struct problem why = { NULL, NULL };
	struct buf out;

	if (identity_parse(text, arena, &identity, &why) != ERR_OK) {
		must(why.field != NULL && why.rule != NULL);
		return;
	}
	must(identity_check(&identity, &why) == ERR_OK);
	buf_init(&out, IDENTITY_TEXT_MAX);
	identity_text(&identity, &out);
	must(!out.is_full);
	must(identity_parse(buf_str(&out), arena, &again, &why) == ERR_OK);
	must(str_equal(identity.nama, again.nama) && identity.has_alamat == again.has_alamat);
	buf_clear(&out);
}

static void say_words(struct str said)
{
	struct identitas_simpul identity = { .nama = STR("uji"), .generasi = 1 };
	char words[FINGERPRINT_TEXT_MAX];

	identity_words(&identity, words);
	must(identity_words_are(&identity, str_of(words)));
	if (identity_words_are(&identity, said))
		must(said.len >= 8 * 4 + 7);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = str_bytes(data, size), signature;
	struct problem why = { NULL, NULL };
	struct identitas_simpul identity;
	struct arena arena;

	if (size > 2 * IDENTITY_TEXT_MAX)
		return 0;
	arena_init(&arena, ARENA_MAX);
	read_text(text, &arena);
	read_text(sign_for(text, &arena), &arena);
	if (identity_rotation_parse(text, &arena, &identity, &signature, &why) == ERR_OK)
		must(signature.len == SIGNATURE_BYTES);
	say_words(text);
	arena_clear(&arena);
	return 0;
}

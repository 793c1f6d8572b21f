/* The fingerprint of an identity: 88 bits as eight words. */
#include "federation/identitas_simpul.h"
#include "federation/kata.h"

#include <assert.h>
#include <string.h>

struct hash identity_fingerprint(const struct identitas_simpul *identity)
{
	struct buf text;
	struct hash hash;

	buf_init(&text, IDENTITY_TEXT_MAX);
	identity_who(identity, &text);
	assert(!text.is_full); /* a checked identity is far below */
	hash = hash_labelled("ppid sidik simpul", buf_str(&text), (struct str) { NULL, 0 });
	buf_clear(&text);
	return hash;
}

/* The nth run of 11 bits. */
static uint32_t bits_of(const struct hash *hash, unsigned n)
{
	uint32_t value = 0;

	for (unsigned bit = n * KATA_BITS; bit < (n + 1) * KATA_BITS; bit++)
		value = value << 1 | (hash->bytes[bit / 8] >> (7 - bit % 8) & 1u);
	return value;
}

void identity_words(const struct identitas_simpul *identity, char ret[FINGERPRINT_TEXT_MAX])
{
	struct hash hash = identity_fingerprint(identity);
	size_t len = 0;

	_Static_assert(FINGERPRINT_WORDS * (KATA_LETTERS_MAX + 1) <= FINGERPRINT_TEXT_MAX,
		"the longest words fit");
	for (unsigned i = 0; i < FINGERPRINT_WORDS; i++) {
		const char *word = kata[bits_of(&hash, i)];

		if (i > 0)
			ret[len++] = ' ';
		memcpy(ret + len, word, strlen(word));
		len += strlen(word);
	}
	ret[len] = '\0';
}

static bool is_between(char c)
{
	return c != '\0' && strchr(" \t\r\n,-", c) != NULL;
}

/* The next word said, in lower case; its length, 0: none or one that is too long to be any. */
static size_t next_word(struct str *said, char ret[KATA_LETTERS_MAX])
{
	size_t len = 0;

	while (said->len > 0 && is_between(said->ptr[0])) {
		said->ptr++;
		said->len--;
	}
	while (said->len > 0 && !is_between(said->ptr[0])) {
		char c = said->ptr[0];

		if (len == KATA_LETTERS_MAX)
			return 0;
		ret[len++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
		said->ptr++;
		said->len--;
	}
	return len;
}

/* The first four letters say which word it is. */
bool identity_words_are(const struct identitas_simpul *identity, struct str said)
{
	struct hash hash = identity_fingerprint(identity);
	char word[KATA_LETTERS_MAX];

	for (unsigned i = 0; i < FINGERPRINT_WORDS; i++) {
		const char *expected = kata[bits_of(&hash, i)];
		size_t len = next_word(&said, word);

		if (len < KATA_LETTERS_DISTINCT || len > strlen(expected) ||
			memcmp(word, expected, len) != 0)
			return false;
	}
	return next_word(&said, word) == 0 && said.len == 0;
}

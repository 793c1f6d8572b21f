/* identitas_simpul - who a node is, as text that people carry
 *
 *	ppid-simpul 1
 *	nama: DISDIK
 *	id: 0199f0a1-...
 *	generasi: 1
 *	kurva: HEX
 *	kurva-berikut: HEX
 *	tanda: HEX
 *	alamat: tcp://10.1.2.3:7420     only where it listens
 *	tanda-tangan: HEX
 *
 * Signed by its own signing key over the lines above the last one. Eight words
 * stand for name, id and keys: people compare them by another way than the text came. */
#ifndef FEDERATION_IDENTITAS_SIMPUL_H
#define FEDERATION_IDENTITAS_SIMPUL_H

#include "base/arena.h"
#include "base/buf.h"
#include "proto/messages.h"

enum {
	IDENTITY_TEXT_MAX = 2048,
	IDENTITY_NAME_MAX = 64,
	IDENTITY_ADDRESS_MAX = 128,
	SIGNATURE_BYTES = 64,
	FINGERPRINT_WORDS = 8, /* of 11 bits */
	FINGERPRINT_TEXT_MAX = 128,
};

/* The whole text. */
void identity_text(const struct identitas_simpul *identity, struct buf *out);
/* Reads it; the rest of a line but blanks at its end is taken as it is. The strings are lent from text, the
 * signature is in the arena. ERR_INVALID with the line's name in why->field; ERR_LIMIT. */
enum err identity_parse(struct str text, struct arena *arena, struct identitas_simpul *ret,
	struct problem *why) MUST_CHECK;
/* Whether its fields are what they can be, and its own signature is good. ERR_INVALID with why. */
enum err identity_check(const struct identitas_simpul *identity, struct problem *why) MUST_CHECK;

/* What a node signs of itself, and what its old signing key signs of new ones. */
void identity_statement(const struct identitas_simpul *identity, struct buf *out);
void identity_rotation_statement(const struct identitas_simpul *identity, struct buf *out);
/* The text of an identity with one line more: tanda-tangan-lama. Errors as identity_parse. */
void identity_rotation_text(const struct identitas_simpul *identity, struct str signature,
	struct buf *out);
enum err identity_rotation_parse(struct str text, struct arena *arena, struct identitas_simpul *ret,
	struct str *ret_signature, struct problem *why) MUST_CHECK;
bool identity_rotation_holds(const struct identitas_simpul *identity, const struct hash *old_key,
	struct str signature);

/* The lines of name, id, generation and keys. */
void identity_who(const struct identitas_simpul *identity, struct buf *out);
/* sidik.c: the hash of those lines; neither of the address nor of the signature. */
struct hash identity_fingerprint(const struct identitas_simpul *identity);
/* Its first 88 bits as words, with a zero byte. */
void identity_words(const struct identitas_simpul *identity, char ret[FINGERPRINT_TEXT_MAX]);
/* Whether somebody said those words: in any case, by blanks, commas or hyphens, each by four letters at least. */
bool identity_words_are(const struct identitas_simpul *identity, struct str said);

#endif

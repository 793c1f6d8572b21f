/* json - messages as JSON text and back, by the same rows
 *
 * Names instead of numbers, enums as names, times RFC 3339, ids and hashes as
 * text, bytes as base64; absent optional fields are left out, an empty list is []
 * (and may be left out by others). The reader is strict: duplicate or unknown
 * names, null, trailing text, wrong types are refused with the field's name. */
#ifndef WIRE_JSON_H
#define WIRE_JSON_H

#include "wire/wire.h"

enum json_view {
	JSON_FULL,   /* everything */
	JSON_MASKED, /* pii and unpublished prose as "***", for logs and operators */
};

/* Appends msg as one JSON object without line breaks; msg keeps its rules (wire_check). */
void json_write(const struct schema *s, const void *msg, enum json_view view, struct buf *out);

/* Fills *msg from JSON text; strings are copied into the arena. ERR_INVALID (not
 * JSON, missing, unknown, twice, wrong type or form) or ERR_LIMIT with the field in
 * *why: of an unknown field, its name is a copy in the arena, or NULL when it looks
 * like no name. The message is checked as wire_check does. */
enum err json_read(const struct schema *s, struct str text, struct arena *arena, void *msg,
	struct problem *why) MUST_CHECK;

/* Appends text as a JSON string with its quotes; what is not UTF-8 becomes U+FFFD. */
void json_write_text(struct str text, struct buf *out);

/* One value out of or into its text form (an enum's name, a date, a number, true):
 * the same forms as in JSON, without quotes; for forms, CSV and command lines. An
 * absent value is the empty text; reading always sets. Lists and records are not values. */
void json_write_value(const struct field *f, const void *msg, enum json_view view, struct buf *out);
enum err json_read_value(const struct field *f, struct str text, struct arena *arena, void *msg,
	struct problem *why) MUST_CHECK;

#endif

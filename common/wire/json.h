/* json - messages as JSON text and back, by the same rows
 *
 * Names instead of numbers, enums as names, times RFC 3339, ids and hashes as
 * text; absent optional fields are left out. The reader is strict: duplicate or
 * unknown names, trailing text, wrong types are refused with the field's name. */
#ifndef WIRE_JSON_H
#define WIRE_JSON_H

#include "wire/wire.h"

enum json_view {
	JSON_FULL,   /* everything */
	JSON_MASKED, /* pii and unpublished prose as "***", for logs and operators */
};

/* Appends msg as one JSON object without line breaks. */
void json_write(const struct schema *s, const void *msg, enum json_view view, struct buf *out);

/* Fills *msg from JSON text; strings are copied into the arena. Errors as
 * wire_decode; the message is checked as wire_check does. */
enum err json_read(const struct schema *s, struct str text, struct arena *arena, void *msg,
	struct problem *why) MUST_CHECK;

/* Appends text as a JSON string with its quotes. */
void json_write_text(struct str text, struct buf *out);

/* One value out of or into its text form (an enum's name, a date, a number, true):
 * the same forms as in JSON, without quotes; for forms, CSV and command lines.
 * Lists and records are not values. */
void json_write_value(const struct field *f, const void *msg, enum json_view view, struct buf *out);
enum err json_read_value(const struct field *f, struct str text, struct arena *arena, void *msg,
	struct problem *why) MUST_CHECK;

#endif

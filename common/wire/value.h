/* value - the text form of one item: JSON without its quotes
 *
 * What json_write, json_read, forms and CSV share. Records have no such form. */
#ifndef WIRE_VALUE_H
#define WIRE_VALUE_H

#include "wire/wire.h"

/* Whether JSON writes it in quotes: everything but numbers and booleans. */
bool value_is_quoted(const struct field *f);
void value_write(const struct field *f, const void *item, struct buf *out);
/* Fills *item and checks it as wire_check does. Strings are copied into the arena. */
enum err value_read(const struct field *f, struct str text, struct arena *arena, void *item,
	struct problem *why) MUST_CHECK;

#endif

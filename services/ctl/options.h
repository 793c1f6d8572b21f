/* options - a message from the options of a command line, by the rows of its schema
 *
 * --NAME VALUE for each field, --RECORD.NAME VALUE for a field of a record in
 * it, values of a list with commas between. The text that results is read by
 * json_read, so that every form and limit is checked there and only there. */
#ifndef CTL_OPTIONS_H
#define CTL_OPTIONS_H

#include "base/buf.h"
#include "wire/schema.h"

/* Takes the options of the schema's fields out of argv and appends a JSON object of them. *ret_any: whether
 * there were any. Files and lists of records have no such form. */
void options_json(const struct schema *schema, int *argc, char **argv, struct buf *out,
	bool *ret_any);
/* The options with what they hold, for --help. */
void options_describe(const struct schema *schema, struct buf *out);

#endif

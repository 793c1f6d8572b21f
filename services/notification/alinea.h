/* alinea - paragraphs of plain text, broken into lines of 72 characters
 *
 * Characters, not bytes, are counted. What stands between two line breaks of
 * the text is one paragraph; control characters become blanks. */
#ifndef NOTIFICATION_ALINEA_H
#define NOTIFICATION_ALINEA_H

#include "base/buf.h"

enum { ALINEA_WIDTH = 72 };

/* Adds the text, each line but the first of it indented by `indent`; `used` characters of the first line are
 * taken. A word that is longer than a line stands alone on one. Ends in a line break. */
void alinea_write(struct str text, size_t used, size_t indent, struct buf *out);
/* The characters of a text. */
size_t alinea_width(struct str text);

#endif

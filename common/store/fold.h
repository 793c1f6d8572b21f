/* fold - the form of a text in which it is searched
 *
 * Letters of ASCII and Latin-1 become lower case, runs of blanks one space, none
 * at the ends. A text of digits and the signs of telephone numbers alone
 * becomes its digits, +62 in front (62 alone where there are 10 to 14 digits)
 * the 0 of home: "+62 812-345" is "0812345".
 * What is folded is written into indexes; another rule needs a new version of
 * the vault table. */
#ifndef STORE_FOLD_H
#define STORE_FOLD_H

#include "base/buf.h"

/* Appends the whole text folded. */
void fold_text(struct str text, struct buf *out);
/* Cuts the next word off *text (letters and digits; everything else parts words) and appends it
 * folded; false when there is none. */
bool fold_word(struct str *text, struct buf *out);

#endif

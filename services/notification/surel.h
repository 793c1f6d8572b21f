/* surel - a mail as bytes: RFC 5322 headers, one part of UTF-8 text
 *
 * Whatever the texts hold, a header stays one header: line breaks and control
 * bytes become blanks, what is not plain ASCII goes into encoded words (RFC
 * 2047), long values are folded. The body is quoted-printable with CRLF, so no
 * line is over 76 characters. Dot-stuffing is the sender's. */
#ifndef NOTIFICATION_SUREL_H
#define NOTIFICATION_SUREL_H

#include "base/buf.h"
#include "base/id.h"

struct surel {
	struct str from; /* checked addresses (domain/surel.h) */
	struct str from_name;
	struct str to;
	struct str to_name;
	struct str subject;
	struct str body; /* UTF-8, lines end in \n */
	struct id id;    /* of the case, and which of its notices: the Message-ID, */
	uint32_t number; /* the same for each attempt, so that receivers can tell doubles */
	time_us at;
};

enum { SUREL_LINE_MAX = 76 };

/* Adds the whole message. ERR_INVALID (surel) when an address is none: nothing is added then. */
enum err surel_write(const struct surel *mail, struct buf *out, struct problem *why) MUST_CHECK;

/* The pieces, for their tests. value of a header with an unstructured text; used is how many characters
 * of the first line are taken already. */
void surel_write_words(struct str text, size_t used, struct buf *out);
void surel_write_quoted_printable(struct str text, struct buf *out);

#endif

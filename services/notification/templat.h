/* templat - the wording of notices: one row a paragraph, Indonesian, then English
 *
 * A row is used when its kind and decision fit and every {field} in it has a
 * value. So what the law asks for only sometimes is a row whose field is
 * sometimes absent. {field?} must have a value and {field!} none; both print
 * nothing. */
#ifndef NOTIFICATION_TEMPLAT_H
#define NOTIFICATION_TEMPLAT_H

#include "proto/messages.h"

enum templat_style {
	TEMPLAT_TITLE,     /* a line in capitals, blank lines around */
	TEMPLAT_PARAGRAPH, /* wrapped, a blank line behind */
	TEMPLAT_LINE,  /* "label|value", the values below one another; consecutive ones stay together */
	TEMPLAT_QUOTE, /* what a person wrote: indented, its line breaks kept */
};

struct templat {
	uint32_t kinds;     /* bits of enum jenis_pengiriman */
	uint32_t decisions; /* bits of enum keputusan; 0: whatever was decided, if anything was */
	enum templat_style style;
	const char *text;
};

extern const struct templat templat_rows[];
extern const uint32_t templat_count;

/* "Tanda bukti penerimaan permohonan informasi publik"; the number is put before it. */
const char *templat_subject(uint32_t kind);

#endif

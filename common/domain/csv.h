/* csv - rows of comma-separated text, read in pieces and written safely
 *
 * Reading follows RFC 4180: quotes, doubled quotes, line breaks inside quotes,
 * CRLF or LF, an optional byte order mark. The text comes in pieces of any size
 * and memory is bounded. A row that is wrong is handed over too, as a fault with
 * its line, and reading goes on at the next line: one bad row costs one row.
 *
 * Writing is formula-safe: spreadsheets run a field that begins with = + - @,
 * tab or carriage return, so such a field gets an apostrophe in front. A field
 * that has the apostrophe already gets one more: csv_plain gives it all back. */
#ifndef DOMAIN_CSV_H
#define DOMAIN_CSV_H

#include "base/buf.h"

enum {
	CSV_FIELDS_MAX = 128,
	CSV_ROW_BYTES_MAX = 64 * 1024, /* of the fields of one row, quotes and separators left out */
};

/* The rules a row can break, as problem.rule; the first two come with ERR_LIMIT, the
 * others with ERR_INVALID. A stray quote is one within plain text, or text behind a
 * closing quote. */
#define CSV_TOO_LONG "melebihi_batas"
#define CSV_TOO_MANY_FIELDS "kolom_terlalu_banyak"
#define CSV_OPEN_QUOTE "kutip_tidak_ditutup"
#define CSV_STRAY_QUOTE "kutip_salah_tempat"
#define CSV_LONE_CR "cr_tanpa_lf"
#define CSV_NUL "berisi_nul"
#define CSV_NOT_UTF8 "bukan_utf8"

struct csv_row {
	uint64_t line;            /* where the row begins; the first line is 1 */
	const struct str *fields; /* good until the callback returns */
	size_t count;             /* 0 in a fault */
	enum err err;             /* ERR_OK, or the row is a fault */
	struct problem why;       /* of the fault; field is NULL */
	size_t column;            /* of the fault, from 1; 0 where it is the whole row */
};

/* What is wrong with a text of rows as a whole, for callers that stop at the first fault. */
struct csv_fault {
	uint64_t line;
	struct problem why;
};

/* Gets each row and each fault in order. Anything but ERR_OK stops the reading. */
typedef enum err csv_row_fn(void *self, const struct csv_row *row);

struct csv_reader;

/* separator is ',' or ';' (what spreadsheets write where the comma is a decimal sign). */
struct csv_reader *csv_open(char separator, csv_row_fn *on_row, void *self) MUST_CHECK;
void csv_close(struct csv_reader **r);
/* Takes the next piece. Empty lines are passed over. Gives what the callback gave;
 * once that was an error, every later call gives it again and reads nothing. */
enum err csv_feed(struct csv_reader *r, struct str piece) MUST_CHECK;
/* The text has ended: hands over the last row where it has no line break. */
enum err csv_finish(struct csv_reader *r) MUST_CHECK;

struct csv_writer {
	struct buf *out; /* is_full says whether everything fitted */
	char separator;
	bool in_row;
};

/* A field of text, quoted where it must be and safe against being run as a formula. */
void csv_put(struct csv_writer *w, struct str field);
/* A field that is a number: never prefixed, a minus sign is no formula here. */
void csv_put_number(struct csv_writer *w, int64_t number);
/* Ends the row with CRLF. */
void csv_end_row(struct csv_writer *w);

/* The field without the apostrophe that csv_put set in front; any other field as it is. */
struct str csv_plain(struct str field);

#endif

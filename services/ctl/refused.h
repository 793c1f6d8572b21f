/* refused - the rows of a file that were not taken: line, code, column, rule */
#ifndef CTL_REFUSED_H
#define CTL_REFUSED_H

#include "base/buf.h"

struct refused_row {
	uint64_t line;
	char code[16]; /* INVALID, REJECTED, LIMIT, ... */
	char field[40];
	char rule[40];
};

struct refused {
	struct refused_row *rows;
	size_t count, size;
};

void refused_clear(struct refused *r);
/* Texts are cut to their room; field and rule may be empty. */
void refused_add(struct refused *r, uint64_t line, const char *code, struct str field,
	struct str rule);
/* In order of lines. */
void refused_sort(struct refused *r);
/* One line each: "baris 12: INVALID kanal: nilai_tidak_dikenal"; or a JSON array. */
void refused_print(const struct refused *r, struct buf *out);
void refused_json(const struct refused *r, struct buf *out);

#endif

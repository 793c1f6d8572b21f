#include "ctl/report_cells.h"

#include <string.h>

#include "domain/persen.h"

void cell_json_hundredths(bool is_known, uint64_t hundredths, struct buf *out)
{
	char text[PERSEN_TEXT_MAX];

	if (is_known)
		persen_json(hundredths, text);
	buf_print(out, "%s", is_known ? text : "null");
}

void cell_json_share(uint64_t part, uint64_t whole, struct buf *out)
{
	uint64_t share = 0;
	bool is_known = persen_of(part, whole, &share);

	cell_json_hundredths(is_known, share, out);
}

void cell_csv_hundredths(bool is_known, uint64_t hundredths, struct csv_writer *w)
{
	char text[PERSEN_TEXT_MAX] = "";

	if (is_known)
		persen_json(hundredths, text);
	csv_put(w, str_of(text));
}

void cell_csv_share(uint64_t part, uint64_t whole, struct csv_writer *w)
{
	uint64_t share = 0;
	bool is_known = persen_of(part, whole, &share);

	cell_csv_hundredths(is_known, share, w);
}

/* With the decimal comma of persen_text and without its sign. */
void cell_text_hundredths(bool is_known, uint64_t hundredths, struct buf *out)
{
	char text[PERSEN_TEXT_MAX] = "-";

	if (is_known) {
		persen_text(hundredths, text);
		text[strlen(text) - 1] = '\0';
	}
	buf_print(out, "%s", text);
}

static bool is_begin(char c)
{
	return ((unsigned char)c & 0xc0) != 0x80;
}

int cell_columns(struct str text)
{
	int columns = 0;

	for (size_t i = 0; i < text.len; i++)
		columns += is_begin(text.ptr[i]);
	return columns;
}

/* C0, DEL, and C1, which begins with 0xc2 in UTF-8. */
static bool is_control(struct str text, size_t at)
{
	unsigned char c = (unsigned char)text.ptr[at];

	return c < 0x20 || c == 0x7f ||
		(c == 0xc2 && at + 1 < text.len && (unsigned char)text.ptr[at + 1] < 0xa0);
}

void cell_text(struct str text, int columns, struct buf *out)
{
	static const char more[] = "...";
	int all = cell_columns(text);
	int left = all > columns ? columns - (int)(sizeof more - 1) : all;
	size_t i = 0;

	for (int n = 0; n < left; n++) {
		size_t begin = i++;

		while (i < text.len && !is_begin(text.ptr[i]))
			i++;
		buf_add(out, is_control(text, begin) ? "?" : text.ptr + begin,
			is_control(text, begin) ? 1 : i - begin);
	}
	buf_print(out, "%s%*s", all > columns ? more : "", all > columns ? 0 : columns - all, "");
}

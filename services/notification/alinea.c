#include "notification/alinea.h"

static bool is_blank(char c)
{
	return (unsigned char)c <= ' ' || c == 0x7f;
}

size_t alinea_width(struct str text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++)
		n += ((unsigned char)text.ptr[i] & 0xc0) != 0x80;
	return n;
}

/* Cuts the next word off; false at the end. */
static bool next_word(struct str *line, struct str *ret)
{
	size_t begin = 0;
	size_t end;

	while (begin < line->len && is_blank(line->ptr[begin]))
		begin++;
	for (end = begin; end < line->len && !is_blank(line->ptr[end]);)
		end++;
	*ret = str_bytes(line->ptr + begin, end - begin);
	*line = str_bytes(line->ptr + end, line->len - end);
	return end > begin;
}

static void indent_by(size_t n, struct buf *out)
{
	while (n-- > 0)
		buf_add(out, " ", 1);
}

static void write_line(struct str line, size_t used, size_t indent, struct buf *out)
{
	struct str word;
	bool is_first = true;

	while (next_word(&line, &word)) {
		size_t n = alinea_width(word);

		if (!is_first && used + 1 + n > ALINEA_WIDTH) {
			buf_add(out, "\n", 1);
			indent_by(indent, out);
			used = indent;
		} else if (!is_first) {
			buf_add(out, " ", 1);
			used++;
		}
		buf_add_str(out, word);
		used += n;
		is_first = false;
	}
	buf_add(out, "\n", 1);
}

void alinea_write(struct str text, size_t used, size_t indent, struct buf *out)
{
	struct str line;
	bool is_first = true;

	while (str_split(&text, '\n', &line)) {
		if (!is_first && str_trim(line).len > 0)
			indent_by(indent, out);
		write_line(line, is_first ? used : indent, indent, out);
		is_first = false;
	}
}

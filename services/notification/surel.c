#include "notification/surel.h"

#include "domain/surel.h"
#include "notification/tulis.h"
#include "wire/base64.h"

#include <assert.h>
#include <string.h>

enum {
	WORD_BYTES_MAX =
		42, /* in one encoded word: =?UTF-8?B?...?= of 68 characters, under the 75 of RFC 2047 */
	PLAIN_LINE_MAX = 70,
};

static bool is_control(char c)
{
	return (unsigned char)c < ' ' || c == 0x7f;
}

/* Whether the text may stand as it is: printable ASCII that nobody takes for an encoded word, in words
 * short enough to be folded between. */
static bool is_plain(struct str text)
{
	size_t word = 0;

	for (size_t i = 0; i < text.len; i++) {
		if ((unsigned char)text.ptr[i] >= 0x80 || is_control(text.ptr[i]))
			return false;
		if (text.ptr[i] == '=' && i + 1 < text.len && text.ptr[i + 1] == '?')
			return false;
		word = text.ptr[i] == ' ' ? 0 : word + 1;
		if (word > PLAIN_LINE_MAX)
			return false;
	}
	/* Blanks at an end would be lost in folding, two in a row could become one. */
	return text.len == 0 ||
		(text.ptr[0] != ' ' && text.ptr[text.len - 1] != ' ' &&
			memmem(text.ptr, text.len, "  ", 2) == NULL);
}

static void write_plain(struct str text, size_t used, struct buf *out)
{
	struct str word;
	bool is_first = true;

	while (str_split(&text, ' ', &word)) {
		if (!is_first && used + 1 + word.len > SUREL_LINE_MAX) {
			buf_print(out, "\r\n");
			used = 0;
		}
		if (!is_first) {
			buf_print(out, " ");
			used++;
		}
		buf_add_str(out, word);
		used += word.len;
		is_first = false;
	}
}

/* How many bytes from `at` fit one encoded word without cutting a character. */
static size_t word_len(struct str text, size_t at)
{
	size_t n = text.len - at;

	if (n <= WORD_BYTES_MAX)
		return n;
	n = WORD_BYTES_MAX;
	while (n > 1 && ((unsigned char)text.ptr[at + n] & 0xc0) == 0x80)
		n--;
	return n;
}

/* Every word on a line of its own but the first: the shortest way to never be too long. */
static void write_encoded(struct str text, size_t used, struct buf *out)
{
	char clean[WORD_BYTES_MAX];

	for (size_t at = 0; at < text.len;) {
		size_t n = word_len(text, at);

		for (size_t i = 0; i < n; i++)
			clean[i] = is_control(text.ptr[at + i]) ? ' ' : text.ptr[at + i];
		if (at > 0 || used + 68 > SUREL_LINE_MAX)
			buf_print(out, "\r\n ");
		buf_print(out, "=?UTF-8?B?");
		base64_write(str_bytes(clean, n), out);
		buf_print(out, "?=");
		at += n;
	}
}

void surel_write_words(struct str text, size_t used, struct buf *out)
{
	if (is_plain(text))
		write_plain(text, used, out);
	else
		write_encoded(text, used, out);
}

static void write_text_header(const char *name, struct str text, struct buf *out)
{
	buf_print(out, "%s: ", name);
	surel_write_words(text, strlen(name) + 2, out);
	buf_print(out, "\r\n");
}

/* Atoms and blanks may stand in a display name as they are; all else is encoded, quotes too. */
static bool is_phrase(struct str name)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
			c != ' ' && c != '-')
			return false;
	}
	return is_plain(name);
}

static void write_mailbox(const char *header, struct str name, struct str address, struct buf *out)
{
	buf_print(out, "%s: ", header);
	if (name.len > 0) {
		if (is_phrase(name))
			write_plain(name, strlen(header) + 2, out);
		else
			write_encoded(name, strlen(header) + 2, out);
		buf_print(out, "\r\n ");
	}
	buf_print(out, "<%.*s>\r\n", (int)address.len, address.ptr);
}

static void write_byte(unsigned char c, size_t *used, bool is_last, struct buf *out)
{
	/* A blank at a line's end would be lost. */
	bool is_literal = (c > ' ' && c < 0x7f && c != '=') || (c == ' ' && !is_last);

	if (*used + (is_literal ? 1 : 3) > SUREL_LINE_MAX - 1) {
		buf_print(out, "=\r\n");
		*used = 0;
	}
	/* "From " at a line's begin some boxes take for a new mail. */
	if (c == 'F' && *used == 0)
		is_literal = false;
	if (is_literal)
		buf_add(out, &c, 1);
	else
		buf_print(out, "=%02X", c);
	*used += is_literal ? 1 : 3;
}

void surel_write_quoted_printable(struct str text, struct buf *out)
{
	struct str line;

	if (text.len > 0 && text.ptr[text.len - 1] == '\n')
		text.len--;
	while (str_split(&text, '\n', &line)) {
		size_t used = 0;

		if (line.len > 0 && line.ptr[line.len - 1] == '\r')
			line.len--;
		for (size_t i = 0; i < line.len; i++)
			write_byte((unsigned char)line.ptr[i], &used, i + 1 == line.len, out);
		buf_print(out, "\r\n");
	}
}

static struct str domain_of(struct str address)
{
	const char *at = memchr(address.ptr, '@', address.len);

	assert(at != NULL); /* checked */
	return str_bytes(at + 1, address.len - (size_t)(at + 1 - address.ptr));
}

enum err surel_write(const struct surel *mail, struct buf *out, struct problem *why)
{
	enum err e = surel_check(mail->from, why);
	char id[ID_TEXT_MAX];
	struct str domain;

	if (e == ERR_OK)
		e = surel_check(mail->to, why);
	if (e != ERR_OK)
		return e;
	id_text(mail->id, id);
	domain = domain_of(mail->from);
	buf_print(out, "Date: ");
	tulis_rfc5322(out, mail->at);
	buf_print(out, "\r\n");
	write_mailbox("From", mail->from_name, mail->from, out);
	write_mailbox("To", mail->to_name, mail->to, out);
	write_text_header("Subject", mail->subject, out);
	buf_print(out, "Message-ID: <%s.%u@%.*s>\r\n", id, mail->number, (int)domain.len, domain.ptr);
	buf_print(out,
		"Auto-Submitted: auto-generated\r\n"
		"Content-Language: id, en\r\n"
		"MIME-Version: 1.0\r\n"
		"Content-Type: text/plain; charset=UTF-8\r\n"
		"Content-Transfer-Encoding: quoted-printable\r\n\r\n");
	surel_write_quoted_printable(mail->body, out);
	return ERR_OK;
}

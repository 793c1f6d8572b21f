#include "notification/surel.h"

#include "notification/tulis.h"
#include "wire/base64.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct str line_of(struct str message, const char *header)
{
	struct str line;

	while (str_split(&message, '\n', &line))
		if (str_starts(line, str_of(header)))
			return line;
	fail_msg("no header %s", header);
	return line;
}

static struct surel plain(void)
{
	return (struct surel) {
		.from = STR("ppid@bekasikota.example"),
		.from_name = STR("Layanan Informasi Publik"),
		.to = STR("nur@example.id"),
		.to_name = STR("Nur Hidayah"),
		.subject = STR("Tanda bukti"),
		.body = STR("Halo\n"),
		.id = { { 1, 2, 3 } },
		.number = 4,
		.at = INT64_C(1773713100) * US_PER_SECOND,
	};
}

/* No line is over 76 characters, each ends in CRLF, and no CR or LF stands alone. */
static void assert_lines(struct str message)
{
	struct str line;

	assert_true(message.len > 1 && message.ptr[message.len - 1] == '\n');
	message.len--;
	while (str_split(&message, '\n', &line)) {
		assert_true(line.len > 0 && line.ptr[line.len - 1] == '\r');
		line.len--;
		assert_null(memchr(line.ptr, '\r', line.len));
		assert_true(line.len <= SUREL_LINE_MAX);
	}
}

static void plain_mail_is_this(void **state)
{
	static const char expected[] =
		"Date: Tue, 17 Mar 2026 09:05:00 +0700\r\n"
		"From: Layanan Informasi Publik\r\n <ppid@bekasikota.example>\r\n"
		"To: Nur Hidayah\r\n <nur@example.id>\r\n"
		"Subject: Tanda bukti\r\n"
		"Message-ID: <01020300-0000-0000-0000-000000000000.4@bekasikota.example>\r\n"
		"Auto-Submitted: auto-generated\r\n"
		"Content-Language: id, en\r\n"
		"MIME-Version: 1.0\r\n"
		"Content-Type: text/plain; charset=UTF-8\r\n"
		"Content-Transfer-Encoding: quoted-printable\r\n"
		"\r\n"
		"Halo\r\n";
	struct surel mail = plain();
	struct problem why;
	struct buf out;

	(void)state;
	buf_init(&out, 65536);
	assert_int_equal(surel_write(&mail, &out, &why), ERR_OK);
	buf_add(&out, "", 1);
	assert_string_equal(out.ptr, expected);
	buf_clear(&out);
}

static void nothing_in_a_text_becomes_a_header(void **state)
{
	static const struct str evil[] = {
		STR("x\r\nBcc: semua@example.id"),
		STR("x\nBcc: semua@example.id\n\nisi palsu"),
		STR("x\rBcc: semua@example.id"),
		STR("\"<semua@example.id>, lain\" <x@example.id>"),
		STR("=?UTF-8?Q?=0D=0ABcc:_semua@example.id?="),
		STR("x\x0b\x0c\x7f\x01 Bcc: semua@example.id"),
		STR("x\xe2\x80\xa8"
			"Bcc: semua@example.id"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof evil / sizeof evil[0]; i++) {
		struct surel mail = plain();
		struct str head;
		struct problem why;
		struct buf out;

		mail.subject = mail.to_name = mail.from_name = evil[i];
		if (memchr(evil[i].ptr, '<', evil[i].len) != NULL)
			mail.subject = str_of("x"); /* there it may stand as it is */
		buf_init(&out, 65536);
		assert_int_equal(surel_write(&mail, &out, &why), ERR_OK);
		assert_lines(buf_str(&out));
		head = buf_str(&out);
		head.len = (size_t)((char *)memmem(head.ptr, head.len, "\r\n\r\n", 4) - head.ptr);
		assert_null(memmem(head.ptr, head.len, "Bcc", 3));
		assert_null(memmem(head.ptr, head.len, "semua@", 6));
		/* Ten headers, whatever is in them: the other lines are folded ones. */
		for (size_t n = 0, at = 0; at < head.len; at++)
			if (head.ptr[at] == '\n' && head.ptr[at + 1] != ' ')
				assert_true(++n <= 9);
		buf_clear(&out);
	}
}

static void address_that_is_none_makes_no_mail(void **state)
{
	static const struct str evil[] = { STR(""), STR("x"),
		STR("x@example.id\r\nRCPT TO:<y@example.id>"), STR("x@example.id>"), STR("<x@example.id"),
		STR("x y@example.id"), STR("x@example.id,y@example.id") };

	(void)state;
	for (size_t i = 0; i < sizeof evil / sizeof evil[0]; i++)
		for (int is_from = 0; is_from < 2; is_from++) {
			struct surel mail = plain();
			struct problem why;
			struct buf out;

			*(is_from ? &mail.from : &mail.to) = evil[i];
			buf_init(&out, 65536);
			assert_int_not_equal(surel_write(&mail, &out, &why), ERR_OK);
			assert_string_equal(why.field, "surel");
			assert_int_equal(out.len, 0);
			buf_clear(&out);
		}
}

/* The words of an encoded header, decoded again and joined. */
static struct str decoded(struct str header, struct arena *arena)
{
	struct buf out;
	struct str ret;

	buf_init(&out, 65536);
	for (size_t at = 0; at + 12 < header.len; at++) {
		struct str word, bytes;
		const char *end;

		if (memcmp(header.ptr + at, "=?UTF-8?B?", 10) != 0)
			continue;
		word = str_bytes(header.ptr + at + 10, header.len - at - 10);
		end = memmem(word.ptr, word.len, "?=", 2);
		assert_non_null(end);
		word.len = (size_t)(end - word.ptr);
		assert_true(word.len + 12 <= 75);
		assert_int_equal(base64_read(word, arena, &bytes), ERR_OK);
		assert_true(str_is_utf8(bytes)); /* no character is cut between two words */
		buf_add_str(&out, bytes);
	}
	assert_int_equal(arena_copy(arena, buf_str(&out), &ret), ERR_OK);
	buf_clear(&out);
	return ret;
}

static void words_come_back_as_they_were(void **state)
{
	static char text[1200];
	struct arena arena;

	(void)state;
	arena_init(&arena, 1 << 20);
	for (size_t len = 1; len < 400; len++) {
		struct str t;
		struct buf out;

		/* Characters of one to four bytes in turn. */
		text[0] = '\0';
		for (size_t i = 0; i < len; i++)
			(void)strcat(text,
				(const char *[]) { "a", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80" }[i % 4]);
		t = str_of(text);
		buf_init(&out, 65536);
		buf_print(&out, "Subject: ");
		surel_write_words(t, 9, &out);
		buf_print(&out, "\r\n");
		assert_lines(buf_str(&out));
		if (len >= 2)
			assert_true(str_equal(decoded(buf_str(&out), &arena), t));
		buf_clear(&out);
		arena_reset(&arena);
	}
	arena_clear(&arena);
}

static void long_plain_subject_is_folded_between_words(void **state)
{
	struct surel mail = plain();
	struct problem why;
	struct buf out;

	(void)state;
	mail.subject = (struct str)STR("[007/PPID-DISKOMINFO/III/2026] Pemberitahuan tertulis atas "
								   "permohonan informasi publik yang panjang sekali judulnya");
	buf_init(&out, 65536);
	assert_int_equal(surel_write(&mail, &out, &why), ERR_OK);
	assert_lines(buf_str(&out));
	assert_true(str_starts(line_of(buf_str(&out), "Subject"),
		str_of("Subject: [007/PPID-DISKOMINFO/III/2026] Pemberitahuan tertulis atas\r")));
	buf_clear(&out);
}

/* The reverse of quoted-printable, by the letter of RFC 2045. */
static void unquote(struct str in, struct buf *out)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < in.len; i++) {
		unsigned char c;

		if (in.ptr[i] == '\r')
			continue;
		if (in.ptr[i] != '=') {
			buf_add(out, &in.ptr[i], 1);
			continue;
		}
		if (in.ptr[i + 1] == '\r') {
			i += 2;
			continue;
		}
		assert_non_null(strchr(digits, in.ptr[i + 1]));
		assert_non_null(strchr(digits, in.ptr[i + 2]));
		c = (unsigned char)((strchr(digits, in.ptr[i + 1]) - digits) << 4 |
			(strchr(digits, in.ptr[i + 2]) - digits));
		buf_add(out, &c, 1);
		i += 2;
	}
}

static void body_comes_back_as_it_was(void **state)
{
	static char text[4000];
	uint32_t seed = 7;

	(void)state;
	for (int round = 0; round < 300; round++) {
		size_t n = (size_t)round * 13 + 1;
		struct buf quoted, back;

		for (size_t i = 0; i < n; i++) {
			seed = seed * 1664525 + 1013904223;
			text[i] = (char)" F.\n=aeiou\xc3\xa9\t"[(seed >> 16) % 13];
		}
		text[n - 1] = '\n';
		buf_init(&quoted, 65536);
		buf_init(&back, 65536);
		surel_write_quoted_printable(str_bytes(text, n), &quoted);
		assert_lines(buf_str(&quoted));
		unquote(buf_str(&quoted), &back);
		assert_true(str_equal(buf_str(&back), str_bytes(text, n)));
		assert_null(memmem(quoted.ptr, quoted.len, " \r\n", 3));
		assert_null(memmem(quoted.ptr, quoted.len, "\t", 1));
		assert_null(memmem(quoted.ptr, quoted.len, "\nF", 2));
		buf_clear(&quoted);
		buf_clear(&back);
	}
}

static void numbers_dates_and_sums_are_written_as_letters_do(void **state)
{
	static const struct {
		uint32_t n;
		const char *words;
	} numbers[] = { { 0, "nol" }, { 3, "tiga" }, { 10, "sepuluh" }, { 11, "sebelas" },
		{ 14, "empat belas" }, { 30, "tiga puluh" }, { 47, "empat puluh tujuh" },
		{ 100, "seratus" }, { 111, "seratus sebelas" }, { 365, "tiga ratus enam puluh lima" },
		{ 999, "sembilan ratus sembilan puluh sembilan" } };
	static const struct {
		int64_t sum;
		const char *text;
	} sums[] = { { 0, "Rp0" }, { 999, "Rp999" }, { 1000, "Rp1.000" }, { 12050, "Rp12.050" },
		{ 1000000007, "Rp1.000.000.007" }, { -5000, "-Rp5.000" },
		{ INT64_MIN, "-Rp9.223.372.036.854.775.808" } };
	struct buf out;

	(void)state;
	buf_init(&out, 4096);
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
		buf_reset(&out);
		tulis_terbilang(&out, numbers[i].n);
		assert_true(str_is(buf_str(&out), numbers[i].words));
	}
	for (size_t i = 0; i < sizeof sums / sizeof sums[0]; i++) {
		buf_reset(&out);
		tulis_rupiah(&out, sums[i].sum);
		assert_true(str_is(buf_str(&out), sums[i].text));
	}
	buf_reset(&out);
	/* Just before midnight in WIB: still that day, whatever the day is in UTC. */
	tulis_waktu(&out, INT64_C(1773766740) * US_PER_SECOND);
	assert_true(str_is(buf_str(&out), "Selasa, 17 Maret 2026, pukul 23.59 WIB"));
	buf_reset(&out);
	tulis_rfc5322(&out, INT64_C(1773766800) * US_PER_SECOND);
	assert_true(str_is(buf_str(&out), "Wed, 18 Mar 2026 00:00:00 +0700"));
	buf_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_mail_is_this),
		cmocka_unit_test(nothing_in_a_text_becomes_a_header),
		cmocka_unit_test(address_that_is_none_makes_no_mail),
		cmocka_unit_test(words_come_back_as_they_were),
		cmocka_unit_test(long_plain_subject_is_folded_between_words),
		cmocka_unit_test(body_comes_back_as_it_was),
		cmocka_unit_test(numbers_dates_and_sums_are_written_as_letters_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The worker's talk with a mail server that behaves as it should not; the server is a thread here. */
#include "notification/kirim_surel.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { STEP_MS_MAX = 8000, HEARD_MAX = 65536 };

/* What the server does at a command: an answer, or one of these. */
#define HANG "hang" /* says nothing until the other side goes */
#define CLOSE "close"

struct script {
	const char *greeting, *ehlo, *mail, *rcpt, *data, *end; /* NULL: as a server should */
	int lines_before_close;
};

struct server {
	int listener;
	uint16_t port;
	const struct script *script;
	pthread_t thread;
	char heard[HEARD_MAX];
	size_t heard_len;
	uint32_t mails; /* answered with 250 at the end */
};

static bool say(int fd, const char *text)
{
	return send(fd, text, strlen(text), MSG_NOSIGNAL) == (ssize_t)strlen(text);
}

/* One line with its LF; false when the other side is gone or silent for too long. */
static bool hear(struct server *s, int fd, char *line, size_t size)
{
	size_t n = 0;

	while (n + 1 < size) {
		struct pollfd p = { fd, POLLIN, 0 };

		if (poll(&p, 1, STEP_MS_MAX) != 1 || recv(fd, line + n, 1, 0) != 1)
			return false;
		if (s->heard_len < sizeof s->heard)
			s->heard[s->heard_len++] = line[n];
		if (line[n++] == '\n')
			break;
	}
	line[n] = '\0';
	return true;
}

/* Answers; false: this talk is over. */
static bool act(struct server *s, int fd, const char *scripted, const char *usual)
{
	char line[1024];
	const char *answer = scripted == NULL ? usual : scripted;

	if (strcmp(answer, CLOSE) == 0)
		return false;
	if (strcmp(answer, HANG) == 0) {
		while (hear(s, fd, line, sizeof line))
			;
		return false;
	}
	return say(fd, answer);
}

static bool take_mail(struct server *s, int fd)
{
	char line[1024];
	int lines = 0;

	if (!act(s, fd, s->script->data, "354 go on\r\n"))
		return false;
	if (s->script->data != NULL)
		return true;
	while (hear(s, fd, line, sizeof line)) {
		if (s->script->lines_before_close > 0 && ++lines == s->script->lines_before_close)
			return false;
		if (strcmp(line, ".\r\n") != 0)
			continue;
		if (s->script->end == NULL)
			s->mails++;
		return act(s, fd, s->script->end, "250 taken\r\n");
	}
	return false;
}

static void serve(struct server *s, int fd)
{
	char line[1024];
	bool goes_on = act(s, fd, s->script->greeting, "220 test\r\n");

	while (goes_on && hear(s, fd, line, sizeof line)) {
		if (strncmp(line, "EHLO", 4) == 0)
			goes_on = act(s, fd, s->script->ehlo, "250-test\r\n250 8BITMIME\r\n");
		else if (strncmp(line, "MAIL", 4) == 0)
			goes_on = act(s, fd, s->script->mail, "250 ok\r\n");
		else if (strncmp(line, "RCPT", 4) == 0)
			goes_on = act(s, fd, s->script->rcpt, "250 ok\r\n");
		else if (strncmp(line, "DATA", 4) == 0)
			goes_on = take_mail(s, fd);
		else if (strncmp(line, "QUIT", 4) == 0)
			goes_on = say(fd, "221 bye\r\n") && false;
		else
			goes_on = say(fd, "502 what\r\n");
	}
}

static void *server_main(void *argument)
{
	struct server *s = argument;
	int fd;

	/* Ends when the listener is shut. */
	while ((fd = accept(s->listener, NULL, NULL)) >= 0) {
		serve(s, fd);
		(void)close(fd);
	}
	return NULL;
}

static void server_start(struct server *s, const struct script *script)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof address;

	memset(s, 0, sizeof *s);
	s->script = script;
	s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(s->listener >= 0);
	assert_int_equal(bind(s->listener, (struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(listen(s->listener, 4), 0);
	assert_int_equal(getsockname(s->listener, (struct sockaddr *)&address, &len), 0);
	s->port = ntohs(address.sin_port);
	assert_int_equal(pthread_create(&s->thread, NULL, server_main, s), 0);
}

static void server_stop(struct server *s)
{
	(void)shutdown(s->listener, SHUT_RDWR);
	(void)pthread_join(s->thread, NULL);
	(void)close(s->listener);
}

static struct notification_settings settings_for(uint16_t port)
{
	return (struct notification_settings) {
		.host = "127.0.0.1",
		.port = port,
		.tls = "none",
		.ca_file = "",
		.user = "",
		.from = "ppid@bekasikota.example",
		.from_name = "Layanan Informasi Publik",
		.helo = "ppid.example",
		.connect_ms = 1000,
		.stall_ms = 1000,
		.total_ms = 3000,
		.give_up_hours = 120,
	};
}

static const struct surel_keluar mail = {
	.kepada = STR("nur@example.id"),
	.nama = STR("Nur Hidayah"),
	.subjek = STR("Tanda bukti"),
	.isi = STR("Baris pertama\n.baris bertitik\nsurat \xc3\xa9\n"),
	.versi = 3,
};

static void assert_result(const struct script *script, enum hasil_kirim outcome, const char *reason,
	uint32_t code)
{
	struct notification_settings settings;
	struct hasil_surel result;
	struct server server;

	server_start(&server, script);
	settings = settings_for(server.port);
	result = kirim_sekarang(&settings, &mail, NULL);
	server_stop(&server);
	if (result.hasil != outcome || (reason != NULL && !str_is(result.sebab, reason)) ||
		(code != 0 && (!result.has_kode_smtp || result.kode_smtp != code)))
		fail_msg("result %u (%.*s), code %u instead of %u (%s), code %u", result.hasil,
			(int)result.sebab.len, result.sebab.ptr, result.kode_smtp, outcome, reason, code);
	assert_int_equal(server.mails, outcome == HASIL_KIRIM_TERKIRIM ? 1 : 0);
}

static void server_that_takes_it_gets_this(void **state)
{
	const struct script script = { .greeting = NULL };
	struct notification_settings settings;
	struct hasil_surel result;
	struct server s;

	(void)state;
	server_start(&s, &script);
	settings = settings_for(s.port);
	result = kirim_sekarang(&settings, &mail, NULL);
	server_stop(&s);
	assert_int_equal(result.hasil, HASIL_KIRIM_TERKIRIM);
	assert_int_equal(result.kode_smtp, 250);
	assert_int_equal(s.mails, 1);
	s.heard[s.heard_len] = '\0';
	assert_non_null(strstr(s.heard, "EHLO ppid.example\r\n"));
	assert_non_null(strstr(s.heard, "MAIL FROM:<ppid@bekasikota.example>"));
	assert_non_null(strstr(s.heard, "RCPT TO:<nur@example.id>\r\n"));
	assert_non_null(strstr(s.heard, "\r\nSubject: Tanda bukti\r\n"));
	/* A line that begins with a dot is stuffed, or it would end the mail. */
	assert_non_null(
		strstr(s.heard, "\r\n\r\nBaris pertama\r\n..baris bertitik\r\nsurat =C3=A9\r\n.\r\n"));
}

static void refusal_with_4xx_may_be_tried_again(void **state)
{
	(void)state;
	assert_result(&(struct script) { .rcpt = "451 greylisted\r\n" }, HASIL_KIRIM_SEMENTARA,
		"penerima_ditolak", 451);
	assert_result(&(struct script) { .mail = "452 full\r\n" }, HASIL_KIRIM_SEMENTARA,
		"pengirim_ditolak", 452);
	assert_result(&(struct script) { .data = "421 no\r\n" }, HASIL_KIRIM_SEMENTARA, "pesan_ditolak",
		421);
	assert_result(&(struct script) { .end = "451 later\r\n" }, HASIL_KIRIM_SEMENTARA,
		"pesan_ditolak", 451);
}

static void refusal_with_5xx_is_final(void **state)
{
	(void)state;
	assert_result(&(struct script) { .rcpt = "550 nobody\r\n" }, HASIL_KIRIM_TETAP,
		"penerima_ditolak", 550);
	assert_result(&(struct script) { .mail = "550 not you\r\n" }, HASIL_KIRIM_TETAP,
		"pengirim_ditolak", 550);
	assert_result(&(struct script) { .end = "554 spam\r\n" }, HASIL_KIRIM_TETAP, "pesan_ditolak",
		554);
}

/* The server's own trouble is not the mail's: 5xx before it was named. */
static void refusal_before_the_mail_was_named_may_be_tried_again(void **state)
{
	(void)state;
	assert_result(&(struct script) { .greeting = "554 not now\r\n" }, HASIL_KIRIM_SEMENTARA,
		"peladen_menolak", 554);
	assert_result(&(struct script) { .greeting = "421 busy\r\n" }, HASIL_KIRIM_SEMENTARA,
		"peladen_menolak", 421);
	assert_result(&(struct script) { .greeting = CLOSE }, HASIL_KIRIM_SEMENTARA, NULL, 0);
}

static void silence_or_an_end_before_the_last_dot_may_be_tried_again(void **state)
{
	(void)state;
	assert_result(&(struct script) { .greeting = HANG }, HASIL_KIRIM_SEMENTARA, "peladen_diam", 0);
	assert_result(&(struct script) { .rcpt = HANG }, HASIL_KIRIM_SEMENTARA, "peladen_diam", 0);
	assert_result(&(struct script) { .rcpt = CLOSE }, HASIL_KIRIM_SEMENTARA, NULL, 0);
	assert_result(&(struct script) { .data = HANG }, HASIL_KIRIM_SEMENTARA, "peladen_diam", 0);
	assert_result(&(struct script) { .data = CLOSE }, HASIL_KIRIM_SEMENTARA, NULL, 0);
}

static void silence_or_an_end_after_the_last_dot_is_uncertain(void **state)
{
	(void)state;
	assert_result(&(struct script) { .end = CLOSE }, HASIL_KIRIM_TIDAK_PASTI,
		"terputus_setelah_pesan", 0);
	assert_result(&(struct script) { .end = HANG }, HASIL_KIRIM_TIDAK_PASTI, "jawaban_tidak_datang",
		0);
	assert_result(&(struct script) { .end = "garbage\r\n" }, HASIL_KIRIM_TIDAK_PASTI, NULL, 0);
}

/* A mail of more than the socket buffers: the server goes in the middle, the last dot never left. */
static void end_in_the_middle_of_the_mail_may_be_tried_again(void **state)
{
	static char body[40000];
	const struct script script = { .lines_before_close = 20 };
	struct surel_keluar big = mail;
	struct notification_settings settings;
	struct hasil_surel result;
	struct server s;

	(void)state;
	memset(body, 0xe9, sizeof body); /* three characters each, so 120 kB */
	big.isi = str_bytes(body, sizeof body);
	server_start(&s, &script);
	settings = settings_for(s.port);
	result = kirim_sekarang(&settings, &big, NULL);
	server_stop(&s);
	assert_true(result.hasil == HASIL_KIRIM_SEMENTARA || result.hasil == HASIL_KIRIM_TIDAK_PASTI);
	assert_int_equal(s.mails, 0);
}

static void nobody_there_may_be_tried_again(void **state)
{
	const struct script script = { .greeting = NULL };
	struct notification_settings settings;
	struct hasil_surel result;
	struct server s;

	(void)state;
	server_start(&s, &script);
	settings = settings_for(s.port);
	server_stop(&s);
	result = kirim_sekarang(&settings, &mail, NULL);
	assert_int_equal(result.hasil, HASIL_KIRIM_SEMENTARA);
	assert_true(str_is(result.sebab, "tidak_tersambung"));
}

/* TLS that was asked for is never left out, whatever the server offers. */
static void server_without_tls_gets_nothing_where_tls_is_required(void **state)
{
	static const char *const modes[] = { "starttls", "tls" };
	const struct script script = { .greeting = NULL };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct notification_settings settings;
		struct hasil_surel result;
		struct server s;

		server_start(&s, &script);
		settings = settings_for(s.port);
		settings.tls = modes[i];
		settings.user = "ppid";
		settings.password = "rahasia";
		result = kirim_sekarang(&settings, &mail, NULL);
		server_stop(&s);
		assert_int_equal(result.hasil, HASIL_KIRIM_SEMENTARA);
		assert_null(memmem(s.heard, s.heard_len, "MAIL", 4));
		assert_null(memmem(s.heard, s.heard_len, "AUTH", 4));
	}
}

static void refused_login_may_be_tried_again(void **state)
{
	const struct script script = { .ehlo = "250-test\r\n250 AUTH PLAIN\r\n" };
	struct notification_settings settings;
	struct hasil_surel result;
	struct server s;

	(void)state;
	server_start(&s, &script);
	settings = settings_for(s.port);
	settings.user = "ppid";
	settings.password = "salah";
	result = kirim_sekarang(&settings, &mail, NULL);
	server_stop(&s);
	assert_int_equal(result.hasil, HASIL_KIRIM_SEMENTARA);
	assert_true(str_is(result.sebab, "masuk_ditolak"));
}

static bool stop_now(const void *self)
{
	(void)self;
	return true;
}

static void asked_to_stop_it_ends_before_the_mail_is_handed_over(void **state)
{
	const struct script script = { .rcpt = HANG };
	const struct kirim_stop stop = { stop_now, NULL };
	struct notification_settings settings;
	struct timespec before, after;
	struct hasil_surel result;
	struct server s;

	(void)state;
	server_start(&s, &script);
	settings = settings_for(s.port);
	settings.stall_ms = settings.total_ms = 60000;
	(void)clock_gettime(CLOCK_MONOTONIC, &before);
	result = kirim_sekarang(&settings, &mail, &stop);
	(void)clock_gettime(CLOCK_MONOTONIC, &after);
	server_stop(&s);
	assert_int_equal(result.hasil, HASIL_KIRIM_SEMENTARA);
	assert_true(str_is(result.sebab, "dihentikan"));
	assert_true(after.tv_sec - before.tv_sec < 20);
}

static void address_that_is_none_reaches_no_server(void **state)
{
	const struct script script = { .greeting = NULL };
	struct surel_keluar bad = mail;
	struct notification_settings settings;
	struct hasil_surel result;
	struct server s;

	(void)state;
	bad.kepada = (struct str)STR("x@example.id>\r\nRCPT TO:<y@example.id");
	server_start(&s, &script);
	settings = settings_for(s.port);
	result = kirim_sekarang(&settings, &bad, NULL);
	server_stop(&s);
	assert_int_equal(result.hasil, HASIL_KIRIM_TETAP);
	assert_int_equal(s.heard_len, 0);
}

static void settings_that_cannot_be_meant_are_refused(void **state)
{
	const struct notification_settings good = settings_for(25);
	struct problem why;
	struct notification_settings s;

	(void)state;
	assert_int_equal(notification_settings_check(&good, &why), ERR_OK);
	s = good, s.host = "mail.example/../x";
	assert_int_equal(notification_settings_check(&s, &why), ERR_INVALID);
	assert_string_equal(why.field, "PPID_SMTP_HOST");
	s = good, s.host = "a@b";
	assert_int_equal(notification_settings_check(&s, &why), ERR_INVALID);
	s = good, s.tls = "ssl";
	assert_int_equal(notification_settings_check(&s, &why), ERR_INVALID);
	assert_string_equal(why.field, "PPID_SMTP_TLS");
	s = good, s.from = "ppid";
	assert_int_equal(notification_settings_check(&s, &why), ERR_INVALID);
	assert_string_equal(why.field, "PPID_SMTP_FROM");
	s = good, s.from_name = "a\r\nBcc: x";
	assert_int_equal(notification_settings_check(&s, &why), ERR_INVALID);
	s = good, s.helo = "a b";
	assert_int_equal(notification_settings_check(&s, &why), ERR_INVALID);
	s = good, s.host = "mail.example", s.user = "ppid", s.password = "x";
	assert_int_equal(notification_settings_check(&s, &why), ERR_INVALID);
	assert_string_equal(why.rule, "perlu_tls");
	s.tls = "starttls";
	assert_int_equal(notification_settings_check(&s, &why), ERR_OK);
}

static void mail_leaves_the_machine_without_tls_only_where_that_is_said(void **state)
{
	static const struct {
		const char *host;
		bool is_here;
	} rows[] = { { "localhost", true }, { "127.0.0.1", true }, { "127.8.0.1", true },
		{ "127.example", false }, { "10.0.0.1", false }, { "mail.example", false } };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct notification_settings s = settings_for(25);
		struct problem why = { NULL, NULL };

		s.host = rows[i].host;
		assert_int_equal(notification_settings_check(&s, &why),
			rows[i].is_here ? ERR_OK : ERR_INVALID);
		assert_true(rows[i].is_here || strcmp(why.field, "PPID_SMTP_TLS") == 0);
		s.is_plain_ok = true;
		assert_int_equal(notification_settings_check(&s, &why), ERR_OK);
		s.is_plain_ok = false;
		s.tls = "tls";
		assert_int_equal(notification_settings_check(&s, &why), ERR_OK);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(server_that_takes_it_gets_this),
		cmocka_unit_test(refusal_with_4xx_may_be_tried_again),
		cmocka_unit_test(refusal_with_5xx_is_final),
		cmocka_unit_test(refusal_before_the_mail_was_named_may_be_tried_again),
		cmocka_unit_test(silence_or_an_end_before_the_last_dot_may_be_tried_again),
		cmocka_unit_test(silence_or_an_end_after_the_last_dot_is_uncertain),
		cmocka_unit_test(end_in_the_middle_of_the_mail_may_be_tried_again),
		cmocka_unit_test(nobody_there_may_be_tried_again),
		cmocka_unit_test(server_without_tls_gets_nothing_where_tls_is_required),
		cmocka_unit_test(refused_login_may_be_tried_again),
		cmocka_unit_test(asked_to_stop_it_ends_before_the_mail_is_handed_over),
		cmocka_unit_test(address_that_is_none_reaches_no_server),
		cmocka_unit_test(settings_that_cannot_be_meant_are_refused),
		cmocka_unit_test(mail_leaves_the_machine_without_tls_only_where_that_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

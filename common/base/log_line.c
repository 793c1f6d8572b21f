#include "base/log_line.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"

static enum log_level level_max = LOG_INFO;
static const char *service_name = "ppid";
static _Thread_local const char *thread_name; /* several services may be threads of one process */

static const char *const level_names[] = { "error", "warn", "info", "debug" };

void log_setup(enum log_level level, const char *service)
{
	level_max = level;
	service_name = service;
}

void log_thread(const char *service)
{
	thread_name = service;
}

static void add_quoted(struct buf *b, const char *text)
{
	buf_add(b, "\"", 1);
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			buf_print(b, "\\%c", c);
		else if (c < 0x20)
			buf_print(b, "\\u%04x", c);
		else
			buf_add(b, text, 1);
	}
	buf_add(b, "\"", 1);
}

void log_line(enum log_level level, const char *event, ...)
{
	struct timespec t;
	struct tm tm;
	struct buf b;
	va_list args;
	const char *key;
	ssize_t n;

	if (level > level_max)
		return;
	(void)clock_gettime(CLOCK_REALTIME, &t);
	(void)gmtime_r(&t.tv_sec, &tm);
	buf_init(&b, 8192);
	buf_print(&b,
		"{\"time\":\"%04d-%02d-%02dT%02d:%02d:%02d.%06ldZ\",\"level\":\"%s\",\"service\":",
		tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
		t.tv_nsec / 1000, level_names[level]);
	add_quoted(&b, thread_name != NULL ? thread_name : service_name);
	buf_print(&b, ",\"event\":");
	add_quoted(&b, event);
	va_start(args, event);
	while ((key = va_arg(args, const char *)) != NULL) {
		const char *value = va_arg(args, const char *);

		buf_add(&b, ",", 1);
		add_quoted(&b, key);
		buf_add(&b, ":", 1);
		if (value == NULL)
			buf_print(&b, "null");
		else
			add_quoted(&b, value);
	}
	va_end(args);
	buf_print(&b, "}\n");
	n = write(STDERR_FILENO, b.ptr, b.len); /* one write: lines of threads do not mix */
	(void)n;                                /* nowhere left to complain */
	buf_clear(&b);
}

const char *log_number(int64_t n)
{
	static _Thread_local char ring[8][24];
	static _Thread_local unsigned at;

	at = (at + 1) % 8;
	(void)snprintf(ring[at], sizeof ring[at], "%lld", (long long)n);
	return ring[at];
}

#include "store/sidecar.h"

#include "store/file.h"
#include "store/noted.h"
#include "base/crash_point.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* SERVICE.head    six values a line each, a word where it stopped cleanly, and the hash of all above
 * SERVICE.bounds  NUMBER SERIES, a line each
 * SERVICE.sent    the first 16 bytes of the hash of a key, in hex, a line each */
enum {
	HEAD_FILE_BYTES_MAX = 1024,
	BOUNDS_FILE_BYTES_MAX = NOTED_BOUNDS_MAX * 64,
	SENT_LINE = 2 * SENT_BYTES + 1,
};

static const char clean_word[] = "wajar";

struct sidecar_file {
	char head_path[PATH_MAX];
	char bounds_path[PATH_MAX];
	char sent_path[PATH_MAX];
	struct noted noted;
	int sent_fd;
	off_t sent_bytes;
};

/* ---- the head ---- */

static bool take_hex(struct str *text, void *ret, size_t n)
{
	struct str line;
	size_t len;

	return str_split(text, '\n', &line) && line.len == 2 * n &&
		sodium_hex2bin(ret, n, line.ptr, line.len, NULL, &len, NULL) == 0 && len == n;
}

static bool take_number(struct str *text, uint64_t *ret)
{
	struct str line;

	return str_split(text, '\n', &line) && str_number(line, ret);
}

static void add_hex(struct buf *out, const void *bytes, size_t n)
{
	char hex[2 * HASH_BYTES + 1];

	sodium_bin2hex(hex, sizeof hex, bytes, n);
	buf_print(out, "%s\n", hex);
}

static void head_write(const struct sidecar_head *head, struct buf *out)
{
	struct hash check;

	add_hex(out, head->head.epoch.bytes, sizeof head->head.epoch.bytes);
	buf_print(out, "%llu\n", (unsigned long long)head->head.seq);
	add_hex(out, head->head.hash.bytes, sizeof head->head.hash.bytes);
	add_hex(out, head->instance.bytes, sizeof head->instance.bytes);
	buf_print(out, "%llu\n%llu\n", (unsigned long long)head->boots,
		(unsigned long long)head->noted_at);
	if (head->is_clean)
		buf_print(out, "%s\n", clean_word);
	check = hash_of(buf_str(out));
	add_hex(out, check.bytes, sizeof check.bytes);
}

static bool take_word(struct str *text, const char *word)
{
	struct str rest = *text, line;

	if (!str_split(&rest, '\n', &line) || !str_is(line, word))
		return false;
	*text = rest;
	return true;
}

static enum err head_parse(struct str text, struct sidecar_head *ret)
{
	struct str rest = text;
	struct sidecar_head head = { .boots = 0 };
	struct hash stored;
	struct hash check;
	uint64_t noted_at;

	if (!take_hex(&rest, head.head.epoch.bytes, sizeof head.head.epoch.bytes) ||
		!take_number(&rest, &head.head.seq) ||
		!take_hex(&rest, head.head.hash.bytes, sizeof head.head.hash.bytes) ||
		!take_hex(&rest, head.instance.bytes, sizeof head.instance.bytes) ||
		!take_number(&rest, &head.boots) || !take_number(&rest, &noted_at))
		return ERR_CORRUPT;
	head.is_clean = take_word(&rest, clean_word);
	check = hash_of(str_bytes(text.ptr, text.len - rest.len));
	if (!take_hex(&rest, stored.bytes, sizeof stored.bytes) || rest.len != 0 ||
		!hash_equal(&stored, &check))
		return ERR_CORRUPT;
	head.noted_at = (time_us)noted_at;
	*ret = head;
	return ERR_OK;
}

static enum err file_head_get(void *self, struct sidecar_head *ret)
{
	const struct sidecar_file *f = self;
	struct buf text;
	enum err e;

	buf_init(&text, HEAD_FILE_BYTES_MAX);
	e = file_read(f->head_path, &text);
	if (e == ERR_OK)
		e = head_parse(buf_str(&text), ret);
	buf_clear(&text);
	return e == ERR_LIMIT ? ERR_CORRUPT : e;
}

static enum err file_head_put(void *self, const struct sidecar_head *head)
{
	const struct sidecar_file *f = self;
	struct buf text;
	enum err e;

	buf_init(&text, HEAD_FILE_BYTES_MAX);
	head_write(head, &text);
	e = file_replace(f->head_path, buf_str(&text));
	buf_clear(&text);
	if (e == ERR_OK)
		crash_point("head_noted");
	return e;
}

/* ---- bounds ---- */

static enum err bounds_load(struct sidecar_file *f)
{
	struct buf text;
	struct str rest;
	struct str line;
	enum err e;

	buf_init(&text, BOUNDS_FILE_BYTES_MAX);
	e = file_read(f->bounds_path, &text);
	rest = buf_str(&text);
	while (e == ERR_OK && rest.len > 0 && str_split(&rest, '\n', &line)) {
		struct str number;
		uint64_t value;

		if (!str_split(&line, ' ', &number) || !str_number(number, &value) ||
			noted_bound_set(&f->noted, line, value) != ERR_OK)
			e = ERR_CORRUPT;
	}
	buf_clear(&text);
	return e == ERR_NOT_FOUND ? ERR_OK : e == ERR_LIMIT ? ERR_CORRUPT : e;
}

static enum err file_bound_get(void *self, struct str series, uint64_t *ret)
{
	const struct sidecar_file *f = self;
	const struct bound *found = noted_bound(&f->noted, series);

	*ret = found == NULL ? 0 : found->value;
	return ERR_OK;
}

static enum err file_bound_put(void *self, struct str series, uint64_t bound)
{
	struct sidecar_file *f = self;
	const struct bound *found = noted_bound(&f->noted, series);
	uint64_t before = found == NULL ? 0 : found->value;
	struct buf text;
	enum err e = noted_bound_set(&f->noted, series, bound);

	if (e != ERR_OK)
		return e;
	buf_init(&text, BOUNDS_FILE_BYTES_MAX);
	for (uint32_t i = 0; i < f->noted.bounds_len; i++)
		buf_print(&text, "%llu %s\n", (unsigned long long)f->noted.bounds[i].value,
			f->noted.bounds[i].series);
	e = text.is_full ? ERR_LIMIT : file_replace(f->bounds_path, buf_str(&text));
	buf_clear(&text);
	if (e != ERR_OK && noted_bound_set(&f->noted, series, before) != ERR_OK)
		abort(); /* it is there already */
	if (e == ERR_OK)
		crash_point("bound_noted");
	return e;
}

/* ---- sent keys ---- */

static enum err sent_line(struct sidecar_file *f, const char *line)
{
	struct sent_key key;
	size_t len;

	if (line[SENT_LINE - 1] != '\n' ||
		sodium_hex2bin(key.bytes, sizeof key.bytes, line, SENT_LINE - 1, NULL, &len, NULL) != 0 ||
		len != sizeof key.bytes || key.bytes[0] == 0)
		return ERR_CORRUPT;
	noted_add_sent(&f->noted, &key);
	return ERR_OK;
}

/* Whether the line after the good ones is the last: a crash may have left it in any state. */
static bool sent_is_last(const struct sidecar_file *f)
{
	struct stat st;

	return fstat(f->sent_fd, &st) == 0 && st.st_size < f->sent_bytes + 2 * SENT_LINE;
}

/* Reads the whole lines, however many there are. */
static enum err sent_read(struct sidecar_file *f)
{
	char lines[512 * SENT_LINE];
	size_t len = 0;

	for (;;) {
		ssize_t n = read(f->sent_fd, lines + len, sizeof lines - len);
		size_t at = 0;

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return ERR_IO;
		if (n == 0)
			return ERR_OK;
		len += (size_t)n;
		for (; len - at >= SENT_LINE; at += SENT_LINE) {
			if (sent_line(f, lines + at) != ERR_OK)
				return sent_is_last(f) ? ERR_OK : ERR_CORRUPT;
			f->sent_bytes += SENT_LINE;
		}
		len -= at;
		memmove(lines, lines + at, len);
	}
}

/* A last line that a crash cut off or left as zeros was never fsynced, so nothing was sent for it:
 * it goes. */
static enum err sent_load(struct sidecar_file *f)
{
	enum err e;

	f->sent_fd = open(f->sent_path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (f->sent_fd < 0)
		return ERR_IO;
	e = sent_read(f);
	if (e != ERR_OK)
		return e;
	if (ftruncate(f->sent_fd, f->sent_bytes) != 0 || fsync(f->sent_fd) != 0)
		return ERR_IO;
	return file_sync_folder(f->sent_path);
}

static enum err file_sent_has(void *self, struct str key, bool *ret)
{
	const struct sidecar_file *f = self;
	struct sent_key sent = sent_key_of(key);

	*ret = noted_has_sent(&f->noted, &sent);
	return ERR_OK;
}

static enum err file_sent_add(void *self, struct str key)
{
	struct sidecar_file *f = self;
	struct sent_key sent = sent_key_of(key);
	char line[SENT_LINE + 1];
	enum err e;

	if (noted_has_sent(&f->noted, &sent))
		return ERR_OK;
	sodium_bin2hex(line, sizeof line, sent.bytes, sizeof sent.bytes);
	line[SENT_LINE - 1] = '\n';
	e = file_write(f->sent_fd, str_bytes(line, SENT_LINE));
	if (e != ERR_OK) {
		/* Half a line must not stand before the next one. */
		return ftruncate(f->sent_fd, f->sent_bytes) == 0 ? e : ERR_IO;
	}
	f->sent_bytes += SENT_LINE;
	if (fdatasync(f->sent_fd) != 0)
		return ERR_IO;
	noted_add_sent(&f->noted, &sent);
	crash_point("sent_noted");
	return ERR_OK;
}

static void file_close(void *self)
{
	struct sidecar_file *f = self;

	noted_clear(&f->noted);
	if (f->sent_fd >= 0)
		(void)close(f->sent_fd);
	free(f);
}

static const struct sidecar_ops file_ops = {
	.head_get = file_head_get,
	.head_put = file_head_put,
	.bound_get = file_bound_get,
	.bound_put = file_bound_put,
	.sent_has = file_sent_has,
	.sent_add = file_sent_add,
	.close = file_close,
};

static bool path_set(char to[PATH_MAX], const char *folder, struct str service, const char *end)
{
	return (size_t)snprintf(to, PATH_MAX, "%s/%.*s.%s", folder, (int)service.len, service.ptr,
			   end) < PATH_MAX;
}

enum err sidecar_open(const char *folder, struct str service, struct sidecar *ret)
{
	struct sidecar_file *f = calloc(1, sizeof *f);
	enum err e = ERR_INVALID;

	if (f == NULL)
		abort();
	f->sent_fd = -1;
	if (path_set(f->head_path, folder, service, "head") &&
		path_set(f->bounds_path, folder, service, "bounds") &&
		path_set(f->sent_path, folder, service, "sent"))
		e = bounds_load(f);
	if (e == ERR_OK)
		e = sent_load(f);
	if (e != ERR_OK) {
		file_close(f);
		return e;
	}
	*ret = (struct sidecar) { &file_ops, f };
	return ERR_OK;
}

#include "ctl/ctl.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void ctl_print(struct buf *out)
{
	fwrite(out->ptr, 1, out->len, stdout);
	buf_reset(out);
}

enum ctl_exit ctl_read_file(struct ctl *ctl, const char *path, size_t most, struct str *ret)
{
	struct stat st;
	size_t len = 0, room;
	char *bytes;
	ssize_t n = 1;
	int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st) != 0) {
		if (fd >= 0)
			(void)close(fd);
		return ctl_say(ctl, CTL_FAILED, "%s tidak dapat dibaca (%s)", path, strerror(errno));
	}
	/* One byte more than allowed, so that what is too long shows itself; how much comes out of a pipe is not known
	 * before. */
	room = S_ISREG(st.st_mode) ? (size_t)st.st_size : most;
	bytes = room <= most ? arena_take(&ctl->arena, room + 1) : NULL;
	while (bytes != NULL && n > 0 && len <= room) {
		n = read(fd, bytes + len, room + 1 - len);
		if (n > 0)
			len += (size_t)n;
	}
	(void)close(fd);
	if (bytes == NULL || n < 0 || len > room)
		return ctl_say(ctl, CTL_FAILED, "%s tidak dapat dibaca utuh (paling besar %zu bita)", path,
			most);
	*ret = str_bytes(bytes, len);
	return CTL_DONE;
}

static bool write_all(int fd, struct str bytes)
{
	while (bytes.len > 0) {
		ssize_t n = write(fd, bytes.ptr, bytes.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		bytes.ptr += n;
		bytes.len -= (size_t)n;
	}
	return true;
}

static bool sync_folder_of(const char *path)
{
	char copy[CTL_PATH_MAX];
	bool is_done;
	int fd;

	(void)snprintf(copy, sizeof copy, "%s", path);
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return false;
	is_done = fsync(fd) == 0;
	(void)close(fd);
	return is_done;
}

enum ctl_exit ctl_write_file(struct ctl *ctl, const char *path, struct str bytes, unsigned mode)
{
	char new_path[CTL_PATH_MAX];
	bool is_done;
	int fd;

	if ((size_t)snprintf(new_path, sizeof new_path, "%s.new", path) >= sizeof new_path)
		return ctl_say(ctl, CTL_FAILED, "jalur terlalu panjang: %s", path);
	(void)unlink(new_path);
	fd = open(new_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)mode);
	if (fd < 0)
		return ctl_say(ctl, CTL_FAILED, "%s tidak dapat ditulis (%s)", new_path, strerror(errno));
	is_done = write_all(fd, bytes) && fsync(fd) == 0;
	is_done = close(fd) == 0 && is_done;
	if (!is_done || rename(new_path, path) != 0 || !sync_folder_of(path)) {
		int cause = errno;

		(void)unlink(new_path);
		return ctl_say(ctl, CTL_FAILED, "%s tidak dapat ditulis (%s)", path, strerror(cause));
	}
	return CTL_DONE;
}

#include "store/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum err err_of_errno(int number)
{
	switch (number) {
	case ENOENT:
		return ERR_NOT_FOUND;
	case ENOSPC:
	case EDQUOT:
	case EROFS:
		return ERR_READONLY;
	default:
		return ERR_IO;
	}
}

enum err file_read(const char *path, struct buf *out)
{
	size_t start = out->len;
	char chunk[4096];
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return err_of_errno(errno);
	while ((n = read(fd, chunk, sizeof chunk)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			break;
		buf_add(out, chunk, (size_t)n);
	}
	(void)close(fd);
	if (n == 0 && !out->is_full)
		return ERR_OK;
	out->len = start;
	return n < 0 ? ERR_IO : ERR_LIMIT;
}

bool file_is_private(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && (st.st_mode & 077) == 0 &&
		(st.st_uid == geteuid() || st.st_uid == 0);
}

enum err file_write(int fd, struct str bytes)
{
	while (bytes.len > 0) {
		ssize_t n = write(fd, bytes.ptr, bytes.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_of_errno(errno);
		bytes.ptr += n;
		bytes.len -= (size_t)n;
	}
	return ERR_OK;
}

enum err file_sync_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[PATH_MAX];
	int fd;
	int rc;

	if (slash == NULL)
		(void)snprintf(folder, sizeof folder, ".");
	else if ((size_t)snprintf(folder, sizeof folder, "%.*s/", (int)(slash - path), path) >=
		sizeof folder)
		return ERR_IO;
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return ERR_IO;
	rc = fsync(fd);
	(void)close(fd);
	return rc == 0 ? ERR_OK : ERR_IO;
}

enum err file_replace(const char *path, struct str bytes)
{
	char beside[PATH_MAX];
	enum err e;
	int fd;

	if ((size_t)snprintf(beside, sizeof beside, "%s.new", path) >= sizeof beside)
		return ERR_IO;
	fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return errno == ENOENT ? ERR_IO : err_of_errno(errno);
	e = file_write(fd, bytes);
	if (e == ERR_OK && fsync(fd) != 0)
		e = err_of_errno(errno);
	if (close(fd) != 0 && e == ERR_OK)
		e = ERR_IO;
	if (e == ERR_OK && rename(beside, path) != 0)
		e = ERR_IO;
	if (e != ERR_OK) {
		(void)unlink(beside);
		return e;
	}
	return file_sync_folder(path);
}

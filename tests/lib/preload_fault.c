/* Preloaded into a program, makes one call on its store fail, or all from one on:
 *   FAULT_CALL    fdatasync, fsync, pwrite, writev, open
 *   FAULT_AT      the how many-th of them fails, from 1
 *   FAULT_ERROR   EIO, ENOSPC, or short (half of the bytes are written)
 *   FAULT_STICKY  1: and all after it
 *   FAULT_FOLDER  only on files below it
 *   FAULT_HITS    a file that gets a byte for every failure made
 * Files named acks are left alone: they are the witness, not the store. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static long seen;

static bool is_below(const char *path)
{
	const char *folder = getenv("FAULT_FOLDER");
	const char *name = strrchr(path, '/');

	if (folder == NULL || strncmp(path, folder, strlen(folder)) != 0)
		return false;
	return name == NULL || strcmp(name, "/acks") != 0;
}

static bool is_below_fd(int fd)
{
	char link[64];
	char path[PATH_MAX];
	ssize_t n;

	(void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof path - 1);
	if (n < 0)
		return false;
	path[n] = '\0';
	return is_below(path);
}

static void note_hit(void)
{
	const char *to = getenv("FAULT_HITS");
	int fd = to == NULL
		? -1
		: (int)syscall(SYS_openat, AT_FDCWD, to, O_WRONLY | O_CREAT | O_APPEND, 0600);

	if (fd < 0)
		return;
	(void)syscall(SYS_write, fd, "x", 1);
	(void)syscall(SYS_close, fd);
}

/* Counts a call of the named kind on the store; whether it is one that fails. */
static bool fails(const char *call)
{
	const char *wanted = getenv("FAULT_CALL");
	const char *at = getenv("FAULT_AT");
	const char *sticky = getenv("FAULT_STICKY");
	long n;

	if (wanted == NULL || at == NULL || strcmp(wanted, call) != 0)
		return false;
	n = strtol(at, NULL, 10);
	seen++;
	if (seen != n && !(seen > n && sticky != NULL && strcmp(sticky, "1") == 0))
		return false;
	note_hit();
	return true;
}

static bool is_short(void)
{
	const char *error = getenv("FAULT_ERROR");

	return error != NULL && strcmp(error, "short") == 0;
}

static int fail(void)
{
	const char *error = getenv("FAULT_ERROR");

	errno = error != NULL && strcmp(error, "ENOSPC") == 0 ? ENOSPC : EIO;
	return -1;
}

int fdatasync(int fd)
{
	if (is_below_fd(fd) && fails("fdatasync"))
		return fail();
	return (int)syscall(SYS_fdatasync, fd);
}

int fsync(int fd)
{
	if (is_below_fd(fd) && fails("fsync"))
		return fail();
	return (int)syscall(SYS_fsync, fd);
}

ssize_t pwrite(int fd, const void *bytes, size_t n, off_t offset)
{
	if (is_below_fd(fd) && fails("pwrite")) {
		if (!is_short())
			return fail();
		n /= 2;
	}
	return syscall(SYS_pwrite64, fd, bytes, n, offset);
}

ssize_t pwrite64(int fd, const void *bytes, size_t n, off_t offset)
{
	return pwrite(fd, bytes, n, offset);
}

/* A list of parts is cut after its first one: short for more than one part. */
static ssize_t write_parts(long number, int fd, const struct iovec *parts, int count, off_t offset)
{
	if (is_below_fd(fd) && fails("writev")) {
		if (!is_short())
			return fail();
		if (count > 1)
			count = 1;
	}
	return syscall(number, fd, parts, count, (long)offset, 0L);
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
	return write_parts(SYS_writev, fd, parts, count, 0);
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset)
{
	return write_parts(SYS_pwritev, fd, parts, count, offset);
}

static int open_with(int folder, const char *path, int flags, va_list rest)
{
	unsigned mode = flags & O_CREAT ? va_arg(rest, unsigned) : 0;

	if ((folder == AT_FDCWD ? is_below(path) : is_below_fd(folder)) && fails("open"))
		return fail();
	return (int)syscall(SYS_openat, folder, path, flags, mode);
}

int open(const char *path, int flags, ...)
{
	va_list rest;
	int fd;

	va_start(rest, flags);
	fd = open_with(AT_FDCWD, path, flags, rest);
	va_end(rest);
	return fd;
}

int open64(const char *path, int flags, ...)
{
	va_list rest;
	int fd;

	va_start(rest, flags);
	fd = open_with(AT_FDCWD, path, flags, rest);
	va_end(rest);
	return fd;
}

int openat(int folder, const char *path, int flags, ...)
{
	va_list rest;
	int fd;

	va_start(rest, flags);
	fd = open_with(folder, path, flags, rest);
	va_end(rest);
	return fd;
}

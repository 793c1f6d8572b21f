/* Preloaded into a program, writes down in order what it did to files named data.mdb (writes,
 * flushes) and to files named acks (its answers), so that a checker can make the disks that a lost
 * power might leave. The record goes to the file $RECORD_TO, in the form of lib/disk_record.h.
 *
 * The real calls are made as system calls: nothing of libc or a sanitizer is in between. */
#include "lib/disk_record.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static int record_fd = -1;

enum target { OTHER, DATA, ACKS };

static enum target target_of(int fd)
{
	char link[64];
	char path[PATH_MAX];
	const char *name;
	ssize_t n;

	(void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof path - 1);
	if (n < 0)
		return OTHER;
	path[n] = '\0';
	name = strrchr(path, '/');
	name = name == NULL ? path : name + 1;
	if (strcmp(name, "data.mdb") == 0)
		return DATA;
	return strcmp(name, "acks") == 0 ? ACKS : OTHER;
}

static void put(const void *bytes, size_t n)
{
	if (syscall(SYS_write, record_fd, bytes, n) != (long)n)
		abort();
}

static void note(enum disk_op op, uint64_t offset, const void *bytes, size_t n)
{
	const struct disk_entry entry = { (uint32_t)op, (uint32_t)n, offset };
	const char *to = getenv("RECORD_TO");

	if (to == NULL)
		return;
	if (record_fd < 0)
		record_fd =
			(int)syscall(SYS_openat, AT_FDCWD, to, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	put(&entry, sizeof entry);
	if (bytes != NULL && n > 0)
		put(bytes, n);
}

static void note_write(int fd, uint64_t offset, const void *bytes, ssize_t n)
{
	enum target target;

	if (n <= 0)
		return;
	target = target_of(fd);
	if (target == ACKS)
		note(DISK_ACK, 0, bytes, (size_t)n);
	if (target != DATA)
		return;
	note(fcntl(fd, F_GETFL) & O_DSYNC ? DISK_WRITE_FLUSHED : DISK_WRITE, offset, bytes, (size_t)n);
}

ssize_t write(int fd, const void *bytes, size_t n)
{
	off_t at = lseek(fd, 0, SEEK_CUR);
	ssize_t done = syscall(SYS_write, fd, bytes, n);

	note_write(fd, (uint64_t)at, bytes, done);
	return done;
}

ssize_t pwrite(int fd, const void *bytes, size_t n, off_t offset)
{
	ssize_t done = syscall(SYS_pwrite64, fd, bytes, n, offset);

	note_write(fd, (uint64_t)offset, bytes, done);
	return done;
}

ssize_t pwrite64(int fd, const void *bytes, size_t n, off_t offset)
{
	return pwrite(fd, bytes, n, offset);
}

static ssize_t write_parts(int fd, const struct iovec *parts, int count, off_t offset)
{
	ssize_t done = syscall(SYS_pwritev, fd, parts, count, (long)offset, (long)0);
	ssize_t left = done;

	for (int i = 0; i < count && left > 0; i++) {
		ssize_t n = left < (ssize_t)parts[i].iov_len ? left : (ssize_t)parts[i].iov_len;

		note_write(fd, (uint64_t)offset, parts[i].iov_base, n);
		offset += n;
		left -= n;
	}
	return done;
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset)
{
	return write_parts(fd, parts, count, offset);
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
	off_t at;
	ssize_t done;

	if (target_of(fd) != DATA)
		return syscall(SYS_writev, fd, parts, count);
	at = lseek(fd, 0, SEEK_CUR);
	done = write_parts(fd, parts, count, at);
	if (done > 0)
		(void)lseek(fd, at + done, SEEK_SET);
	return done;
}

int fdatasync(int fd)
{
	int rc = (int)syscall(SYS_fdatasync, fd);

	if (rc == 0 && target_of(fd) == DATA)
		note(DISK_FLUSH, 0, NULL, 0);
	return rc;
}

int fsync(int fd)
{
	int rc = (int)syscall(SYS_fsync, fd);

	if (rc == 0 && target_of(fd) == DATA)
		note(DISK_FLUSH, 0, NULL, 0);
	return rc;
}

int ftruncate(int fd, off_t length)
{
	int rc = (int)syscall(SYS_ftruncate, fd, length);

	if (rc == 0 && target_of(fd) == DATA)
		note(DISK_LENGTH, (uint64_t)length, NULL, 0);
	return rc;
}

/* A map that is written to would escape the record: the plain style has none. */
int msync(void *address, size_t n, int flags)
{
	(void)address;
	(void)n;
	(void)flags;
	abort();
}

#include "lib/folder.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void folder_make(char ret_path[FOLDER_MAX])
{
	const char *base = getenv("TMPDIR");

	(void)snprintf(ret_path, FOLDER_MAX, "%s/ppid-test-XXXXXX", base == NULL ? "/tmp" : base);
	if (mkdtemp(ret_path) == NULL) {
		perror(ret_path);
		exit(1);
	}
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

static int remove_below(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	return at->level == 0 ? 0 : remove_one(path, st, kind, at);
}

void folder_remove(const char *path)
{
	(void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

void folder_clear(const char *path)
{
	(void)nftw(path, remove_below, 16, FTW_DEPTH | FTW_PHYS);
}

const char *folder_file(const char *path, const char *name, char ret[FOLDER_MAX])
{
	if (snprintf(ret, FOLDER_MAX, "%s/%s", path, name) >= FOLDER_MAX)
		abort();
	return ret;
}

bool folder_copy(const char *from, const char *to)
{
	static char bytes[1 << 16];
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ssize_t n = -1;

	while (in >= 0 && out >= 0 && (n = read(in, bytes, sizeof bytes)) > 0)
		if (write(out, bytes, (size_t)n) != n)
			break;
	if (in >= 0)
		(void)close(in);
	if (out >= 0)
		(void)close(out);
	return n == 0;
}

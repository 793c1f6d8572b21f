/* The store on a disk that fills up: a small tmpfs where mounting is allowed, and the limit of a
 * process on the size of files, which needs no rights. It refuses, reads on, loses nothing, and
 * works again when there is room. */
#include "lib/child.h"
#include "lib/program.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

enum { EXIT_LEFT_OUT = 77, BALLAST_BYTES = 8 << 20, LIMIT_BYTES = 2 << 20 };

struct fixture {
	char folder[FOLDER_MAX];
	char acks[FOLDER_MAX];
	char acks_setting[FOLDER_MAX + 16];
};

static int make_folders(void **state)
{
	static struct fixture f;

	folder_make(f.folder);
	folder_make(f.acks);
	(void)snprintf(f.acks_setting, sizeof f.acks_setting, "ACKS_FOLDER=%s", f.acks);
	*state = &f;
	return 0;
}

static int remove_folders(void **state)
{
	struct fixture *f = *state;

	folder_remove(f->folder);
	folder_remove(f->acks);
	return 0;
}

static int work(struct fixture *f, const char *steps)
{
	struct program program = { .arguments = { "prog_store_work", "work", f->folder, steps },
		.environment = { f->acks_setting },
		.is_quiet = true };

	return program_run(&program);
}

static int check(struct fixture *f)
{
	struct program program = { .arguments = { "prog_store_work", "check", f->folder },
		.environment = { f->acks_setting } };
	int code = program_run(&program);

	if (code != 0)
		(void)fprintf(stderr, "%s", program.output);
	return code;
}

/* How many steps were answered. */
static unsigned answers(struct fixture *f)
{
	char path[FOLDER_MAX];
	FILE *file = fopen(folder_file(f->acks, "acks", path), "r");
	unsigned n = 0;

	while (file != NULL && fscanf(file, "%u", &n) == 1)
		;
	if (file != NULL)
		(void)fclose(file);
	return n;
}

/* A file that stands in the way and can be taken away. */
static bool put_ballast(const char *path)
{
	static const char zeros[64 * 1024];
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	bool is_ok = fd >= 0;

	for (int done = 0; is_ok && done < BALLAST_BYTES; done += (int)sizeof zeros)
		is_ok = write(fd, zeros, sizeof zeros) == (ssize_t)sizeof zeros;
	if (fd >= 0)
		(void)close(fd);
	return is_ok;
}

/* In a mount namespace of its own, so that nothing is left whatever happens. */
static int fill_tmpfs(void *self)
{
	struct fixture *f = self;
	char ballast[FOLDER_MAX];
	unsigned answered;

	if ((unshare(CLONE_NEWNS) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) ||
		mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
		mount("tmpfs", f->folder, "tmpfs", 0, "size=20m") != 0) {
		(void)fprintf(stderr, "left out: a tmpfs cannot be mounted here (%s)\n", strerror(errno));
		return EXIT_LEFT_OUT;
	}
	if (!put_ballast(folder_file(f->folder, "ballast", ballast)))
		return 1;
	if (work(f, "60000") != 0)
		return 2;
	answered = answers(f);
	if (answered < 100 || answered >= 60000)
		return 3;
	/* Started again on the full disk it reads, and refuses without losing anything. */
	if (work(f, "50") != 0)
		return 4;
	if (unlink(ballast) != 0 || check(f) != 0)
		return 5;
	answered = answers(f);
	return work(f, "20") == 0 && answers(f) > answered && check(f) == 0 ? 0 : 6;
}

static void a_full_disk_refuses_and_goes_on_when_there_is_room(void **state)
{
	int code = child_run(fill_tmpfs, *state);

	if (code == EXIT_LEFT_OUT)
		skip();
	assert_int_equal(code, 0);
}

static int fill_to_limit(void *self)
{
	struct fixture *f = self;
	const struct rlimit limit = { LIMIT_BYTES, LIMIT_BYTES };

	(void)signal(SIGXFSZ, SIG_IGN);
	return setrlimit(RLIMIT_FSIZE, &limit) == 0 && work(f, "8000") == 0 ? 0 : 1;
}

static void a_limit_on_the_file_is_a_full_disk(void **state)
{
	struct fixture *f = *state;
	unsigned answered;

	assert_int_equal(child_run(fill_to_limit, f), 0);
	answered = answers(f);
	assert_true(answered >= 100 && answered < 8000);
	assert_int_equal(check(f), 0);
	assert_int_equal(work(f, "20"), 0);
	assert_true(answers(f) > answered);
	assert_int_equal(check(f), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_full_disk_refuses_and_goes_on_when_there_is_room,
			make_folders, remove_folders),
		cmocka_unit_test_setup_teardown(a_limit_on_the_file_is_a_full_disk, make_folders,
			remove_folders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

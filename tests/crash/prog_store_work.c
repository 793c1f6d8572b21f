/* prog_store_work work FOLDER COUNT - does COUNT steps, and answers each in the file acks in
 *                                     $ACKS_FOLDER, or in FOLDER where that is not set
 * prog_store_work check FOLDER      - what is there must be whole and hold all answers
 *
 * Ends with 0, with 111 when the store failed (as a service does), with 1 when the check finds a
 * fault. A store that turned read-only is read on and tried again, as a service does. */
#include "lib/folder.h"
#include "lib/store_work.h"

#include "base/crash_point.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_FAULT = 1, EXIT_FAILED = 111 };

static const char *acks_file(const char *folder, char path[FOLDER_MAX])
{
	const char *other = getenv("ACKS_FOLDER");

	return folder_file(other == NULL ? folder : other, "acks", path);
}

static void answer(int acks, uint64_t n)
{
	char text[32];
	int len = snprintf(text, sizeof text, "%llu\n", (unsigned long long)n);

	if (write(acks, text, (size_t)len) != len)
		abort();
}

/* The greatest number that was answered. */
static uint64_t last_answer(const char *folder)
{
	char path[FOLDER_MAX];
	FILE *file = fopen(acks_file(folder, path), "r");
	unsigned long long n = 0;

	while (file != NULL && fscanf(file, "%llu", &n) == 1)
		;
	if (file != NULL)
		(void)fclose(file);
	return n;
}

static int do_work(const char *folder, uint64_t count)
{
	char path[FOLDER_MAX];
	struct store_work *work = NULL;
	uint64_t last;
	uint64_t n;
	int acks = open(acks_file(folder, path), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	enum err e = store_work_open(folder, &work);

	if (acks < 0 || e != ERR_OK)
		return EXIT_FAILED;
	e = store_work_last(work, &n);
	for (uint64_t i = 0; i < count && e != ERR_IO; i++) {
		e = store_work_step(work, n + 1);
		if (e == ERR_OK)
			answer(acks, ++n);
		/* Full: nothing of the step happened, and reading goes on. */
		if (e == ERR_READONLY && (store_work_last(work, &last) != ERR_OK || last != n))
			return EXIT_FAULT;
		if (e != ERR_OK && e != ERR_READONLY && e != ERR_IO)
			return EXIT_FAULT;
	}
	/* A failed store is left as it is, like by a process that ends at once. */
	if (e == ERR_IO)
		_exit(EXIT_FAILED);
	store_work_close(&work);
	return 0;
}

static int do_check(const char *folder)
{
	struct store_work *work;
	const char *why = "";
	uint64_t answered = last_answer(folder);
	uint64_t last = 0;
	enum err e = store_work_open(folder, &work);

	if (e != ERR_OK) {
		printf("does not open: %s\n", err_name(e));
		return EXIT_FAULT;
	}
	e = store_work_check(work, &last, &why);
	if (e == ERR_OK && last < answered) {
		e = ERR_CORRUPT;
		why = "an answered step is missing";
	}
	if (e == ERR_OK)
		e = store_work_step(work, last + 1);
	if (e == ERR_OK)
		e = store_work_check(work, &last, &why);
	if (e != ERR_OK)
		printf("%s: %s (answered %llu, there %llu)\n", err_name(e), why,
			(unsigned long long)answered, (unsigned long long)last);
	store_work_close(&work);
	return e == ERR_OK ? 0 : EXIT_FAULT;
}

int main(int argc, char **argv)
{
	/* A limit on file sizes is to be an error of write, not the end of the process. */
	(void)signal(SIGXFSZ, SIG_IGN);
	if (crash_setup(getenv("PPID_CRASH")) != ERR_OK)
		return 100;
	if (argc == 4 && strcmp(argv[1], "work") == 0)
		return do_work(argv[2], strtoull(argv[3], NULL, 10));
	if (argc == 3 && strcmp(argv[1], "check") == 0)
		return do_check(argv[2]);
	(void)fprintf(stderr, "usage: prog_store_work work FOLDER COUNT | check FOLDER\n");
	return 100;
}

/* program - starts a program of the tests, waits for it, and says how it ended */
#ifndef LIB_PROGRAM_H
#define LIB_PROGRAM_H

#include "lib/folder.h"

enum { PROGRAM_ARGUMENTS_MAX = 12, PROGRAM_OUTPUT_MAX = 4096 };

struct program {
	const char *arguments[PROGRAM_ARGUMENTS_MAX]; /* the first is a name beside this test program */
	const char *environment[PROGRAM_ARGUMENTS_MAX]; /* NAME=VALUE, added to what there is */
	const char *preload;                            /* name of a tests/lib/preload_NAME, or NULL */
	bool is_quiet;                                  /* standard error goes nowhere */
	char output[PROGRAM_OUTPUT_MAX];                /* the beginning of standard output */
};

/* The exit code, or 128 and the signal. Ends this program when it cannot be started. */
int program_run(struct program *program);

#endif

/* processes - the services of a node as real processes, for tests that kill them
 *
 * A node under one temporary folder, its keys made by ppidctl. What was started
 * is ended by its process id, at the latest by processes_clear. Whatever the
 * test itself needs and cannot have (a program missing, no process) ends it. */
#ifndef LIB_PROCESSES_H
#define LIB_PROCESSES_H

#include "lib/folder.h"

#include <sys/types.h>

enum { PROCESSES_MAX = 5, PROCESS_OUTPUT_MAX = 64 * 1024, PROCESS_WORDS_MAX = 12 };

struct process {
	const char *name; /* of the service */
	pid_t pid;        /* 0: not running */
};

struct processes {
	char home[FOLDER_MAX];
	struct process rows[PROCESSES_MAX]; /* those of the five that are built */
	unsigned count;
	char mail_port[8];               /* of a mail server on loopback; empty: none */
	char output[PROCESS_OUTPUT_MAX]; /* of the last processes_ctl: standard output and error */
};

void processes_make(struct processes *p);
/* Ends what runs and removes the folder; with keep the folder stays, to be looked at. */
void processes_clear(struct processes *p, bool keep);

/* crash: "name:n" of a crash point, or NULL. */
void processes_start(struct processes *p, unsigned at, const char *crash);
/* SIGKILL, and waits for it. */
void processes_kill(struct processes *p, unsigned at);
/* SIGTERM; the exit code, or 128 and the signal. */
int processes_stop(struct processes *p, unsigned at);
/* Whether it has ended by itself; 128 and the signal in *ret_code. */
bool processes_ended(struct processes *p, unsigned at, int *ret_code);
/* Its number, or -1 where it is not built. */
int processes_find(const struct processes *p, const char *name);
/* ipc address of the service. */
void processes_endpoint(const struct processes *p, unsigned at, char ret[FOLDER_MAX]);

/* ppidctl with these words (the last NULL) on this node: its exit code. */
int processes_ctl(struct processes *p, const char *const words[]);

#endif

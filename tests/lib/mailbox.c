#include "lib/mailbox.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 4096, SECONDS_MAX = 10 };

static struct mailbox_row *row_of(struct mailbox_row *rows, const char *address)
{
	for (int i = 0; i < MAILBOX_ADDRESSES_MAX; i++)
		if (rows[i].address[0] == '\0' || strcmp(rows[i].address, address) == 0) {
			(void)snprintf(rows[i].address, sizeof rows[i].address, "%s", address);
			return &rows[i];
		}
	abort();
}

static void take_data(FILE *in, FILE *out, struct mailbox_row *row)
{
	char line[LINE_MAX_BYTES];

	(void)fprintf(out, "354 go on\r\n");
	while (fgets(line, sizeof line, in) != NULL)
		if (strcmp(line, ".\r\n") == 0) {
			if (row != NULL)
				row->count++;
			(void)fprintf(out, "250 taken\r\n");
			return;
		}
}

/* One conversation to its end. */
static void converse(FILE *in, FILE *out, struct mailbox_row *rows)
{
	struct mailbox_row *row = NULL;
	char address[MAILBOX_ADDRESS_MAX];
	char line[LINE_MAX_BYTES];

	(void)fprintf(out, "220 test\r\n");
	while (fgets(line, sizeof line, in) != NULL) {
		if (strncmp(line, "DATA", 4) == 0) {
			take_data(in, out, row);
		} else if (strncmp(line, "QUIT", 4) == 0) {
			(void)fprintf(out, "221 bye\r\n");
			return;
		} else {
			if (sscanf(line, "RCPT TO:<%63[^>]>", address) == 1)
				row = row_of(rows, address);
			(void)fprintf(out, "250 test\r\n");
		}
	}
}

static void serve(int listener, struct mailbox_row *rows)
{
	const struct timeval patience = { .tv_sec = SECONDS_MAX };

	(void)signal(SIGPIPE, SIG_IGN);
	for (;;) {
		int fd = accept(listener, NULL, NULL);
		FILE *in = fd < 0 ? NULL : fdopen(fd, "r");
		FILE *out = in == NULL ? NULL : fdopen(dup(fd), "w");

		if (out == NULL)
			_exit(1);
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
		(void)setvbuf(out, NULL, _IOLBF, 0);
		converse(in, out, rows);
		(void)fclose(out);
		(void)fclose(in);
	}
}

void mailbox_open(struct mailbox *m, struct processes *p)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof at;
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	size_t bytes = MAILBOX_ADDRESSES_MAX * sizeof *m->rows;

	m->rows = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (m->rows == MAP_FAILED || listener < 0 || bind(listener, (struct sockaddr *)&at, len) != 0 ||
		listen(listener, 64) != 0 || getsockname(listener, (struct sockaddr *)&at, &len) != 0) {
		perror("mailbox");
		exit(1);
	}
	(void)snprintf(p->mail_port, sizeof p->mail_port, "%d", ntohs(at.sin_port));
	m->pid = fork();
	if (m->pid == 0) {
		/* Nobody is left behind when the test itself is ended. */
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		serve(listener, m->rows);
	}
	(void)close(listener);
	if (m->pid < 0)
		exit(1);
}

void mailbox_close(struct mailbox *m)
{
	(void)kill(m->pid, SIGKILL);
	(void)waitpid(m->pid, NULL, 0);
	(void)munmap(m->rows, MAILBOX_ADDRESSES_MAX * sizeof *m->rows);
	m->rows = NULL;
}

uint32_t mailbox_count(const struct mailbox *m)
{
	uint32_t sum = 0;

	for (int i = 0; i < MAILBOX_ADDRESSES_MAX && m->rows[i].address[0] != '\0'; i++)
		sum += m->rows[i].count;
	return sum;
}

uint32_t mailbox_most(const struct mailbox *m)
{
	uint32_t most = 0;

	for (int i = 0; i < MAILBOX_ADDRESSES_MAX && m->rows[i].address[0] != '\0'; i++)
		most = m->rows[i].count > most ? m->rows[i].count : most;
	return most;
}

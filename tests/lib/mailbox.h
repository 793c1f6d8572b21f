/* mailbox - a mail server of one test, in a process of its own, that takes everything
 *
 * It counts the mails of each address in memory shared with the test. The
 * settings of the services are made to name it. */
#ifndef LIB_MAILBOX_H
#define LIB_MAILBOX_H

#include "lib/processes.h"

enum { MAILBOX_ADDRESSES_MAX = 4096, MAILBOX_ADDRESS_MAX = 64 };

struct mailbox_row {
	char address[MAILBOX_ADDRESS_MAX];
	uint32_t count;
};

struct mailbox {
	pid_t pid;
	struct mailbox_row *rows; /* shared; the first free one has no address */
};

/* Before the services start. Ends the test when there is no socket. */
void mailbox_open(struct mailbox *m, struct processes *p);
void mailbox_close(struct mailbox *m);
uint32_t mailbox_count(const struct mailbox *m);
/* The most mails that one address got. */
uint32_t mailbox_most(const struct mailbox *m);

#endif

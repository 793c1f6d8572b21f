/* call_tcp - the way to a service over TCP, with ctl's own key (between containers) */
#ifndef CTL_CALL_TCP_H
#define CTL_CALL_TCP_H

#include "ctl/ctl.h"

/* As client_open. Of the node's key folder it needs ctl.curve and node.pub; NULL: *why may say which file, and what
 * is wrong with it. */
struct client *call_tcp_open(struct ctl *ctl, struct client_options *options, enum err *ret_error,
	struct problem *why);

#endif

/* bus_log - what the bus tells operators; apart, since czmq.h and log_line.h share names */
#ifndef BUS_BUS_LOG_H
#define BUS_BUS_LOG_H

#include "base/base.h"

/* The table of links is full: the one that was silent longest is given up. */
void bus_log_full(uint32_t links);
/* A peer sent a message with more parts than the protocol has. */
/* name: of the peer; "": not known. */
void bus_log_endless(const char *endpoint, const char *name);
/* A connection over TCP without the name that our ZAP actor gave it. */
void bus_log_nameless(const char *endpoint);
/* The peer has been revoked; its link ends. */
void bus_log_refused(const char *name);
/* A listener's address is held by somebody else now; tried again and again. */
void bus_log_unbound(const char *endpoint);

#endif

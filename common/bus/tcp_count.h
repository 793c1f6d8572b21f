/* tcp_count - what the kernel knows of a TCP socket: which it is, and its bytes in both directions */
#ifndef BUS_TCP_COUNT_H
#define BUS_TCP_COUNT_H

#include "base/base.h"

struct tcp_count {
	uint64_t received; /* that the program has read */
	uint64_t acked;    /* that the peer's machine has */
	uint64_t queued;   /* given to the kernel and not yet acked */
};

/* No two sockets have the same, also one after the other; 0: the descriptor is none of a socket. */
uint64_t tcp_cookie(int fd);
/* The peer's address, without its port, as libzmq tells it by ZAP; false: there is none. */
enum { TCP_ADDRESS_MAX = 64 };
bool tcp_address(int fd, char ret[TCP_ADDRESS_MAX]);
/* False: it is no TCP connection. */
bool tcp_count(int fd, struct tcp_count *ret);

#endif

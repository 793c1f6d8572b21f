/* sockets - bare ZeroMQ sockets over TCP with CURVE: the limit of what a link between nodes can carry */
#ifndef BENCH_SOCKETS_H
#define BENCH_SOCKETS_H

#include <stdint.h>

/* Messages a second from a DEALER to a ROUTER on loopback: header, body, and a payload of so many bytes, with no
 * session and nothing done about them. */
double sockets_curve_rate(uint32_t messages, uint32_t payload_bytes);

#endif

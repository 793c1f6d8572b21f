/* workload - what the simulated client keeps: its commands with their answers, its connections, its wishes
 *
 * workload.c sends and hears; workload_check.c looks in the logs for what was answered. */
#ifndef SIM_WORKLOAD_H
#define SIM_WORKLOAD_H

#include "bus/session.h"
#include "sim/wishes.h"

enum { OPS_MAX = 6000 };

/* OP_SHIPPED: accepted, taken by a restore, and held by the node above: done once, there or here again. */
enum op_state { OP_WAITING, OP_ACCEPTED, OP_REFUSED, OP_FORGOTTEN, OP_SHIPPED };

struct op {
	struct id id;
	uint32_t host;
	const struct schema *schema;
	char *body;
	size_t body_len;
	enum op_state state;
	uint32_t sent; /* times */
	time_us next_try;
	uint64_t corr;
	struct id epoch;
	uint64_t first_seq;
	uint32_t count;
	uint64_t answered_in; /* backups made when it was accepted */
	uint32_t logged;      /* groups of events found in the log */
	enum sesi_status status;
};

/* One connection to one service. */
struct line {
	struct conn *conn;
	uint64_t link;
	struct session *session;
	time_us redial_at;
};

struct client {
	struct world *world;
	struct sim_node *node;
	struct line lines[HOSTS_MAX];
	struct op ops[OPS_MAX];
	uint32_t op_count;
	uint32_t waiting;
	struct wishes wishes;
	time_us next_wish;
	bool is_calm;
	uint64_t accepted;
	uint64_t asked; /* questions */
	struct arena arena;
};

#endif

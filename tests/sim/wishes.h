/* wishes - what the simulated officer wants: requests lodged, worked, withdrawn, repaired services */
#ifndef SIM_WISHES_H
#define SIM_WISHES_H

#include "base/arena.h"
#include "sim/world.h"

enum { CASES_MAX = 4000 };

struct wish {
	const char *service;
	const struct schema *schema;
	void *message; /* in the arena */
};

struct wishes {
	struct world *world;
	struct sim_node *node;
	struct id officer;
	uint32_t prepared;          /* policy commands given so far */
	bool is_waiting;            /* in a tree: a preparation or a link is under way */
	uint32_t wanted;            /* requests to lodge in all */
	struct id cases[CASES_MAX]; /* lodged and answered */
	uint32_t case_count;
	uint32_t lodged;
	struct id asked; /* the last one that something was asked of */
	bool has_asked;
	bool needs_clock[HOSTS_MAX], needs_unfence[HOSTS_MAX];
};

void wishes_open(struct wishes *s, struct sim_node *node);
/* The next one; false: none now. has_room: for more than what cannot wait. */
bool wishes_next(struct wishes *s, bool has_room, struct arena *arena, struct wish *ret);
/* In a tree: a command has its answer, or will never have one. */
void wishes_ended(struct wishes *s, const struct schema *schema, bool is_accepted);
/* A command was accepted. */
void wishes_granted(struct wishes *s, const struct schema *schema, struct str body);
/* At times: sees in the status what needs a person. */
void wishes_look(struct wishes *s);
bool wishes_are_prepared(const struct wishes *s);
bool wishes_has_repair(const struct wishes *s);

#endif

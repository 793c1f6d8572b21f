/* versions - trees in which not all nodes have the same version of the software
 *
 * This software is N-1. A node that is newer says more: fields and types that no
 * other knows, in what it sends and in its logs, and now and then what may not be
 * passed over. One that is older leaves out what it may. Who is what is drawn
 * from the seed, with a chance of its own. */
#ifndef SIM_VERSIONS_H
#define SIM_VERSIONS_H

#include "base/buf.h"
#include "sim/wishes.h"

struct follow; /* runtime/follow.h */

enum sim_version { VERSION_SAME, VERSION_NEWER, VERSION_OLDER };

struct versions {
	struct chance chance;
	enum sim_version of[NODES_MAX]; /* by index */
	bool is_upgraded[NODES_MAX];    /* knows what the newer ones say */
	bool is_mixed, says_critical;
	uint64_t upgrade_at; /* inputs: one node before the others; 0: none */
	uint64_t corr;
	struct buf body, part;
	uint8_t header[24];
};

/* Before the services start; SIM_MIXED=0 or 1 decides instead of the seed. */
void versions_open(struct world *w);
void versions_close(struct world *w);
/* A clone has the version of its twin. */
void versions_clone(struct world *w, const struct sim_node *of, const struct sim_node *clone);
/* At times, with the inputs done so far. */
void versions_step(struct world *w, uint64_t inputs);
/* At rest: whether all that stands still does so by its version and says so; then all are brought to the
 * newest one. false: they are already. */
bool versions_upgrade(struct world *w);
/* A stream that stands still until its reader is brought to a newer version. */
bool versions_hold(const struct world *w, const struct actor_host *h, const struct follow *f);
/* Heads are signed, and signatures passed on, by this node. */
bool versions_sign(const struct sim_node *node);
/* What the officer of a newer node can do beside the rest. */
bool versions_wish(struct wishes *s, struct arena *arena, struct wish *ret);

/* versions_speak.c: what this end of a connection says in place of the frames; lent until the next call. */
void versions_speak(struct world *w, uint32_t end, const struct frames *frames, struct frames *ret);
/* And what it says behind it; false: nothing. */
bool versions_add(struct world *w, uint32_t end, const struct frames *frames, struct frames *ret);

/* versions_service.c: the descriptor of a newer version; the same for what has none. */
const struct service *later_service(const struct service *service);
extern const struct schema schema_catat_kelak;
struct catat_kelak {
	uint32_t number;
	bool is_critical;
};
/* An event that the newest version may have said; NULL: of no version. */
const struct schema *later_schema(uint16_t code);
/* Whether N-1 may not pass over this record. */
bool later_is_critical(const struct record *record);
/* The msgpack map with one entry more: a number. ERR_LIMIT. */
enum err map_with(struct str map, uint8_t number, uint32_t value, struct buf *out) MUST_CHECK;

#endif

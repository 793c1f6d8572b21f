/* planted - mistakes that the simulator has to find: eight of one node, four between nodes
 *
 * In every program of the product PLANTED(x) is the constant false. The build
 * variant `planted` alone has them, one at a time, so that a simulator which
 * finds nothing is known to look at nothing (tests/sim/README.md). */
#ifndef BASE_PLANTED_H
#define BASE_PLANTED_H

#include <stdbool.h>

enum planted {
	PLANTED_NONE,
	PLANTED_MARK_APART,   /* the mark is written in a transaction of its own */
	PLANTED_CURSOR_FIRST, /* the cursor is written before what it stands for */
	PLANTED_REPLY_FIRST,  /* the answer goes out before the commit */
	PLANTED_APPLY_VAULT,  /* apply looks into the vault */
	PLANTED_TIMER_FIRST,  /* a timer does not wait for its streams */
	PLANTED_ID_AGAIN,     /* ids are counted from the start of the process */
	PLANTED_NUMBER_STALE, /* a number comes from a read outside the batch */
	PLANTED_HEAD_KEPT,    /* the chain's head survives an abort */
	/* from here on found by trees */
	PLANTED_RESUME_SEQ,      /* who goes on reading is believed by the number of his place alone */
	PLANTED_EPOCH_UNCHECKED, /* a copy takes events of another epoch without looking */
	PLANTED_SALVAGE_UNCHAINED, /* a lost end is taken back without its chain and the side-car's head */
	PLANTED_MIRROR_AFTER_CURSOR, /* the copy's place is written before the record */
	PLANTED_COUNT
};
#define PLANTED_TREE_FIRST PLANTED_RESUME_SEQ

#ifdef PPID_PLANTED
extern enum planted planted_now;
#define PLANTED(which) (planted_now == PLANTED_##which)
#else
#define PLANTED(which) false
#endif

#endif

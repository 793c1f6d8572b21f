/* salvage - the lost end of a log that was rolled back, taken from the copy that the node's federation holds
 *
 * A service that finds itself behind its side-car, or without one, is fenced. Where its log is federated
 * the records are still at the parent: they are appended as they are, in the same epoch, and applied as replay
 * does it. Federation gives what our own signature proves; what goes beyond that counts as ours where the
 * side-car's head is in it, or where a person says so. A copy that has another record than the side-car knows
 * is read and not taken. When the end is reached and the side-car's head is in it, the fence opens by itself;
 * without a side-car (another machine: the old one may live) a person opens it. What the vault lost stays
 * lost and is listed (data_hilang). (MESSAGING 2.6; DESIGN 5.) */
#ifndef RUNTIME_SALVAGE_H
#define RUNTIME_SALVAGE_H

#include "store/record.h"

struct ctx;
struct runtime;
struct txn;

/* What the copy is read for now. */
enum salvage_step {
	SALVAGE_BEGIN,
	SALVAGE_LOOK,      /* is the side-car's head in what is proven? */
	SALVAGE_LOOK_REST, /* is it in what is not? */
	SALVAGE_TAKE,
};

struct salvage {
	uint64_t corr; /* of the TAIL under way; 0: none */
	enum salvage_step step;
	struct cause before; /* of the last record: its kind and id are looked at */
	bool has_before;
	time_us next_at; /* steady: not asked before */
	time_us touched; /* steady: when something of it came last */
	bool
		is_under_way; /* some were taken, and nobody has said that it is all: so it is after a restart too */
	uint64_t count;  /* records taken */
	bool is_noted;   /* the side-car's head is in the rest: all up to it is ours */
	bool is_refuted; /* the rest has another record there */
	uint64_t
		told_rest; /* what federation holds beyond what it sent: at the end of this reading, and of the */
	uint64_t rest;       /* last one that took what there was */
	bool was_told;       /* told_rest came: it is not lost on its way */
	bool has_ended;      /* there was such a reading */
	bool takes_rest;     /* a person said so */
	uint64_t rest_until; /* of as many as were told: the last of them */
	uint64_t rest_from;  /* the first record that only a person vouches for; 0: none */
};

/* salvage_rest.c: what stands in the store of it, and the rest, by a person's decision */
enum err salvage_load(struct runtime *r, struct txn *txn) MUST_CHECK;
/* With the first record that is taken: a log that reaches to the side-car's head may have lost what came after. */
enum err salvage_begun(struct runtime *r, struct txn *txn) MUST_CHECK;
/* Notes, with the first record of it, where it begins. */
enum err salvage_rest_note(struct runtime *r, struct txn *txn) MUST_CHECK;
/* In the open transaction it ends, all taken or by a person's decision: nothing is waited for any more. */
enum err salvage_settled(struct runtime *r, struct txn *txn) MUST_CHECK;
enum err salvage_decide_rest(struct ctx *ctx) MUST_CHECK;
/* Records that are known of and that nothing proves, those among them too that were taken. */
uint64_t salvage_unproven(const struct runtime *r);

/* The fence is open: what is in memory is read anew, and work goes on where the fold stands. */
enum err salvage_opened(struct runtime *r) MUST_CHECK;

#endif

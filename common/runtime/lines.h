/* lines - what waits to be decided: a line for each kind of input
 *
 * A batch takes of every line that waits, what came first first, and of none
 * more than its share. So no kind waits for the end of another one's line,
 * however fast that grows. Within a kind the order is that of arrival. */
#ifndef RUNTIME_LINES_H
#define RUNTIME_LINES_H

#include "runtime/input.h"

enum { LINES_MAX = JENIS_MASUKAN_HASIL_KERJA + 1 }; /* the last kind is the highest */

struct lines {
	struct queue of[LINES_MAX]; /* by kind */
	uint64_t arrived;           /* inputs so far */
	uint32_t count;
	uint64_t bytes;
};

/* What one batch holds at most, as in runtime_options. */
struct lines_limits {
	uint32_t inputs, events;
	uint64_t bytes;
};

/* What is left of one batch. */
struct shares {
	struct {
		uint64_t count, bytes;
		bool is_taken; /* the first one comes along whatever its size */
	} of[LINES_MAX];
	uint64_t spare,
		spare_bytes; /* what could not be divided or nobody needs: for who comes first */
};

void lines_init(struct lines *lines);
void lines_clear(struct lines *lines);
void lines_add(struct lines *lines, struct input *i);
/* Before all others of its kind: it was taken, and has its place still. */
void lines_add_first(struct lines *lines, struct input *i);

/* Each kind's part of a batch. Commands, letters, timers and results get equal parts of the inputs, and all
 * kinds of the bytes; what one does not need the others get. Events have a limit of their own: all of it
 * where no command waits, else as many for each command as the two limits stand to each other, and never
 * less than an eighth. */
void shares_begin(struct shares *shares, const struct lines *lines,
	const struct lines_limits *limits);
/* The one that came first of the kinds that have something left; NULL when none has. */
struct input *lines_take(struct lines *lines, struct shares *shares);

#endif

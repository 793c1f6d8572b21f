/* input - what comes in, how it ended, and the queue it waits in
 *
 * Commands, letters, followed events, due timers and results of work are one
 * shape. */
#ifndef RUNTIME_INPUT_H
#define RUNTIME_INPUT_H

#include "runtime/service.h"
#include "store/log.h"
#include "store/record.h"

struct runtime;
struct follow;

/* What goes back for a command or letter. */
struct outcome {
	enum sesi_status status;
	struct str reply; /* encoded, in the batch arena */
	struct id epoch;
	uint64_t first_seq;
	uint32_t count;
	struct problem why;
	uint32_t retry_after_ms;
	bool is_parked;
};

/* One input; owned by the queue, bytes right behind it. */
struct input {
	struct input *next;
	uint64_t arrived; /* its number among all that came */
	enum jenis_masukan kind;
	uint64_t link, corr; /* whom to answer: command, letter */
	struct id id;        /* command, letter */
	uint32_t type, version;
	struct str body; /* command, letter: body; event: the record */
	struct id actor;
	struct str from;   /* command, letter: the peer; event: the stream */
	uint32_t from_bit; /* FROM_x */
	time_us deadline;  /* steady; command */
	struct hash body_hash;
	bool is_suspect;    /* event: ended the process twice; it is shown, and its decision parked */
	bool is_question;   /* only in the held queue; its go-on key is in key */
	struct place at;    /* event: its place */
	struct hash before; /* event: the hash of the one before it */
	struct str key;     /* timer, work */
	time_us due;        /* timer */
	uint32_t slice;     /* work */
	uint16_t index;     /* timer kind, work kind */
	struct follow *follow;
	bool has_after;
	struct str after_stream;
	uint64_t after_seq;
	struct outcome outcome;
	size_t bytes;        /* its weight in the batch */
	struct chunk *chunk; /* event: the message it came in */
};

/* The events of one EVENTS message; given back when the last of them is done. */
struct chunk {
	uint32_t left;
	struct input inputs[]; /* and their bytes behind them */
};

struct queue {
	struct input *first, **last;
	uint32_t count;
	uint64_t bytes;
};

/* queue.c */
void queue_init(struct queue *q);
void queue_add(struct queue *q, struct input *i);
/* Before all others. */
void queue_add_first(struct queue *q, struct input *i);
struct input *queue_take(struct queue *q);
void queue_clear(struct queue *q);
/* Whether so much waits already that nothing more is taken. */
bool queues_are_full(const struct runtime *r);
/* A new input with room for its strings: body, from, key, after. All are copied. */
struct input *input_new(const struct input *pattern);
void input_free(struct input *i);

/* cause.c */
struct cause input_cause(const struct input *i);

#endif

/* rows - a bare LMDB writer of the rows that a service's store holds
 *
 * It learns from the store of the running service which tables have rows of how
 * many bytes and in which order of keys they came, and then writes the same
 * number of such rows for each input, in batches, with nothing else around it:
 * the limit that the service is compared with. */
#ifndef BENCH_ROWS_H
#define BENCH_ROWS_H

#include "bench/lap.h"

enum { ROWS_KINDS_MAX = 24 };

enum rows_order {
	ROWS_APPENDED, /* the log: MDB_APPEND */
	ROWS_ORDERED,  /* a counter behind a fixed beginning */
	ROWS_SPREAD,   /* a hash, of so many places or of as many as there are rows */
	ROWS_ONE,      /* the same row again and again: a counter */
};

struct rows_kind {
	char table[64];
	enum rows_order order;
	double each; /* rows an input */
	double key_bytes, value_bytes;
	uint64_t places; /* of ROWS_SPREAD; 0: each row has its own */
};

struct rows {
	struct rows_kind kinds[ROWS_KINDS_MAX];
	uint32_t count;
};

/* Reads the store in the folder while its service runs; inputs came in since it was empty. Tables with fewer
 * rows than a tenth of the inputs are passed over. In those named in counters (NULL at the end) one row is
 * written again with each input, beside the rows that came. */
void rows_learn(const char *folder, uint64_t inputs, const char *const *counters, struct rows *ret);
/* One line for each kind, as a comment behind '#'. */
void rows_print(const char *name, const struct rows *rows);

struct writer;

struct writer *writer_open(const struct rows *rows, const char *folder);
void writer_close(struct writer **writer);
/* So many inputs' rows in transactions of batch inputs (a mean: 12.5 is 12 and 13 in turns); each commit is
 * a step of the lap, from its begin to its end. */
void writer_run(struct writer *writer, uint64_t inputs, double batch, struct lap *lap);

#endif

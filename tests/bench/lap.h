/* lap - times of single steps, and the BENCH line (DESIGN.md 8) made of them */
#ifndef BENCH_LAP_H
#define BENCH_LAP_H

#include "base/base.h"

enum { LAP_STEPS_MAX = 1 << 20 };

struct lap {
	double *us; /* time of each step */
	size_t steps;
	double total_us;
	double begun_us;
};

/* A steady clock, in microseconds. */
double lap_clock(void);
/* Processor time of this program so far, in microseconds. */
double bench_cpu(void);
void lap_open(struct lap *lap);
void lap_close(struct lap *lap);
/* One step is from begin to end; steps over LAP_STEPS_MAX count in the total alone. */
void lap_begin(struct lap *lap);
void lap_end(struct lap *lap);
/* The time that share of all steps stayed under; 0.5 is the median. */
double lap_at(struct lap *lap, double share);
/* What so many in all steps make a second. */
double lap_per_second(double count, const struct lap *lap);

/* True with SMALL=1: a quick look instead of a measurement. */
bool bench_is_small(void);

struct bench_line {
	const char *name;
	const char *unit;
	double value;
	double limit;     /* the same unit, measured in the same run; 0: none */
	struct lap *lap;  /* NULL: no p50 and p99 */
	const char *rest; /* key=value, or NULL */
};
void bench_print(const struct bench_line *line);

#endif

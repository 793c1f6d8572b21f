#include "bench/lap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

double lap_clock(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

double bench_cpu(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

void lap_open(struct lap *lap)
{
	*lap = (struct lap) { .us = malloc(LAP_STEPS_MAX * sizeof lap->us[0]) };
	if (lap->us == NULL)
		abort();
}

void lap_close(struct lap *lap)
{
	free(lap->us);
	lap->us = NULL;
}

void lap_begin(struct lap *lap)
{
	lap->begun_us = lap_clock();
}

void lap_end(struct lap *lap)
{
	double us = lap_clock() - lap->begun_us;

	lap->total_us += us;
	if (lap->steps < LAP_STEPS_MAX)
		lap->us[lap->steps++] = us;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

double lap_at(struct lap *lap, double share)
{
	if (lap->steps == 0)
		return 0;
	qsort(lap->us, lap->steps, sizeof lap->us[0], compare);
	return lap->us[(size_t)(share * (double)(lap->steps - 1))];
}

double lap_per_second(double count, const struct lap *lap)
{
	return count / lap->total_us * 1e6;
}

bool bench_is_small(void)
{
	const char *small = getenv("SMALL");

	return small != NULL && strcmp(small, "1") == 0;
}

void bench_print(const struct bench_line *line)
{
	printf("BENCH %s %.0f %s", line->name, line->value, line->unit);
	if (line->limit > 0)
		printf(" limit=%.0f ratio=%.2f", line->limit, line->value / line->limit);
	if (line->lap != NULL)
		printf(" p50_us=%.0f p99_us=%.0f", lap_at(line->lap, 0.5), lap_at(line->lap, 0.99));
	if (line->rest != NULL)
		printf(" %s", line->rest);
	printf("\n");
	(void)fflush(stdout);
}

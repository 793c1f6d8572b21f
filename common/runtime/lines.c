#include "runtime/lines.h"

enum { EVENTS_LEAST = 8 }; /* the part of the events' limit that commands leave them at least */

void lines_init(struct lines *lines)
{
	*lines = (struct lines) { .count = 0 };
	for (uint32_t k = 0; k < LINES_MAX; k++)
		queue_init(&lines->of[k]);
}

void lines_clear(struct lines *lines)
{
	for (uint32_t k = 0; k < LINES_MAX; k++)
		queue_clear(&lines->of[k]);
	lines->count = 0;
	lines->bytes = 0;
}

void lines_add(struct lines *lines, struct input *i)
{
	i->arrived = ++lines->arrived;
	queue_add(&lines->of[i->kind], i);
	lines->count++;
	lines->bytes += i->bytes;
}

void lines_add_first(struct lines *lines, struct input *i)
{
	queue_add_first(&lines->of[i->kind], i);
	lines->count++;
	lines->bytes += i->bytes;
}

static uint64_t smaller(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* Everybody gets what he wants, or as much as all others who want more. What is left over comes back. */
static uint64_t divide(uint64_t total, const uint64_t wanted[LINES_MAX], uint64_t ret[LINES_MAX])
{
	uint64_t part;

	for (uint32_t k = 0; k < LINES_MAX; k++)
		ret[k] = 0;
	do {
		uint32_t wanting = 0;

		for (uint32_t k = 0; k < LINES_MAX; k++)
			if (ret[k] < wanted[k])
				wanting++;
		part = wanting == 0 ? 0 : total / wanting;
		for (uint32_t k = 0; k < LINES_MAX; k++) {
			uint64_t more = smaller(wanted[k] - ret[k], part);

			ret[k] += more;
			total -= more;
		}
	} while (part > 0);
	return total;
}

/* An event costs a fraction of a command, as the limits say; so events take about as long as the commands
 * beside them, and where those are few, as long as an eighth of a batch. */
static uint64_t events_beside(uint64_t commands, const struct lines_limits *limits)
{
	if (commands == 0)
		return limits->events;
	return larger(1,
		larger(limits->events / EVENTS_LEAST, limits->events * commands / limits->inputs));
}

void shares_begin(struct shares *shares, const struct lines *lines,
	const struct lines_limits *limits)
{
	uint64_t wanted[LINES_MAX], counts[LINES_MAX], bytes[LINES_MAX];

	for (uint32_t k = 0; k < LINES_MAX; k++)
		wanted[k] = k == JENIS_MASUKAN_PERISTIWA ? 0 : lines->of[k].count;
	*shares = (struct shares) { .spare = divide(limits->inputs, wanted, counts) };
	counts[JENIS_MASUKAN_PERISTIWA] = events_beside(counts[JENIS_MASUKAN_PERINTAH], limits);
	for (uint32_t k = 0; k < LINES_MAX; k++) { /* of so many of them, by the mean */
		const struct queue *line = &lines->of[k];

		wanted[k] = counts[k] < line->count ? line->bytes / line->count * counts[k] : line->bytes;
	}
	shares->spare_bytes = divide(limits->bytes, wanted, bytes);
	for (uint32_t k = 0; k < LINES_MAX; k++) {
		shares->of[k].count = counts[k];
		shares->of[k].bytes = bytes[k];
	}
}

static bool has_left(const struct shares *shares, const struct input *i)
{
	if (shares->of[i->kind].count == 0 &&
		(shares->spare == 0 || i->kind == JENIS_MASUKAN_PERISTIWA))
		return false;
	return !shares->of[i->kind].is_taken ||
		shares->of[i->kind].bytes + shares->spare_bytes >= i->bytes;
}

static void charge(struct shares *shares, const struct input *i)
{
	uint64_t own = smaller(shares->of[i->kind].bytes, i->bytes);

	if (shares->of[i->kind].count > 0)
		shares->of[i->kind].count--;
	else
		shares->spare--;
	shares->of[i->kind].bytes -= own;
	shares->spare_bytes -= smaller(shares->spare_bytes, i->bytes - own);
	shares->of[i->kind].is_taken = true;
}

struct input *lines_take(struct lines *lines, struct shares *shares)
{
	struct input *first = NULL;

	for (uint32_t k = 0; k < LINES_MAX; k++) {
		struct input *i = lines->of[k].first;

		if (i != NULL && has_left(shares, i) && (first == NULL || i->arrived < first->arrived))
			first = i;
	}
	if (first == NULL)
		return NULL;
	charge(shares, first);
	lines->count--;
	lines->bytes -= first->bytes;
	return queue_take(&lines->of[first->kind]);
}

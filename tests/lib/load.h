/* load - commands to real services, with the client's own record of the answers
 *
 * Requests are lodged at intake, worked on at workflow (each names the event of
 * its lodging by `after`), and a unit is renamed at workflow to fill its window.
 * Whatever has no answer is sent again with the same id, by itself. The record
 * is in this process alone: what the services forget, it still knows. */
#ifndef LIB_LOAD_H
#define LIB_LOAD_H

#include "bus/client.h"
#include "lib/processes.h"

enum { LOAD_WINDOW = 64, LOAD_UNITS_MAX = 256, LOAD_NUMBER_MAX = 48, LOAD_FAULT_MAX = 512 };

enum load_kind { LOAD_LODGE, LOAD_WORK, LOAD_RENAME };

/* One command. */
struct load_row {
	struct id id;
	enum load_kind kind;
	uint32_t unit;
	uint32_t parent; /* WORK: the row of the lodging; LODGE: of the unit */
	bool has_mail;
	bool is_answered;
	bool is_put_off; /* refused: it, or what it is about, is parked */
	struct id epoch; /* where its events stand, as it was answered */
	uint64_t seq;
	uint32_t count;
	char number[LOAD_NUMBER_MAX]; /* LODGE: the registration number that was answered */
	/* Found by load_check. */
	uint32_t groups, events, opened, cards;
	uint64_t first;
};

struct load_call {
	struct load *load;
	uint32_t row;
	bool is_used, is_repeat;
};

struct load {
	struct processes *processes;
	struct client *clients[PROCESSES_MAX]; /* as processes->rows */
	int intake, workflow, notification;    /* -1: not there */
	struct id account;
	uint8_t tag[3]; /* in every id of this record */
	struct load_row *rows;
	uint32_t count, size, answered;
	uint32_t unit, unit_row; /* requests go to this unit, registered by that row */
	uint32_t worked;         /* lodgings before this row have been looked at for work */
	uint32_t lodge_window, back_window;
	bool with_mail; /* those who lodge now have an e-mail address */
	struct load_call calls[2 * CLIENT_CALLS_MAX];
	struct arena arena;
	uint32_t put_off; /* refused, and not sent again yet */
	uint32_t parked;  /* inputs that were parked and let go */
	char refusal[LOAD_FAULT_MAX];
	uint64_t repeats;           /* answered rows that were answered again alike */
	char fault[LOAD_FAULT_MAX]; /* the first thing that was wrong; empty: nothing */
};

/* Gives an account its grants and registers the first unit; the services run. */
struct load *load_open(struct processes *p);
void load_close(struct load **load);
/* Requests go to a new unit from now on: another series of numbers. */
void load_next_unit(struct load *l);

/* Fills the windows and takes answers for so long. */
void load_run(struct load *l, uint32_t ms);
/* Commands sent on a live session and not answered: at one service, or at all (-1). */
uint32_t load_in_flight(const struct load *l, int at);
/* Begins nothing new; true when everything has been answered within the time. */
bool load_finish(struct load *l, uint32_t within_ms);
/* Sends these answered commands again beside the rest: each must be answered as before. */
void load_repeat_some(struct load *l, uint32_t from, uint32_t count);
/* The same for all from a row on, and waits for it. */
bool load_repeat(struct load *l, uint32_t from, uint32_t within_ms);

/* True when every service has followed to the end and has no letter under way; what was parked is let
 * go before, as an operator would. */
bool load_settled(struct load *l, uint32_t within_ms);
/* Reads every log and compares it with the record, row by row. */
bool load_check(struct load *l);

/* Notes the first fault; always false. */
bool load_wrong(struct load *l, const char *format, ...) PRINTF(2, 3);

#endif

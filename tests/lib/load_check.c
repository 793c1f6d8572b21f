/* What the services' logs say, against the client's own record. */
#include "lib/load.h"

#include "store/record.h"
#include "wire/wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FOLLOW_MS = 10000, EVENT_ARENA_MAX = 1 << 20 };

/* One pass over one log. */
struct reading {
	struct load *load;
	struct arena arena;
	bool is_intake, is_workflow, is_notification;
	uint64_t next_seq;
	struct id before;                 /* the command of the event before */
	uint64_t numbers[LOAD_UNITS_MAX]; /* the last number of each unit */
	bool is_good;
};

/* The row whose command or case this is; NULL: not of this record. */
static struct load_row *row_of(struct load *l, struct id id, char kind)
{
	uint32_t row = 0;

	for (int i = 12; i < 16; i++)
		row = row << 8 | id.bytes[i];
	if (id.bytes[7] != (uint8_t)kind || memcmp(id.bytes + 9, l->tag, sizeof l->tag) != 0)
		return NULL;
	if (row >= l->count) {
		(void)load_wrong(l, "the log has row %u, which was never sent", row);
		return NULL;
	}
	return &l->rows[row];
}

static void take_command(struct reading *r, const struct record *record)
{
	struct load *l = r->load;
	struct load_row *row = row_of(l, record->cause.id, 'c');

	if (row == NULL)
		return;
	if (!id_equal(r->before, record->cause.id)) {
		row->groups++;
		row->first = record->seq;
		if (row->is_answered && !id_equal(row->epoch, record->epoch))
			r->is_good = load_wrong(l, "seq %llu is in another epoch than was answered",
				(unsigned long long)record->seq);
	}
	row->events++;
}

static bool decode(struct reading *r, const struct record *record, const struct schema *schema,
	void *event)
{
	struct problem why;

	return wire_decode(schema, record->payload, &r->arena, event, &why) == ERR_OK ||
		load_wrong(r->load, "seq %llu cannot be read: %s", (unsigned long long)record->seq,
			why.rule);
}

/* No gap and no duplicate: in the order of the log each number of a unit is the next one. */
static bool take_number(struct reading *r, const struct record *record)
{
	struct load *l = r->load;
	struct permohonan_diajukan e;
	const struct load_row *row;
	uint64_t *last;

	if (!decode(r, record, &schema_permohonan_diajukan, &e))
		return false;
	row = row_of(l, e.permohonan_id, 'p');
	if (row == NULL)
		return load_wrong(l, "a request in the register that nobody lodged");
	last = &r->numbers[row->unit];
	if (e.urut != *last + 1)
		return load_wrong(l, "unit %u: after number %llu comes %llu", row->unit,
			(unsigned long long)*last, (unsigned long long)e.urut);
	*last = e.urut;
	if (row->is_answered && !str_is(e.nomor, row->number))
		return load_wrong(l, "%s was answered, the register has %.*s", row->number,
			(int)e.nomor.len, e.nomor.ptr);
	return true;
}

static bool take_followed(struct reading *r, const struct record *record)
{
	struct perkara_dibuka opened;
	struct kartu_diterima card;
	struct load_row *row;

	if (r->is_workflow && record->type == MSG_PERKARA_DIBUKA) {
		if (!decode(r, record, &schema_perkara_dibuka, &opened))
			return false;
		row = row_of(r->load, opened.permohonan_id, 'p');
		if (row != NULL)
			row->opened++;
	}
	if (r->is_notification && record->type == MSG_KARTU_DITERIMA) {
		if (!decode(r, record, &schema_kartu_diterima, &card))
			return false;
		row = row_of(r->load, card.permohonan_id, 'p');
		if (row != NULL)
			row->cards++;
	}
	return true;
}

static bool on_event(void *self, const struct session_event *event, struct id epoch, uint64_t head)
{
	struct reading *r = self;
	struct record record;

	(void)epoch;
	(void)head;
	arena_reset(&r->arena);
	if (record_decode(event->bytes, &r->arena, &record) != ERR_OK || record.seq != r->next_seq++)
		r->is_good =
			load_wrong(r->load, "the log is not whole at seq %llu", (unsigned long long)event->seq);
	/* That a command was parked does nothing of it. */
	if (r->is_good && record.cause.kind == CAUSE_COMMAND && record.type != MSG_MASUKAN_DITOLAK)
		take_command(r, &record);
	if (r->is_good && r->is_intake && record.type == MSG_PERMOHONAN_DIAJUKAN)
		r->is_good = take_number(r, &record);
	if (r->is_good)
		r->is_good = take_followed(r, &record);
	r->before = record.cause.kind == CAUSE_COMMAND ? record.cause.id : (struct id) { { 0 } };
	return r->is_good;
}

static bool read_log(struct load *l, int at)
{
	const struct stream_place genesis = { 0 };
	struct reading r = { .load = l,
		.is_intake = at == l->intake,
		.is_workflow = at == l->workflow,
		.is_notification = at == l->notification,
		.next_seq = 1,
		.is_good = true };
	enum err e;

	arena_init(&r.arena, EVENT_ARENA_MAX);
	e = client_follow(l->clients[at], str_of(l->processes->rows[at].name), &genesis, false,
		FOLLOW_MS, on_event, &r);
	arena_clear(&r.arena);
	if (e != ERR_OK)
		return load_wrong(l, "the log of %s: %s", l->processes->rows[at].name, err_name(e));
	return r.is_good && l->fault[0] == '\0';
}

static bool check_row(struct load *l, uint32_t i)
{
	const struct load_row *r = &l->rows[i];
	bool is_lodging = r->kind == LOAD_LODGE && r->is_answered;

	if (r->is_answered && r->groups == 0)
		return load_wrong(l, "row %u (kind %d): answered with seq %llu, and lost", i, r->kind,
			(unsigned long long)r->seq);
	if (r->groups > 1)
		return load_wrong(l, "row %u (kind %d): done %u times", i, r->kind, r->groups);
	if (r->is_answered && (r->first != r->seq || r->events != r->count))
		return load_wrong(l, "row %u: answered %u events at seq %llu, the log has %u at %llu", i,
			r->count, (unsigned long long)r->seq, r->events, (unsigned long long)r->first);
	if (is_lodging && r->opened != 1)
		return load_wrong(l, "row %u: workflow opened its case %u times", i, r->opened);
	if (is_lodging && l->notification >= 0 && r->cards != 1)
		return load_wrong(l, "row %u: notification took its card %u times", i, r->cards);
	return true;
}

bool load_check(struct load *l)
{
	bool is_good = l->fault[0] == '\0';

	for (uint32_t i = 0; i < l->count; i++) {
		l->rows[i].groups = l->rows[i].events = l->rows[i].opened = l->rows[i].cards = 0;
		l->rows[i].first = 0;
	}
	for (unsigned at = 0; at < l->processes->count && is_good; at++)
		is_good = read_log(l, (int)at);
	for (uint32_t i = 0; i < l->count && is_good; i++)
		is_good = check_row(l, i);
	return is_good;
}

#include "lib/load_parts.h"

#include "base/host.h"
#include "wire/wire.h"

#include <assert.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CALL_MS = 20000, BODY_MAX = 8192, TURN_MS = 1, ROUNDS_MAX = 4 };

bool load_wrong(struct load *l, const char *format, ...)
{
	va_list args;

	if (l->fault[0] != '\0')
		return false;
	va_start(args, format);
	(void)vsnprintf(l->fault, sizeof l->fault, format, args);
	va_end(args);
	return false;
}

static time_us now(void)
{
	struct host machine = host_system();

	return host_steady(&machine);
}

/* --- calls --- */

static int service_of(const struct load *l, const struct load_row *r)
{
	return r->kind == LOAD_LODGE ? l->intake : l->workflow;
}

static void number_of(struct load *l, const struct sesi_reply *reply, char ret[LOAD_NUMBER_MAX])
{
	struct tanda_bukti receipt;
	struct problem why;

	arena_reset(&l->arena);
	if (!reply->has_result ||
		wire_decode(&schema_tanda_bukti, reply->result, &l->arena, &receipt, &why) != ERR_OK)
		(void)load_wrong(l, "a lodging was answered without a receipt that can be read");
	else
		(void)snprintf(ret, LOAD_NUMBER_MAX, "%.*s", (int)receipt.nomor.len, receipt.nomor.ptr);
}

/* A command that was parked, or one about a case whose event was, is sent again when an operator has
 * let them go; what was answered before is never refused. */
static void refused(struct load *l, uint32_t row, const struct sesi_reply *reply, bool is_repeat)
{
	(void)snprintf(l->refusal, sizeof l->refusal, "row %u (kind %d)%s: status %d %.*s %.*s", row,
		(int)l->rows[row].kind, is_repeat ? ", sent again" : "", (int)reply->status,
		reply->has_field ? (int)reply->field.len : 0, reply->has_field ? reply->field.ptr : "",
		reply->has_rule ? (int)reply->rule.len : 0, reply->has_rule ? reply->rule.ptr : "");
	if (is_repeat)
		(void)load_wrong(l, "%s", l->refusal);
	l->rows[row].is_put_off = true;
	l->put_off++;
}

static void take_answer(struct load *l, uint32_t row, const struct sesi_reply *reply,
	bool is_repeat)
{
	struct load_row *r = &l->rows[row];
	char number[LOAD_NUMBER_MAX] = "";

	if (reply->status != SESI_STATUS_DUP_OK && (is_repeat || reply->status != SESI_STATUS_OK)) {
		refused(l, row, reply, is_repeat);
		return;
	}
	if (!reply->has_first_seq || !reply->has_count || !reply->has_epoch || reply->count == 0) {
		(void)load_wrong(l, "row %u: accepted without the place of its events", row);
		return;
	}
	if (r->kind == LOAD_LODGE)
		number_of(l, reply, number);
	if (r->is_answered &&
		(r->seq != reply->first_seq || r->count != reply->count ||
			!id_equal(r->epoch, reply->epoch) || strcmp(r->number, number) != 0)) {
		(void)load_wrong(l, "row %u: first answered seq %llu number %s, then seq %llu number %s",
			row, (unsigned long long)r->seq, r->number, (unsigned long long)reply->first_seq,
			number);
		return;
	}
	if (!r->is_answered)
		l->answered++;
	else
		l->repeats++;
	r->is_answered = true;
	r->seq = reply->first_seq;
	r->count = reply->count;
	r->epoch = reply->epoch;
	memcpy(r->number, number, sizeof number);
}

static void begin(struct load *l, uint32_t row, bool is_repeat);

static void on_reply(void *self, enum err e, const struct sesi_reply *reply)
{
	struct load_call *call = self;
	struct load *l = call->load;
	uint32_t row = call->row;
	bool is_repeat = call->is_repeat;

	call->is_used = false;
	if (e == ERR_OK && reply->status != SESI_STATUS_BUSY && reply->status != SESI_STATUS_EXPIRED)
		take_answer(l, row, reply, is_repeat);
	else if (e == ERR_OK || e == ERR_TIMEOUT || e == ERR_UNAVAILABLE)
		begin(l, row, is_repeat); /* unknown: the same id again */
	else
		(void)load_wrong(l, "row %u: %s", row, err_name(e));
}

static void begin(struct load *l, uint32_t row, bool is_repeat)
{
	const struct load_row *r = &l->rows[row];
	struct load_call *call = NULL;
	struct sesi_cmd cmd = { .id = r->id, .actor = l->account };
	const struct schema *schema;
	struct buf body;

	for (size_t i = 0; i < sizeof l->calls / sizeof l->calls[0] && call == NULL; i++)
		if (!l->calls[i].is_used)
			call = &l->calls[i];
	assert(call != NULL);
	*call = (struct load_call) { l, row, true, is_repeat };
	buf_init(&body, BODY_MAX);
	schema = load_body(l, row, &body);
	cmd.type = schema->code;
	cmd.version = schema->version;
	cmd.body = buf_str(&body);
	if (r->kind != LOAD_RENAME) {
		/* Work waits for the lodging, a lodging for the unit: both were answered before. */
		const struct load_row *parent = &l->rows[r->parent];

		cmd.has_after_stream = cmd.has_after_epoch = cmd.has_after_seq = true;
		cmd.after_stream = str_of(r->kind == LOAD_WORK ? "intake" : "workflow");
		cmd.after_epoch = parent->epoch;
		cmd.after_seq = parent->seq;
	}
	if (client_begin_command(l->clients[service_of(l, r)], &cmd, CALL_MS, on_reply, call) != ERR_OK)
		abort(); /* the windows are far below the client's */
	buf_clear(&body);
}

static void add_row(struct load *l, enum load_kind kind, uint32_t parent)
{
	struct host machine = host_system();
	uint32_t row = l->count;

	if (row == l->size) {
		l->size = l->size == 0 ? 4096 : l->size * 2;
		l->rows = realloc(l->rows, l->size * sizeof *l->rows);
		if (l->rows == NULL)
			abort();
	}
	l->rows[row] = (struct load_row) { .kind = kind,
		.unit = l->unit,
		.parent = parent,
		.has_mail = l->with_mail };
	l->rows[row].id = load_id(l, row, 'c', host_wall(&machine));
	l->count++;
	begin(l, row, false);
}

static void fill(struct load *l)
{
	while (l->intake >= 0 && client_under_way(l->clients[l->intake]) < l->lodge_window)
		add_row(l, LOAD_LODGE, l->unit_row);
	while (client_under_way(l->clients[l->workflow]) < l->back_window) {
		while (l->worked < l->count && l->rows[l->worked].kind != LOAD_LODGE)
			l->worked++;
		if (l->worked < l->count && l->rows[l->worked].is_answered)
			add_row(l, LOAD_WORK, l->worked++);
		else
			add_row(l, LOAD_RENAME, 0);
	}
}

/* Both clients in turn on this one thread. */
static void turn(struct load *l)
{
	for (unsigned i = 0; i < l->processes->count; i++)
		if (client_under_way(l->clients[i]) > 0 && client_run(l->clients[i], TURN_MS) != ERR_OK)
			abort();
}

void load_run(struct load *l, uint32_t ms)
{
	time_us until = now() + (time_us)ms * 1000;

	do {
		fill(l);
		turn(l);
	} while (now() < until && l->fault[0] == '\0');
}

uint32_t load_in_flight(const struct load *l, int at)
{
	uint32_t sum = 0;

	for (int i = 0; i < (int)l->processes->count; i++)
		if (at < 0 || i == at)
			sum += client_unanswered(l->clients[i]);
	return sum;
}

static bool drain(struct load *l, time_us until)
{
	uint32_t left = 1;

	while (left > 0 && now() < until && l->fault[0] == '\0') {
		left = 0;
		turn(l);
		for (unsigned i = 0; i < l->processes->count; i++)
			left += client_under_way(l->clients[i]);
	}
	return left == 0 || load_wrong(l, "%u commands are still without an answer", left);
}

/* Those that were refused once more; true when there were any. */
static bool begin_put_off(struct load *l, time_us until)
{
	if (l->put_off == 0)
		return false;
	for (uint32_t row = 0; row < l->count && now() < until; row++) {
		while (client_under_way(l->clients[service_of(l, &l->rows[row])]) >= LOAD_WINDOW &&
			now() < until)
			turn(l);
		if (!l->rows[row].is_put_off)
			continue;
		l->rows[row].is_put_off = false;
		l->put_off--;
		begin(l, row, false);
	}
	return true;
}

bool load_finish(struct load *l, uint32_t within_ms)
{
	time_us until = now() + (time_us)within_ms * 1000;
	bool is_done = drain(l, until);

	for (int round = 0; round < ROUNDS_MAX && is_done && l->put_off > 0; round++)
		is_done = load_rest(l, within_ms) && load_settle_parked(l) && load_rest(l, within_ms) &&
			begin_put_off(l, until) && drain(l, until);
	if (is_done && l->put_off > 0)
		return load_wrong(l, "%u commands stay refused, the last: %s", l->put_off, l->refusal);
	return is_done && l->fault[0] == '\0' &&
		(l->answered == l->count ||
			load_wrong(l, "%u of %u commands were answered", l->answered, l->count));
}

void load_repeat_some(struct load *l, uint32_t from, uint32_t count)
{
	for (uint32_t row = from; row < l->count && row < from + count; row++)
		if (l->rows[row].is_answered &&
			client_under_way(l->clients[service_of(l, &l->rows[row])]) < 4 * LOAD_WINDOW)
			begin(l, row, true);
}

bool load_repeat(struct load *l, uint32_t from, uint32_t within_ms)
{
	time_us until = now() + (time_us)within_ms * 1000;

	for (uint32_t row = from; row < l->count && now() < until && l->fault[0] == '\0';) {
		struct client *c = l->clients[service_of(l, &l->rows[row])];

		if (!l->rows[row].is_answered)
			row++;
		else if (client_under_way(c) < 4 * LOAD_WINDOW)
			begin(l, row++, true);
		else
			turn(l);
	}
	return drain(l, until) && l->fault[0] == '\0';
}

void load_next_unit(struct load *l)
{
	time_us until = now() + INT64_C(20) * US_PER_SECOND;

	l->unit++;
	assert(l->unit < LOAD_UNITS_MAX);
	l->unit_row = l->count;
	add_row(l, LOAD_RENAME, 0);
	while (!l->rows[l->unit_row].is_answered && l->fault[0] == '\0' && now() < until)
		turn(l);
	if (!l->rows[l->unit_row].is_answered)
		(void)load_wrong(l, "the unit was not registered");
}

#include "lib/load.h"

#include "base/host.h"
#include "wire/wire.h"

#include <assert.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CALL_MS = 20000, BODY_MAX = 8192, ARENA_MAX = 16 << 20, TURN_MS = 1 };

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

static struct id id_of(const struct load *l, uint32_t row, char kind, time_us at)
{
	uint8_t chance[10] = { 0, (uint8_t)kind, 0, l->tag[0], l->tag[1], l->tag[2] };

	for (int i = 0; i < 4; i++)
		chance[6 + i] = (uint8_t)(row >> (24 - 8 * i));
	return id_make(at, chance);
}

void load_unit_code(uint32_t unit, char ret[16])
{
	(void)snprintf(ret, 16, "U%03u", unit);
}

/* --- the bodies: made from the row alone, so the same in every repetition --- */

static struct id case_of(const struct load *l, uint32_t row)
{
	return id_of(l, row, 'p', id_time(l->rows[row].id));
}

static void encode(const struct schema *schema, const void *message, struct buf *out)
{
	struct problem why;

	if (wire_encode(schema, message, out, &why) != ERR_OK) {
		(void)fprintf(stderr, "%s: %s %s\n", schema->name, why.field, why.rule);
		abort();
	}
}

static const struct schema *lodging(const struct load *l, uint32_t row, struct buf *out)
{
	char unit[16];
	char name[64];
	struct ajukan_permohonan c = { .permohonan_id = case_of(l, row),
		.kanal = KANAL_DATANG_LANGSUNG,
		.jenis = JENIS_PEMOHON_PERORANGAN,
		.latar = LATAR_BELAKANG_UMUM,
		.pemohon = { .has_nik = true,
			.nik = str_of("3275010101800001"),
			.alamat = str_of("Jalan Uji 1, Bekasi") },
		.rincian = str_of("Salinan anggaran tahun berjalan."),
		.tujuan = str_of("Pengetahuan."),
		.cara = CARA_MEMPEROLEH_MELIHAT };

	load_unit_code(l->rows[row].unit, unit);
	(void)snprintf(name, sizeof name, "Pemohon Uji %u", row);
	c.unit = str_of(unit);
	c.pemohon.nama = str_of(name);
	encode(&schema_ajukan_permohonan, &c, out);
	return &schema_ajukan_permohonan;
}

static const struct schema *renaming(uint32_t unit, uint32_t row, struct buf *out)
{
	char code[16];
	char name[64];
	struct daftarkan_unit c = { .unit = { .sebutan = str_of("PPID Pembantu") } };

	load_unit_code(unit, code);
	(void)snprintf(name, sizeof name, "Unit Uji %u", row);
	c.unit.kode = str_of(code);
	c.unit.nama = str_of(name);
	encode(&schema_daftarkan_unit, &c, out);
	return &schema_daftarkan_unit;
}

static const struct schema *body_of(const struct load *l, uint32_t row, struct buf *out)
{
	const struct load_row *r = &l->rows[row];
	struct nyatakan_lengkap work = { 0 };

	switch (r->kind) {
	case LOAD_LODGE:
		return lodging(l, row, out);
	case LOAD_RENAME:
		return renaming(r->unit, row, out);
	case LOAD_WORK:
		break;
	}
	work.permohonan_id = case_of(l, r->parent);
	encode(&schema_nyatakan_lengkap, &work, out);
	return &schema_nyatakan_lengkap;
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

static void take_answer(struct load *l, uint32_t row, const struct sesi_reply *reply,
	bool is_repeat)
{
	struct load_row *r = &l->rows[row];
	char number[LOAD_NUMBER_MAX] = "";

	if (reply->status != SESI_STATUS_DUP_OK && (is_repeat || reply->status != SESI_STATUS_OK)) {
		(void)load_wrong(l, "row %u (kind %d)%s: status %d %.*s %.*s", row, r->kind,
			is_repeat ? ", sent again" : "", (int)reply->status,
			reply->has_field ? (int)reply->field.len : 0, reply->has_field ? reply->field.ptr : "",
			reply->has_rule ? (int)reply->rule.len : 0, reply->has_rule ? reply->rule.ptr : "");
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
	schema = body_of(l, row, &body);
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
	l->rows[row] = (struct load_row) { .kind = kind, .unit = l->unit, .parent = parent };
	l->rows[row].id = id_of(l, row, 'c', host_wall(&machine));
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

bool load_finish(struct load *l, uint32_t within_ms)
{
	bool is_done = drain(l, now() + (time_us)within_ms * 1000);

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

bool load_repeat(struct load *l, uint32_t within_ms)
{
	time_us until = now() + (time_us)within_ms * 1000;

	for (uint32_t row = 0; row < l->count && now() < until && l->fault[0] == '\0';) {
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

/* --- beginning and end --- */

static bool grant(struct load *l, const char *role)
{
	char account[ID_TEXT_MAX];

	id_text(l->account, account);
	return processes_ctl(l->processes,
			   (const char *const[]) { "grant", "add", account, role, "*", "--as", account,
				   NULL }) == 0;
}

static void give_grants(struct load *l)
{
	struct processes *p = l->processes;
	bool is_good =
		processes_ctl(p,
			(const char *const[]) { "grant", "add", "new", "administrator", "*", NULL }) == 0;

	p->output[strcspn(p->output, "\n")] = '\0';
	is_good = is_good && id_parse(str_of(p->output), &l->account) == ERR_OK &&
		grant(l, "petugas_meja") && grant(l, "ppid");
	if (!is_good) {
		(void)fprintf(stderr, "no grants: %s\n", p->output);
		exit(1);
	}
}

static struct client *dial(struct load *l, unsigned at)
{
	char endpoint[FOLDER_MAX];
	struct client_options o = { .self = "ctl",
		.service = l->processes->rows[at].name,
		.endpoint = endpoint,
		.version = "test" };
	enum err e;
	struct client *c;

	processes_endpoint(l->processes, at, endpoint);
	c = client_open(&o, &e);
	if (c == NULL)
		abort();
	return c;
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

struct load *load_open(struct processes *p)
{
	struct load *l = calloc(1, sizeof *l);

	if (l == NULL || sodium_init() < 0)
		abort();
	l->processes = p;
	l->intake = processes_find(p, "intake");
	l->workflow = processes_find(p, "workflow");
	l->notification = processes_find(p, "notification");
	l->lodge_window = l->back_window = LOAD_WINDOW;
	randombytes_buf(l->tag, sizeof l->tag);
	arena_init(&l->arena, ARENA_MAX);
	give_grants(l);
	for (unsigned i = 0; i < p->count; i++)
		l->clients[i] = dial(l, i);
	load_next_unit(l);
	return l;
}

void load_close(struct load **load)
{
	struct load *l = *load;

	for (unsigned i = 0; i < l->processes->count; i++)
		client_close(&l->clients[i]);
	arena_clear(&l->arena);
	free(l->rows);
	free(l);
	*load = NULL;
}

/* What the logs of the services say about each other when all is at rest. */
#include <inttypes.h>
#include <string.h>

#include "runtime/engine.h"
#include "sim/versions.h"
#include "sim/world.h"

enum { UNITS_MAX = 8 };

/* What one pass over a log counts. */
struct census {
	uint32_t lodged, opened, parked, cards, notices_sent, notices_taken, revivals;
	struct id letter; /* the cause of the last event */
};

struct series {
	char unit[32];
	uint32_t year;
	uint64_t last;
};

/* Numbers of a series go up by one, each given once. */
static void check_number(struct world *w, struct series *series,
	const struct permohonan_diajukan *e)
{
	for (uint32_t i = 0; i < UNITS_MAX; i++) {
		struct series *s = &series[i];

		if (s->unit[0] == '\0') {
			memcpy(s->unit, e->unit.ptr, e->unit.len);
			s->year = e->tahun;
		}
		if (!str_is(e->unit, s->unit) || s->year != e->tahun)
			continue;
		if (e->urut != s->last + 1)
			world_fail(w, "numbers", "%s %u: number %" PRIu64 " follows %" PRIu64, s->unit, s->year,
				e->urut, s->last);
		s->last = e->urut;
		return;
	}
}

/* Whether the event says that a notice went out with it. */
static bool has_notice(const struct schema *schema, const void *event)
{
	const struct field *f = schema_field(schema, str_of("surat"));

	return f != NULL && wire_has(f, event);
}

static void look(struct world *w, struct census *c, struct series *series,
	const struct record *record, struct arena *arena)
{
	const struct schema *schema = later_schema(record->type);
	void *event = arena_take(arena, schema->size);
	struct problem why;

	if (event == NULL || wire_decode(schema, record->payload, arena, event, &why) != ERR_OK) {
		world_fail(w, "domain", "an event cannot be read");
		return;
	}
	c->lodged += schema == &schema_permohonan_diajukan;
	c->opened += schema == &schema_perkara_dibuka;
	c->revivals += schema == &schema_perkara_dihidupkan;
	c->parked += schema == &schema_masukan_ditolak;
	c->cards += schema == &schema_kartu_diterima;
	c->notices_sent += has_notice(schema, event);
	if (schema == &schema_permohonan_diajukan)
		check_number(w, series, event);
	if (record->cause.kind == CAUSE_LETTER && !id_equal(record->cause.id, c->letter) &&
		str_is(record->cause.from, "workflow"))
		c->notices_taken++;
	if (record->cause.kind == CAUSE_LETTER)
		c->letter = record->cause.id;
}

static struct census census_of(struct world *w, struct sim_node *node, const char *service)
{
	struct census c = { 0 };
	struct series series[UNITS_MAX] = { 0 };
	struct arena arena;

	arena_init(&arena, 4 * 1024 * 1024);
	for (uint32_t i = 0; i < w->host_count; i++) {
		struct actor_host *h = &w->hosts[i];
		struct log *log;
		struct txn *txn = NULL;

		if (h->node != node || strcmp(h->service->name, service) != 0)
			continue;
		log = store_log(runtime_store(h->runtime));
		if (txn_begin(runtime_store(h->runtime), KV_READ, &txn) != ERR_OK)
			continue;
		for (uint64_t seq = 1; seq <= log->committed.seq && w->failure == NULL; seq++) {
			struct record record;
			struct hash hash;
			struct str bytes;

			arena_reset(&arena);
			if (log_get(log, txn_kv(txn), seq, &hash, &bytes) == ERR_OK &&
				record_decode(bytes, &arena, &record) == ERR_OK)
				look(w, &c, series, &record, &arena);
		}
		txn_abort(&txn);
	}
	arena_clear(&arena);
	return c;
}

void domain_check(struct world *w, struct sim_node *node)
{
	struct census intake = census_of(w, node, "intake");
	struct census workflow = census_of(w, node, "workflow");
	struct census notification = census_of(w, node, "notification");

	if (intake.lodged > workflow.opened + workflow.parked)
		world_fail(w, "domain", "%u requests have %u cases (%u inputs parked)", intake.lodged,
			workflow.opened, workflow.parked);
	if (workflow.opened > intake.lodged)
		world_fail(w, "domain", "%u requests have %u cases", intake.lodged, workflow.opened);
	if (!w->is_tree && intake.lodged > notification.cards + notification.parked)
		world_fail(w, "domain", "%u requests have %u contact cards", intake.lodged,
			notification.cards);
	if (!w->is_tree && workflow.notices_sent != notification.notices_taken)
		world_fail(w, "domain", "of %u notices notification took %u", workflow.notices_sent,
			notification.notices_taken);
	if (workflow.notices_sent != intake.notices_taken)
		world_fail(w, "domain", "of %u notices intake took %u", workflow.notices_sent,
			intake.notices_taken);
	if (w->faults[FAULT_CLOCK_JUMP] == 0 && workflow.revivals > 0)
		world_fail(w, "domain", "%u cases lapsed although what completed them was there in time",
			workflow.revivals);
}

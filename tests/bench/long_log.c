#include "bench/long_log.h"

#include "base/host.h"
#include "intake/intake.h"
#include "runtime/ctx.h"
#include "runtime/engine.h"
#include "runtime/node_setting.h"
#include "runtime/service_store.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { EVENTS_A_COMMIT = 10000, ARENA_BYTES = 8 << 20, APART_US = 1000, BODY_MAX = 4096 };

static void must(enum err e)
{
	bench_must(e == ERR_OK, err_name(e));
}

static struct permohonan_diajukan event_of(uint64_t n, time_us at, struct id id, char number[32])
{
	struct permohonan_diajukan event = {
		.permohonan_id = id,
		.unit = STR("3275"),
		.nomor = { number, (size_t)snprintf(number, 32, "%05u/PPID/XI/2026", (unsigned)n) },
		.seri = STR("permohonan"),
		.tahun = 2026,
		.urut = n,
		.diterima_pada = at,
		.kanal = 1 + (uint32_t)(n % 10),
		.jenis = 1 + (uint32_t)(n % 3),
		.latar = 1 + (uint32_t)(n % 9),
		.cara = CARA_MEMPEROLEH_SALINAN,
		.has_salinan = true,
		.salinan = CARA_SALINAN_EMAIL,
		.identitas_ada = true,
		.email_ada = true,
		.has_tujuan_ada = true,
		.tujuan_ada = true,
	};

	randombytes_buf(event.lacak.bytes, sizeof event.lacak.bytes);
	return event;
}

/* One event as decide of a lodging would have it, and what is derived from it. */
static void append(struct store *store, struct txn *txn, struct arena *arena, struct buf *body,
	uint64_t n, time_us at)
{
	struct id id = id_new(at);
	struct seal seal = { .key = str_bytes(id.bytes, sizeof id.bytes) };
	struct record record = { .at = at,
		.type = schema_permohonan_diajukan.code,
		.version = schema_permohonan_diajukan.version,
		.key = str_bytes(id.bytes, sizeof id.bytes),
		.cause = { .kind = CAUSE_COMMAND, .id = id_new(at) },
		.actor = ACTOR_WARGA,
		.seals = &seal,
		.seals_len = 1 };
	struct problem why = { NULL, NULL };
	char number[32];
	struct permohonan_diajukan event = event_of(n, at, id, number);

	randombytes_buf(seal.commitment.bytes, sizeof seal.commitment.bytes);
	arena_reset(arena);
	buf_reset(body);
	must(wire_encode(&schema_permohonan_diajukan, &event, body, &why));
	record.payload = buf_str(body);
	must(log_append(store_log(store), txn_kv(txn), &record));
	must(apply_record(&intake_service, txn, arena, &record, 1, APPLY_LIVE, NULL));
}

void long_log_make(struct node *node, uint64_t events)
{
	struct host host = host_system();
	time_us begin = host_wall(&host) - (time_us)events * APART_US - US_PER_SECOND;
	struct problem why = { NULL, NULL };
	char keys[NODE_FOLDER_MAX + 16];
	char ring_path[NODE_PATH_MAX];
	char folder[128];
	struct keyring ring;
	struct store *store;
	struct arena kept;
	struct arena arena;
	struct txn *txn = NULL;
	struct buf body;

	(void)snprintf(keys, sizeof keys, "%s/keys", node->folder);
	must(node_ring_path(keys, "intake", ring_path));
	must(keyring_load(ring_path, &ring, &why));
	node_store_of(node, "intake", folder);
	arena_init(&kept, ARENA_BYTES);
	arena_init(&arena, ARENA_BYTES);
	must(service_store_open(&(struct service_store_options) { .service = &intake_service,
								.folder = folder,
								.node = str_of(node->name),
								.ring = &ring,
								.arena = &kept,
								.now = begin },
		&store, &why));
	buf_init(&body, BODY_MAX);
	for (uint64_t n = 1; n <= events; n++) {
		if (txn == NULL)
			must(txn_begin(store, KV_WRITE, &txn));
		append(store, txn, &arena, &body, n, begin + (time_us)n * APART_US);
		if (n % EVENTS_A_COMMIT == 0 || n == events)
			must(txn_commit(&txn));
	}
	buf_clear(&body);
	arena_clear(&arena);
	store_close(&store);
	arena_clear(&kept);
	keyring_clear(&ring);
}

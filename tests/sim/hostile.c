#include "sim/hostile.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/engine.h"
#include "sim/ask.h"
#include "sim/links.h"
#include "sim/nodes.h"

enum {
	HOSTILE_ODDS = 3,
	HONEST_RECORDS = 10,
	LOOK_US = 4 * 1000000, /* until it has to be named: a slow connection, a batch, a turn */
	SLOW_US = 400 * 1000000,
	WAITING_BYTES_MAX = RUNTIME_QUEUE_BYTES_MAX + (8 << 20),
	ENOUGH = 12, /* attacks, of which one at least is named */
};

#define NEVER_SO_LATE (INT64_C(3786912000) * US_PER_SECOND) /* 2090 */

/* --- who --- */

static bool is_wanted(struct world *w, struct hostile *h)
{
	const char *wanted = getenv("SIM_HOSTILE");
	bool drawn = chance_one_in(&h->chance, HOSTILE_ODDS) && !w->is_fair;

	return wanted == NULL || *wanted == '\0' ? drawn : *wanted == '1';
}

void hostile_open(struct world *w)
{
	struct hostile *h = calloc(1, sizeof *h);

	if (h == NULL)
		abort();
	h->chance.state = w->seed ^ UINT64_C(0xbad5eed);
	if (!is_wanted(w, h)) {
		free(h);
		return;
	}
	w->hostile = h;
	h->node = (struct sim_node) { .world = w,
		.index = 25, /* its unit's letter */
		.parent = &w->nodes[chance_below(&h->chance, 2)],
		.generation = 1,
		.generation_told = 1,
		.link_changes_at = INT64_MAX,
		.name = "musuh" };
	memset(h->node.id.bytes, 0xee, sizeof h->node.id.bytes);
	arena_init(&h->arena, 16 << 20);
}

void hostile_close(struct world *w)
{
	if (w->hostile == NULL)
		return;
	session_close(&w->hostile->session);
	forged_clear(w->hostile);
	arena_clear(&w->hostile->arena);
	free(w->hostile);
	w->hostile = NULL;
}

static struct actor_host *above(struct hostile *h)
{
	return node_host(h->node.world, h->node.parent, str_of("federation"));
}

/* --- its connection --- */

static enum err hostile_sends(void *self, const struct frames *frames)
{
	struct hostile *h = self;

	memcpy(h->number, frames->header.ptr + 8, sizeof h->number);
	return net_send(h->node.world, HOSTILE_END, h->conn->link_from, frames);
}

static void hang_up(struct hostile *h)
{
	struct world *w = h->node.world;

	if (h->conn != NULL)
		net_drop(w, HOSTILE_END, h->conn->link_from);
	session_close(&h->session);
	h->conn = NULL;
	h->redial_at = w->now + (time_us)chance_below(&h->chance, 20 * US_PER_SECOND);
}

static void choose(struct hostile *h)
{
	const struct attack *a = &attacks[chance_below(&h->chance, attack_count)];
	char service[16] = KNOWN_LOG;

	if (a->forge != NULL && a->of == NULL && h->streams == STREAM_NAMES_MAX)
		return; /* there are no more names for it: something else */
	h->attack = a;
	h->left = a->steps;
	if (a->of != NULL)
		(void)snprintf(service, sizeof service, "%s", a->of);
	else if (a->forge != NULL)
		(void)snprintf(service, sizeof service, "palsu_%c", (char)('a' + h->streams++));
	forged_make(h, service, a->forge == NULL);
	for (uint32_t n = 0; n < HONEST_RECORDS; n++) {
		struct perkara_gugur e = { .permohonan_id = h->node.id, .unit = str_of("MUSUH") };

		forged_add(h, h->node.world->epoch, &schema_perkara_gugur, &e);
	}
	if (a->forge != NULL)
		a->forge(h);
}

/* A new session for each attack, with the present keys of the node above. */
static void dial(struct hostile *h)
{
	struct world *w = h->node.world;
	struct actor_host *to = above(h);
	struct sim_keys own, theirs;
	struct session_config config = { .service = str_of("federation"),
		.node = h->node.id,
		.boot = { { 9 } },
		.version = str_of("musuh 9.9"),
		.is_dialer = true,
		.peer_service = str_of("federation"),
		.peer_node = h->node.parent->id,
		.ping_ms = 10000,
		.dead_ms = 30000,
		.window_bytes = SESSION_WINDOW_MAX, /* and it never reads */
		.window_events = UINT32_MAX,
		.send = hostile_sends,
		.self = h };

	choose(h);
	if (h->attack == NULL || to->runtime == NULL)
		return;
	sim_keys_of(&h->node, 1, &own);
	theirs = to->keys;
	h->conn = net_dial(w, HOSTILE_END, to->index);
	h->conn->is_remote = true;
	h->conn->client_key = own.present;
	h->conn->server_key = theirs.present;
	h->session = session_open(&config, w->now);
	h->next_at = w->now + 2 * US_PER_SECOND;
}

/* --- what it answers --- */

static void answer_catalogue(struct hostile *h, uint64_t corr)
{
	struct aliran_simpul page[64];
	struct daftar_aliran list = { .aliran = page };
	struct sesi_answer answer = { .status = SESI_STATUS_OK, .has_body = true };
	struct problem why;
	struct buf out;

	if (h->attack->offer != NULL) {
		list.aliran_len = h->attack->offer(h, page);
	} else {
		page[0] = forged_entry(h);
		list.aliran_len = 1;
	}
	buf_init(&out, SESSION_BODY_MAX);
	if (wire_encode(&schema_daftar_aliran, &list, &out, &why) != ERR_OK)
		assert(!"a catalogue that cannot be encoded");
	answer.body = buf_str(&out);
	answer.has_go_on = (h->attack->is & ENDLESS) != 0;
	answer.go_on = str_of("z");
	(void)!session_answer(h->session, corr, &answer);
	buf_clear(&out);
}

static void answer_open(struct hostile *h, const struct session_note *note)
{
	const struct forged *log = &h->log;
	uint64_t seq = note->open.after_seq;
	struct stream_place at, head = place_out(&log->heads[log->count]);

	if (!str_is(note->open.stream, log->name)) {
		(void)!session_error(h->session, note->corr, SESI_CODE_UNKNOWN_STREAM, "no");
		return;
	}
	if (seq > log->count ||
		(seq > 0 && !hash_equal(&log->heads[seq].hash, &note->open.after_hash))) {
		(void)!session_diverged(h->session, note->corr, &head);
		return;
	}
	at = place_out(&log->heads[seq]);
	if (session_opened(h->session, note->corr, &at, &head) == ERR_OK)
		forged_serve(h, note->corr);
}

/* What it may not have: a stream that is not its own, an answer to what is nobody's business. */
static void take(struct hostile *h, const struct session_note *note)
{
	struct world *w = h->node.world;

	switch (note->kind) {
	case NOTE_ASK:
		if ((h->attack->is & DUMB) == 0)
			answer_catalogue(h, note->corr);
		break;
	case NOTE_OPEN:
		if ((h->attack->is & DUMB) == 0)
			answer_open(h, note);
		break;
	case NOTE_OPENED:
		world_fail(w, "hostile", "%.*s was opened to it", (int)note->stream.len, note->stream.ptr);
		break;
	case NOTE_ANSWER:
		if (note->answer.status == SESI_STATUS_OK)
			world_fail(w, "hostile", "a question was answered to it");
		break;
	case NOTE_REPLY:
		if (note->reply.status == SESI_STATUS_OK || note->reply.status == SESI_STATUS_DUP_OK)
			world_fail(w, "hostile", "a command of it was done");
		break;
	case NOTE_DOWN:
		hang_up(h);
		break;
	default:
		break;
	}
}

void hostile_frames(struct world *w, const struct frames *frames)
{
	struct hostile *h = w->hostile;
	struct session_note note;

	if (h == NULL || h->session == NULL)
		return;
	arena_reset(&h->arena);
	session_in(h->session, frames, w->now, &h->arena, &note);
	take(h, &note);
}

/* --- whether it is named --- */

/* What the state of the node above says of it, of the node or of a stream of it. */
static bool says(const struct simpul_baris *row, const char *what)
{
	if (row->has_masalah && str_is(row->masalah, what))
		return true;
	for (uint32_t n = 0; n < row->aliran_len; n++)
		if (row->aliran[n].has_masalah && str_is(row->aliran[n].masalah, what))
			return true;
	return false;
}

static bool is_named(struct hostile *h)
{
	struct simpul_daftar question = { .has_simpul = true, .simpul = h->node.id };
	struct simpul_daftar_jawab list = { 0 };
	struct str go_on;

	if (sim_ask(above(h), &schema_simpul_daftar, &question, (struct str) { NULL, 0 }, &list,
			&go_on) != ERR_OK)
		return false;
	return list.simpul_len == 1 && says(&list.simpul[0], h->named);
}

static void look(struct hostile *h)
{
	if (h->named == NULL || above(h)->runtime == NULL)
		return;
	if (is_named(h)) {
		h->was_named++;
		h->named = NULL;
	} else if (h->node.world->now > h->look_at) {
		if (getenv("SIM_HOSTILE_LOG") != NULL)
			fprintf(stderr, "seed %" PRIu64 " %.3f not named: %s\n", h->node.world->seed,
				(double)h->node.world->now / 1e6, h->named);
		h->named = NULL; /* what it said was lost, or the node above ended meanwhile */
	}
}

/* --- what it may not move --- */

static void check_host(struct world *w, struct actor_host *h)
{
	struct runtime *r = h->runtime;
	uint32_t streams = 0;

	if (r->now > NEVER_SO_LATE || store_log(r->store)->last_at > NEVER_SO_LATE)
		world_fail(w, "hostile", "the clock of %s of %s went with it", h->service->name,
			h->node->name);
	if (r->waiting.bytes + r->held.bytes > WAITING_BYTES_MAX)
		world_fail(w, "I7", "%" PRIu64 " bytes wait in %s of %s", r->waiting.bytes + r->held.bytes,
			h->service->name, h->node->name);
	for (uint32_t n = 0; n < r->follow_count; n++)
		streams += r->follows[n].is_mirrored && id_equal(r->follows[n].origin, w->hostile->node.id);
	if (streams > NODE_STREAMS_MAX)
		world_fail(w, "I7", "%s keeps %u streams of it", h->node->name, streams);
}

void hostile_step(struct world *w)
{
	struct hostile *h = w->hostile;
	struct session_note note = { .kind = NOTE_NONE };

	if (h == NULL)
		return;
	for (uint32_t i = 0; i < w->host_count && w->failure == NULL; i++)
		if (w->hosts[i].runtime != NULL)
			check_host(w, &w->hosts[i]);
	if (w->is_calm) {
		hang_up(h);
		h->redial_at = INT64_MAX;
		return;
	}
	look(h);
	arena_reset(&h->arena);
	if (h->session == NULL) {
		if (w->now >= h->redial_at)
			dial(h);
		return;
	}
	(void)session_tick(h->session, w->now, &note);
	take(h, &note);
	if (h->session == NULL || !session_is_ready(h->session) || w->now < h->next_at)
		return;
	if (h->left == h->attack->steps) {
		h->done++;
		h->could_be_named += h->attack->named != NULL;
		h->named = h->attack->named;
		h->look_at = w->now + ((h->attack->is & SLOW) != 0 ? SLOW_US : LOOK_US);
		world_count(w, FAULT_HOSTILE);
	}
	if (h->left > 0) {
		h->left--;
		if (h->attack->step != NULL && !h->attack->step(h) && h->session != NULL)
			hang_up(h);
	} else if (h->named == NULL ||
		chance_one_in(&h->chance, (h->attack->is & SLOW) != 0 ? 8000 : 40)) {
		hang_up(h);
	}
}

/* --- at the end --- */

static bool is_its_command(const struct hostile *h, struct id id)
{
	for (uint32_t n = 0; n < h->command_count; n++)
		if (id_equal(h->commands[n], id))
			return true;
	return false;
}

static void check_log(struct world *w, struct actor_host *of)
{
	const struct log *log = store_log(runtime_store(of->runtime));
	struct txn *txn = NULL;
	struct arena arena;

	if (txn_begin(runtime_store(of->runtime), KV_READ, &txn) != ERR_OK)
		return;
	arena_init(&arena, 1 << 20);
	for (uint64_t seq = 1; seq <= log->committed.seq && w->failure == NULL; seq++) {
		struct record record;
		struct hash hash;
		struct str bytes;

		arena_reset(&arena);
		if (log_get(log, txn_kv(txn), seq, &hash, &bytes) != ERR_OK ||
			record_decode(bytes, &arena, &record) != ERR_OK)
			continue;
		if ((record.cause.kind == CAUSE_COMMAND || record.cause.kind == CAUSE_LETTER) &&
			is_its_command(w->hostile, record.cause.id))
			world_fail(w, "hostile", "record %" PRIu64 " of %s of %s is its doing", seq,
				of->service->name, of->node->name);
	}
	arena_clear(&arena);
	txn_abort(&txn);
}

void hostile_check(struct world *w)
{
	struct hostile *h = w->hostile;

	if (h == NULL)
		return;
	for (uint32_t i = 0; i < w->host_count && w->failure == NULL; i++)
		if (w->hosts[i].runtime != NULL)
			check_log(w, &w->hosts[i]);
	if (h->could_be_named >= ENOUGH && h->was_named == 0)
		world_fail(w, "hostile", "%u attacks, and nobody has named one", h->could_be_named);
	if (getenv("SIM_HOSTILE_LOG") != NULL)
		fprintf(stderr, "seed %" PRIu64 " hostile: %u attacks, %u of %u named\n", w->seed, h->done,
			h->was_named, h->could_be_named);
}

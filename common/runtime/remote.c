/* Other nodes: the list of the service's tables, and what was seen of each. */
#include "runtime/remote.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/log_line.h"
#include "runtime/engine.h"

enum { REMOTE_ARENA_MAX = 4 * 1024 * 1024 };

static struct remote_live *live_add(struct runtime *r)
{
	struct remote_live *live;

	if (r->remote_count == REMOTES_MAX)
		return NULL;
	if (r->remotes == NULL)
		r->remotes =
			calloc(REMOTES_MAX, sizeof *r->remotes); /* room that is not used costs nothing */
	if (r->remotes == NULL)
		abort();
	live = &r->remotes[r->remote_count++];
	*live = (struct remote_live) { .is_listed = true };
	return live;
}

struct remote_live *remote_of(struct runtime *r, struct id node)
{
	for (uint32_t n = 0; n < r->remote_count; n++)
		if (id_equal(r->remotes[n].is.node, node))
			return &r->remotes[n];
	return NULL;
}

static void text_keep(char *to, size_t room, struct str from, struct str *ret)
{
	assert(from.len < room);
	if (from.len > 0)
		memcpy(to, from.ptr, from.len);
	*ret = str_bytes(to, from.len);
}

static enum err live_set(struct runtime *r, const struct remote *is)
{
	struct remote_live *live = remote_of(r, is->node);

	if (live == NULL)
		live = live_add(r);
	if (live == NULL)
		return ERR_LIMIT;
	/* Under other keys it knocks as one that nobody has heard of, and people wait to see that. */
	if (live->is.key_count != is->key_count ||
		memcmp(live->is.keys, is->keys, is->key_count * sizeof is->keys[0]) != 0)
		live->has_knocked = false;
	live->is = *is;
	text_keep(live->name, sizeof live->name, is->name, &live->is.name);
	text_keep(live->endpoint, sizeof live->endpoint, is->endpoint, &live->is.endpoint);
	live->is_listed = live->is_new = true;
	return ERR_OK;
}

/* Revocation is looked at with every listing: a session that was let in before ends now. */
static void turn_away(struct runtime *r)
{
	struct peer *next;

	for (struct peer *p = r->peers; p != NULL; p = next) {
		const struct remote_live *live = p->is_remote ? remote_of(r, p->node) : NULL;

		next = p->next;
		if (!p->is_remote || (live != NULL && live->is_listed && live->is.state == REMOTE_ALLOWED))
			continue;
		if (session_error(p->session, 0, SESI_CODE_REVOKED, "this node is not let in") != ERR_OK)
			log_line(LOG_DEBUG, "jawaban_tak_terkirim", NULL);
		peer_drop(r, p);
	}
}

static void tell_host(struct runtime *r, const struct remote *list, uint32_t count)
{
	if (r->o.remote_host.set != NULL)
		r->o.remote_host.set(r->o.remote_host.self, list, count);
}

/* Behind a fence the list may be older than a revocation: nobody is let in, and the parents are dialled for the lost
 * end alone. Another one's store (a clone) goes nowhere with these keys. */
static uint32_t behind_fence(const struct runtime *r, struct remote *list, uint32_t count)
{
	uint32_t kept = 0;

	if (!fence_is_salvageable(r->fence))
		return 0;
	for (uint32_t n = 0; n < count; n++)
		if (list[n].kind == REMOTE_PARENT && list[n].state == REMOTE_ALLOWED)
			list[kept++] = list[n];
	return kept;
}

enum err remotes_load(struct runtime *r)
{
	struct remote *list = NULL;
	struct txn *txn = NULL;
	struct arena arena;
	uint32_t count = 0;
	enum err e;

	if (r->service->links == NULL)
		return ERR_OK;
	r->links_seq = store_log(r->store)->committed.seq;
	arena_init(&arena, REMOTE_ARENA_MAX);
	e = txn_begin(r->store, KV_READ, &txn);
	if (e == ERR_OK)
		e = r->service->links->remotes(txn, &arena, &list, &count);
	txn_abort(&txn);
	if (e == ERR_OK && r->fence != NULL)
		count = behind_fence(r, list, count);
	for (uint32_t n = 0; n < r->remote_count; n++)
		r->remotes[n].is_new = false;
	for (uint32_t n = 0; n < count && e == ERR_OK; n++)
		e = live_set(r, &list[n]);
	for (uint32_t n = 0; n < r->remote_count; n++)
		r->remotes[n].is_listed = r->remotes[n].is_new;
	if (e == ERR_OK) {
		turn_away(r);
		tell_host(r, list, count);
		e = mirrors_load(r);
		mirror_tails_forget(r);
		quota_load(r);
		claims_load(r);
	}
	arena_clear(&arena);
	return e;
}

void remotes_free(struct runtime *r)
{
	free(r->remotes);
	r->remotes = NULL;
	r->remote_count = 0;
}

static enum err command_send(struct peer *p, time_us now, const struct schema *schema,
	const void *command, uint64_t *ret_corr)
{
	struct sesi_cmd body = { .id = id_new(now),
		.time_left_ms = 30000,
		.type = schema->code,
		.version = schema->version };
	struct problem why;
	struct buf out;
	enum err e;

	buf_init(&out, MESSAGE_BYTES_MAX);
	e = wire_encode(schema, command, &out, &why);
	body.body = buf_str(&out);
	if (e == ERR_OK)
		e = session_cmd(p->session, &body, ret_corr);
	buf_clear(&out);
	return e;
}

/* Keys that were never rotated came with the identity that people carried. Told with every session, since
 * whoever knows them already refuses and nothing is lost. */
static void keys_tell(struct runtime *r, struct peer *p)
{
	const struct remote_live *live = remote_of(r, p->node);
	struct own_node own = { r->o.node_id, r->o.node, { 0 }, r->o.sign };
	const struct schema *schema;
	const void *command;
	enum err e;

	p->keys_next = r->fence != NULL ? r->steady + CATALOGUE_EVERY_US : INT64_MAX;
	if (live == NULL || r->fence != NULL || r->o.own_keys == NULL || r->o.sign == NULL ||
		r->o.own_keys->generation < 2)
		return;
	own.keys = *r->o.own_keys;
	e = r->service->links->keys_told(&own, live->is.kind, &r->session_arena, &schema, &command);
	if (e == ERR_OK)
		e = command_send(p, r->now, schema, command, &p->keys_corr);
	if (e != ERR_OK)
		log_line(LOG_WARN, "kunci_baru_tak_terkirim", "kepada", live->name, "galat", err_name(e),
			NULL);
}

/* Known already is well; whatever else was wrong passes: too soon after the last ones, no room. */
void remote_reply(struct runtime *r, struct peer *p, const struct session_note *note)
{
	const struct sesi_reply *reply = &note->reply;
	bool is_known = reply->status == SESI_STATUS_OK || reply->status == SESI_STATUS_DUP_OK ||
		(reply->has_rule && str_is(reply->rule, "generasi_tidak_naik"));

	if (p->keys_corr == 0 || note->corr != p->keys_corr)
		return;
	p->keys_corr = 0;
	p->keys_next = is_known ? INT64_MAX : r->steady + CATALOGUE_EVERY_US;
}

void remote_tick(struct runtime *r, struct peer *p)
{
	if (r->steady >= p->keys_next)
		keys_tell(r, p);
}

void runtime_keys_changed(struct runtime *r)
{
	for (struct peer *p = r->peers; p != NULL; p = p->next)
		if (p->is_ready && p->is_remote)
			keys_tell(r, p);
}

/* For people: nothing of it is obeyed by a terminal. */
static void version_keep(struct remote_live *live, struct str version)
{
	(void)memset(live->version, 0, sizeof live->version);
	for (size_t i = 0; i < version.len && i < sizeof live->version - 1; i++)
		live->version[i] = version.ptr[i] < ' ' || version.ptr[i] > '~' ? '?' : version.ptr[i];
}

/* A frame that is too large ends a connection within libzmq, which tells nobody: what is seen is that it comes again
 * and again. Whoever dials honestly waits longer each time. */
static void count_greeting(struct runtime *r, struct remote_live *live)
{
	if (r->steady - live->greeted_since > CONTACT_EVERY_US) {
		live->greeted_since = r->steady;
		live->greetings = 0;
	}
	if (++live->greetings > GREETINGS_MAX)
		remote_trouble(r, live->is.node, "sering_menyambung");
}

void remote_ready(struct runtime *r, struct peer *p)
{
	struct remote_live *live = remote_of(r, p->node);

	if (live == NULL || live->is.state != REMOTE_ALLOWED) {
		peer_drop(r, p); /* the list changed while it greeted */
		return;
	}
	if (live->peer != NULL && live->peer != p)
		peer_drop(r, live->peer); /* it came anew: the older connection is a dead one */
	live->peer = p;
	live->contact = r->now;
	live->has_skew = session_peer_skew(p->session, &live->skew);
	live->boot = session_peer_boot(p->session);
	version_keep(live, session_peer_version(p->session));
	if (live->trouble != NULL && live->trouble_at + CONTACT_EVERY_US < r->now)
		live->trouble = NULL; /* it has its chance again */
	count_greeting(r, live);
	p->asks_catalogue = p->catalogue.is_wanted = true;
	follow_ready(r, p);
	keys_tell(r, p);
	log_line(LOG_INFO, "simpul_terhubung", "nama", live->name, "versi", live->version, NULL);
}

void remote_lost(struct runtime *r, struct peer *p)
{
	struct remote_live *live = remote_of(r, p->node);

	if (live == NULL || live->peer != p)
		return;
	live->peer = NULL;
	live->contact = r->now;
	log_line(LOG_INFO, "simpul_terputus", "nama", live->name, NULL);
}

void remote_trouble(struct runtime *r, struct id node, const char *code)
{
	struct remote_live *live = remote_of(r, node);

	if (live == NULL)
		return;
	if (live->trouble != code)
		log_line(LOG_WARN, "simpul_bermasalah", "nama", live->name, "sebab", code, NULL);
	live->trouble = code;
	live->trouble_at = r->now;
}

/* A command of the service to itself, for what only the engine sees; nobody waits for the answer. */
void runtime_tell(struct runtime *r, const struct schema *schema, const void *body)
{
	struct problem why;
	struct buf out;

	buf_init(&out, MESSAGE_BYTES_MAX);
	if (wire_encode(schema, body, &out, &why) == ERR_OK) {
		struct input pattern = { .kind = JENIS_MASUKAN_PERINTAH,
			.id = id_new(r->now),
			.type = schema->code,
			.version = schema->version,
			.body = buf_str(&out),
			.actor = ACTOR_SYSTEM,
			.from = str_of(r->service->name),
			.from_bit = peer_bit(str_of(r->service->name)),
			.deadline = INT64_MAX };

		pattern.body_hash = body_hash(r, schema->code, pattern.body);
		lines_add(&r->waiting, input_new(&pattern));
	} else {
		log_line(LOG_ERROR, "pesan_sendiri_cacat", "pesan", schema->name, "bidang", why.field,
			NULL);
	}
	buf_clear(&out);
}

/* Strangers are counted and not named: anybody can make a key. */
void runtime_knocked(struct runtime *r, const struct curve_key *key, bool is_known)
{
	if (!is_known) {
		if (r->strangers++ == 0)
			log_line(LOG_WARN, "kunci_tidak_dikenal_mengetuk", NULL);
		return;
	}
	for (uint32_t n = 0; n < r->remote_count; n++) {
		struct remote_live *live = &r->remotes[n];

		if (live->is.kind != REMOTE_CHILD || live->is.state != REMOTE_WAITING || live->has_knocked)
			continue;
		for (uint32_t k = 0; k < live->is.key_count; k++)
			if (memcmp(&live->is.keys[k], key, sizeof *key) == 0)
				live->has_knocked = true;
		if (live->has_knocked)
			r->service->links->knocked(r, live->is.node, key);
	}
}

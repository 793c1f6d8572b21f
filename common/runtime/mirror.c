/* Mirrored streams: which they are, and their events into the copy. */
#include "runtime/mirrors.h"

#include <assert.h>
#include <string.h>

#include "base/log_line.h"
#include "runtime/engine.h"

enum { MIRRORS_ARENA_MAX = 16 * 1024 * 1024 };

struct follow *mirror_of(struct runtime *r, struct str name)
{
	for (uint32_t n = 0; n < r->follow_count; n++)
		if (r->follows[n].is_mirrored && str_equal(str_of(r->follows[n].mirror_name), name))
			return &r->follows[n];
	return NULL;
}

/* --- which --- */

static void text_keep(char *to, size_t room, struct str from)
{
	size_t n = from.len < room ? from.len : room - 1;

	if (n > 0)
		memcpy(to, from.ptr, n);
	to[n] = '\0';
}

/* Where the copy of it stands. */
static enum err mirror_read_place(struct txn *txn, struct follow *f)
{
	enum err e = mirror_find(txn, str_of(f->mirror_name), &f->mirror);

	f->has_mirror = e == ERR_OK;
	if (e == ERR_NOT_FOUND) {
		f->mirror = (struct mirror_stream) { .number = 0 };
		e = ERR_OK;
	}
	f->mirror.name = str_of(f->mirror_name);
	if (PLANTED(MIRROR_AFTER_CURSOR))
		planted_mirror_place(txn, f);
	f->now_mirror = f->mirror;
	f->now_has_mirror = f->has_mirror;
	f->read = f->mirror.head;
	return e;
}

static enum err mirror_add_follow(struct runtime *r, struct txn *txn, struct str stream,
	struct str name, struct follow **ret)
{
	struct follow *f = mirror_of(r, name);
	enum err e;

	*ret = f;
	if (f != NULL)
		return ERR_OK;
	f = follow_new(r, stream);
	if (f == NULL)
		return ERR_LIMIT;
	f->is_mirrored = true;
	text_keep(f->mirror_name, sizeof f->mirror_name, name);
	*ret = f;
	e = mirror_read_place(txn, f);
	f->is_told = f->has_mirror && r->fence == NULL;
	return e;
}

static enum err own_load(struct runtime *r, struct txn *txn)
{
	bool has_parent = false;
	enum err e = ERR_OK;

	for (uint32_t n = 0; n < r->remote_count; n++)
		has_parent = has_parent ||
			(r->remotes[n].is_listed && r->remotes[n].is.kind == REMOTE_PARENT &&
				r->remotes[n].is.state == REMOTE_ALLOWED);
	for (const char *const *own = r->service->links->own; has_parent && *own != NULL && e == ERR_OK;
		 own++) {
		char name[NODE_STREAM_MAX + 1];
		struct follow *f;

		e = node_stream_name(r->o.node_id, str_of(*own), name);
		if (e == ERR_OK)
			e = mirror_add_follow(r, txn, str_of(*own), str_of(name), &f);
		if (e == ERR_OK && f->source == NULL) {
			f->source = *own;
			text_keep(f->origin_name, sizeof f->origin_name, r->o.node);
			e = mirror_tail_load(txn, f);
		}
	}
	return e;
}

static enum err others_load(struct runtime *r, struct txn *txn, const struct mirrored *list,
	uint32_t count)
{
	enum err e = ERR_OK;

	for (uint32_t n = 0; n < count && e == ERR_OK; n++) {
		struct follow *f;

		e = mirror_add_follow(r, txn, list[n].name, list[n].name, &f);
		if (e != ERR_OK)
			break;
		if (!id_is_zero(f->via) && !id_equal(f->via, list[n].via))
			claim_moved(f);
		f->via = list[n].via;
		f->origin = list[n].origin;
		if (memcmp(f->sign_key, list[n].sign_key, sizeof f->sign_key) != 0) {
			f->has_bad_head = false;
			f->bad_heads = 0;
			f->signed_seq = 0; /* by the other key none is known */
		}
		memcpy(f->sign_key, list[n].sign_key, sizeof f->sign_key);
		text_keep(f->origin_name, sizeof f->origin_name, list[n].origin_name);
	}
	return e;
}

enum err mirrors_load(struct runtime *r)
{
	uint32_t before = r->follow_count;
	struct mirrored *list = NULL;
	struct txn *txn = NULL;
	struct arena arena;
	uint32_t count = 0;
	enum err e;

	arena_init(&arena, MIRRORS_ARENA_MAX);
	e = txn_begin(r->store, KV_READ, &txn);
	if (e == ERR_OK)
		e = r->service->links->mirrored(txn, &arena, &list, &count);
	if (e == ERR_OK)
		e = own_load(r, txn);
	if (e == ERR_OK)
		e = others_load(r, txn, list, count);
	txn_abort(&txn);
	arena_clear(&arena);
	if (e == ERR_OK && r->follow_count > before) {
		for (struct peer *p = r->peers; p != NULL; p = p->next)
			if (p->is_ready)
				follow_ready(r, p);
	}
	return e;
}

/* --- events --- */

void mirror_stop(struct runtime *r, struct follow *f, const char *why)
{
	follow_stop(r, f, why);
	remote_trouble(r, f->via, why);
}

/* The beginning of a log is bound to the names of its node and service, and to its first epoch, which may have
 * ended before anything was written in it. */
static struct hash genesis_of(const struct follow *f, const struct id *epoch)
{
	struct str service;
	struct id node;

	if (node_stream_read(str_of(f->mirror_name), &node, &service) != ERR_OK)
		assert(!"a mirror is named NODE/SERVICE");
	return log_genesis(str_of(f->origin_name), service, epoch);
}

bool mirror_is_genesis(const struct follow *f, const struct id *epoch, const struct hash *hash)
{
	struct hash genesis = genesis_of(f, epoch);

	return !id_is_zero(*epoch) && hash_equal(&genesis, hash);
}

bool mirror_begins(struct runtime *r, struct follow *f, struct peer *p,
	const struct session_note *note)
{
	if (mirror_is_genesis(f, &note->epoch, &note->before))
		f->first_epoch = note->epoch;
	if (mirror_is_genesis(f, &f->first_epoch, &note->before))
		return true;
	if (!id_is_zero(f->first_epoch)) {
		mirror_stop(r, f, "awal_salah");
		return false;
	}
	if (session_close_stream(p->session, note->corr) != ERR_OK)
		log_line(LOG_DEBUG, "aliran_sudah_tertutup", NULL);
	follow_let_go(f);
	mirror_diverged(r, f, p); /* the catalogue tells its epochs */
	return false;
}

static enum err genesis_note(struct txn *txn, struct follow *f)
{
	struct place genesis = { f->first_epoch, 0, genesis_of(f, &f->first_epoch) };

	return mirror_epoch(txn, &f->now_mirror, &genesis);
}

enum err mirror_event(struct runtime *r, struct txn *txn, const struct input *i)
{
	struct follow *f = i->follow;
	enum err e = ERR_OK;

	if (f->has_unproven && i->at.seq == f->now_mirror.head.seq &&
		!hash_equal(&i->at.hash, &f->now_mirror.head.hash))
		return ERR_CORRUPT; /* what came from above before it was not ours */
	if (i->at.seq <= f->now_mirror.head.seq)
		return ERR_OK; /* of the stream before it was opened anew */
	if (!f->now_has_mirror) {
		e = mirror_add(txn, str_of(f->mirror_name), &f->now_mirror);
		f->now_mirror.name = str_of(f->mirror_name);
		f->now_has_mirror = e == ERR_OK;
	}
	if (e == ERR_OK && f->now_mirror.head.seq == 0)
		e = genesis_note(txn, f);
	if (e == ERR_OK)
		e = mirror_append(txn, &f->now_mirror, &i->before, &i->at, i->body);
	if (e == ERR_OK && f->now_mirror.head_at > r->now + RECORD_AHEAD_US)
		remote_trouble(r, f->via, "waktu_di_masa_depan");
	return e;
}

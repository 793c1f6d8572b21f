/* Which streams of other services are read, and from where on. */
#include <assert.h>
#include <string.h>

#include "base/log_line.h"
#include "runtime/engine.h"

struct follow *follow_new(struct runtime *r, struct str stream)
{
	struct follow *f;

	if (r->follow_count == FOLLOWS_MAX || stream.len > NODE_STREAM_MAX)
		return NULL;
	f = &r->follows[r->follow_count++];
	*f = (struct follow) { .source = NULL };
	memcpy(f->name, stream.ptr, stream.len);
	f->stream = str_bytes(f->name, stream.len);
	f->service = f->stream;
	return f;
}

/* A service of our own node. */
static struct follow *follow_add(struct runtime *r, const char *stream)
{
	struct follow *f = follow_of(r, str_of(stream));

	if (f != NULL)
		return f;
	f = follow_new(r, str_of(stream));
	assert(f != NULL);
	f->source = stream;
	return f;
}

static enum err cursor_load(struct txn *txn, const char *consumer, const struct follow *f,
	struct place *ret)
{
	enum err e = cursor_get(txn, str_of(consumer), f->stream, ret);

	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

struct place follow_start(const struct follow *f)
{
	if (!f->is_decided)
		return f->projected;
	return f->is_projected && f->projected.seq < f->decided.seq ? f->projected : f->decided;
}

enum err follow_rewind(struct runtime *r, struct txn *txn, struct follow *f)
{
	enum err e = cursor_load(txn, CONSUMER_DECIDED, f, &f->decided);

	if (e == ERR_OK && f->is_projected)
		e = cursor_load(txn, CONSUMER_PROJECTED, f, &f->projected);
	f->live_seq = f->projected.seq;
	if (r->is_rebuilding) /* a rebuild begins at the beginning */
		f->projected = (struct place) { .seq = 0 };
	f->now_decided = f->decided;
	f->now_projected = f->projected;
	f->read = follow_start(f);
	return e;
}

/* A service of another node whose streams our tables are made of; NULL: none of ours. */
static bool is_wanted_elsewhere(const struct service *s, struct str service)
{
	for (uint32_t n = 0; n < s->elsewhere_count; n++)
		if (str_is(service, s->elsewhere[n].stream))
			return true;
	return false;
}

bool follows_elsewhere(const struct service *s)
{
	return s->elsewhere_count > 0;
}

/* A stream of another node, by way of federation. */
static enum err elsewhere_add(struct runtime *r, struct txn *txn, struct str name)
{
	struct follow *f = follow_of(r, name);
	struct str service;
	struct id node;

	if (f != NULL || node_stream_read(name, &node, &service) != ERR_OK ||
		id_equal(node, r->o.node_id) || !is_wanted_elsewhere(r->service, service))
		return ERR_OK;
	f = follow_new(r, name);
	if (f == NULL)
		return ERR_LIMIT;
	f->source = "federation";
	f->origin = node;
	f->service = str_bytes(f->name + (service.ptr - name.ptr), service.len);
	f->is_projected = true;
	return follow_rewind(r, txn, f);
}

/* Those that were read before are known without a catalogue. */
static enum err elsewhere_load(struct runtime *r, struct txn *txn)
{
	struct arena arena;
	struct str *names;
	uint32_t count;
	enum err e;

	arena_init(&arena, INPUT_ARENA_MAX);
	e = cursor_list(txn, str_of(CONSUMER_PROJECTED), &arena, &names, &count);
	for (uint32_t n = 0; n < count && e == ERR_OK; n++)
		e = elsewhere_add(r, txn, names[n]);
	arena_clear(&arena);
	return e;
}

void follow_offered(struct runtime *r, const struct aliran_simpul *entry)
{
	uint32_t before = r->follow_count;
	struct txn *txn = NULL;
	enum err e = txn_begin(r->store, KV_READ, &txn);

	if (e == ERR_OK)
		e = elsewhere_add(r, txn, entry->nama);
	txn_abort(&txn);
	if (e != ERR_OK)
		log_line(LOG_WARN, "aliran_tidak_ditambah", "galat", err_name(e), NULL);
	if (r->follow_count == before)
		return;
	for (struct peer *p = r->peers; p != NULL; p = p->next)
		if (p->is_ready)
			follow_ready(r, p);
}

enum err follows_open(struct runtime *r)
{
	struct txn *txn = NULL;
	enum err e;

	r->follow_count = 0;
	for (uint32_t n = 0; n < r->service->follow_count; n++)
		follow_add(r, r->service->follows[n].stream)->is_decided = true;
	for (uint32_t n = 0; n < r->service->project_count; n++)
		follow_add(r, r->service->projects[n].stream)->is_projected = true;
	e = txn_begin(r->store, KV_READ, &txn);
	for (uint32_t n = 0; n < r->follow_count && e == ERR_OK; n++)
		e = follow_rewind(r, txn, &r->follows[n]);
	if (e == ERR_OK)
		e = elsewhere_load(r, txn);
	txn_abort(&txn);
	return e;
}

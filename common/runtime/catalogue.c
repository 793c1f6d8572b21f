/* The catalogue: which streams are held here, and asking others for theirs. */
#include <string.h>

#include "base/log_line.h"
#include "runtime/view_state.h"
#include "store/mirror.h"

enum { ENTRIES = 24, EPOCHS = 16 }; /* of one answer: with sixteen epochs each they fit into it */

/* --- answering --- */

static enum err epochs_out(const struct place *starts, uint32_t count, struct arena *arena,
	struct aliran_simpul *entry)
{
	struct sesi_epoch *list = arena_take(arena, (count + 1) * sizeof *list);

	if (list == NULL)
		return ERR_LIMIT;
	for (uint32_t n = 0; n < count; n++)
		list[n] = (struct sesi_epoch) { starts[n].epoch, starts[n].seq, starts[n].hash };
	entry->epok = list;
	entry->epok_len = count;
	return ERR_OK;
}

/* Our own log, as it is called outside. */
static enum err own_entry(struct runtime *r, struct txn *txn, struct arena *arena,
	struct aliran_simpul *ret)
{
	const struct log *log = store_log(r->store);
	struct place starts[EPOCHS];
	char name[NODE_STREAM_MAX + 1];
	struct epoch *epochs;
	uint32_t count;
	enum err e = node_stream_name(r->o.node_id, str_of(r->service->name), name);

	if (e == ERR_OK)
		e = log_epochs(log, txn_kv(txn), EPOCHS, arena, &epochs, &count);
	if (e != ERR_OK)
		return e;
	for (uint32_t n = 0; n < count; n++)
		starts[n] = (struct place) { epochs[n].id, epochs[n].start_seq, epochs[n].start_hash };
	*ret = (struct aliran_simpul) { .simpul = r->o.node_id,
		.simpul_nama = r->o.node,
		.layanan = str_of(r->service->name),
		.kepala_epok = log->committed.epoch,
		.kepala_seq = log->committed.seq,
		.kepala_hash = log->committed.hash,
		.has_kepala_pada = log->committed.seq > 0,
		.kepala_pada = log->committed_at };
	e = arena_copy(arena, str_of(name), &ret->nama);
	return e == ERR_OK ? epochs_out(starts, count, arena, ret) : e;
}

static enum err mirror_entry(struct runtime *r, struct txn *txn, const struct mirror_stream *s,
	struct arena *arena, struct aliran_simpul *ret)
{
	const struct follow *f = mirror_of(r, s->name);
	const struct remote_live *origin;
	struct mirror_head head;
	struct place *starts;
	uint32_t count;
	struct str bytes;
	enum err e;

	*ret = (struct aliran_simpul) { .nama = s->name,
		.kepala_epok = s->head.epoch,
		.kepala_seq = s->head.seq,
		.kepala_hash = s->head.hash,
		.has_kepala_pada = s->head.seq > 0,
		.kepala_pada = s->head_at };
	e = node_stream_read(s->name, &ret->simpul, &ret->layanan);
	if (e != ERR_OK)
		return ERR_CORRUPT;
	ret->simpul_nama = f == NULL ? (struct str) { "", 0 } : str_of(f->origin_name);
	origin = remote_of(r, ret->simpul);
	if (origin != NULL && origin->contact != 0) {
		ret->has_kontak = true;
		ret->kontak = origin->peer != NULL ? r->now : origin->contact;
	}
	if (f != NULL && !id_is_zero(f->origin)) {
		ret->has_kunci_tanda = true;
		ret->kunci_tanda = str_bytes(f->sign_key, sizeof f->sign_key);
	} else if (r->o.sign != NULL) {
		ret->has_kunci_tanda = true;
		ret->kunci_tanda = str_bytes(r->o.sign->public_key, sizeof r->o.sign->public_key);
	}
	e = f == NULL || id_is_zero(f->origin) ? ERR_NOT_FOUND : mirror_signed(txn, f, &head);
	if (e == ERR_OK) {
		ret->has_tanda_seq = ret->has_tanda_tangan = true;
		ret->tanda_seq = head.at.seq;
		ret->has_tanda_epok = ret->has_tanda_hash = true;
		ret->tanda_epok = head.at.epoch;
		ret->tanda_hash = head.at.hash;
		e = arena_copy(arena, str_bytes(head.signature, sizeof head.signature), &bytes);
		ret->tanda_tangan = bytes;
	} else if (e == ERR_NOT_FOUND) {
		e = ERR_OK;
	}
	if (e == ERR_OK)
		e = mirror_epochs(txn, s, EPOCHS, arena, &starts, &count);
	return e == ERR_OK ? epochs_out(starts, count, arena, ret) : e;
}

/* A page of all streams behind `after`. Those that were set aside are nobody's. */
static enum err page_of_all(struct view *view, struct str after, struct daftar_aliran *a)
{
	struct arena *arena = view_arena(view);
	struct mirror_stream *streams;
	uint32_t count = 0;
	enum err e = mirror_list(view->ctx.txn, after.len == 0 ? str_of(MIRROR_ASIDE_END) : after,
		ENTRIES, arena, &streams, &count);

	for (uint32_t n = 0; n < count && e == ERR_OK; n++)
		e = mirror_entry(view->r, view->ctx.txn, &streams[n], arena, &a->aliran[a->aliran_len++]);
	return e;
}

/* The next stream by name that the peer may see; NULL: none. */
static const struct follow *next_of(struct runtime *r, const struct peer *p, struct str after)
{
	const struct follow *next = NULL;

	for (uint32_t n = 0; n < r->follow_count; n++) {
		const struct follow *f = &r->follows[n];

		if (!f->is_mirrored || !f->has_mirror || !id_equal(f->via, p->node) ||
			str_compare(str_of(f->mirror_name), after) <= 0)
			continue;
		if (next == NULL || strcmp(f->mirror_name, next->mirror_name) < 0)
			next = f;
	}
	return next;
}

/* A page of what a child may see, found without a look at the rows of others: neither their number nor the key to go
 * on from says anything of them. */
static enum err page_of_child(struct view *view, struct str after, struct daftar_aliran *a)
{
	enum err e = ERR_OK;

	while (e == ERR_OK && a->aliran_len < ENTRIES) {
		const struct follow *f = next_of(view->r, view->peer, after);
		struct mirror_stream stream;

		if (f == NULL)
			break;
		after = str_of(f->mirror_name);
		e = mirror_find(view->ctx.txn, after, &stream);
		if (e == ERR_OK)
			e = mirror_entry(view->r, view->ctx.txn, &stream, view_arena(view),
				&a->aliran[a->aliran_len++]);
		else if (e == ERR_NOT_FOUND)
			e = ERR_OK;
	}
	return e;
}

static bool is_child(struct runtime *r, const struct peer *p)
{
	const struct remote_live *live = p->is_remote ? remote_of(r, p->node) : NULL;

	return p->is_remote && (live == NULL || live->is.kind == REMOTE_CHILD);
}

enum err ask_katalog_aliran(struct view *view, const void *question, void *answer)
{
	struct daftar_aliran *a = answer;
	struct runtime *r = view->r;
	struct arena *arena = view_arena(view);
	struct aliran_simpul *list = arena_take(arena, ENTRIES * sizeof *list);
	enum err e;

	(void)question;
	*a = (struct daftar_aliran) { .aliran = list };
	if (list == NULL)
		return ERR_LIMIT;
	if (r->service->links == NULL) {
		if (!r->service->is_federated)
			return ERR_OK;
		e = own_entry(r, view->ctx.txn, arena, list);
		a->aliran_len = e == ERR_OK ? 1 : 0;
		return e;
	}
	e = is_child(r, view->peer) ? page_of_child(view, view_from(view), a)
								: page_of_all(view, view_from(view), a);
	if (e == ERR_OK && a->aliran_len == ENTRIES)
		view_go_on(view, list[ENTRIES - 1].nama);
	return e;
}

void catalogue_welcome(void *self, struct arena *arena, struct sesi_stream **ret, uint32_t *ret_len)
{
	struct peer *p = self;
	struct runtime *r = p->runtime;
	struct aliran_simpul own;
	struct txn *txn = NULL;
	enum err e;

	*ret_len = 0;
	if (r->service->links != NULL || !r->service->is_federated)
		return; /* federation's is long and asked for */
	e = txn_begin(r->store, KV_READ, &txn);
	if (e == ERR_OK)
		e = own_entry(r, txn, arena, &own);
	txn_abort(&txn);
	*ret = e == ERR_OK ? arena_take(arena, sizeof **ret) : NULL;
	if (*ret == NULL)
		return;
	**ret = (struct sesi_stream) { .name = own.nama,
		.head_seq = own.kepala_seq,
		.head_hash = own.kepala_hash,
		.epochs = own.epok,
		.epochs_len = own.epok_len };
	*ret_len = 1;
}

/* --- asking --- */

/* A catalogue that goes on for ever, or is said to be new without an end, is left until the next time. */
static bool may_ask(struct runtime *r, struct peer *p)
{
	struct catalogue *c = &p->catalogue;

	if (r->steady - c->since >= CATALOGUE_EVERY_US) {
		c->since = r->steady;
		c->pages = 0;
	}
	if (c->pages++ < CATALOGUE_PAGES_MAX)
		return true;
	if (p->is_remote)
		remote_trouble(r, p->node, "katalog_tanpa_akhir");
	return false;
}

static void ask(struct runtime *r, struct peer *p)
{
	struct katalog_aliran question = { 0 };
	struct catalogue *c = &p->catalogue;
	struct sesi_ask body = { .type = schema_katalog_aliran.code,
		.version = schema_katalog_aliran.version,
		.time_left_ms = 20000,
		.has_go_on = c->go_on_len > 0,
		.go_on = { c->go_on, c->go_on_len } };
	struct problem why;
	struct buf out;

	c->next_at = r->steady + CATALOGUE_EVERY_US;
	if (!may_ask(r, p))
		return;
	buf_init(&out, 256);
	if (wire_encode(&schema_katalog_aliran, &question, &out, &why) == ERR_OK) {
		body.body = buf_str(&out);
		if (session_ask(p->session, &body, &c->corr) != ERR_OK)
			c->corr = 0; /* down: asked on the next session */
	}
	buf_clear(&out);
}

void catalogue_tick(struct runtime *r, struct peer *p)
{
	struct catalogue *c = &p->catalogue;

	if (!p->is_ready || !p->asks_catalogue)
		return;
	if (c->corr != 0 && r->steady < c->next_at)
		return;
	if (!c->is_wanted && r->steady < c->next_at)
		return;
	c->is_wanted = false;
	c->go_on_len = 0;
	ask(r, p);
}

static void take_entries(struct runtime *r, struct peer *p, const struct daftar_aliran *list)
{
	for (uint32_t n = 0; n < list->aliran_len; n++) {
		if (r->service->links != NULL)
			mirror_offered(r, p, &list->aliran[n]);
		else
			follow_offered(r, &list->aliran[n]);
	}
}

void catalogue_answer(struct runtime *r, struct peer *p, const struct session_note *note)
{
	struct catalogue *c = &p->catalogue;
	const struct sesi_answer *a = &note->answer;
	struct daftar_aliran list;
	struct problem why = { NULL, NULL };
	enum err e;

	if (c->corr == 0 || note->corr != c->corr)
		return;
	c->corr = 0;
	if (a->status != SESI_STATUS_OK || !a->has_body)
		return; /* asked again in time */
	e = wire_decode(&schema_daftar_aliran, a->body, &r->session_arena, &list, &why);
	if (e != ERR_OK) {
		log_line(LOG_WARN, "katalog_tidak_terbaca", "dari", p->name_bytes, "bidang", why.field,
			NULL);
		if (p->is_remote)
			remote_trouble(r, p->node, "katalog_tidak_terbaca");
		return;
	}
	take_entries(r, p, &list);
	if (a->has_go_on && a->go_on.len > 0 && a->go_on.len <= sizeof c->go_on) {
		memcpy(c->go_on, a->go_on.ptr, a->go_on.len);
		c->go_on_len = (uint32_t)a->go_on.len;
		ask(r, p);
		return;
	}
	c->is_known = true;
}

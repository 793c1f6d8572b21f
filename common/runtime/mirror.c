/* Mirrored streams: which they are, their events into the copy, histories that part, signed heads. */
#include "store/mirror.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "base/log_line.h"
#include "base/planted.h"
#include "runtime/engine.h"

enum { MIRRORS_ARENA_MAX = 16 * 1024 * 1024, EPOCHS_SEEN = 64, STATEMENT_MAX = 256 };

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
	f->now_mirror = f->mirror;
	f->now_has_mirror = f->has_mirror;
	f->read = f->mirror.head;
	f->is_told = f->has_mirror;
	return e;
}

static enum err mirror_add_follow(struct runtime *r, struct txn *txn, struct str stream,
	struct str name, struct follow **ret)
{
	struct follow *f = mirror_of(r, name);

	*ret = f;
	if (f != NULL)
		return ERR_OK;
	f = follow_new(r, stream);
	if (f == NULL)
		return ERR_LIMIT;
	f->is_mirrored = true;
	text_keep(f->mirror_name, sizeof f->mirror_name, name);
	*ret = f;
	return mirror_read_place(txn, f);
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
		if (e == ERR_OK) {
			f->source = *own;
			text_keep(f->origin_name, sizeof f->origin_name, r->o.node);
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
		f->via = list[n].via;
		f->origin = list[n].origin;
		if (memcmp(f->sign_key, list[n].sign_key, sizeof f->sign_key) != 0)
			f->has_bad_head = false;
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

static void stop_and_name(struct runtime *r, struct follow *f, const char *why)
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

static bool is_genesis(const struct follow *f, const struct id *epoch, const struct hash *hash)
{
	struct hash genesis = genesis_of(f, epoch);

	return !id_is_zero(*epoch) && hash_equal(&genesis, hash);
}

bool mirror_begins(struct runtime *r, struct follow *f, struct peer *p,
	const struct session_note *note)
{
	if (is_genesis(f, &note->epoch, &note->before))
		f->first_epoch = note->epoch;
	if (is_genesis(f, &f->first_epoch, &note->before))
		return true;
	if (!id_is_zero(f->first_epoch)) {
		stop_and_name(r, f, "awal_salah");
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

	(void)r;
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
	return e;
}

/* --- histories that part (MESSAGING 2.6) --- */

/* The place of our copy with this number; ERR_NOT_FOUND also where its epoch is too old to be told. */
static enum err place_at(struct txn *txn, const struct mirror_stream *s, uint64_t seq,
	struct arena *arena, struct place *ret)
{
	struct place *starts;
	uint32_t count, n;
	enum err e;

	if (seq == s->head.seq) {
		*ret = s->head;
		return ERR_OK;
	}
	e = mirror_epochs(txn, s, EPOCHS_SEEN, arena, &starts, &count);
	if (e != ERR_OK)
		return e;
	for (n = count; n > 0 && starts[n - 1].seq >= seq; n--)
		if (starts[n - 1].seq == 0 && seq == 0)
			break;
	if (n == 0)
		return ERR_NOT_FOUND;
	*ret = (struct place) { .epoch = starts[n - 1].epoch, .seq = seq };
	return mirror_hash_at(txn, s, seq, &ret->hash);
}

static bool knows_epoch(const struct place *starts, uint32_t count, struct id epoch)
{
	for (uint32_t n = 0; n < count; n++)
		if (id_equal(starts[n].epoch, epoch))
			return true;
	return false;
}

/* The first epoch of the origin that we do not know and that begins within our copy. ERR_NOT_FOUND. */
static enum err fork_of(struct txn *txn, const struct follow *f, const struct aliran_simpul *entry,
	struct arena *arena, struct place *ret_fork, struct id *ret_epoch)
{
	struct place *starts;
	uint32_t count;
	enum err e = mirror_epochs(txn, &f->mirror, EPOCHS_SEEN, arena, &starts, &count);

	for (uint32_t n = 0; n < entry->epok_len && e == ERR_OK; n++) {
		const struct sesi_epoch *epoch = &entry->epok[n];

		if (knows_epoch(starts, count, epoch->epoch) || epoch->start_seq > f->mirror.head.seq)
			continue;
		e = place_at(txn, &f->mirror, epoch->start_seq, arena, ret_fork);
		if (e != ERR_OK || !hash_equal(&ret_fork->hash, &epoch->start_hash))
			return ERR_NOT_FOUND;
		*ret_epoch = epoch->epoch;
		return ERR_OK;
	}
	return e == ERR_OK ? ERR_NOT_FOUND : e;
}

/* Whether it only went back: its head is in our copy. */
static bool went_back(struct txn *txn, const struct follow *f, const struct aliran_simpul *entry)
{
	struct hash hash;

	return entry->kepala_seq < f->mirror.head.seq &&
		mirror_hash_at(txn, &f->mirror, entry->kepala_seq, &hash) == ERR_OK &&
		(entry->kepala_seq == 0 || hash_equal(&hash, &entry->kepala_hash));
}

static void wait_again(struct runtime *r, struct follow *f, const char *why)
{
	f->trouble = why;
	f->retry_at = r->steady + (!id_is_zero(f->via) ? CATALOGUE_EVERY_US : 2 * US_PER_SECOND);
}

static enum err branch_off(struct runtime *r, struct follow *f, const struct aliran_simpul *entry,
	bool *ret_done)
{
	struct txn *txn = NULL;
	struct place fork;
	struct arena arena;
	struct id epoch;
	enum err e;

	*ret_done = false;
	arena_init(&arena, MIRRORS_ARENA_MAX);
	e = txn_begin(r->store, KV_WRITE, &txn);
	if (e == ERR_OK)
		e = fork_of(txn, f, entry, &arena, &fork, &epoch);
	if (e == ERR_OK)
		e = mirror_fork(txn, &f->now_mirror, &fork, epoch, r->now);
	if (e == ERR_OK)
		e = txn_commit(&txn);
	else
		txn_abort(&txn);
	arena_clear(&arena);
	if (e == ERR_OK) {
		struct cabang told = { .aliran = str_of(f->mirror_name),
			.nomor = f->now_mirror.branch,
			.dari = f->mirror.branch,
			.garpu_seq = fork.seq,
			.garpu_hash = fork.hash,
			.epok = epoch,
			.yatim_sampai = f->mirror.head.seq };

		if (told.nomor != told.dari)
			r->service->links->branched(r, &told);
		log_line(LOG_ERROR, "cabang_baru", "aliran", f->mirror_name, "dari",
			log_number((int64_t)fork.seq), "yatim_sampai", log_number((int64_t)f->mirror.head.seq),
			NULL);
		f->now_mirror.name = str_of(f->mirror_name);
		f->mirror = f->now_mirror;
		f->read = f->mirror.head;
		f->has_signed = false; /* heads beyond the fork are of the branch that was left */
		f->signed_head.at.seq = f->signed_seq = 0;
		serve_branched(r, f);
		*ret_done = true;
	} else {
		f->now_mirror = f->mirror;
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* Nothing of this stream may be on its way into the copy while the copy turns to another branch. */
static void resolve(struct runtime *r, struct follow *f, const struct aliran_simpul *entry)
{
	struct txn *txn = NULL;
	bool is_done = false;
	enum err e = branch_off(r, f, entry, &is_done);

	if (e == ERR_OK && is_done) {
		f->is_diverged = false;
		f->trouble = "cabang_baru";
		f->retry_at = 0;
		return;
	}
	if (e == ERR_OK)
		e = txn_begin(r->store, KV_READ, &txn);
	if (e != ERR_OK) {
		wait_again(r, f, err_name(e));
		return;
	}
	if (went_back(txn, f, entry))
		wait_again(r, f, "mundur");
	else if (entry->kepala_seq >= f->mirror.head.seq && f->retries++ < 3)
		wait_again(r, f, "dilihat_lagi"); /* it moved while it was asked */
	else
		follow_stop(r, f, "riwayat_berbeda");
	txn_abort(&txn);
	f->is_diverged = false;
	if (f->stopped != NULL)
		remote_trouble(r, f->via, f->stopped);
}

void mirror_diverged(struct runtime *r, struct follow *f, struct peer *p)
{
	(void)r;
	f->is_diverged = true;
	f->trouble = "riwayat_diperiksa";
	p->asks_catalogue = true;
	p->catalogue.is_wanted = true;
}

/* --- what a catalogue offers --- */

static void note_first_epoch(struct follow *f, const struct aliran_simpul *entry)
{
	for (uint32_t n = 0; n < entry->epok_len; n++)
		if (entry->epok[n].start_seq == 0 &&
			is_genesis(f, &entry->epok[n].epoch, &entry->epok[n].start_hash))
			f->first_epoch = entry->epok[n].epoch;
}

static void note_signed(struct follow *f, const struct aliran_simpul *entry)
{
	if (f->has_bad_head || !entry->has_tanda_seq || !entry->has_tanda_tangan ||
		entry->tanda_tangan.len != sizeof f->signed_head.signature ||
		entry->tanda_seq <= f->signed_head.at.seq)
		return;
	f->signed_head.at.seq = entry->tanda_seq;
	memcpy(f->signed_head.signature, entry->tanda_tangan.ptr, sizeof f->signed_head.signature);
	f->has_signed = true;
}

/* What is not accepted of whom a child says a stream is of; NULL: all is. */
static const char *refusal_of_origin(struct runtime *r, const struct remote_live *child,
	const struct aliran_simpul *entry)
{
	const struct remote_live *known = remote_of(r, entry->simpul);

	if (id_equal(entry->simpul, r->o.node_id))
		return "mengaku_simpul_ini";
	if (known != NULL && known != child)
		return known->is.kind == REMOTE_PARENT ? "mengaku_induk" : "mengaku_simpul_lain";
	if (!entry->has_kunci_tanda || entry->kunci_tanda.len != SIGN_KEY_BYTES ||
		entry->simpul_nama.len == 0)
		return "aliran_tanpa_kunci";
	if (known == child &&
		(memcmp(entry->kunci_tanda.ptr, child->is.sign_key, SIGN_KEY_BYTES) != 0 ||
			!str_equal(entry->simpul_nama, child->is.name)))
		return "kunci_atau_nama_lain";
	return NULL;
}

/* What of a child's offer of a new stream is not accepted; NULL: it is. */
static const char *refusal(struct runtime *r, const struct remote_live *child,
	const struct aliran_simpul *entry)
{
	const char *why = refusal_of_origin(r, child, entry);
	uint32_t streams = 0, via = 0;

	if (why != NULL)
		return why;
	for (uint32_t n = 0; n < r->follow_count; n++) {
		const struct follow *f = &r->follows[n];

		if (!f->is_mirrored)
			continue;
		streams += id_equal(f->origin, entry->simpul) ? 1 : 0;
		via += id_equal(f->via, child->is.node) ? 1 : 0;
		if (id_equal(f->origin, entry->simpul) && !id_equal(f->via, child->is.node))
			return "mengaku_simpul_lain";
	}
	if (streams >= NODE_STREAMS_MAX || via >= REMOTE_ORIGINS_MAX)
		return "terlalu_banyak_aliran";
	return NULL;
}

static void tell_offered(struct runtime *r, struct peer *p, const struct aliran_simpul *entry)
{
	struct mirrored stream = { .name = entry->nama,
		.origin = entry->simpul,
		.origin_name = entry->simpul_nama,
		.via = p->node };

	memcpy(stream.sign_key, entry->kunci_tanda.ptr, SIGN_KEY_BYTES);
	r->service->links->offered(r, &stream);
}

static void offered_new(struct runtime *r, struct peer *p, const struct aliran_simpul *entry)
{
	struct remote_live *child = remote_of(r, p->node);
	const char *why;

	if (child == NULL || child->is.kind != REMOTE_CHILD)
		return; /* what a parent holds is no news */
	why = refusal(r, child, entry);
	if (why != NULL)
		remote_trouble(r, p->node, why);
	else
		tell_offered(r, p, entry);
}

/* Keys of a node change. Those of a child are carried by people; of those below it the child tells. A head
 * that the known key did not sign is a forged one where no other key is told. */
static void key_look(struct runtime *r, struct follow *f, struct peer *p,
	const struct aliran_simpul *entry)
{
	struct remote_live *child = remote_of(r, p->node);
	const char *why;

	if (child == NULL || child->is.kind != REMOTE_CHILD || !entry->has_kunci_tanda ||
		entry->kunci_tanda.len != SIGN_KEY_BYTES)
		return;
	if (memcmp(entry->kunci_tanda.ptr, f->sign_key, SIGN_KEY_BYTES) == 0) {
		if (f->has_bad_head)
			stop_and_name(r, f, "tanda_tangan_salah");
		return;
	}
	why = refusal_of_origin(r, child, entry);
	if (why != NULL)
		remote_trouble(r, p->node, why);
	else
		tell_offered(r, p, entry);
}

/* Our own log, and the parent has more of it than our copy: this node was restored. */
static void tail_begin(struct runtime *r, struct follow *f, struct peer *p)
{
	struct stream_place after = place_out(&f->mirror.head);

	if (f->is_tail || f->stopped != NULL)
		return;
	if (f->peer != NULL && f->corr != 0 &&
		session_close_stream(f->peer->session, f->corr) != ERR_OK)
		log_line(LOG_DEBUG, "aliran_sudah_tertutup", NULL);
	follow_let_go(f);
	if (session_tail_stream(p->session, str_of(f->mirror_name), &after, &f->corr) != ERR_OK)
		return;
	log_line(LOG_WARN, "ekor_diminta", "aliran", f->mirror_name, "setelah",
		log_number((int64_t)after.seq), NULL);
	f->read = f->mirror.head;
	f->peer = p;
	f->is_tail = true;
	f->touched = r->steady;
}

void mirror_offered(struct runtime *r, struct peer *p, const struct aliran_simpul *entry)
{
	struct follow *f = mirror_of(r, entry->nama);
	struct str service;
	struct id node;

	if (node_stream_read(entry->nama, &node, &service) != ERR_OK ||
		!id_equal(node, entry->simpul) || !str_equal(service, entry->layanan)) {
		if (p->is_remote)
			remote_trouble(r, p->node, "nama_aliran_salah");
		return;
	}
	if (f == NULL) {
		if (p->is_remote)
			offered_new(r, p, entry);
		return;
	}
	if (p->is_remote && id_is_zero(f->origin)) {
		const struct remote_live *live = remote_of(r, p->node);

		if (live == NULL || live->is.kind != REMOTE_PARENT)
			remote_trouble(r, p->node, "mengaku_simpul_ini");
		else {
			f->above_seq = entry->kepala_seq;
			if (f->above_seq > f->mirror.head.seq)
				tail_begin(r, f, p);
		}
		return;
	}
	if (!follow_is_from(f, p)) {
		if (p->is_remote && remote_of(r, p->node) != NULL &&
			remote_of(r, p->node)->is.kind == REMOTE_CHILD)
			remote_trouble(r, p->node, "mengaku_simpul_lain");
		return;
	}
	key_look(r, f, p, entry);
	note_first_epoch(f, entry);
	if (f->is_diverged && f->read.seq == 0) { /* nothing is held that could part */
		f->is_diverged = false;
		if (id_is_zero(f->first_epoch))
			stop_and_name(r, f, "awal_salah");
		return;
	}
	if (f->is_diverged && f->read.seq == f->mirror.head.seq)
		resolve(r, f, entry);
	note_signed(f, entry); /* a head of its history as it is known now */
}

/* --- signed heads --- */

void mirror_head_told(struct runtime *r, struct follow *f, const struct sesi_head *head)
{
	(void)r;
	if (f->has_bad_head || !head->has_signature ||
		head->signature.len != sizeof f->signed_head.signature || head->seq <= f->signed_seq)
		return;
	f->signed_head.at.seq = head->seq;
	memcpy(f->signed_head.signature, head->signature.ptr, sizeof f->signed_head.signature);
	f->has_signed = true;
}

static bool is_signed(const struct follow *f, const struct mirror_head *head)
{
	struct buf statement;
	bool is_good;

	buf_init(&statement, STATEMENT_MAX);
	mirror_head_statement(str_of(f->mirror_name), &head->at, &statement);
	is_good = crypto_sign_verify_detached(head->signature, (const unsigned char *)statement.ptr,
				  statement.len, f->sign_key) == 0;
	buf_clear(&statement);
	return is_good;
}

/* Keys change: one who knows the new one cannot check what the old one signed. */
enum err mirror_signed(struct txn *txn, const struct follow *f, struct mirror_head *ret)
{
	enum err e = mirror_head_last(txn, &f->mirror, ret);

	if (e == ERR_OK)
		e = mirror_has(txn, &f->mirror, &ret->at);
	return e == ERR_OK && !is_signed(f, ret) ? ERR_NOT_FOUND : e;
}

static enum err head_check(struct runtime *r, struct txn *txn, struct follow *f, bool *ret_is_good)
{
	struct arena arena;
	enum err e;

	arena_init(&arena, MIRRORS_ARENA_MAX);
	e = place_at(txn, &f->mirror, f->signed_head.at.seq, &arena, &f->signed_head.at);
	if (e == ERR_OK) {
		*ret_is_good = is_signed(f, &f->signed_head);
		f->signed_head.seen_at = r->now;
		if (*ret_is_good)
			e = mirror_head_put(txn, &f->mirror, &f->signed_head);
	}
	arena_clear(&arena);
	return e;
}

static enum err head_settle(struct runtime *r, struct follow *f)
{
	struct txn *txn = NULL;
	bool is_good = false;
	enum err e = txn_begin(r->store, KV_WRITE, &txn);

	if (e == ERR_OK)
		e = head_check(r, txn, f, &is_good);
	if (e == ERR_OK && is_good)
		e = txn_commit(&txn);
	else
		txn_abort(&txn);
	f->has_signed = false;
	if (e == ERR_NOT_FOUND)
		return ERR_OK; /* of an epoch too old to be told: the next one will do */
	if (e != ERR_OK)
		return e;
	if (is_good) {
		f->signed_seq = f->signed_head.at.seq;
		return ERR_OK;
	}
	f->has_bad_head = true;
	if (f->peer != NULL)
		f->peer->catalogue.is_wanted = true; /* it says whether the key is another one */
	return ERR_OK;
}

enum err mirrors_settle(struct runtime *r)
{
	enum err e = ERR_OK;

	for (uint32_t n = 0; n < r->follow_count && e == ERR_OK; n++) {
		struct follow *f = &r->follows[n];

		if (f->is_mirrored && f->has_mirror && !f->is_told) {
			f->is_told = true;
			serve_tell_new(r, f);
		}
		if (f->has_signed && f->is_mirrored && f->stopped == NULL && !id_is_zero(f->origin) &&
			f->signed_head.at.seq <= f->mirror.head.seq)
			e = head_settle(r, f);
	}
	return e == ERR_READONLY ? ERR_OK : e;
}

/* What the catalogue of another node, or of a service of our own, offers to mirror. */
#include "runtime/mirrors.h"

#include <string.h>

#include "base/log_line.h"
#include "runtime/engine.h"

static void note_first_epoch(struct follow *f, const struct aliran_simpul *entry)
{
	for (uint32_t n = 0; n < entry->epok_len; n++)
		if (entry->epok[n].start_seq == 0 &&
			mirror_is_genesis(f, &entry->epok[n].epoch, &entry->epok[n].start_hash))
			f->first_epoch = entry->epok[n].epoch;
}

/* What it says was signed by the key that it names: another one than we know is looked at first. */
static void note_signed(struct follow *f, const struct aliran_simpul *entry)
{
	if (entry->has_kunci_tanda && entry->kunci_tanda.len == SIGN_KEY_BYTES &&
		memcmp(entry->kunci_tanda.ptr, f->sign_key, SIGN_KEY_BYTES) != 0)
		return;
	if (mirror_is_of_branch(f, &entry->kepala_epok, &entry->kepala_hash) && entry->has_tanda_seq &&
		entry->has_tanda_tangan && entry->tanda_tangan.len == sizeof f->signed_head.signature)
		mirror_head_offered(f, entry->tanda_seq, entry->tanda_tangan.ptr);
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
		if (id_equal(f->origin, entry->simpul) && !id_equal(f->via, child->is.node) &&
			!id_equal(child->is.node, entry->simpul) &&
			memcmp(f->sign_key, entry->kunci_tanda.ptr, SIGN_KEY_BYTES) != 0)
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

	if (child == NULL || child->is.kind != REMOTE_CHILD || claim_is_old_news(r, p, entry))
		return; /* what a parent holds is no news */
	why = refusal(r, child, entry);
	if (why == NULL && !id_equal(entry->simpul, p->node) && claim_of(entry) == CLAIM_FORGED)
		why = "tanda_tangan_salah";
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
		if (f->has_bad_head && f->bad_heads++ > 0)
			mirror_stop(r, f, "tanda_tangan_salah");
		f->has_bad_head = false; /* once it may have been on its way while the key changed */
		return;
	}
	why = refusal_of_origin(r, child, entry);
	if (why != NULL)
		remote_trouble(r, p->node, why);
	else
		tell_offered(r, p, entry);
}

/* A stream that is read by way of another child, or of which there is a copy that is none of it. */
static void offered_elsewhere(struct runtime *r, struct follow *f, struct peer *p,
	const struct aliran_simpul *entry)
{
	struct remote_live *child = remote_of(r, p->node);
	bool is_owner = id_equal(p->node, f->origin);
	const char *why;

	if (child == NULL || child->is.kind != REMOTE_CHILD || claim_is_old_news(r, p, entry))
		return;
	why = is_owner ? refusal_of_origin(r, child, entry) : NULL;
	if (why == NULL && !is_owner &&
		(!entry->has_kunci_tanda || entry->kunci_tanda.len != SIGN_KEY_BYTES ||
			memcmp(entry->kunci_tanda.ptr, f->sign_key, SIGN_KEY_BYTES) != 0))
		why = "mengaku_simpul_lain";
	if (why != NULL)
		remote_trouble(r, p->node, why);
	else if (is_owner && f->has_mirror && (f->is_claimed || !claim_is_backed(r, f)))
		claim_disown(r, f); /* offered again when that copy is out of the way */
	else if (is_owner || claim_moves(f, p, entry))
		tell_offered(r, p, entry);
}

static bool is_service(struct str name)
{
	for (size_t i = 0; i < name.len; i++)
		if (strchr("abcdefghijklmnopqrstuvwxyz0123456789_-", name.ptr[i]) == NULL)
			return false;
	return name.len > 0;
}

/* One name for one stream, and none that a terminal would obey. */
static bool is_named_well(const struct aliran_simpul *entry)
{
	char name[NODE_STREAM_MAX + 1];

	for (size_t i = 0; i < entry->simpul_nama.len; i++)
		if ((unsigned char)entry->simpul_nama.ptr[i] < ' ' || entry->simpul_nama.ptr[i] == 0x7f)
			return false;
	return is_service(entry->layanan) &&
		node_stream_name(entry->simpul, entry->layanan, name) == ERR_OK &&
		str_is(entry->nama, name);
}

void mirror_offered(struct runtime *r, struct peer *p, const struct aliran_simpul *entry)
{
	struct follow *f = mirror_of(r, entry->nama);

	if (!is_named_well(entry)) {
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
			/* a log that was empty when an epoch ended begins under another one than its first record names */
			note_first_epoch(f, entry);
			f->is_diverged = f->is_diverged && f->read.seq > 0;
			mirror_tail_offered(r, f, p, entry);
		}
		return;
	}
	if (!follow_is_from(f, p)) {
		if (p->is_remote)
			offered_elsewhere(r, f, p, entry);
		return;
	}
	key_look(r, f, p, entry);
	note_first_epoch(f, entry);
	if (f->is_diverged && f->read.seq == 0) { /* nothing is held that could part */
		f->is_diverged = false;
		if (id_is_zero(f->first_epoch))
			mirror_stop(r, f, "awal_salah");
		return;
	}
	if (f->is_diverged && !f->is_tail && f->read.seq == f->mirror.head.seq)
		mirror_resolve(r, f, entry);
	note_signed(f, entry); /* a head of its history as it is known now */
}

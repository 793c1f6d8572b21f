/* How far each followed stream is decided and projected: moved by the batch, kept by its commit. */
#include "runtime/engine.h"

void cursors_rewind(struct runtime *r)
{
	for (uint32_t n = 0; n < r->follow_count; n++) {
		r->follows[n].now_decided = r->follows[n].decided;
		r->follows[n].now_projected = r->follows[n].projected;
		r->follows[n].now_mirror = r->follows[n].mirror;
		r->follows[n].now_has_mirror = r->follows[n].has_mirror;
	}
}

static bool has_moved(const struct place *was, const struct place *is)
{
	return is->seq != was->seq || !id_equal(is->epoch, was->epoch);
}

static enum err cursor_save(struct txn *txn, const struct follow *f)
{
	const struct cursor_row shown = { f->stream, f->now_projected, f->now_projected_written };
	enum err e = ERR_OK;

	if (has_moved(&f->decided, &f->now_decided))
		e = cursor_put(txn, str_of(CONSUMER_DECIDED), f->stream, &f->now_decided);
	if (e == ERR_OK && has_moved(&f->projected, &f->now_projected))
		e = cursor_row_put(txn, str_of(CONSUMER_PROJECTED), &shown);
	if (e == ERR_OK && f->is_mirrored && f->now_mirror.bytes != f->mirror.bytes)
		e = mirror_size_put(txn, &f->now_mirror);
	return e;
}

enum err cursors_save(struct runtime *r, struct txn *txn)
{
	for (uint32_t n = 0; n < r->follow_count; n++) {
		enum err e = cursor_save(txn, &r->follows[n]);

		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

void cursors_commit(struct runtime *r)
{
	for (uint32_t n = 0; n < r->follow_count; n++) {
		quota_grew(r, &r->follows[n]);
		r->follows[n].decided = r->follows[n].now_decided;
		r->follows[n].projected = r->follows[n].now_projected;
		r->follows[n].mirror = r->follows[n].now_mirror;
		r->follows[n].has_mirror = r->follows[n].now_has_mirror;
	}
}

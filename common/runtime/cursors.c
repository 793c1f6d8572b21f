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

static enum err cursor_save(struct txn *txn, const char *consumer, const struct follow *f,
	const struct place *was, const struct place *is)
{
	if (is->seq == was->seq && id_equal(is->epoch, was->epoch))
		return ERR_OK;
	return cursor_put(txn, str_of(consumer), f->stream, is);
}

enum err cursors_save(struct runtime *r, struct txn *txn)
{
	for (uint32_t n = 0; n < r->follow_count; n++) {
		struct follow *f = &r->follows[n];
		enum err e = cursor_save(txn, CONSUMER_DECIDED, f, &f->decided, &f->now_decided);

		if (e == ERR_OK)
			e = cursor_save(txn, CONSUMER_PROJECTED, f, &f->projected, &f->now_projected);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

void cursors_commit(struct runtime *r)
{
	for (uint32_t n = 0; n < r->follow_count; n++) {
		r->follows[n].decided = r->follows[n].now_decided;
		r->follows[n].projected = r->follows[n].now_projected;
		r->follows[n].mirror = r->follows[n].now_mirror;
		r->follows[n].has_mirror = r->follows[n].now_has_mirror;
	}
}

/* The planted mistakes that need a transaction of their own (base/planted.h). */
#include "base/crash_point.h"
#include "runtime/engine.h"

enum err planted_cursor_first(struct runtime *r, struct input **inputs, uint32_t count)
{
	struct txn *txn = NULL;
	enum err e = txn_begin(r->store, KV_WRITE, &txn);

	for (uint32_t n = 0; n < count && e == ERR_OK; n++) {
		const struct input *i = inputs[n];

		if (i->kind == JENIS_MASUKAN_PERISTIWA && i->follow->is_decided &&
			i->at.seq > i->follow->decided.seq)
			e = cursor_put(txn, str_of(CONSUMER_DECIDED), i->follow->stream, &i->at);
	}
	if (e == ERR_OK)
		e = txn_commit(&txn);
	else
		txn_abort(&txn);
	crash_point("planted_between");
	return e;
}

enum err planted_mark_apart(struct runtime *r, struct input **inputs, uint32_t count)
{
	struct txn *txn = NULL;
	enum err e = txn_begin(r->store, KV_WRITE, &txn);

	for (uint32_t n = 0; n < count && e == ERR_OK; n++) {
		const struct input *i = inputs[n];
		struct mark mark = { .body_hash = i->body_hash,
			.actor = i->actor,
			.epoch = i->outcome.epoch,
			.seq = i->outcome.first_seq,
			.count = i->outcome.count };

		if (i->outcome.count > 0 && i->outcome.status == SESI_STATUS_OK && !id_is_zero(i->id))
			e = mark_put(txn, i->id, &mark);
	}
	if (e == ERR_OK)
		return txn_commit(&txn);
	txn_abort(&txn);
	return e;
}

/* As if the place of a copy stood apart from its records. */
static const char place_apart[] = "salinan";

enum err planted_place_first(struct runtime *r, struct input **inputs, uint32_t count)
{
	struct txn *txn = NULL;
	enum err e = txn_begin(r->store, KV_WRITE, &txn);

	for (uint32_t n = 0; n < count && e == ERR_OK; n++) {
		const struct input *i = inputs[n];

		if (i->kind == JENIS_MASUKAN_PERISTIWA && i->follow->is_mirrored &&
			i->at.seq > i->follow->mirror.head.seq)
			e = cursor_put(txn, str_of(place_apart), str_of(i->follow->mirror_name), &i->at);
	}
	if (e == ERR_OK)
		e = txn_commit(&txn);
	else
		txn_abort(&txn);
	crash_point("planted_between");
	return e;
}

void planted_mirror_place(struct txn *txn, struct follow *f)
{
	struct place at;

	if (f->has_mirror &&
		cursor_get(txn, str_of(place_apart), str_of(f->mirror_name), &at) == ERR_OK &&
		at.seq > f->mirror.head.seq)
		f->mirror.head = at;
}

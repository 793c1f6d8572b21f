#include "runtime/epoch_walk.h"

#include "proto/messages.h"
#include "wire/wire.h"

enum err epoch_walk_begin(struct epoch_walk *walk, const struct log *log, struct kv_txn *txn,
	struct arena *arena)
{
	*walk = (struct epoch_walk) { .at = 0 };
	return log_epochs(log, txn, LOG_EPOCHS_MAX, arena, &walk->rows, &walk->count);
}

/* The row against the event that began its epoch. */
static enum err compare(const struct epoch *row, const struct epoch *before,
	const struct record *record, struct arena *arena)
{
	struct epoch_dibuka event;
	struct problem why;

	if (record->type != schema_epoch_dibuka.code ||
		wire_decode(&schema_epoch_dibuka, record->payload, arena, &event, &why) != ERR_OK)
		return ERR_CORRUPT;
	return str_is(row->reason, enum_name(&enum_alasan_epoch, event.alasan)) &&
			id_equal(row->parent, event.sebelumnya) && id_equal(row->parent, before->id) &&
			row->start_seq == event.seq_sebelumnya && row->at == record->at &&
			id_equal(row->actor, record->actor)
		? ERR_OK
		: ERR_CORRUPT;
}

enum err epoch_walk_take(struct epoch_walk *walk, const struct record *record, struct arena *arena)
{
	const struct epoch *row;

	while (walk->at + 1 < walk->count && walk->rows[walk->at + 1].start_seq < record->seq)
		walk->at++;
	if (walk->count == 0)
		return ERR_CORRUPT;
	row = &walk->rows[walk->at];
	if (!id_equal(row->id, record->epoch) || row->start_seq >= record->seq)
		return ERR_CORRUPT;
	if (walk->at > 0 && record->seq == row->start_seq + 1)
		return compare(row, row - 1, record, arena);
	return record->type == schema_epoch_dibuka.code ? ERR_CORRUPT : ERR_OK;
}

enum err epoch_walk_end(const struct epoch_walk *walk, uint64_t head_seq)
{
	if (walk->count == 0)
		return ERR_CORRUPT;
	return walk->count == 1 || walk->rows[walk->count - 1].start_seq < head_seq ? ERR_OK
																				: ERR_CORRUPT;
}

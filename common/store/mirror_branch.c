#include "store/mirror_row.h"

/* The place of the present history with this number and hash, with its epoch; one that says its epoch must be
 * of it. */
static enum err fork_find(struct txn *txn, const struct mirror_stream *stream,
	const struct place *fork, struct mirror_step *ret)
{
	struct hash hash;
	uint64_t end;
	enum err e;

	if (!id_is_zero(fork->epoch)) {
		e = mirror_has(txn, stream, fork);
		return e == ERR_OK ? mirror_step_by_id(txn, stream->number, fork->epoch, ret) : e;
	}
	e = mirror_hash_at(txn, stream, fork->seq, &hash);
	if (e == ERR_OK && !hash_equal(&hash, &fork->hash))
		e = ERR_NOT_FOUND;
	return e == ERR_OK ? mirror_step_of(txn, stream->number, fork->seq, ret, &end) : e;
}

enum err mirror_fork(struct txn *txn, struct mirror_stream *stream, const struct place *fork,
	struct id epoch, time_us now)
{
	struct mirror_step step = { .start = { epoch, fork->seq, fork->hash },
		.branch = stream->branch + 1,
		.begun_at = now };
	struct record record = { .at = 0 };
	struct mirror_step from;
	struct hash hash;
	struct str bytes;
	enum err e = fork_find(txn, stream, fork, &from);

	if (e != ERR_OK)
		return e;
	if (fork->seq == stream->head.seq)
		return mirror_epoch(txn, stream, &step.start);
	if (step.branch >= MIRROR_BRANCHES_MAX)
		return ERR_LIMIT;
	step.parent = from.start.epoch;
	if (fork->seq > 0) {
		e = mirror_record(txn, stream, fork->seq, &hash, &bytes);
		if (e == ERR_OK)
			e = record_peek(bytes, &record);
	}
	if (e == ERR_OK)
		e = mirror_step_add(txn, stream->number, &step);
	if (e != ERR_OK)
		return e;
	stream->branch = step.branch;
	stream->head = step.start;
	stream->head_at = record.at;
	return ERR_OK;
}

/* The step with this id is before count. */
static const struct mirror_step *step_by_id(const struct mirror_step *steps, uint32_t count,
	struct id id)
{
	while (count > 0)
		if (id_equal(steps[--count].start.epoch, id))
			return &steps[count];
	return NULL;
}

/* From the epochs of the stream; heads as they are where a branch has no record of its own. */
static enum err branches_of(const struct mirror_step *steps, uint32_t count,
	struct mirror_branch *branches, uint32_t max, uint32_t *ret_len)
{
	uint32_t len = 0;

	for (uint32_t i = 0; i < count; i++) {
		const struct mirror_step *s = &steps[i];
		const struct mirror_step *from = step_by_id(steps, i, s->parent);

		if (s->branch > len || s->branch >= max || (i > 0 && from == NULL))
			return ERR_CORRUPT;
		if (s->branch == len) {
			branches[len] = (struct mirror_branch) { .branch = len,
				.epoch = s->start.epoch,
				.begun_at = s->begun_at };
			if (from != NULL) {
				branches[len].parent = from->branch;
				branches[len].fork = (struct place) { s->parent, s->start.seq, s->start.hash };
			}
			len++;
		}
		branches[s->branch].head = s->start;
	}
	*ret_len = len;
	return ERR_OK;
}

enum err mirror_branches(struct txn *txn, const struct mirror_stream *stream, struct arena *arena,
	struct mirror_branch **ret, uint32_t *ret_len)
{
	struct mirror_branch *branches = NULL;
	struct mirror_step *steps;
	uint32_t count, len = 0;
	enum err e = mirror_steps(txn, stream->number, arena, &steps, &count);

	if (e == ERR_OK) {
		branches = arena_take(arena, (stream->branch + 1) * sizeof *branches);
		e = branches == NULL ? ERR_LIMIT
							 : branches_of(steps, count, branches, stream->branch + 1, &len);
	}
	for (uint32_t i = 0; i < len && e == ERR_OK; i++) {
		struct str bytes;

		e = mirror_row_last(txn, stream->number, i, &branches[i].head.seq, &branches[i].head.hash,
			&bytes);
		if (e == ERR_NOT_FOUND)
			e = ERR_OK;
	}
	if (e != ERR_OK)
		return e;
	*ret = branches;
	*ret_len = len;
	return ERR_OK;
}

/* Letters: sent in the order they were written, deleted when the receiver has them. */
#include "base/crash_point.h"
#include "base/log_line.h"
#include "runtime/engine.h"

static const char *name_kept(const struct service *s, struct str name)
{
	for (uint32_t n = 0; n < s->sends_to_count; n++)
		if (str_is(name, s->sends_to[n]))
			return s->sends_to[n];
	return NULL;
}

static enum err pump_one(struct runtime *r, struct txn *txn, struct peer *p)
{
	while (p->letters_out < LETTERS_IN_FLIGHT_MAX) {
		struct outbox_letter letter;
		struct sesi_letter out;
		uint64_t corr;
		enum err e;

		arena_reset(&r->input_arena);
		e = outbox_next(txn, p->name, p->letter_last, &r->input_arena, &letter);
		if (e == ERR_NOT_FOUND)
			return ERR_OK;
		if (e != ERR_OK)
			return e;
		out = (struct sesi_letter) { .id = letter.id,
			.type = letter.type,
			.version = letter.version,
			.body = letter.body };
		if (session_letter(p->session, &out, &corr) != ERR_OK)
			return ERR_OK; /* the session is down; all of it goes out again with the next one */
		p->letter_numbers[p->letters_out] = letter.number;
		p->letter_ids[p->letters_out++] = letter.id;
		p->letter_last = letter.number;
		p->letters_touched = r->steady;
		crash_point("letter_sent");
	}
	return ERR_OK;
}

enum err letters_pump(struct runtime *r)
{
	struct txn *txn = NULL;
	enum err e = ERR_OK;

	if (!r->has_letters || r->fence != NULL)
		return ERR_OK;
	r->has_letters = false;
	for (struct peer *p = r->peers; p != NULL && e == ERR_OK; p = p->next) {
		if (!p->is_ready || !p->is_dialer || name_kept(r->service, p->name) == NULL)
			continue;
		if (txn == NULL)
			e = txn_begin(r->store, KV_READ, &txn);
		if (e == ERR_OK)
			e = pump_one(r, txn, p);
	}
	txn_abort(&txn);
	return e;
}

void letters_taken(struct runtime *r, struct peer *p, const struct session_note *note)
{
	for (uint32_t n = 0; n < p->letters_out; n++) {
		if (!id_equal(p->letter_ids[n], note->taken.id))
			continue;
		if (r->taken_count == TAKEN_MAX)
			return; /* not noted: it goes out again with the next session */
		r->taken[r->taken_count].to = name_kept(r->service, p->name);
		r->taken[r->taken_count++].number = p->letter_numbers[n];
		p->letters_out--;
		p->letters_touched = r->steady;
		p->letter_ids[n] = p->letter_ids[p->letters_out];
		p->letter_numbers[n] = p->letter_numbers[p->letters_out];
		r->has_letters = true;
		return;
	}
}

enum err letters_forget(struct runtime *r, struct txn *txn)
{
	for (uint32_t n = 0; n < r->taken_count; n++) {
		enum err e = outbox_del(txn, str_of(r->taken[n].to), r->taken[n].number);

		if (e != ERR_OK && e != ERR_NOT_FOUND)
			return e;
	}
	return ERR_OK;
}

enum err letters_forget_alone(struct runtime *r)
{
	struct txn *txn = NULL;
	enum err e;

	if (r->taken_count == 0)
		return ERR_OK;
	e = txn_begin(r->store, KV_WRITE, &txn);
	if (e == ERR_OK)
		e = letters_forget(r, txn);
	if (e == ERR_OK)
		e = txn_commit(&txn);
	else
		txn_abort(&txn);
	if (e == ERR_OK)
		r->taken_count = 0;
	return e == ERR_READONLY ? ERR_OK : e; /* full: they stay noted */
}

/* Commands and letters: what sessions bring becomes inputs, outcomes become replies. */
#include "base/bytes.h"
#include "base/log_line.h"
#include "runtime/engine.h"

static void refuse_command(struct peer *p, uint64_t corr, enum sesi_status status, const char *rule)
{
	struct sesi_reply reply = { .status = status, .has_rule = true, .rule = str_of(rule) };

	if (status == SESI_STATUS_BUSY) {
		reply.has_retry_after_ms = true;
		reply.retry_after_ms = 100;
	}
	if (session_reply(p->session, corr, &reply) != ERR_OK)
		return; /* the session is down; the sender asks again with the same id */
}

struct hash body_hash(const struct runtime *r, uint32_t type, struct str body)
{
	char bytes[4];

	be32_put(bytes, type);
	return hash_keyed(&r->o.ring->mark_key, str_bytes(bytes, sizeof bytes), body);
}

enum err request_after(struct runtime *r, const struct peer *p, struct str stream, uint64_t seq)
{
	return p->is_remote ? ERR_INVALID : follow_reached(r, stream, seq);
}

void command_take(struct runtime *r, struct peer *p, uint64_t corr, const struct sesi_cmd *cmd)
{
	struct input pattern = { .kind = JENIS_MASUKAN_PERINTAH,
		.link = p->link,
		.corr = corr,
		.id = cmd->id,
		.type = cmd->type,
		.version = cmd->version,
		.body = cmd->body,
		.actor = p->is_remote ? p->node : cmd->actor, /* another node speaks for itself alone */
		.from = p->name,
		.from_bit = p->bit,
		.deadline = r->steady + (time_us)cmd->time_left_ms * 1000,
		.body_hash = body_hash(r, cmd->type, cmd->body),
		.has_after = cmd->has_after_stream,
		.after_stream = cmd->after_stream,
		.after_seq = cmd->after_seq };

	if (r->is_stopping) {
		refuse_command(p, corr, SESI_STATUS_BUSY, "berhenti");
		return;
	}
	if (r->is_rebuilding && cmd->type != MSG_BUKA_PAGAR && cmd->type != MSG_KONFIRMASI_JAM) {
		refuse_command(p, corr, SESI_STATUS_BUSY, "sedang_dibangun_ulang");
		return;
	}
	if (cmd->has_expect_version) { /* nothing here has a version yet: a condition is not passed over */
		refuse_command(p, corr, SESI_STATUS_INVALID, "tidak_didukung");
		return;
	}
	if (p->waiting >= RUNTIME_IN_FLIGHT_MAX || queues_are_full(r)) {
		refuse_command(p, corr, SESI_STATUS_BUSY, "terlalu_banyak_menunggu");
		return;
	}
	if (cmd->has_after_stream) {
		enum err e = request_after(r, p, cmd->after_stream, cmd->after_seq);

		if (e == ERR_INVALID) {
			refuse_command(p, corr, SESI_STATUS_INVALID, "after_tidak_diikuti");
			return;
		}
		pattern.has_after = e != ERR_OK;
	}
	p->waiting++;
	if (pattern.has_after)
		queue_add(&r->held, input_new(&pattern));
	else
		lines_add(&r->waiting, input_new(&pattern));
}

/* Services write letters, also ones that we do not know yet (those are parked); nobody else does. */
static bool may_write(const struct runtime *r, const struct peer *p)
{
	if (p->is_remote)
		return false;
	for (uint32_t n = 0; n < r->service->letter_count; n++)
		if (str_is(p->name, r->service->letters[n].from))
			return true;
	return (p->bit & ~(uint32_t)FROM_PEOPLE) != 0;
}

void letter_take(struct runtime *r, struct peer *p, uint64_t corr, const struct sesi_letter *letter)
{
	struct input pattern = { .kind = JENIS_MASUKAN_SURAT,
		.link = p->link,
		.corr = corr,
		.id = letter->id,
		.type = letter->type,
		.version = letter->version,
		.body = letter->body,
		.from = p->name,
		.from_bit = p->bit,
		.body_hash = body_hash(r, letter->type, letter->body) };

	/* Not taken: the sender keeps it, and sends it again with its next session. */
	if (!may_write(r, p) || queues_are_full(r)) {
		enum err e = session_error(p->session, corr,
			queues_are_full(r) ? SESI_CODE_NOT_NOW : SESI_CODE_FORBIDDEN, NULL);

		(void)e; /* a session that is down needs no answer */
		return;
	}
	if (r->is_rebuilding)
		queue_add(&r->later, input_new(&pattern));
	else
		lines_add(&r->waiting, input_new(&pattern));
}

void answer_command(struct runtime *r, const struct input *i)
{
	const struct outcome *o = &i->outcome;
	struct peer *p = peer_find(r, i->link);
	struct sesi_reply reply = { .status = o->status };

	if (p == NULL)
		return; /* gone; it asks again with the same id */
	if (p->waiting > 0)
		p->waiting--;
	if (o->reply.ptr != NULL) {
		reply.has_result = true;
		reply.result = o->reply;
	}
	if (o->count > 0 && (o->status == SESI_STATUS_OK || o->status == SESI_STATUS_DUP_OK)) {
		reply.has_stream = reply.has_epoch = reply.has_first_seq = reply.has_count = true;
		reply.stream = str_of(r->service->name);
		reply.epoch = o->epoch;
		reply.first_seq = o->first_seq;
		reply.count = o->count;
	}
	if (o->retry_after_ms > 0) {
		reply.has_retry_after_ms = true;
		reply.retry_after_ms = o->retry_after_ms;
	}
	if (o->why.field != NULL) {
		reply.has_field = true;
		reply.field = str_of(o->why.field);
	}
	if (o->why.rule != NULL) {
		reply.has_rule = true;
		reply.rule = str_of(o->why.rule);
	}
	if (session_reply(p->session, i->corr, &reply) != ERR_OK)
		log_line(LOG_DEBUG, "jawaban_tak_terkirim", NULL); /* down: it asks again */
}

void answer_letter(struct runtime *r, const struct input *i)
{
	struct peer *p = peer_find(r, i->link);
	struct sesi_taken taken = { .id = i->id,
		.status = i->outcome.is_parked ? SESI_LETTER_STATUS_PARKED : SESI_LETTER_STATUS_TAKEN };

	if (p == NULL || session_taken(p->session, i->corr, &taken) != ERR_OK)
		return; /* the sender sends it again and finds the mark */
}

#include "ctl/verify.h"

#include "runtime/last_seals.h"

#include <string.h>

enum {
	SLICE_RECORDS = 2000,
	SEALS_A_QUESTION = 100,
	RECORD_ARENA_BYTES = 1024 * 1024,
	ROUNDS_MAX = 10
};

struct reader {
	struct last_seals seals;
	struct arena arena;
	struct stream_place at;
	bool is_bad;
};

/* Slice after slice, so that the service goes on with its work in between. */
static enum ctl_exit check_chain(struct ctl *ctl, struct client *client, struct verdict *v)
{
	struct periksa_rantai question = { .paling_banyak = SLICE_RECORDS };
	struct periksa_rantai_jawab answer;
	enum ctl_exit code;

	for (;;) {
		code = ctl_ask(ctl, client, &schema_periksa_rantai, &question, NULL, &answer);
		if (code != CTL_DONE)
			return code;
		v->records = answer.sampai;
		if (answer.has_rusak)
			v->bad_seq = answer.rusak;
		if (answer.has_rusak || answer.sampai >= answer.kepala || answer.sampai <= question.setelah)
			return CTL_DONE;
		question.setelah = answer.sampai;
		(void)verify_progress(NULL, answer.sampai, answer.kepala);
	}
}

static bool on_event(void *self, const struct session_event *event, struct id epoch, uint64_t head)
{
	struct reader *r = self;
	struct record record;

	(void)head;
	arena_reset(&r->arena);
	r->is_bad = record_decode(event->bytes, &r->arena, &record) != ERR_OK ||
		last_seals_take(&r->seals, &record) != ERR_OK;
	r->at = (struct stream_place) { epoch, event->seq, event->hash };
	return !r->is_bad;
}

static enum ctl_exit read_on(struct ctl *ctl, struct client *client, const char *service,
	struct reader *r)
{
	struct stream_place after = r->at;
	enum err e = client_follow(client, str_of(service), &after, false, ctl->within_ms, on_event, r);

	if (e == ERR_OK && r->is_bad)
		return ctl_say(ctl, CTL_FAILED, "%s: catatan %llu tidak terbaca", service,
			(unsigned long long)r->at.seq);
	return e == ERR_OK ? CTL_DONE : ctl_say_error(ctl, e, service);
}

static void note_bad(struct ctl *ctl, const struct last_seal *seal,
	const struct segel_hasil *result, struct verdict *v)
{
	char *what;

	if (v->seal_seq > 0 && v->seal_seq <= seal->seq)
		return;
	what = arena_print(&ctl->arena, "%.*s (%s)", (int)result->tabel.len, result->tabel.ptr,
		enum_name(&enum_hasil_segel, result->hasil));
	v->seal_seq = seal->seq;
	v->seal_what = str_of(what == NULL ? "?" : what);
}

/* Asks for some at once. What does not match may have changed since the log was read: *ret_suspects counts. */
static enum ctl_exit ask_some(struct ctl *ctl, struct client *client,
	const struct last_seal **asked, uint32_t count, struct verdict *v, uint32_t *ret_suspects)
{
	struct segel_dicari wanted[SEALS_A_QUESTION];
	struct periksa_segel question = { .segel = wanted, .segel_len = count };
	struct periksa_segel_jawab answer;
	enum ctl_exit code;

	for (uint32_t i = 0; i < count; i++)
		wanted[i] = (struct segel_dicari) { asked[i]->seal.table, asked[i]->seal.key,
			asked[i]->seal.commitment };
	code = ctl_ask(ctl, client, &schema_periksa_segel, &question, NULL, &answer);
	if (code != CTL_DONE)
		return code;
	if (answer.hasil_len != count)
		return ctl_say(ctl, CTL_FAILED, "jawaban tidak lengkap");
	for (uint32_t i = 0; i < count; i++) {
		if (answer.hasil[i].hasil == HASIL_SEGEL_COCOK) {
			v->seals_good++;
			continue;
		}
		if (answer.hasil[i].has_tercatat && answer.hasil[i].tercatat) {
			v->seals_lost++;
			continue;
		}
		(*ret_suspects)++;
		note_bad(ctl, asked[i], &answer.hasil[i], v);
	}
	return CTL_DONE;
}

static enum ctl_exit check_seals(struct ctl *ctl, struct client *client, const struct reader *r,
	struct verdict *v, uint32_t *ret_suspects)
{
	const struct last_seal *asked[SEALS_A_QUESTION];
	enum ctl_exit code = CTL_DONE;
	uint32_t count = 0;

	*ret_suspects = 0;
	v->seals_good = v->seals_lost = v->seal_seq = 0;
	for (size_t i = 0; i < r->seals.size && code == CTL_DONE; i++) {
		const struct last_seal *row = &r->seals.rows[i];

		if (row->seal.key.ptr == NULL || row->seal.is_erased)
			continue;
		asked[count++] = row;
		if (count == SEALS_A_QUESTION) {
			code = ask_some(ctl, client, asked, count, v, ret_suspects);
			count = 0;
		}
	}
	if (count > 0 && code == CTL_DONE)
		code = ask_some(ctl, client, asked, count, v, ret_suspects);
	return code;
}

/* Under load an entry changes between reading its commitment and asking for it: then the log says so a moment
 * later. What is bad stays bad over a round in which the log did not grow, or over all of them. */
static enum ctl_exit check_vault(struct ctl *ctl, struct client *client, const char *service,
	struct reader *r, struct verdict *v)
{
	enum ctl_exit code = read_on(ctl, client, service, r);
	uint32_t suspects = 1;

	for (int round = 0; code == CTL_DONE && suspects > 0 && round < ROUNDS_MAX; round++) {
		uint64_t before = r->at.seq;

		code = check_seals(ctl, client, r, v, &suspects);
		if (code != CTL_DONE || suspects == 0)
			break;
		code = read_on(ctl, client, service, r);
		if (r->at.seq == before)
			break;
	}
	v->seals_erased = r->seals.erased;
	return code;
}

/* --- copies of other logs, which federation holds --- */

struct copy {
	uint64_t seq;
	struct hash hash;
};

static bool on_copied(void *self, const struct session_event *event, struct id epoch, uint64_t head)
{
	struct copy *c = self;

	(void)epoch;
	(void)head;
	*c = (struct copy) { event->seq, event->hash };
	return true;
}

/* Read as a follower reads it: every hash is made again from the bytes. */
static enum ctl_exit check_copy(struct ctl *ctl, struct client *client,
	const struct aliran_dipegang *stream, struct verdict *v)
{
	struct stream_place after = { 0 };
	struct copy at = { .seq = 0 };
	enum err e = client_follow(client, stream->nama, &after, false, ctl->within_ms, on_copied, &at);

	if (e != ERR_OK && e != ERR_CORRUPT)
		return ctl_say_error(ctl, e, "federation");
	v->mirrors++;
	v->mirror_records += at.seq;
	/* it may have grown since; the head it had then is on the way */
	if (e == ERR_CORRUPT || at.seq < stream->seq ||
		(at.seq == stream->seq && !hash_equal(&at.hash, &stream->hash))) {
		v->mirror_bad_seq = v->mirror_bad_seq > 0 ? v->mirror_bad_seq : at.seq + 1;
		v->mirror_bad_branch = stream->cabang > 0 ? stream->cabang - 1 : 0;
		v->mirror_bad = stream->nama;
	}
	return CTL_DONE;
}

static enum ctl_exit check_copies(struct ctl *ctl, struct client *client, struct verdict *v)
{
	struct aliran_daftar question = { 0 };
	struct aliran_daftar_jawab answer;
	struct str go_on = { NULL, 0 };
	enum ctl_exit code;

	do {
		code = ctl_ask(ctl, client, &schema_aliran_daftar, &question, &go_on, &answer);
		for (uint32_t n = 0; code == CTL_DONE && n < answer.aliran_len; n++)
			code = check_copy(ctl, client, &answer.aliran[n], v);
	} while (code == CTL_DONE && go_on.ptr != NULL);
	return code;
}

enum ctl_exit verify_running(struct ctl *ctl, const char *service, struct verdict *ret)
{
	struct client *client = NULL;
	struct reader r = { .is_bad = false };
	enum ctl_exit code = ctl_dial(ctl, service, &client);

	if (code != CTL_DONE)
		return code;
	last_seals_init(&r.seals);
	arena_init(&r.arena, RECORD_ARENA_BYTES);
	code = check_chain(ctl, client, ret);
	if (code == CTL_DONE && ret->bad_seq == 0)
		code = check_vault(ctl, client, service, &r, ret);
	if (code == CTL_DONE && strcmp(service, "federation") == 0)
		code = check_copies(ctl, client, ret);
	arena_clear(&r.arena);
	last_seals_clear(&r.seals);
	client_close(&client);
	return code;
}

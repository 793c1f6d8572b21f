/* Whether the services are at rest, and what an operator does with what they parked. */
#include "lib/load_parts.h"

#include "wire/wire.h"

#include <stdio.h>
#include <stdlib.h>

enum { ASK_MS = 5000, REST_TURN_MS = 10, PARKED_ROUNDS_MAX = 100 };

static enum err ask(struct load *l, unsigned at, const struct schema *question, const void *body,
	void *ret)
{
	struct sesi_ask ask = { .type = question->code, .version = question->version };
	struct sesi_answer answer;
	struct problem why;
	struct buf bytes;
	enum err e;

	buf_init(&bytes, 256);
	e = wire_encode(question, body, &bytes, &why);
	ask.body = buf_str(&bytes);
	if (e == ERR_OK)
		e = client_ask(l->clients[at], &ask, ASK_MS, &l->arena, &answer);
	buf_clear(&bytes);
	if (e == ERR_OK && (answer.status != SESI_STATUS_OK || !answer.has_body))
		e = ERR_STATE;
	return e == ERR_OK ? wire_decode(question->reply, answer.body, &l->arena, ret, &why) : e;
}

static bool ask_state(struct load *l, unsigned at, struct keadaan_layanan *ret)
{
	const struct keadaan question = { 0 };

	return ask(l, at, &schema_keadaan, &question, ret) == ERR_OK;
}

static bool is_at_rest(const struct load *l, const struct keadaan_layanan states[])
{
	bool is_good = true;

	for (unsigned i = 0; i < l->processes->count; i++) {
		is_good = is_good && states[i].siap && states[i].surat_keluar == 0;
		for (uint32_t f = 0; f < states[i].mengikuti_len; f++) {
			const struct posisi *p = &states[i].mengikuti[f];

			for (unsigned k = 0; k < l->processes->count; k++)
				if (str_is(p->aliran, l->processes->rows[k].name) && p->seq != states[k].kepala.seq)
					is_good = false;
		}
	}
	return is_good;
}

static void print_state(const struct keadaan_layanan *s)
{
	(void)fprintf(stderr, "%.*s%s: head %llu, letters %llu, parked %llu, work %llu",
		(int)s->layanan.len, s->layanan.ptr, s->siap ? "" : " (not ready)",
		(unsigned long long)s->kepala.seq, (unsigned long long)s->surat_keluar,
		(unsigned long long)s->parkir, (unsigned long long)s->kerja_terbuka);
	for (uint32_t i = 0; i < s->mengikuti_len; i++)
		(void)fprintf(stderr, "; %.*s %llu%s%.*s", (int)s->mengikuti[i].aliran.len,
			s->mengikuti[i].aliran.ptr, (unsigned long long)s->mengikuti[i].seq,
			s->mengikuti[i].has_terhubung && !s->mengikuti[i].terhubung ? " (no link)" : "",
			s->mengikuti[i].has_berhenti ? (int)s->mengikuti[i].berhenti.len : 0,
			s->mengikuti[i].has_berhenti ? s->mengikuti[i].berhenti.ptr : "");
	(void)fprintf(stderr, "\n");
}

bool load_rest(struct load *l, uint32_t within_ms)
{
	struct host machine = host_system();
	time_us until = host_steady(&machine) + (time_us)within_ms * 1000;
	struct keadaan_layanan states[PROCESSES_MAX];
	bool is_known = false;

	while (host_steady(&machine) < until) {
		arena_reset(&l->arena);
		is_known = true;
		for (unsigned i = 0; i < l->processes->count && is_known; i++)
			is_known = ask_state(l, i, &states[i]);
		if (is_known && is_at_rest(l, states))
			return true;
		for (unsigned i = 0; i < l->processes->count; i++)
			if (client_run(l->clients[i], REST_TURN_MS) != ERR_OK)
				abort();
	}
	for (unsigned i = 0; i < l->processes->count && is_known; i++)
		print_state(&states[i]);
	return load_wrong(l, "the services have not come to rest");
}

/* --- parked inputs --- */

static enum sesi_status settle_as(struct load *l, unsigned at, const struct parkir_baris *row,
	enum tindakan_parkir action)
{
	struct jalankan_parkir body = { .urutan = row->urutan, .tindakan = action };
	struct host machine = host_system();
	struct sesi_cmd cmd = { .id = id_new(host_wall(&machine)),
		.actor = l->account,
		.type = schema_jalankan_parkir.code,
		.version = schema_jalankan_parkir.version };
	struct sesi_reply reply;
	struct problem why;
	struct buf bytes;
	enum err e;

	buf_init(&bytes, 1024);
	e = wire_encode(&schema_jalankan_parkir, &body, &bytes, &why);
	cmd.body = buf_str(&bytes);
	if (e == ERR_OK)
		e = client_command(l->clients[at], &cmd, ASK_MS, &l->arena, &reply);
	buf_clear(&bytes);
	return e == ERR_OK ? (enum sesi_status)reply.status : SESI_STATUS_UNKNOWN;
}

/* What stands behind another one of its lane is refused now, and let go in the next round. A timer that
 * is refused came too late: what it was for has happened meanwhile, and an operator drops it. */
static bool settle(struct load *l, unsigned at, const struct parkir_baris *row)
{
	enum sesi_status status = settle_as(l, at, row, TINDAKAN_PARKIR_DIJALANKAN);

	if (status == SESI_STATUS_REJECTED && row->parkir.jenis == JENIS_MASUKAN_PEWAKTU)
		status = settle_as(l, at, row, TINDAKAN_PARKIR_DIBUANG);
	return status == SESI_STATUS_OK;
}

bool load_settle_parked(struct load *l)
{
	const struct parkir_daftar question = { 0 };
	struct parkir_daftar_jawab answer;

	for (unsigned at = 0; at < l->processes->count; at++) {
		uint32_t done = 1;

		for (int round = 0; round < PARKED_ROUNDS_MAX && done > 0; round++) {
			done = 0;
			arena_reset(&l->arena);
			if (ask(l, at, &schema_parkir_daftar, &question, &answer) != ERR_OK)
				return load_wrong(l, "%s does not list what it parked",
					l->processes->rows[at].name);
			for (uint32_t i = 0; i < answer.baris_len; i++)
				done += settle(l, at, &answer.baris[i]);
			l->parked += done;
			if (done == 0 && answer.baris_len > 0)
				return load_wrong(l, "%s keeps %u inputs parked", l->processes->rows[at].name,
					answer.baris_len);
		}
	}
	return true;
}

bool load_settled(struct load *l, uint32_t within_ms)
{
	return load_rest(l, within_ms) && load_settle_parked(l) && load_rest(l, within_ms);
}

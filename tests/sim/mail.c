/* The twin of the mail worker: the steps of kirim_surel, with the mail server's mood from the seed. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/engine.h"
#include "sim/world.h"

enum step { STEP_SENDING, STEP_ANSWERED };

struct sim_work {
	struct sim_work *next;
	struct actor_host *host;
	uint64_t start; /* of the host: work of a process that is gone is gone */
	const struct work_kind *kind;
	char key_bytes[KV_KEY_MAX];
	struct str key;
	uint32_t slice;
	time_us at;
	enum step step;
};

enum err mail_start(void *self, const struct work_kind *kind, struct str key, uint32_t slice,
	struct str payload)
{
	struct actor_host *h = self;
	struct sim_work *work = calloc(1, sizeof *work);

	(void)payload;
	assert(work != NULL && key.len <= sizeof work->key_bytes);
	work->host = h;
	work->start = h->starts;
	work->kind = kind;
	memcpy(work->key_bytes, key.ptr, key.len);
	work->key = str_bytes(work->key_bytes, key.len);
	work->slice = slice;
	work->at = h->world->now + (time_us)chance_below(&h->world->chance, US_PER_SECOND);
	work->next = h->world->works;
	h->world->works = work;
	return ERR_OK;
}

static void result(struct sim_work *work, enum hasil_kirim outcome)
{
	struct hasil_surel row = { .hasil = outcome };
	struct problem why;
	struct buf out;

	buf_init(&out, 4096);
	if (wire_encode(work->kind->result, &row, &out, &why) != ERR_OK)
		assert(!"a result that cannot be encoded");
	runtime_result(work->host->runtime, work->kind, work->key, work->slice++, buf_str(&out));
	buf_clear(&out);
}

/* What the server says, and whether the mail arrived. */
static enum hasil_kirim server(struct world *w)
{
	switch (chance_below(&w->chance, w->is_calm ? 1 : 10)) {
	case 1:
	case 2:
		return HASIL_KIRIM_SEMENTARA;
	case 3:
		return HASIL_KIRIM_TETAP;
	case 4:
		return HASIL_KIRIM_TIDAK_PASTI;
	default:
		return HASIL_KIRIM_TERKIRIM;
	}
}

/* One step; false: the work has ended. */
static bool advance(struct world *w, struct sim_work *work)
{
	const struct sidecar s = sidecar_of_memory(&work->host->notes);
	enum hasil_kirim outcome;
	bool was_sent = false;

	if (work->step == STEP_SENDING) {
		if (s.ops->sent_has(s.self, work->key, &was_sent) != ERR_OK)
			return false;
		if (was_sent) {
			result(work, HASIL_KIRIM_TIDAK_PASTI);
			return false;
		}
		if (s.ops->sent_add(s.self, work->key) != ERR_OK)
			return false;
		result(work, HASIL_KIRIM_DIMULAI);
		work->step = STEP_ANSWERED;
		work->at = w->now + (time_us)chance_below(&w->chance, 3 * US_PER_SECOND);
		w->mails++; /* from here on it may arrive */
		return true;
	}
	outcome = server(w);
	result(work, outcome);
	return false;
}

time_us mail_next(const struct world *w)
{
	time_us at = INT64_MAX;

	for (const struct sim_work *work = w->works; work != NULL; work = work->next)
		if (work->at < at)
			at = work->at;
	return at;
}

void mail_tick(struct world *w)
{
	struct sim_work **at = &w->works;

	while (*at != NULL) {
		struct sim_work *work = *at;
		struct actor_host *h = work->host;
		bool goes_on = false;

		if (work->at > w->now) {
			at = &work->next;
			continue;
		}
		if (h->runtime != NULL && h->starts == work->start) {
			goes_on = advance(w, work);
			if (!goes_on)
				runtime_work_ended(h->runtime, work->key);
			host_wake(w, h);
		}
		if (goes_on) {
			at = &work->next;
			continue;
		}
		*at = work->next;
		free(work);
	}
}

void mail_close(struct world *w)
{
	while (w->works != NULL) {
		struct sim_work *work = w->works;

		w->works = work->next;
		free(work);
	}
}

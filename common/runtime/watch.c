/* A session that lives can still have lost one message (a peer that failed between reading and answering):
 * what never came back is asked for again. */
#include "base/log_line.h"
#include "runtime/engine.h"

static struct peer *source_of(struct runtime *r, const struct follow *f)
{
	struct peer *p = r->peers;

	while (p != NULL && !(p->is_ready && follow_is_from(f, p)))
		p = p->next;
	return p;
}

/* What is wrong with the stream, NULL when nothing is. */
static const char *stalled(const struct runtime *r, const struct follow *f)
{
	time_us quiet = r->steady - f->touched;

	if (!f->is_open && quiet > OPENING_US)
		return "tidak_dibuka";
	if (f->is_open && f->head_seq > f->read.seq && quiet > STALLED_US &&
		r->waiting.of[JENIS_MASUKAN_PERISTIWA].count == 0)
		return "tertahan";
	return NULL;
}

static void watch_stream(struct runtime *r, struct follow *f)
{
	struct peer *p = f->peer == NULL ? source_of(r, f) : f->peer;
	const char *why;

	if (f->stopped != NULL || p == NULL)
		return;
	if (follow_is_held(r, f)) {
		follow_hold(r, f);
		return;
	}
	if (f->peer == NULL || f->corr == 0)
		return; /* opened with all others of its peer */
	if (f->head_asking_at != 0 && r->now - f->head_asking_at > OPENING_US)
		f->head_asking_at = 0;
	why = stalled(r, f);
	if (why == NULL)
		return;
	log_line(LOG_WARN, "aliran_macet", "aliran", f->stream.ptr, "sebab", why, NULL);
	peer_drop(r, p);
}

void watch(struct runtime *r)
{
	struct peer *next;

	if (r->steady < r->next_watch)
		return;
	r->next_watch = r->steady + WATCH_EVERY_US;
	for (uint32_t n = 0; n < r->follow_count; n++)
		watch_stream(r, &r->follows[n]);
	for (struct peer *p = r->peers; p != NULL; p = p->next)
		if (p->is_ready)
			follow_ready(r, p);
	for (struct peer *p = r->peers; p != NULL; p = next) {
		next = p->next;
		if (p->letters_out == 0 || r->steady - p->letters_touched <= STALLED_US)
			continue;
		log_line(LOG_WARN, "surat_tertahan", "kepada", p->name_bytes, NULL);
		peer_drop(r, p);
	}
}

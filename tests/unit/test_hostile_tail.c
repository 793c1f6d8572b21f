/* A node above that gives back another end of our log than the one that was lost: none of it comes into the log. */
#include "base/bytes.h"
#include "lib/harness_parts.h"
#include "lib/kantor.h"
#include "runtime/engine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LINK = 1 << 30, MESSAGES_MAX = 64, RECORDS_MAX = 64 };

/* Federation as it would be that believed such a copy. */
struct copy {
	struct kantor k;
	struct runtime *r;
	struct transport below;
	struct session *session;
	struct arena arena;
	struct frames up[MESSAGES_MAX], down[MESSAGES_MAX];
	uint32_t up_count, down_count;
	struct str records[RECORDS_MAX]; /* the lost end */
	uint32_t count, given;           /* how many of them it has */
	bool is_forged;                  /* the first of them is another one */
	bool is_mute;                    /* the end of the copy is not told: that message was lost */
	uint32_t tails;
};

static void keep(struct copy *c, struct frames *list, uint32_t *count, const struct frames *f)
{
	struct frames *to = &list[(*count)++];

	assert_true(*count <= MESSAGES_MAX);
	*to = (struct frames) { harness_keep(c->k.h, f->header), harness_keep(c->k.h, f->body),
		harness_keep(c->k.h, f->payload) };
}

static enum err runtime_sends(void *self, uint64_t link, const struct frames *frames)
{
	struct copy *c = self;

	if (link != LINK)
		return c->below.send(c->below.self, link, frames);
	keep(c, c->down, &c->down_count, frames);
	return ERR_OK;
}

static void runtime_drops(void *self, uint64_t link)
{
	struct copy *c = self;

	if (link != LINK)
		c->below.drop(c->below.self, link);
}

static void runtime_settles(void *self, uint64_t link)
{
	(void)self;
	(void)link;
}

static enum err copy_sends(void *self, const struct frames *frames)
{
	struct copy *c = self;

	keep(c, c->up, &c->up_count, frames);
	return ERR_OK;
}

static struct str forged(struct copy *c, struct str bytes)
{
	struct record record;
	struct buf out;
	struct str ret;

	assert_int_equal(record_decode(bytes, &c->arena, &record), ERR_OK);
	record.actor = (struct id) { { 0x66 } };
	buf_init(&out, RECORD_BYTES_MAX);
	assert_int_equal(record_encode(&record, &out), ERR_OK);
	ret = harness_keep(c->k.h, buf_str(&out));
	buf_clear(&out);
	return ret;
}

static void give(struct copy *c, uint64_t corr, const struct sesi_open *open)
{
	struct stream_place at = { open->epoch, open->after_seq, open->after_hash }, last = at;
	uint64_t first = store_log(runtime_store(c->r))->committed.seq;
	struct buf out;

	c->tails++;
	assert_int_equal(session_opened(c->session, corr, &at, &at), ERR_OK);
	buf_init(&out, SESSION_PAYLOAD_MAX);
	for (uint32_t n = 0; n < c->given; n++) {
		struct str bytes = c->is_forged && n == 0 ? forged(c, c->records[n]) : c->records[n];
		char len[4];

		be32_put(len, (uint32_t)bytes.len);
		buf_add(&out, len, sizeof len);
		buf_add_str(&out, bytes);
		last.hash = record_hash(&last.hash, bytes);
		last.seq++;
	}
	assert_int_equal(first, at.seq);
	if (c->given > 0)
		assert_int_equal(session_events(c->session, corr, c->given, &last, buf_str(&out)), ERR_OK);
	if (!c->is_mute)
		assert_int_equal(
			session_head(c->session, corr, open->stream, &last, (struct str) { NULL, 0 }), ERR_OK);
	assert_int_equal(session_close_stream(c->session, corr), ERR_OK);
	buf_clear(&out);
}

/* What the service asks for is given at once, some rounds long. */
static void run(struct copy *c)
{
	for (uint32_t round = 0; round < 20; round++) {
		struct frames list[MESSAGES_MAX];
		struct session_note note;
		uint32_t count = c->up_count;

		memcpy(list, c->up, sizeof list);
		c->up_count = 0;
		for (uint32_t n = 0; n < count; n++)
			runtime_frames(c->r, LINK, &list[n]);
		harness_run(c->k.h);
		count = c->down_count;
		memcpy(list, c->down, sizeof list);
		c->down_count = 0;
		for (uint32_t n = 0; n < count; n++) {
			arena_reset(&c->arena);
			session_in(c->session, &list[n], c->k.h->steady, &c->arena, &note);
			if (note.kind == NOTE_TAIL && c->tails < 6)
				give(c, note.corr, &note.open);
		}
	}
}

/* Workflow with a log that lost its last records, beside a side-car that knows of them. */
static int copy_begin(void **state)
{
	struct copy *c = calloc(1, sizeof *c);
	struct session_config config = { .service = STR("federation"),
		.node = { { 7 } },
		.boot = { { 9 } },
		.version = STR("uji"),
		.peer_service = STR("workflow"),
		.ping_ms = UINT32_MAX / 2,
		.dead_ms = UINT32_MAX,
		.window_bytes = 4 << 20,
		.window_events = 16384,
		.send = copy_sends,
		.self = c };
	struct kv_image *cut;
	uint64_t before, after;

	assert_non_null(c);
	arena_init(&c->arena, 8 << 20);
	c->k = kantor_open("");
	cut = harness_cut(c->k.h, "workflow");
	before = harness_events(c->k.h, "workflow", NULL);
	for (uint32_t n = 0; n < 3; n++)
		kantor_policy(&c->k, "hari_pertama_dihitung", n % 2 == 0 ? "ya" : "tidak");
	after = harness_events(c->k.h, "workflow", NULL);
	c->r = harness_node(c->k.h, "workflow")->runtime;
	for (uint64_t seq = before + 1; seq <= after; seq++) {
		struct txn *txn;
		struct hash hash;
		struct str bytes;

		assert_int_equal(txn_begin(runtime_store(c->r), KV_READ, &txn), ERR_OK);
		assert_int_equal(log_get(store_log(runtime_store(c->r)), txn_kv(txn), seq, &hash, &bytes),
			ERR_OK);
		c->records[c->count++] = harness_keep(c->k.h, bytes);
		txn_abort(&txn);
	}
	harness_stop(c->k.h, "workflow");
	harness_put_back(c->k.h, "workflow", &cut);
	harness_start(c->k.h, "workflow");
	c->r = harness_node(c->k.h, "workflow")->runtime;
	assert_string_equal(c->r->fence, FENCE_BACK);
	c->below = c->r->o.transport;
	c->r->o.transport = (struct transport) { c, runtime_sends, runtime_drops, runtime_settles };
	c->session = session_open(&config, c->k.h->steady);
	runtime_up(c->r, LINK, str_of("federation"), true);
	c->given = c->count;
	*state = c;
	return 0;
}

static int copy_end(void **state)
{
	struct copy *c = *state;

	runtime_down(c->r, LINK);
	c->r->o.transport = c->below;
	session_close(&c->session);
	arena_clear(&c->arena);
	kantor_close(&c->k);
	free(c);
	return 0;
}

#define WITH_COPY(f) cmocka_unit_test_setup_teardown(f, copy_begin, copy_end)

static void the_true_end_comes_back_and_the_service_goes_on(void **state)
{
	struct copy *c = *state;

	run(c);
	assert_null(c->r->fence);
	assert_int_equal(store_log(c->r->store)->committed.seq, c->r->noted.head.seq);
}

/* More may be there than was sent: nothing follows from a word that did not come. */
static void where_the_end_was_not_told_the_fence_stays(void **state)
{
	struct copy *c = *state;

	c->is_mute = true;
	run(c);
	assert_int_equal(store_log(c->r->store)->committed.seq, c->r->noted.head.seq);
	assert_string_equal(c->r->fence, FENCE_BACK);
	c->is_mute = false;
	c->given = 0;
	c->k.h->steady += 3 * US_PER_SECOND;
	run(c);
	assert_null(c->r->fence);
}

static void another_end_than_was_lost_is_not_taken(void **state)
{
	struct copy *c = *state;
	uint64_t before = store_log(c->r->store)->committed.seq;

	c->is_forged = true;
	run(c);
	assert_string_equal(c->r->fence, FENCE_OTHER);
	assert_int_equal(store_log(c->r->store)->committed.seq, before);
}

/* What is there is better than nothing; a person decides about the rest, and is told that nothing proves it. */
static void a_copy_that_ends_before_is_taken_and_a_person_decides(void **state)
{
	struct copy *c = *state;
	uint64_t before = store_log(c->r->store)->committed.seq;

	c->given = c->count - 1;
	run(c);
	c->given = 0;
	run(c);
	assert_string_equal(c->r->fence, FENCE_BACK);
	assert_int_equal(store_log(c->r->store)->committed.seq, before + c->count - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_COPY(the_true_end_comes_back_and_the_service_goes_on),
		WITH_COPY(where_the_end_was_not_told_the_fence_stays),
		WITH_COPY(another_end_than_was_lost_is_not_taken),
		WITH_COPY(a_copy_that_ends_before_is_taken_and_a_person_decides),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The streams of services that are played: what was published, served to whoever follows it. */
#include "lib/harness_parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "runtime/stream_name.h"
#include "store/record.h"

enum { SEND_BYTES = 512 * 1024 };

static struct harness_history *history_of(struct harness *h, struct str name)
{
	struct harness_history *y;

	for (uint32_t i = 0; i < h->history_count; i++)
		if (str_is(name, h->histories[i].name))
			return &h->histories[i];
	assert_true(h->history_count < HARNESS_STREAMS_MAX);
	y = &h->histories[h->history_count++];
	y->name = arena_print(&h->arena, "%.*s", (int)name.len, name.ptr);
	y->epoch.bytes[0] = 0x5e;
	y->epoch.bytes[1] = (uint8_t)h->history_count;
	y->places = arena_take(&h->arena, (HARNESS_HISTORY_MAX + 1) * sizeof *y->places);
	y->records = arena_take(&h->arena, (HARNESS_HISTORY_MAX + 1) * sizeof *y->records);
	assert_true(y->places != NULL && y->records != NULL);
	y->places[0] = (struct stream_place) { .epoch = y->epoch, .hash = hash_of(name) };
	return y;
}

/* Sends what there is of the stream to everybody who follows it. */
void harness_stream_serve(struct harness_talker *t)
{
	uint64_t corrs[SESSION_STREAMS_MAX];
	uint32_t n = session_is_ready(t->session) ? session_serving(t->session, corrs) : 0;

	for (uint32_t i = 0; i < n; i++) {
		const struct harness_history *y;
		struct stream_place at;
		struct str stream;
		struct buf out;
		uint64_t bytes;
		uint32_t events, count = 0;

		if (!session_served(t->session, corrs[i], &stream, &at))
			continue;
		y = history_of(t->h, stream);
		if (at.seq >= y->count)
			continue;
		session_room(t->session, corrs[i], &bytes, &events);
		buf_init(&out, SEND_BYTES);
		while (at.seq + count < y->count && count < events &&
			out.len + y->records[at.seq + count + 1].len + 4 <= bytes && out.len < SEND_BYTES / 2) {
			struct str record = y->records[at.seq + ++count];
			uint8_t len[4];

			be32_put(len, (uint32_t)record.len);
			buf_add(&out, len, sizeof len);
			buf_add_str(&out, record);
		}
		if (count > 0)
			assert_int_equal(session_events(t->session, corrs[i], count, &y->places[at.seq + count],
								 buf_str(&out)),
				ERR_OK);
		buf_clear(&out);
	}
}

static bool is_of_node(const struct harness_history *y)
{
	return strchr(y->name, '/') != NULL;
}

/* A stream of another node that is new is told of, so that the catalogue is asked again. */
static void serve_all(struct harness *h, const struct harness_history *y)
{
	const char *name = is_of_node(y) ? "federation" : y->name;

	for (uint32_t i = 0; i < h->talker_count; i++) {
		struct harness_talker *t = &h->talkers[i];

		if (t->session == NULL || strcmp(t->name, name) != 0)
			continue;
		if (is_of_node(y) && y->count == 1 && session_is_ready(t->session))
			harness_stream_head(t, 0, str_of(y->name));
		harness_stream_serve(t);
	}
}

void harness_stream_catalogue(struct harness_talker *t, uint64_t corr)
{
	struct aliran_simpul list[HARNESS_STREAMS_MAX];
	struct daftar_aliran body = { .aliran = list };
	struct sesi_answer answer = { .status = SESI_STATUS_OK, .has_body = true };
	struct problem why;
	struct buf out;

	for (uint32_t i = 0; i < t->h->history_count; i++) {
		const struct harness_history *y = &t->h->histories[i];
		const struct stream_place *head = &y->places[y->count];
		struct aliran_simpul *entry = &list[body.aliran_len];

		if (!is_of_node(y))
			continue;
		*entry = (struct aliran_simpul) { .nama = str_of(y->name),
			.simpul_nama = STR("anak"),
			.kepala_epok = head->epoch,
			.kepala_seq = head->seq,
			.kepala_hash = head->hash };
		assert_int_equal(node_stream_read(entry->nama, &entry->simpul, &entry->layanan), ERR_OK);
		body.aliran_len++;
	}
	buf_init(&out, SEND_BYTES);
	assert_int_equal(wire_encode(&schema_daftar_aliran, &body, &out, &why), ERR_OK);
	answer.body = buf_str(&out);
	assert_int_equal(session_answer(t->session, corr, &answer), ERR_OK);
	buf_clear(&out);
}

void harness_stream_open(struct harness_talker *t, const struct session_note *note)
{
	struct harness_history *y = history_of(t->h, note->open.stream);

	assert_true(note->open.after_seq <= y->count);
	assert_int_equal(session_opened(t->session, note->corr, &y->places[note->open.after_seq],
						 &y->places[y->count]),
		ERR_OK);
	harness_stream_serve(t);
}

void harness_stream_head(struct harness_talker *t, uint64_t corr, struct str stream)
{
	struct harness_history *y = history_of(t->h, stream);

	assert_int_equal(session_head(t->session, corr, str_of(y->name), &y->places[y->count],
						 (struct str) { NULL, 0 }),
		ERR_OK);
}

void harness_publish(struct harness *h, const char *stream, const struct schema *schema,
	struct str key, const void *event)
{
	struct harness_history *y = history_of(h, str_of(stream));
	struct record r = { .seq = y->count + 1,
		.epoch = y->epoch,
		.at = h->wall,
		.type = schema->code,
		.version = schema->version,
		.key = key,
		.cause = { .kind = CAUSE_SYSTEM, .from = STR("uji") } };
	struct problem why;
	struct buf body, out;

	assert_null(harness_node_find(h, str_of(stream)));
	assert_true(y->count < HARNESS_HISTORY_MAX);
	buf_init(&body, RECORD_BYTES_MAX);
	buf_init(&out, RECORD_BYTES_MAX);
	assert_int_equal(wire_encode(schema, event, &body, &why), ERR_OK);
	r.payload = buf_str(&body);
	assert_int_equal(record_encode(&r, &out), ERR_OK);
	y->records[r.seq] = harness_keep(h, buf_str(&out));
	y->places[r.seq] = (struct stream_place) { .epoch = y->epoch,
		.seq = r.seq,
		.hash = record_hash(&y->places[y->count].hash, buf_str(&out)) };
	y->count++;
	buf_clear(&body);
	buf_clear(&out);
	serve_all(h, y);
	harness_run(h);
}

/* The protocol as bytes between a node and the node above it: catalogue, stream, signed head, copy; compared with
 * tests/data/vectors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <sodium.h>

#include "base/bytes.h"
#include "lib/counting.h"
#include "lib/vector.h"
#include "store/record.h"
#include "wire/wire.h"

/* The node below dials; its stream is read by the node above, which keeps a copy. */
static const char node_name[] = "Dinas Contoh";
static const char stream_name[] = "0c0c0c0c-0c0c-0c0c-0c0c-0c0c0c0c0c0c/intake";

/* Three true records of the stream, from its genesis on. */
static void history_of_records(struct history *h, struct pair *p)
{
	struct id epoch = id_numbered(9);
	struct buf genesis;

	buf_init(&genesis, 256);
	buf_add(&genesis, "genesis", sizeof "genesis");
	buf_add(&genesis, node_name, sizeof node_name);
	buf_add(&genesis, "intake", sizeof "intake");
	buf_add(&genesis, epoch.bytes, sizeof epoch.bytes);
	h->length = 3;
	h->places[0] =
		(struct stream_place) { .epoch = id_numbered(9), .hash = hash_of(buf_str(&genesis)) };
	buf_clear(&genesis);
	for (uint32_t i = 1; i <= h->length; i++) {
		struct record record = { .seq = i,
			.epoch = id_numbered(9),
			.at = 1634000000 * US_PER_SECOND + i,
			.type = 0x0f01, /* of a type that nobody knows: it is passed over */
			.version = 1,
			.key = str_of("k"),
			.cause = { .kind = CAUSE_SYSTEM, .from = STR("contoh") },
			.payload = STR("\x80") };
		struct buf bytes;

		buf_init(&bytes, RECORD_BYTES_MAX);
		assert_int_equal(record_encode(&record, &bytes), ERR_OK);
		assert_int_equal(arena_copy(&p->arena, buf_str(&bytes), &h->records[i]), ERR_OK);
		buf_clear(&bytes);
		h->places[i] = (struct stream_place) { .epoch = id_numbered(9),
			.seq = i,
			.hash = record_hash(&h->places[i - 1].hash, h->records[i]) };
	}
}

static struct history below; /* what the node below has; the node above holds a copy of it */
static uint8_t sign_public[crypto_sign_PUBLICKEYBYTES], sign_secret[crypto_sign_SECRETKEYBYTES];

/* As the node below signs the head of its stream; the key comes of 32 bytes 0x07. */
static struct str sign_head(struct pair *p, const struct stream_place *at)
{
	uint8_t seed[crypto_sign_SEEDBYTES], seq[8] = { 0 };
	uint8_t *signature = arena_take(&p->arena, SESSION_SIGNATURE_BYTES);
	struct buf statement;

	memset(seed, 7, sizeof seed);
	assert_int_equal(crypto_sign_seed_keypair(sign_public, sign_secret, seed), 0);
	be64_put(seq, at->seq);
	buf_init(&statement, 256);
	buf_add(&statement, "ppid-head", sizeof "ppid-head");
	buf_add(&statement, stream_name, sizeof stream_name);
	buf_add(&statement, at->epoch.bytes, sizeof at->epoch.bytes);
	buf_add(&statement, seq, sizeof seq);
	buf_add(&statement, at->hash.bytes, HASH_BYTES);
	assert_int_equal(crypto_sign_detached(signature, NULL, (const uint8_t *)statement.ptr,
						 statement.len, sign_secret),
		0);
	buf_clear(&statement);
	return str_bytes(signature, SESSION_SIGNATURE_BYTES);
}

/* The node above tells the copy that it holds. */
static void tell_copy(void *self, struct arena *arena, struct sesi_stream **ret, uint32_t *ret_len)
{
	static struct sesi_epoch epoch;
	static struct sesi_stream stream;

	(void)self;
	(void)arena;
	epoch = (struct sesi_epoch) { id_numbered(9), 0, below.places[0].hash };
	stream = (struct sesi_stream) { .name = str_of(stream_name),
		.head_seq = 3,
		.head_hash = below.places[3].hash,
		.epochs = &epoch,
		.epochs_len = 1 };
	*ret = &stream;
	*ret_len = 1;
}

static struct str catalogue(struct pair *p)
{
	struct sesi_epoch epoch = { id_numbered(9), 0, below.places[0].hash };
	struct aliran_simpul row = { .nama = str_of(stream_name),
		.simpul = id_numbered(12),
		.simpul_nama = str_of(node_name),
		.layanan = STR("intake"),
		.kepala_epok = id_numbered(9),
		.kepala_seq = 3,
		.kepala_hash = below.places[3].hash,
		.has_kepala_pada = true,
		.kepala_pada = 1634000000 * US_PER_SECOND + 3,
		.epok = &epoch,
		.epok_len = 1,
		.has_tanda_seq = true,
		.tanda_seq = 3,
		.has_tanda_tangan = true,
		.tanda_tangan = sign_head(p, &below.places[3]),
		.has_kunci_tanda = true,
		.kunci_tanda = str_bytes(sign_public, sizeof sign_public) };
	struct daftar_aliran list = { .aliran = &row, .aliran_len = 1 };
	struct problem why;
	struct buf out;
	struct str body;

	buf_init(&out, SESSION_BODY_MAX);
	assert_int_equal(wire_encode(&schema_daftar_aliran, &list, &out, &why), ERR_OK);
	assert_int_equal(arena_copy(&p->arena, buf_str(&out), &body), ERR_OK);
	buf_clear(&out);
	return body;
}

/* The node above asks what there is and reads it. */
static void read_below(struct pair *p)
{
	struct session *child = p->sides[DIALER].session, *parent = p->sides[LISTENER].session;
	struct stream_place beginning = { .seq = 0 };
	struct sesi_ask ask = { .type = MSG_KATALOG_ALIRAN,
		.version = 1,
		.body = STR("\x80"),
		.time_left_ms = 10000 };
	struct sesi_answer answer = { .status = SESI_STATUS_OK, .has_body = true };
	uint64_t corr;

	assert_int_equal(session_ask(parent, &ask, &corr), ERR_OK);
	assert_int_equal(vector_check(p, DIALER, "33_ask_catalogue")->kind, NOTE_ASK);
	answer.body = catalogue(p);
	assert_int_equal(session_answer(child, corr, &answer), ERR_OK);
	assert_int_equal(vector_check(p, LISTENER, "34_answer_catalogue")->kind, NOTE_ANSWER);
	assert_int_equal(session_open_stream(parent, str_of(stream_name), &beginning, &corr), ERR_OK);
	assert_int_equal(vector_check(p, DIALER, "35_open")->kind, NOTE_OPEN);
	assert_int_equal(session_opened(child, corr, &below.places[0], &below.places[3]), ERR_OK);
	assert_int_equal(vector_check(p, LISTENER, "36_opened")->kind, NOTE_OPENED);
	assert_int_equal(
		session_events(child, corr, 3, &below.places[3], history_payload(&below, p, 1, 3)), ERR_OK);
	assert_int_equal(vector_check(p, LISTENER, "37_events")->kind, NOTE_EVENTS);
	p->now += US_PER_SECOND;
	session_consumed(parent, corr, &below.places[3], 0, 3, p->now);
	assert_int_equal(p->sides[DIALER].way_count, 2);
	p->sides[DIALER].way_count--; /* one at a time: the ACK waits */
	assert_int_equal(vector_check(p, DIALER, "38_credit")->kind, NOTE_CREDIT);
	p->sides[DIALER].way[p->sides[DIALER].way_count++] = p->sides[DIALER].way[1];
	assert_int_equal(vector_check(p, DIALER, "39_ack")->kind, NOTE_ACK);
	assert_int_equal(session_head(child, corr, str_of(stream_name), &below.places[3],
						 sign_head(p, &below.places[3])),
		ERR_OK);
	assert_int_equal(vector_check(p, LISTENER, "40_head_signed")->kind, NOTE_HEAD);
}

/* The node below was restored from a backup and has the first record alone. */
static void salvage(struct pair *p)
{
	struct session *child = p->sides[DIALER].session, *parent = p->sides[LISTENER].session;
	uint64_t corr;

	assert_int_equal(session_tail_stream(child, str_of(stream_name), &below.places[1], &corr),
		ERR_OK);
	assert_int_equal(vector_check(p, LISTENER, "41_tail")->kind, NOTE_TAIL);
	assert_int_equal(session_opened(parent, corr, &below.places[1], &below.places[3]), ERR_OK);
	assert_int_equal(vector_check(p, DIALER, "42_opened")->kind, NOTE_OPENED);
	assert_int_equal(
		session_events(parent, corr, 2, &below.places[3], history_payload(&below, p, 2, 3)),
		ERR_OK);
	assert_int_equal(vector_check(p, DIALER, "43_events")->kind, NOTE_EVENTS);
	assert_int_equal(session_head(parent, corr, str_of(stream_name), &below.places[3],
						 sign_head(p, &below.places[3])),
		ERR_OK);
	assert_int_equal(vector_check(p, DIALER, "44_head_signed")->kind, NOTE_HEAD);
	assert_int_equal(session_close_stream(parent, corr), ERR_OK);
	assert_int_equal(vector_check(p, DIALER, "45_close")->kind, NOTE_CLOSE);
}

static void nodes_speak_the_bytes_of_their_vectors(void **state)
{
	struct pair_options options = { .service = { "federation", "federation" },
		.node = { id_numbered(12), id_numbered(13) },
		.expected_node = { id_numbered(13), id_numbered(12) },
		.streams = tell_copy,
		.window_events = 6 };
	struct pair p;

	(void)state;
	counting_from(1000);
	pair_init(&p, options);
	history_of_records(&below, &p);
	(void)pair_tick(&p, DIALER);
	assert_int_equal(vector_check(&p, LISTENER, "31_hello")->kind, NOTE_READY);
	assert_int_equal(vector_check(&p, DIALER, "32_welcome_streams")->welcome.streams_len, 1);
	read_below(&p);
	salvage(&p);
	p.now += 10 * US_PER_SECOND;
	(void)pair_tick(&p, LISTENER);
	assert_int_equal(vector_check(&p, DIALER, "46_ping")->kind, NOTE_NONE);
	assert_int_equal(vector_check(&p, LISTENER, "47_pong")->kind, NOTE_NONE);
	session_bye(p.sides[LISTENER].session);
	assert_int_equal(vector_check(&p, DIALER, "48_bye")->kind, NOTE_DOWN);
	pair_clear(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nodes_speak_the_bytes_of_their_vectors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

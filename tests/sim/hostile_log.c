/* The logs that a hostile node makes up: whole chains with its own name in the genesis, and what does not belong there. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "runtime/engine.h"
#include "sim/hostile.h"
#include "sim/nodes.h"

void forged_clear(struct hostile *h)
{
	for (uint32_t n = 1; n <= h->log.count; n++)
		free((char *)h->log.records[n].ptr);
	h->log.count = 0;
}

void forged_make(struct hostile *h, const char *service, bool is_known)
{
	struct forged *log = &h->log;
	struct id epoch = { { 0x5e } };

	forged_clear(h);
	(void)snprintf(log->service, sizeof log->service, "%s", service);
	for (size_t n = 0; n < sizeof epoch.bytes && !is_known; n++)
		epoch.bytes[n] = (uint8_t)chance_below(&h->chance, 256);
	if (node_stream_name(h->node.id, str_of(log->service), log->name) != ERR_OK)
		assert(!"the name of a stream");
	log->heads[0] = (struct place) { epoch, 0,
		log_genesis(str_of(h->node.name), str_of(log->service), &epoch) };
}

void forged_add_bytes(struct hostile *h, struct str bytes)
{
	struct forged *log = &h->log;
	struct place *head = &log->heads[log->count];
	char *copy = malloc(bytes.len + 1);

	assert(copy != NULL && log->count < RECORDS_MAX);
	memcpy(copy, bytes.ptr, bytes.len);
	log->records[++log->count] = str_bytes(copy, bytes.len);
	log->heads[log->count] =
		(struct place) { head->epoch, head->seq + 1, record_hash(&head->hash, bytes) };
}

void forged_add(struct hostile *h, time_us at, const struct schema *schema, const void *event)
{
	struct record r = { .seq = h->log.count + 1,
		.epoch = h->log.heads[0].epoch,
		.at = at,
		.type = schema->code,
		.version = schema->version,
		.key = str_of("kunci"),
		.cause = { .kind = CAUSE_SYSTEM, .from = str_of("uji") } };
	struct problem why;
	struct buf body, bytes;

	buf_init(&body, SESSION_BODY_MAX);
	buf_init(&bytes, RECORD_BYTES_MAX);
	if (wire_encode(schema, event, &body, &why) != ERR_OK)
		assert(!"an event that cannot be encoded");
	r.payload = buf_str(&body);
	if (record_encode(&r, &bytes) != ERR_OK)
		assert(!"a record that cannot be encoded");
	forged_add_bytes(h, buf_str(&bytes));
	buf_clear(&body);
	buf_clear(&bytes);
}

struct aliran_simpul forged_entry(struct hostile *h)
{
	const struct place *head = &h->log.heads[h->log.count];
	struct sesi_epoch *epoch = arena_take(&h->arena, sizeof *epoch);
	struct sim_keys keys;
	struct str key;

	sim_keys_of(&h->node, h->node.generation, &keys);
	if (epoch == NULL ||
		arena_copy(&h->arena, str_bytes(keys.sign.public_key, SIGN_KEY_BYTES), &key) != ERR_OK)
		assert(!"room for an entry");
	*epoch = (struct sesi_epoch) { h->log.heads[0].epoch, 0, h->log.heads[0].hash };
	return (struct aliran_simpul) { .nama = str_of(h->log.name),
		.simpul = h->node.id,
		.simpul_nama = str_of(h->node.name),
		.layanan = str_of(h->log.service),
		.kepala_epok = head->epoch,
		.kepala_seq = head->seq,
		.kepala_hash = head->hash,
		.epok = epoch,
		.epok_len = 1,
		.has_kunci_tanda = true,
		.kunci_tanda = key };
}

void forged_serve(struct hostile *h, uint64_t corr)
{
	struct stream_place at, last;
	struct str stream;
	struct buf out;
	uint32_t count = 0;

	if (!session_served(h->session, corr, &stream, &at) || at.seq >= h->log.count)
		return;
	buf_init(&out, SESSION_PAYLOAD_MAX);
	while (at.seq + count < h->log.count) {
		struct str record = h->log.records[at.seq + ++count];
		uint8_t len[4];

		be32_put(len, (uint32_t)record.len);
		buf_add(&out, len, sizeof len);
		buf_add_str(&out, record);
	}
	last = place_out(&h->log.heads[h->log.count]);
	/* more than was granted is not sent: the session here is an honest one */
	(void)!session_events(h->session, corr, count, &last, buf_str(&out));
	buf_clear(&out);
}

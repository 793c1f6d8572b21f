/* What a hostile node does, and what is said of it. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "bus/header.h"
#include "lib/gen.h"
#include "runtime/engine.h"
#include "sim/hostile.h"
#include "sim/nodes.h"

enum { FRAME_MAX = 2 * 1024 * 1024, HONEST = 10 };

#define YEAR_2100 (INT64_C(4102444800) * US_PER_SECOND)

/* --- offers: streams of others, odd names, other keys --- */

/* The log of `node`, as if it were held here. */
static uint32_t offer_of(struct hostile *h, const struct sim_node *node, struct aliran_simpul *page)
{
	char name[NODE_STREAM_MAX + 1];

	page[0] = forged_entry(h);
	page[0].simpul = node->id;
	page[0].simpul_nama = str_of(node->name);
	page[0].layanan = str_of("intake");
	if (node_stream_name(node->id, str_of("intake"), name) != ERR_OK ||
		arena_copy(&h->arena, str_of(name), &page[0].nama) != ERR_OK)
		assert(!"the name of a stream");
	return 1;
}

static uint32_t offer_parents(struct hostile *h, struct aliran_simpul *page)
{
	return offer_of(h, h->node.parent, page);
}

static uint32_t offer_siblings(struct hostile *h, struct aliran_simpul *page)
{
	const struct world *w = h->node.world;

	for (uint32_t n = 0; n < w->real_nodes; n++)
		if (w->nodes[n].parent == h->node.parent)
			return offer_of(h, &w->nodes[n], page);
	return offer_of(h, h->node.parent, page);
}

static uint32_t offer_other_key(struct hostile *h, struct aliran_simpul *page)
{
	page[0] = forged_entry(h);
	memset((char *)page[0].kunci_tanda.ptr, 0x55, SIGN_KEY_BYTES);
	return 1;
}

static uint32_t offer_other_name(struct hostile *h, struct aliran_simpul *page)
{
	page[0] = forged_entry(h);
	page[0].simpul_nama = str_of(h->node.parent->name);
	return 1;
}

static uint32_t offer_odd_name(struct hostile *h, struct aliran_simpul *page)
{
	page[0] = forged_entry(h);
	page[0].simpul_nama = str_of("musuh\x1b[2J");
	return 1;
}

static uint32_t offer_without_key(struct hostile *h, struct aliran_simpul *page)
{
	page[0] = forged_entry(h);
	page[0].has_kunci_tanda = false;
	return 1;
}

/* Nodes that nobody has seen, below it: taken, as far as there is room, and they never say a word. */
static uint32_t offer_ghosts(struct hostile *h, struct aliran_simpul *page)
{
	for (uint32_t n = 0; n < 8; n++) {
		struct sim_node ghost = { .name = "hantu" };

		memset(ghost.id.bytes, 0xd0 + (int)n, sizeof ghost.id.bytes);
		(void)offer_of(h, &ghost, &page[n]);
		page[n].simpul_nama = str_of("hantu");
	}
	return 8;
}

/* --- its own log --- */

static void forge_future(struct hostile *h)
{
	struct permohonan_diajukan e = { .permohonan_id = { { 1, 2, 3 } },
		.unit = str_of("MUSUH"),
		.nomor = str_of("1"),
		.seri = str_of("s"),
		.tahun = 2100,
		.urut = 1,
		.diterima_pada = YEAR_2100,
		.kanal = KANAL_WEBSITE,
		.jenis = JENIS_PEMOHON_PERORANGAN,
		.latar = LATAR_BELAKANG_UMUM,
		.cara = CARA_MEMPEROLEH_SALINAN };

	forged_add(h, YEAR_2100, &schema_permohonan_diajukan, &e);
}

/* The layout of a later version: the first element is not 1. */
static void forge_layout(struct hostile *h)
{
	struct str last = h->log.records[h->log.count];
	char bytes[1024];

	assert(last.len < sizeof bytes);
	memcpy(bytes, last.ptr, last.len);
	bytes[1] = 2;
	forged_add_bytes(h, str_bytes(bytes, last.len));
}

static void forge_garbage(struct hostile *h)
{
	char bytes[300];

	for (size_t n = 0; n < sizeof bytes; n++)
		bytes[n] = (char)chance_below(&h->chance, 256);
	forged_add_bytes(h, str_bytes(bytes, sizeof bytes));
}

/* A record of another place of the log. */
static void forge_repeat(struct hostile *h)
{
	forged_add_bytes(h, h->log.records[3]);
}

static void forge_wrong_hash(struct hostile *h)
{
	h->log.heads[h->log.count].hash.bytes[7] ^= 1;
}

/* As it stands, and not what was told before. */
static void forge_nothing(struct hostile *h)
{
	(void)h;
}

/* Another genesis than its name has. */
static void forge_beginning(struct hostile *h)
{
	struct str records[RECORDS_MAX];
	uint32_t count = h->log.count;

	h->log.heads[0].hash.bytes[0] ^= 1;
	memcpy(records, h->log.records, sizeof records);
	h->log.count = 0;
	for (uint32_t n = 1; n <= count; n++) {
		forged_add_bytes(h, records[n]);
		free((char *)records[n].ptr);
	}
}

static bool tell_head(struct hostile *h, struct place at, const char *signature)
{
	struct stream_place head = place_out(&at);
	char bytes[64];

	memset(bytes, 0x77, sizeof bytes);
	return session_head(h->session, 0, str_of(h->log.name), &head,
			   str_bytes(signature == NULL ? bytes : signature, sizeof bytes)) == ERR_OK;
}

/* Signed by nobody. */
static bool step_signature(struct hostile *h)
{
	return h->left > 1 || tell_head(h, h->log.heads[h->log.count], NULL);
}

/* --- frames --- */

static bool raw(struct hostile *h, uint8_t major, uint8_t type, uint16_t flags, uint64_t corr,
	struct str body, struct str payload)
{
	uint8_t header[HEADER_BYTES] = { 0xA5, 0xC1, major, type };
	struct frames frames = { str_bytes(header, sizeof header), body, payload };

	be16_put(header + 4, flags);
	memcpy(header + 8, h->number, sizeof h->number);
	be64_put(header + 16, corr);
	return h->conn != NULL &&
		net_send(h->node.world, HOSTILE_END, h->conn->link_from, &frames) == ERR_OK;
}

static const struct str nothing = { "\x80", 1 };
static const struct str none = { NULL, 0 };

static bool step_garbage(struct hostile *h)
{
	char bytes[512];

	for (size_t n = 0; n < sizeof bytes; n++)
		bytes[n] = (char)chance_below(&h->chance, 256);
	bytes[0] = '\xc1'; /* of no msgpack value */
	return raw(h, 1, SESI_PING, 0, 0, str_bytes(bytes, 1 + chance_below(&h->chance, 500)), none);
}

static bool step_header(struct hostile *h)
{
	char bytes[HEADER_BYTES] = { 0 };
	struct frames frames = { str_bytes(bytes, sizeof bytes), nothing, none };

	for (size_t n = 0; n < sizeof bytes; n++)
		bytes[n] = (char)chance_below(&h->chance, 128);
	return net_send(h->node.world, HOSTILE_END, h->conn->link_from, &frames) == ERR_OK;
}

static bool step_major(struct hostile *h)
{
	return raw(h, 9, SESI_PING, 0, 0, nothing, none);
}

static bool step_flags(struct hostile *h)
{
	return raw(h, 1, SESI_PING, 0x8000, 0, nothing, none);
}

static bool step_order(struct hostile *h)
{
	return raw(h, 1, SESI_WELCOME, 0, 1, nothing, none);
}

static bool step_foreign_corr(struct hostile *h)
{
	return raw(h, 1, SESI_OPENED, 0, 1000001, nothing, none);
}

static bool step_giant(struct hostile *h)
{
	static char bytes[FRAME_MAX];

	if (chance_one_in(&h->chance, 2))
		return raw(h, 1, SESI_PING, 0, 0, str_bytes(bytes, 65536), none);
	return raw(h, 1, SESI_EVENTS, 0, 2, nothing, str_bytes(bytes, FRAME_MAX - 4096));
}

/* As large as may be: read to its end, and refused for what it is. */
static bool step_large(struct hostile *h)
{
	static char bytes[61440];
	struct sesi_cmd cmd = { .id = { { (uint8_t)h->left } },
		.time_left_ms = 1000,
		.type = schema_putar_kunci_simpul.code,
		.version = 1,
		.body = { bytes, sizeof bytes } };
	uint64_t corr;

	return session_cmd(h->session, &cmd, &corr) == ERR_OK;
}

static bool step_ping(struct hostile *h)
{
	for (uint32_t n = 0; n < 200; n++)
		if (!raw(h, 1, SESI_PING, 0, 0, (struct str) { "\x81\x01\x07", 3 }, none))
			return false;
	return true;
}

static bool step_unknown_heads(struct hostile *h)
{
	struct stream_place at = { { { 1 } }, 7, { { 1 } } };

	for (uint32_t n = 0; n < 100; n++)
		if (session_head(h->session, 0, str_of("tak-dikenal"), &at, none) != ERR_OK)
			return false;
	return true;
}

/* --- what is not its own --- */

static const struct sim_node *some_node(struct hostile *h)
{
	struct world *w = h->node.world;

	return &w->nodes[chance_below(&h->chance, w->real_nodes)];
}

static bool step_opens(struct hostile *h)
{
	static const char *const services[] = { "intake", "workflow", "reporting", "federation" };
	struct stream_place beginning = { .seq = 0 };
	char name[NODE_STREAM_MAX + 1];
	enum err e = ERR_OK;

	for (uint32_t n = 0; n < 100 && e == ERR_OK; n++) {
		const char *service = services[chance_below(&h->chance, 4)];

		if (node_stream_name(some_node(h)->id, str_of(service), name) != ERR_OK)
			return false;
		if (chance_one_in(&h->chance, 4))
			e = session_open_stream(h->session, str_of(service), &beginning, &h->corr);
		else if (chance_one_in(&h->chance, 4))
			e = session_tail_stream(h->session, str_of(name), &beginning, &h->corr);
		else
			e = session_open_stream(h->session, str_of(name), &beginning, &h->corr);
	}
	return e == ERR_OK || e == ERR_LIMIT;
}

static void note_command(struct hostile *h, struct id id)
{
	if (h->command_count < COMMANDS_KEPT)
		h->commands[h->command_count++] = id;
}

/* A message of this kind as the schema allows it, filled by chance. */
static const struct schema *some_message(struct hostile *h, enum message_kind kind, struct buf *out)
{
	struct gen g = gen_of(chance_next(&h->chance), &h->arena);
	const struct schema *schema;
	struct problem why;
	void *message;

	do
		schema = schema_all[chance_below(&h->chance, schema_all_count)];
	while (schema->kind != kind);
	message = arena_take(&h->arena, schema->size);
	assert(message != NULL);
	gen_message(&g, schema, message);
	buf_reset(out);
	if (wire_encode(schema, message, out, &why) != ERR_OK)
		buf_reset(out);
	return schema;
}

static bool step_commands(struct hostile *h)
{
	enum err e = ERR_OK;
	struct buf out;

	buf_init(&out, 61440);
	for (uint32_t n = 0; n < 20 && e == ERR_OK; n++) {
		struct sesi_cmd cmd = { .id = id_make(world_wall(h->node.world),
									(uint8_t[16]) { (uint8_t)h->command_count,
										(uint8_t)(h->command_count >> 8), 0x66 }),
			.time_left_ms = 5000,
			.version = 1 };
		uint64_t corr;

		cmd.type = some_message(h, KIND_COMMAND, &out)->code;
		cmd.body = buf_str(&out);
		cmd.actor = some_node(h)->id;
		note_command(h, cmd.id);
		e = session_cmd(h->session, &cmd, &corr);
	}
	buf_clear(&out);
	return e == ERR_OK;
}

static bool step_questions(struct hostile *h)
{
	enum err e = ERR_OK;
	struct buf out;

	buf_init(&out, 61440);
	for (uint32_t n = 0; n < 20 && e == ERR_OK; n++) {
		struct sesi_ask ask = { .time_left_ms = 5000, .version = 1 };
		const struct schema *schema = some_message(h, KIND_QUESTION, &out);

		if (schema == &schema_katalog_aliran)
			continue;
		ask.type = schema->code;
		ask.body = buf_str(&out);
		ask.actor = some_node(h)->id;
		e = session_ask(h->session, &ask, &h->corr);
	}
	buf_clear(&out);
	return e == ERR_OK;
}

static bool step_letters(struct hostile *h)
{
	enum err e = ERR_OK;
	struct buf out;

	buf_init(&out, 61440);
	for (uint32_t n = 0; n < 20 && e == ERR_OK; n++) {
		struct sesi_letter letter = { .id = id_make(world_wall(h->node.world),
										  (uint8_t[16]) { (uint8_t)h->command_count, 0x67,
											  (uint8_t)(h->command_count >> 8) }),
			.version = 1 };
		uint64_t corr;

		letter.type = some_message(h, KIND_LETTER, &out)->code;
		letter.body = buf_str(&out);
		note_command(h, letter.id);
		e = session_letter(h->session, &letter, &corr);
	}
	buf_clear(&out);
	return e == ERR_OK;
}

/* clang-format off */
const struct attack attacks[] = {
/*	  what                           named as                 steps each step            offers             records           of         is */
	{ "streams of the node above",   "mengaku_simpul_ini",     1, NULL,               offer_parents,     NULL,             NULL,      0 },
	{ "streams of a sibling",        "mengaku_simpul_lain",    1, NULL,               offer_siblings,    NULL,             NULL,      0 },
	{ "another key",                 "kunci_atau_nama_lain",   1, NULL,               offer_other_key,   forge_nothing,    NULL,      0 },
	{ "another name",                "kunci_atau_nama_lain",   1, NULL,               offer_other_name,  forge_nothing,    NULL,      0 },
	{ "an odd name",                 "nama_aliran_salah",      1, NULL,               offer_odd_name,    NULL,             NULL,      0 },
	{ "no key",                      "aliran_tanpa_kunci",     1, NULL,               offer_without_key, forge_nothing,    NULL,      0 },
	{ "nodes that are none",         NULL,                     1, NULL,               offer_ghosts,      NULL,             NULL,      0 },
	{ "a catalogue without end",     "katalog_tanpa_akhir",    1, NULL,               NULL,              NULL,             NULL,      ENDLESS | SLOW },
	{ "records of the year 2100",    "waktu_di_masa_depan",    1, NULL,               NULL,              forge_future,     "intake",  0 },
	{ "records of another layout",   "versi_lebih_baru",       1, NULL,               NULL,              forge_layout,     NULL,      0 },
	{ "records that are none",       "rekaman_rusak",          1, NULL,               NULL,              forge_garbage,    NULL,      0 },
	{ "a record of another place",   "rekaman_rusak",          1, NULL,               NULL,              forge_repeat,     NULL,      0 },
	{ "a wrong hash",                "rantai_putus",           1, NULL,               NULL,              forge_wrong_hash, NULL,      0 },
	{ "another history",             "riwayat_berbeda",        1, NULL,               NULL,              forge_nothing,    KNOWN_LOG, SLOW },
	{ "a wrong beginning",           "awal_salah",             1, NULL,               NULL,              forge_beginning,  NULL,      0 },
	{ "a signature of nobody",       "tanda_tangan_salah",     9, step_signature,     NULL,              NULL,             NULL,      0 },
	{ "no msgpack",                  "pesan_cacat",            1, step_garbage,       NULL,              NULL,             NULL,      0 },
	{ "no header",                   "pesan_cacat",            1, step_header,        NULL,              NULL,             NULL,      0 },
	{ "another major version",       "versi_lain",             1, step_major,         NULL,              NULL,             NULL,      0 },
	{ "unknown flags",               "pesan_cacat",            1, step_flags,         NULL,              NULL,             NULL,      0 },
	{ "a broken order",              "pesan_cacat",            1, step_order,         NULL,              NULL,             NULL,      0 },
	{ "answers to nothing",          "pesan_cacat",            1, step_foreign_corr,  NULL,              NULL,             NULL,      0 },
	{ "giant frames",                "pesan_cacat",            1, step_giant,         NULL,              NULL,             NULL,      0 },
	{ "large commands",              NULL,                     9, step_large,         NULL,              NULL,             NULL,      0 },
	{ "thousands of pings",          NULL,                     9, step_ping,          NULL,              NULL,             NULL,      0 },
	{ "heads of unknown streams",    NULL,                     9, step_unknown_heads, NULL,              NULL,             NULL,      0 },
	{ "thousands of streams",        NULL,                    20, step_opens,         NULL,              NULL,             NULL,      0 },
	{ "commands",                    NULL,                     9, step_commands,      NULL,              NULL,             NULL,      0 },
	{ "questions",                   NULL,                     9, step_questions,     NULL,              NULL,             NULL,      0 },
	{ "letters",                     NULL,                     9, step_letters,       NULL,              NULL,             NULL,      0 },
	{ "no answer at all",            NULL,                     1, NULL,               NULL,              NULL,             NULL,      DUMB },
};
/* clang-format on */
const uint32_t attack_count = sizeof attacks / sizeof attacks[0];

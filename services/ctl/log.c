#include "ctl/ctl.h"
#include "ctl/node_link.h"
#include "ctl/verbs.h"
#include "base/civil.h"
#include "store/record.h"

#include <stdio.h>
#include <string.h>

enum { RECORD_ARENA_BYTES = 4 * 1024 * 1024, LINE_BYTES_MAX = 1024 * 1024 };

static const char usage[] =
	"Penggunaan: ppidctl log LAYANAN [--from SEQ] [--last N] [--type NAMA] [--hash]\n"
	"            ppidctl follow LAYANAN [--from SEQ] [--last N] [--type NAMA] [--hash]\n"
	"            ppidctl log|follow SIMPUL/LAYANAN ...: salinan log simpul lain di sini\n"
	"Setiap peristiwa satu baris JSON; isian tentang orang disamarkan.\n"
	"  --from SEQ   hanya catatan dengan nomor ini atau sesudahnya\n"
	"  --last N     hanya N catatan terakhir\n"
	"  --type NAMA  hanya peristiwa dengan nama ini\n"
	"  --hash       bukan isinya, melainkan sidik rantai yang dihitung dari bita-bitanya: dua log\n"
	"               dengan sidik terakhir yang sama adalah sama sampai ke bitanya\n"
	"SIMPUL: nama atau id seperti pada ppidctl node list.\n";

struct reader {
	struct ctl *ctl;
	struct arena arena;
	struct buf line;
	uint64_t from; /* 0: the first */
	uint64_t last; /* 0: all */
	const char *type;
	bool is_hash;
	uint64_t bad_seq;
	bool is_later; /* it is of later software */
};

/* Keys are readable text or bytes of an id; both as text. */
static void print_bytes(struct str bytes, struct buf *out)
{
	bool is_text = str_is_utf8(bytes);

	for (size_t i = 0; i < bytes.len; i++)
		is_text = is_text && (unsigned char)bytes.ptr[i] >= 0x20;
	if (is_text) {
		json_write_text(bytes, out);
		return;
	}
	buf_print(out, "\"");
	for (size_t i = 0; i < bytes.len; i++)
		buf_print(out, "%02x", (unsigned char)bytes.ptr[i]);
	buf_print(out, "\"");
}

static void print_id(const char *name, struct id id, struct buf *out)
{
	char text[ID_TEXT_MAX];

	id_text(id, text);
	buf_print(out, ",\"%s\":\"%s\"", name, text);
}

static void print_cause(const struct cause *c, struct buf *out)
{
	static const char *const kinds[] = {
		[CAUSE_COMMAND] = "perintah",
		[CAUSE_LETTER] = "surat",
		[CAUSE_EVENT] = "peristiwa",
		[CAUSE_TIMER] = "pewaktu",
		[CAUSE_WORK] = "hasil_kerja",
		[CAUSE_SYSTEM] = "sistem",
	};

	buf_print(out, ",\"sebab\":{\"jenis\":\"%s\"", kinds[c->kind]);
	if (c->kind == CAUSE_COMMAND || c->kind == CAUSE_LETTER)
		print_id("id", c->id, out);
	if (c->from.len > 0) {
		buf_print(out, ",\"dari\":");
		json_write_text(c->from, out);
	}
	if (c->kind == CAUSE_EVENT || c->kind == CAUSE_WORK)
		buf_print(out, ",\"seq\":%llu", (unsigned long long)c->seq);
	if (c->kind == CAUSE_TIMER || c->kind == CAUSE_WORK) {
		buf_print(out, ",\"kunci\":");
		print_bytes(c->key, out);
	}
	buf_print(out, "}");
}

static void print_body(struct reader *r, const struct record *record)
{
	const struct schema *schema = schema_of_code(record->type);
	struct problem why;
	void *body = schema == NULL ? NULL : arena_take(&r->arena, schema->size);

	if (schema == NULL)
		buf_print(&r->line, ",\"tipe\":\"0x%04x\"", record->type);
	else
		buf_print(&r->line, ",\"tipe\":\"%s\"", schema->name);
	if (body != NULL && wire_decode(schema, record->payload, &r->arena, body, &why) == ERR_OK) {
		buf_print(&r->line, ",\"isi\":");
		json_write(schema, body, JSON_MASKED, &r->line);
	}
}

static void print_record(struct reader *r, const struct record *record)
{
	char at[32];

	buf_reset(&r->line);
	time_text(record->at, at);
	buf_print(&r->line, "{\"seq\":%llu,\"pada\":\"%s\"", (unsigned long long)record->seq, at);
	print_body(r, record);
	buf_print(&r->line, ",\"kunci\":");
	print_bytes(record->key, &r->line);
	print_id("pelaku", record->actor, &r->line);
	print_cause(&record->cause, &r->line);
	buf_print(&r->line, ",\"segel\":%u}\n", record->seals_len);
	ctl_print(&r->line);
}

/* The session computed the hash from the bytes that came, not from what the sender says of them. */
static void print_hash(struct reader *r, const struct session_event *event, struct id epoch)
{
	buf_reset(&r->line);
	buf_print(&r->line, "{\"seq\":%llu", (unsigned long long)event->seq);
	print_id("epok", epoch, &r->line);
	buf_print(&r->line, ",\"sidik\":\"");
	for (size_t i = 0; i < sizeof event->hash.bytes; i++)
		buf_print(&r->line, "%02x", event->hash.bytes[i]);
	buf_print(&r->line, "\"}\n");
	ctl_print(&r->line);
}

static bool on_event(void *self, const struct session_event *event, struct id epoch, uint64_t head)
{
	struct reader *r = self;
	struct record record;

	(void)head;
	if (event->seq < r->from)
		return true;
	arena_reset(&r->arena);
	if (record_decode(event->bytes, &r->arena, &record) != ERR_OK) {
		r->bad_seq = event->seq;
		r->is_later = record_is_later(event->bytes);
		return false;
	}
	if (r->type == NULL ||
		(schema_of_code(record.type) != NULL &&
			strcmp(schema_of_code(record.type)->name, r->type) == 0)) {
		if (r->is_hash)
			print_hash(r, event, epoch);
		else
			print_record(r, &record);
	}
	fflush(stdout);
	return ferror(stdout) == 0;
}

static enum ctl_exit number_option(struct ctl *ctl, int *argc, char **argv, const char *name,
	uint64_t *ret)
{
	const char *text = ctl_option(argc, argv, name);

	if (text != NULL && !str_number(str_of(text), ret))
		return ctl_say(ctl, CTL_USAGE, "%s harus bilangan bulat", name);
	return CTL_DONE;
}

/* The place before the first record that is wanted: from there it is read, however long the log is. */
static enum ctl_exit start_of(struct ctl *ctl, struct client *client, struct reader *r,
	struct stream_place *ret)
{
	struct periksa_rantai question = { .paling_banyak = 0 };
	struct keadaan ask_state = { 0 };
	struct keadaan_layanan state;
	struct periksa_rantai_jawab place;
	enum ctl_exit code = ctl_ask(ctl, client, &schema_keadaan, &ask_state, NULL, &state);

	if (code != CTL_DONE)
		return code;
	if (r->last > 0 && state.kepala.seq > r->last && state.kepala.seq - r->last + 1 > r->from)
		r->from = state.kepala.seq - r->last + 1;
	if (r->from <= 1)
		return CTL_DONE;
	question.setelah = r->from - 1 < state.kepala.seq ? r->from - 1 : state.kepala.seq;
	code = ctl_ask(ctl, client, &schema_periksa_rantai, &question, NULL, &place);
	if (code == CTL_DONE)
		*ret = (struct stream_place) { place.epoch, place.sampai, place.hash };
	return code;
}

/* "NODE/SERVICE" as the stream is called outside its node; NODE may be a name that federation knows. */
static enum ctl_exit node_stream(struct ctl *ctl, struct client *client, const char *text,
	struct str *ret)
{
	const char *slash = strchr(text, '/');
	struct simpul_baris row;
	char id[ID_TEXT_MAX];
	char *node = arena_print(&ctl->arena, "%.*s", (int)(slash - text), text);
	char *name;
	struct id parsed;
	enum ctl_exit code;

	if (node == NULL)
		return ctl_say(ctl, CTL_FAILED, "tidak cukup memori");
	if (id_parse(str_of(node), &parsed) != ERR_OK) {
		code = node_find(ctl, client, node, &row);
		if (code != CTL_DONE)
			return code;
		parsed = row.identitas.simpul;
	}
	id_text(parsed, id);
	name = arena_print(&ctl->arena, "%s%s", id, slash);
	if (name == NULL)
		return ctl_say(ctl, CTL_FAILED, "tidak cukup memori");
	*ret = str_of(name);
	return CTL_DONE;
}

/* A copy is held by federation. It is read from its beginning: places within it are not asked for. */
static enum ctl_exit begin(struct ctl *ctl, struct client *client, struct reader *r,
	const char *what, struct str *ret_stream, struct stream_place *ret_start)
{
	if (strchr(what, '/') == NULL) {
		*ret_stream = str_of(what);
		return start_of(ctl, client, r, ret_start);
	}
	if (r->last > 0)
		return ctl_say(ctl, CTL_USAGE, "--last hanya untuk log layanan sendiri");
	return node_stream(ctl, client, what, ret_stream);
}

static enum ctl_exit read_stream(struct ctl *ctl, struct reader *r, const char *what,
	bool is_endless)
{
	struct stream_place start = { 0 };
	struct client *client = NULL;
	struct str stream = { "", 0 };
	enum ctl_exit code = ctl_dial(ctl, strchr(what, '/') == NULL ? what : "federation", &client);
	enum err e;

	if (code == CTL_DONE)
		code = begin(ctl, client, r, what, &stream, &start);
	if (code != CTL_DONE) {
		client_close(&client);
		return code;
	}
	e = client_follow(client, stream, &start, is_endless, ctl->within_ms, on_event, r);
	client_close(&client);
	if (r->bad_seq > 0)
		return ctl_say(ctl, CTL_REFUSED, "catatan %llu %s", (unsigned long long)r->bad_seq,
			r->is_later ? "ditulis versi program yang lebih baru" : "tidak terbaca");
	if (e == ERR_STATE && is_endless)
		return CTL_DONE; /* a person ended it */
	return e == ERR_OK ? CTL_DONE : ctl_say_error(ctl, e, what);
}

static enum ctl_exit run(struct ctl *ctl, int argc, char **argv)
{
	struct reader r = { .ctl = ctl,
		.type = ctl_option(&argc, argv, "--type"),
		.is_hash = ctl_flag(&argc, argv, "--hash") };
	enum ctl_exit code = number_option(ctl, &argc, argv, "--from", &r.from);

	if (code == CTL_DONE)
		code = number_option(ctl, &argc, argv, "--last", &r.last);
	if (code == CTL_DONE)
		code = ctl_rest(ctl, argc, argv, 1, 1);
	if (code != CTL_DONE)
		return code;
	arena_init(&r.arena, RECORD_ARENA_BYTES);
	buf_init(&r.line, LINE_BYTES_MAX);
	code = read_stream(ctl, &r, argv[1], strcmp(argv[0], "follow") == 0);
	buf_clear(&r.line);
	arena_clear(&r.arena);
	return code;
}

int ctl_log(int argc, char **argv)
{
	struct ctl ctl;
	enum ctl_exit code;

	if (ctl_open(&ctl, &argc, argv, usage, &code))
		code = run(&ctl, argc, argv);
	return ctl_end(&ctl, code);
}

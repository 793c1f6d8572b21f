#include "sim/marks.h"

#include <assert.h>
#include <string.h>

#include "base/civil.h"
#include "runtime/engine.h"
#include "store/mirror.h"
#include "wire/item.h"

enum { LIST_MAX = 32, STREAMS_MAX = 1024 };

/* What is looked for: long enough to be no chance of a hash. */
/* clang-format off */
static const struct sought { const char *field, *text, *sought; } marks[] = {
	{ "nik",            "3275014502900001",             "3275014502900001" },
	{ "npwp",           "099254294407000",              "099254294407000" },
	{ "telepon",        "+6289900777123",               "89900777123" },
	{ "faks",           "+6289900777123",               "89900777123" },
	{ "email",          "penanda-xqj@example.test",     "enanda-xqj" },
	{ "kontak",         "penanda-xqj@example.test",     "enanda-xqj" },
	{ NULL,             "Penanda-XQJ yang diketik",     "enanda-XQJ" },
};
/* clang-format on */
static const struct id nobody;
enum { MARKS = sizeof marks / sizeof marks[0] };

/* --- filling --- */

static bool is_private(const struct field *f)
{
	return (f->marks & FIELD_PII) != 0 ||
		(f->type == TYPE_PROSE && (f->marks & FIELD_PUBLISHED) == 0);
}

bool marks_has(const struct schema *s)
{
	for (uint32_t n = 0; n < s->field_count; n++)
		if (is_private(&s->fields[n]) ||
			(s->fields[n].type == TYPE_RECORD && marks_has(s->fields[n].record)))
			return true;
	return false;
}

static struct str mark_of(const struct field *f)
{
	uint32_t n = 0;

	while (marks[n].field != NULL && strcmp(marks[n].field, f->name) != 0)
		n++;
	assert(f->limit >= strlen(marks[n].text));
	return str_of(marks[n].text);
}

/* What an invented value must be to be understood. */
static void make_likely(const struct field *f, void *item, struct id of, struct str unit)
{
	if (f->type == TYPE_DATE)
		*(date_days *)item = civil_to_days(2021, 3, 4);
	else if (f->type == TYPE_ID)
		*(struct id *)item = of;
	else if (f->type == TYPE_U64)
		*(uint64_t *)item = 1000;
	else if (f->type == TYPE_U32)
		*(uint32_t *)item = 2021;
	else if (f->type == TYPE_TEXT)
		*(struct str *)item = strstr(f->name, "unit") != NULL ? unit
			: strcmp(f->name, "jenis") == 0                   ? str_of("application/pdf")
															  : str_of("A-1");
}

/* Nothing that may be absent is there. */
static void invent_record(struct gen *g, const struct schema *s, void *message, struct id of,
	struct str unit)
{
	gen_message(g, s, message);
	for (uint32_t n = 0; n < s->field_count; n++) {
		const struct field *f = &s->fields[n];

		if (field_is_list(f))
			item_put_list(f, message, NULL, 0);
		else if (field_is_optional(f))
			*(bool *)((char *)message + f->has_offset) = false;
		else if (f->type == TYPE_RECORD)
			invent_record(g, f->record, item_set(f, message), of, unit);
		else
			make_likely(f, item_set(f, message), of, unit);
	}
}

/* One item more than none. */
static void fill_list(struct gen *g, const struct field *f, void *message)
{
	char *item = arena_take(g->arena, item_size(f));

	assert(item != NULL);
	memset(item, 0, item_size(f));
	if (f->type == TYPE_RECORD) {
		invent_record(g, f->record, item, nobody, str_of(""));
		marks_fill(g, f->record, item);
	} else {
		*(struct str *)item = str_of(marks[MARKS - 1].text);
	}
	item_put_list(f, message, item, 1);
}

void marks_fill(struct gen *g, const struct schema *s, void *message)
{
	for (uint32_t n = 0; n < s->field_count; n++) {
		const struct field *f = &s->fields[n];
		bool is_text = f->type == TYPE_TEXT || f->type == TYPE_PROSE;
		bool was_there = wire_has(f, message);

		if (f->type == TYPE_RECORD ? !marks_has(f->record) : !is_private(f) || !is_text)
			continue;
		if (field_is_list(f)) {
			fill_list(g, f, message);
		} else if (f->type == TYPE_RECORD) {
			void *item = item_set(f, message);

			if (!was_there)
				invent_record(g, f->record, item, nobody, str_of(""));
			marks_fill(g, f->record, item);
		} else {
			*(struct str *)item_set(f, message) = mark_of(f);
		}
	}
}

static void invent(struct gen *g, const struct service *service, const struct schema *s,
	struct id of, struct str unit, struct wish *ret)
{
	void *message = arena_take(g->arena, s->size);

	assert(message != NULL);
	invent_record(g, s, message, of, unit);
	marks_fill(g, s, message);
	*ret = (struct wish) { service->name, s, message };
}

/* The summary is what people are to read: its event publishes it. Requests of old registers, and those that go
 * to another unit, are not counted by city.c. */
static bool is_left_out(const struct world *w, const struct schema *s)
{
	return s == &schema_tetapkan_ringkasan_publik ||
		(w->is_tree && (s == &schema_catat_register_lama || s == &schema_alihkan));
}

bool marks_command(struct world *w, struct gen *g, const struct service *service, struct id of,
	struct str unit, struct wish *ret)
{
	const struct schema *list[LIST_MAX];
	uint32_t count = 0;

	for (uint32_t n = 0; n < service->command_count && count < LIST_MAX; n++) {
		const struct schema *s = service->commands[n].schema;

		if (marks_has(s) && !is_left_out(w, s))
			list[count++] = s;
	}
	if (count > 0)
		invent(g, service, list[gen_below(g, count)], of, unit, ret);
	return count > 0;
}

bool marks_question(struct gen *g, const struct service *service, struct str unit, struct wish *ret)
{
	const struct schema *list[LIST_MAX];
	uint32_t count = 0;

	for (uint32_t n = 0; n < service->question_count && count < LIST_MAX; n++)
		if (marks_has(service->questions[n].schema))
			list[count++] = service->questions[n].schema;
	if (count > 0)
		invent(g, service, list[gen_below(g, count)], nobody, unit, ret);
	return count > 0;
}

/* --- looking --- */

static const char *found_in(struct str bytes)
{
	for (uint32_t n = 0; n < MARKS; n++)
		if (bytes.len > 0 &&
			memmem(bytes.ptr, bytes.len, marks[n].sought, strlen(marks[n].sought)) != NULL)
			return marks[n].sought;
	return NULL;
}

void marks_look(struct world *w, const char *where, const struct frames *frames)
{
	const char *found = found_in(frames->header);

	if (found == NULL)
		found = found_in(frames->body);
	if (found == NULL)
		found = found_in(frames->payload);
	if (found != NULL)
		world_fail(w, "privacy", "%s says what a person is or has typed (%s)", where, found);
}

void marks_sent(struct world *w, const struct frames *frames)
{
	for (uint32_t n = 0; n < MARKS; n++)
		if (memmem(frames->body.ptr, frames->body.len, marks[n].sought, strlen(marks[n].sought)) !=
			NULL)
			w->marks_sent |= 1u << n;
}

static void check_log(struct world *w, struct actor_host *h)
{
	const struct log *log = store_log(runtime_store(h->runtime));
	struct txn *txn = NULL;

	if (txn_begin(runtime_store(h->runtime), KV_READ, &txn) != ERR_OK)
		return;
	for (uint64_t seq = 1; seq <= log->committed.seq; seq++) {
		struct hash hash;
		struct str bytes;

		if (log_get(log, txn_kv(txn), seq, &hash, &bytes) == ERR_OK && found_in(bytes) != NULL)
			world_fail(w, "privacy", "the log of %s holds what a person is or has typed (%s)",
				h->service->name, found_in(bytes));
	}
	txn_abort(&txn);
}

static void check_copy(struct world *w, struct txn *txn, const struct mirror_stream *stream)
{
	for (uint32_t branch = 0; branch <= stream->branch; branch++)
		for (uint64_t seq = 1; seq <= UINT32_MAX; seq++) {
			struct hash hash;
			struct str bytes;

			if (mirror_get(txn, stream, branch, seq, &hash, &bytes) != ERR_OK) {
				if (seq > stream->head.seq)
					break;
				continue; /* the branch begins later, or ended before */
			}
			if (found_in(bytes) != NULL)
				world_fail(w, "privacy", "a copy holds what a person is or has typed (%s)",
					found_in(bytes));
		}
}

static void check_copies(struct world *w, struct actor_host *h)
{
	struct mirror_stream *streams = NULL;
	struct txn *txn = NULL;
	struct arena arena;
	uint32_t count = 0;

	arena_init(&arena, 4 * 1024 * 1024);
	if (txn_begin(runtime_store(h->runtime), KV_READ, &txn) != ERR_OK ||
		mirror_list(txn, str_of(""), STREAMS_MAX, &arena, &streams, &count) != ERR_OK)
		world_fail(w, "privacy", "%s cannot list its copies", h->node->name);
	for (uint32_t n = 0; n < count; n++)
		check_copy(w, txn, &streams[n]);
	txn_abort(&txn);
	arena_clear(&arena);
}

void marks_check(struct world *w)
{
	if (w->marks_sent != (1u << MARKS) - 1)
		world_fail(w, "privacy", "not every mark was sent (%x): nothing is looked for",
			w->marks_sent);
	for (uint32_t i = 0; i < w->host_count && w->failure == NULL; i++) {
		struct actor_host *h = &w->hosts[i];

		if (h->runtime == NULL)
			continue;
		check_log(w, h);
		if (h->service->links != NULL)
			check_copies(w, h);
	}
}

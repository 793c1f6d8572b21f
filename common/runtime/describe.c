#include "runtime/main.h"

#include "bus/session.h"
#include "runtime/machine.h"
#include "runtime/node_setting.h"
#include "runtime/runtime.h"
#include "runtime/view.h"
#include "store/store.h"

#include <string.h>

static void describe_tables(const struct service *s, struct buf *out)
{
	static const char *const kinds[] = {
		[TABLE_DERIVED] = "derived",
		[TABLE_PROJECTED] = "projected",
		[TABLE_PRIVATE] = "private",
		[TABLE_VAULT] = "vault (sealed)",
	};

	buf_print(out,
		"\n## Tables\n\n| table | kind | version | row | indexes |\n|---|---|---|---|---|\n");
	for (uint32_t i = 0; i < s->table_count; i++) {
		const struct table *t = s->tables[i];

		buf_print(out, "| %s | %s | %u | `%s` |", t->name, kinds[t->kind], t->version,
			t->row->name);
		for (uint32_t k = 0; k < t->index_count; k++)
			buf_print(out, "%s %s%s", k == 0 ? "" : ",", t->indexes[k].field,
				t->indexes[k].is_words ? " (words)" : "");
		buf_print(out, " |\n");
	}
}

static void describe_peers(uint32_t peers, struct buf *out)
{
	static const char *const names[] = { "ctl", "gateway", "intake", "workflow", "catalog",
		"notification", "reporting", "federation" };
	const char *before = "";

	for (uint32_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if ((peers & (UINT32_C(1) << i)) == 0)
			continue;
		buf_print(out, "%s%s", before, names[i]);
		before = ", ";
	}
}

static void describe_message(const char *kind, const struct schema *s, const char *detail,
	struct buf *out)
{
	buf_print(out, "| %s | `%s` | 0x%04x | %s%s | %s |\n", kind, s->name, s->code,
		s->reply == NULL ? "" : "-> ", s->reply == NULL ? "" : s->reply->name, detail);
}

static void describe_asked(const char *kind, const struct schema *s, uint32_t peers,
	bool needs_number, struct buf *out)
{
	struct buf detail;

	buf_init(&detail, 256);
	buf_print(&detail, "from ");
	describe_peers(peers, &detail);
	buf_print(&detail, "%s%c", needs_number ? "; needs a number" : "", 0);
	describe_message(kind, s, detail.ptr, out);
	buf_clear(&detail);
}

static void describe_messages(const struct service *s, struct buf *out)
{
	buf_print(out, "\n## Messages\n\n| kind | name | code | answer | |\n|---|---|---|---|---|\n");
	for (uint32_t i = 0; i < s->command_count; i++)
		describe_asked("command", s->commands[i].schema, s->commands[i].peers,
			s->commands[i].needs_number, out);
	for (uint32_t i = 0; i < s->question_count; i++)
		describe_asked("question", s->questions[i].schema, s->questions[i].peers, false, out);
	for (uint32_t i = 0; i < s->letter_count; i++)
		describe_message("letter", s->letters[i].schema, s->letters[i].from, out);
	for (uint32_t i = 0; i < s->event_count; i++)
		describe_message("event", s->events[i].schema, s->events[i].apply == NULL ? "" : "applied",
			out);
	for (uint32_t i = 0; i < s->follow_count; i++)
		describe_message("followed", s->follows[i].schema, s->follows[i].stream, out);
	for (uint32_t i = 0; i < s->project_count; i++)
		describe_message("projected", s->projects[i].schema, s->projects[i].table->name, out);
}

static void describe_inputs(const struct service *s, struct buf *out)
{
	if (s->timer_count + s->work_count + s->sends_to_count == 0)
		return;
	buf_print(out, "\n## Timers, work, receivers of letters\n\n| kind | name | |\n|---|---|---|\n");
	for (uint32_t i = 0; i < s->timer_count; i++)
		buf_print(out, "| timer | %s | %s |\n", s->timers[i].name,
			s->timers[i].waits ? "waits for the followed streams" : "");
	for (uint32_t i = 0; i < s->work_count; i++)
		buf_print(out, "| work | %s | `%s` -> `%s` |\n", s->works[i].name,
			s->works[i].payload->name, s->works[i].result->name);
	for (uint32_t i = 0; i < s->sends_to_count; i++)
		buf_print(out, "| writes to | %s | |\n", s->sends_to[i]);
}

/* What is reserved or bounded by names; the rest is the store's map, which the system may take back. */
static void describe_memory(struct buf *out)
{
	static const struct {
		const char *what;
		uint64_t most;
	} rows[] = {
		{ "links to peers", RUNTIME_PEERS_MAX },
		{ "commands and questions of one peer that wait", RUNTIME_IN_FLIGHT_MAX },
		{ "streams open on one session, in one direction", SESSION_STREAMS_MAX },
		{ "bytes of a message's header and body", SESSION_BODY_MAX },
		{ "bytes of a message's payload", SESSION_PAYLOAD_MAX },
		{ "bytes of a record in the log", RECORD_BYTES_MAX },
		{ "rows a question reads at once", VIEW_ROWS_MAX },
		{ "bytes of a key", KV_KEY_MAX },
	};

	buf_print(out, "\n## Limits\n\n| what | most |\n|---|---|\n");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		buf_print(out, "| %s | %llu |\n", rows[i].what, (unsigned long long)rows[i].most);
}

void service_describe(const struct service *s, struct buf *out)
{
	buf_print(out, "# %s\n\nIts log is %s.\n\n## Settings\n\n", s->name,
		s->is_federated ? "federated as a whole" : "not federated");
	settings_describe(node_setting_rows, node_setting_count, out);
	if (s->setting_count > 0) {
		buf_print(out, "\n");
		settings_describe(s->settings, s->setting_count, out);
	}
	describe_tables(s, out);
	describe_messages(s, out);
	describe_inputs(s, out);
	for (uint32_t i = 0; i < s->machine_count; i++) {
		buf_print(out, "\n## Life cycle: %s\n\n", s->machines[i]->name);
		machine_describe(s->machines[i], out);
	}
	describe_memory(out);
}

static void complain(struct buf *out, const char *what, const char *name)
{
	buf_print(out, "%s: %s\n", what, name);
}

/* The kinds of messages stand where they belong, and nothing stands twice. */
static void check_messages(const struct service *s, struct buf *out)
{
	for (uint32_t i = 0; i < s->command_count; i++) {
		const struct command_row *c = &s->commands[i];

		if (c->schema->kind != KIND_COMMAND || c->schema->code == 0)
			complain(out, "is no command", c->schema->name);
		if (c->peers == 0)
			complain(out, "nobody may send it", c->schema->name);
		if ((c->schema->reply == NULL) != (c->answer == NULL))
			complain(out, "declares an answer and makes none, or the other way round",
				c->schema->name);
		for (uint32_t k = 0; k < i; k++)
			if (s->commands[k].schema == c->schema)
				complain(out, "stands twice", c->schema->name);
	}
	for (uint32_t i = 0; i < s->question_count; i++)
		if (s->questions[i].schema->kind != KIND_QUESTION || s->questions[i].schema->reply == NULL)
			complain(out, "is no question with an answer", s->questions[i].schema->name);
	for (uint32_t i = 0; i < s->letter_count; i++)
		if (s->letters[i].schema->kind != KIND_LETTER)
			complain(out, "is no letter", s->letters[i].schema->name);
	for (uint32_t i = 0; i < s->event_count; i++) {
		if (s->events[i].schema->kind != KIND_EVENT)
			complain(out, "is no event", s->events[i].schema->name);
		for (uint32_t k = 0; k < i; k++)
			if (s->events[k].schema == s->events[i].schema)
				complain(out, "stands twice", s->events[i].schema->name);
	}
}

/* "pemohon.nama": a field of a record of the row. */
static bool has_field(const struct schema *schema, struct str path)
{
	const struct field *field = NULL;
	struct str name;

	while (str_split(&path, '.', &name)) {
		if (schema == NULL || (field = schema_field(schema, name)) == NULL)
			return false;
		schema = field->type == TYPE_RECORD ? field->record : NULL;
	}
	return field != NULL && schema == NULL;
}

static void check_tables(const struct service *s, struct buf *out)
{
	for (uint32_t i = 0; i < s->table_count; i++) {
		const struct table *t = s->tables[i];

		if (t->version == 0)
			complain(out, "has no version", t->name);
		if (t->index_count > 0 && t->kind != TABLE_VAULT)
			complain(out, "has indexes and is no vault table", t->name);
		for (uint32_t k = 0; k < t->index_count; k++)
			if (!has_field(t->row, str_of(t->indexes[k].field)))
				complain(out, "is indexed by a field that its row does not have", t->name);
		for (uint32_t k = 0; k < i; k++)
			if (strcmp(s->tables[k]->name, t->name) == 0)
				complain(out, "stands twice", t->name);
	}
	for (uint32_t i = 0; i < s->project_count; i++)
		if (s->projects[i].table->kind != TABLE_PROJECTED)
			complain(out, "is projected into and no projected table", s->projects[i].table->name);
}

enum err service_check(const struct service *s, struct buf *out)
{
	size_t before = out->len;

	check_messages(s, out);
	check_tables(s, out);
	for (uint32_t i = 0; i < s->machine_count; i++)
		if (machine_check(s->machines[i], out) != ERR_OK)
			buf_print(out, "\n");
	return out->len == before && !out->is_full ? ERR_OK : ERR_INVALID;
}

#include "ctl/ctl.h"
#include "ctl/services.h"
#include "ctl/verbs.h"

#include <stdio.h>
#include <string.h>

enum { JSON_BYTES_MAX = 1024 * 1024 };

static const char usage[] =
	"Penggunaan: ppidctl send PERINTAH [LAYANAN] [--data-json TEKS | --file BERKAS] [--id ID] "
	"[--as AKUN]\n"
	"            ppidctl ask PERTANYAAN [LAYANAN] [--data-json TEKS | --file BERKAS]\n"
	"Isi pesan adalah objek JSON menurut proto/MESSAGES.md; '-' membaca masukan standar.\n"
	"  LAYANAN  hanya untuk pesan yang dimiliki setiap layanan\n"
	"  --id ID  id perintah; pengulangan dengan id yang sama tidak dilakukan dua kali\n"
	"Jawaban pertanyaan dicetak seutuhnya, termasuk isian tentang orang.\n";

static enum ctl_exit read_body(struct ctl *ctl, const char *text, const char *file,
	const struct schema *schema, void *body)
{
	struct problem why = { NULL, NULL };
	struct str json = { "{}", 2 };
	enum ctl_exit code = CTL_DONE;

	if (text != NULL && file != NULL)
		return ctl_say(ctl, CTL_USAGE, "pilih --data-json atau --file");
	if (text != NULL)
		json = str_of(text);
	else if (file != NULL)
		code = ctl_read_file(ctl, file, JSON_BYTES_MAX, &json);
	if (code != CTL_DONE)
		return code;
	if (json_read(schema, json, &ctl->arena, body, &why) != ERR_OK)
		return ctl_say_status(ctl, SESI_STATUS_INVALID, str_of(why.field == NULL ? "" : why.field),
			str_of(why.rule == NULL ? "" : why.rule));
	return CTL_DONE;
}

static enum ctl_exit find_service(struct ctl *ctl, const struct schema *schema, const char *name,
	const char **ret)
{
	const struct service *service =
		name == NULL ? service_of_message(schema) : service_of_name(name);

	if (service == NULL && name == NULL)
		return ctl_say(ctl, CTL_USAGE, "sebutkan layanan untuk %s", schema->name);
	if (service == NULL)
		return ctl_say(ctl, CTL_USAGE, "layanan tidak dikenal: %s", name);
	*ret = service->name;
	return CTL_DONE;
}

static void print_reply(const struct schema *schema, const void *reply,
	const struct sesi_reply *got, struct id id)
{
	char text[ID_TEXT_MAX];
	struct buf out;

	buf_init(&out, CTL_OUTPUT_MAX);
	id_text(id, text);
	buf_print(&out, "{\"status\":\"%s\",\"id\":\"%s\"", enum_name(&enum_sesi_status, got->status),
		text);
	if (got->has_stream && got->has_first_seq) {
		buf_print(&out, ",\"aliran\":");
		json_write_text(got->stream, &out);
		buf_print(&out, ",\"seq\":%llu,\"jumlah\":%u", (unsigned long long)got->first_seq,
			got->has_count ? got->count : 0);
	}
	if (schema->reply != NULL && got->has_result) {
		buf_print(&out, ",\"jawaban\":");
		json_write(schema->reply, reply, JSON_FULL, &out);
	}
	buf_print(&out, "}\n");
	ctl_print(&out);
	buf_clear(&out);
}

static enum ctl_exit send_command(struct ctl *ctl, const char *service, const struct schema *schema,
	const void *body, struct id id)
{
	struct client *client = NULL;
	struct sesi_reply got;
	void *reply = schema->reply == NULL ? NULL : arena_take(&ctl->arena, schema->reply->size);
	enum ctl_exit code = ctl_dial(ctl, service, &client);

	if (code != CTL_DONE)
		return code;
	code = ctl_command(ctl, client, schema, body, id, reply, &got);
	client_close(&client);
	if (code == CTL_DONE)
		print_reply(schema, reply, &got, id);
	return code;
}

/* Page after page, each one line. */
static enum ctl_exit ask_question(struct ctl *ctl, const char *service, const struct schema *schema,
	const void *body)
{
	void *answer = arena_take(&ctl->arena, schema->reply->size);
	struct str go_on = { NULL, 0 };
	struct client *client = NULL;
	struct buf out;
	enum ctl_exit code = ctl_dial(ctl, service, &client);

	if (code != CTL_DONE || answer == NULL)
		return code;
	buf_init(&out, CTL_OUTPUT_MAX);
	do {
		code = ctl_ask(ctl, client, schema, body, &go_on, answer);
		if (code != CTL_DONE)
			break;
		json_write(schema->reply, answer, JSON_FULL, &out);
		buf_print(&out, "\n");
		ctl_print(&out);
	} while (go_on.ptr != NULL);
	buf_clear(&out);
	client_close(&client);
	return code;
}

static enum ctl_exit run(struct ctl *ctl, int argc, char **argv)
{
	const char *text = ctl_option(&argc, argv, "--data-json");
	const char *file = ctl_option(&argc, argv, "--file");
	const char *id_given = ctl_option(&argc, argv, "--id");
	enum message_kind kind = strcmp(argv[0], "ask") == 0 ? KIND_QUESTION : KIND_COMMAND;
	enum ctl_exit code = ctl_rest(ctl, argc, argv, 1, 2);
	const struct schema *schema;
	struct id id = id_new(host_wall(&ctl->host));
	const char *service = NULL;
	void *body;

	if (code != CTL_DONE)
		return code;
	if (id_given != NULL && id_parse(str_of(id_given), &id) != ERR_OK)
		return ctl_say(ctl, CTL_USAGE, "bukan id: %s", id_given);
	schema = schema_of_name(str_of(argv[1]));
	if (schema == NULL || schema->kind != kind || schema->code == 0)
		return ctl_say(ctl, CTL_USAGE, "tidak ada %s bernama %s",
			kind == KIND_QUESTION ? "pertanyaan" : "perintah", argv[1]);
	code = find_service(ctl, schema, argc > 2 ? argv[2] : NULL, &service);
	body = arena_take(&ctl->arena, schema->size);
	if (code == CTL_DONE && body != NULL)
		code = read_body(ctl, text, file, schema, body);
	if (code != CTL_DONE || body == NULL)
		return code;
	if (kind == KIND_QUESTION)
		return ask_question(ctl, service, schema, body);
	return send_command(ctl, service, schema, body, id);
}

int ctl_send(int argc, char **argv)
{
	struct ctl ctl;
	enum ctl_exit code;

	if (ctl_open(&ctl, &argc, argv, usage, &code))
		code = run(&ctl, argc, argv);
	return ctl_end(&ctl, code);
}

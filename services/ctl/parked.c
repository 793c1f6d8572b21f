#include "ctl/ctl.h"
#include "ctl/services.h"
#include "ctl/verbs.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { KEY_BYTES_MAX = 300 };

static const char usage[] =
	"Penggunaan: ppidctl parked list [LAYANAN]\n"
	"            ppidctl parked show LAYANAN KUNCI\n"
	"            ppidctl parked run LAYANAN KUNCI|--all\n"
	"            ppidctl parked drop LAYANAN KUNCI|--all\n"
	"Masukan yang tidak dapat diterima menunggu di sini sampai orang memutuskan:\n"
	"run menjalankannya sekali lagi, drop melepaskannya. KUNCI seperti pada list.\n"
	"Keduanya oleh administrator simpul: --as ID.\n";

typedef enum ctl_exit row_fn(struct ctl *ctl, struct client *client, const struct parkir_baris *row,
	void *self);

static void print_row(const char *service, const struct parkir_baris *row, bool is_json,
	struct buf *out)
{
	char key[2 * KEY_BYTES_MAX + 1];

	sodium_bin2hex(key, sizeof key, (const unsigned char *)row->urutan.ptr, row->urutan.len);
	if (is_json) {
		buf_print(out, "{\"layanan\":\"%s\",\"kunci\":\"%s\",\"parkir\":", service, key);
		json_write(&schema_parkir, &row->parkir, JSON_MASKED, out);
		buf_print(out, "}\n");
		return;
	}
	buf_print(out, "%s %s\n    %s dari %.*s: %.*s", service, key,
		enum_name(&enum_jenis_masukan, row->parkir.jenis), (int)row->parkir.asal.len,
		row->parkir.asal.ptr, (int)row->parkir.sebab.len, row->parkir.sebab.ptr);
	if (row->parkir.has_bidang)
		buf_print(out, " (isian %.*s)", (int)row->parkir.bidang.len, row->parkir.bidang.ptr);
	if (schema_of_code((uint16_t)row->parkir.tipe) != NULL)
		buf_print(out, ", %s", schema_of_code((uint16_t)row->parkir.tipe)->name);
	buf_print(out, "\n");
}

static enum ctl_exit walk(struct ctl *ctl, struct client *client, row_fn *on_row, void *self)
{
	struct parkir_daftar question = { 0 };
	struct parkir_daftar_jawab answer;
	struct str go_on = { NULL, 0 };
	enum ctl_exit code;

	do {
		code = ctl_ask(ctl, client, &schema_parkir_daftar, &question, &go_on, &answer);
		for (uint32_t i = 0; i < answer.baris_len && code == CTL_DONE; i++)
			code = on_row(ctl, client, &answer.baris[i], self);
	} while (code == CTL_DONE && go_on.ptr != NULL);
	return code;
}

static enum ctl_exit list_row(struct ctl *ctl, struct client *client,
	const struct parkir_baris *row, void *self)
{
	struct buf out;

	(void)client;
	buf_init(&out, CTL_OUTPUT_MAX);
	print_row(self, row, ctl->is_json, &out);
	ctl_print(&out);
	buf_clear(&out);
	return CTL_DONE;
}

static enum ctl_exit list(struct ctl *ctl, const char *service)
{
	enum ctl_exit worst = CTL_DONE;

	for (uint32_t i = 0; i < all_services_count; i++) {
		struct client *client = NULL;
		enum ctl_exit code;

		if (service != NULL && strcmp(service, all_services[i]->name) != 0)
			continue;
		code = ctl_dial(ctl, all_services[i]->name, &client);
		if (code == CTL_DONE)
			code = walk(ctl, client, list_row, (void *)(uintptr_t)all_services[i]->name);
		client_close(&client);
		if (code != CTL_DONE)
			worst = code;
	}
	return worst;
}

static enum ctl_exit settle(struct ctl *ctl, struct client *client, struct str key,
	enum tindakan_parkir what)
{
	struct jalankan_parkir command = { .urutan = key, .tindakan = what };
	struct sesi_reply reply;

	return ctl_command(ctl, client, &schema_jalankan_parkir, &command, (struct id) { { 0 } }, NULL,
		&reply);
}

struct settling {
	const char *service;
	struct str key; /* empty: all */
	bool is_found;
	bool is_shown;
	enum tindakan_parkir action;
	uint32_t done;
};

/* Goes on after one that is refused again: the others may be settled. */
static enum ctl_exit settle_row(struct ctl *ctl, struct client *client,
	const struct parkir_baris *row, void *self)
{
	struct settling *s = self;

	if (s->key.len > 0 && !str_equal(s->key, row->urutan))
		return CTL_DONE;
	s->is_found = true;
	if (s->is_shown)
		return list_row(ctl, client, row, (void *)(uintptr_t)s->service);
	if (settle(ctl, client, row->urutan, s->action) == CTL_DONE)
		s->done++;
	return CTL_DONE;
}

static enum ctl_exit parse_key(struct ctl *ctl, const char *text, struct str *ret)
{
	unsigned char *bytes = arena_take(&ctl->arena, KEY_BYTES_MAX);
	size_t len;

	if (bytes == NULL ||
		sodium_hex2bin(bytes, KEY_BYTES_MAX, text, strlen(text), NULL, &len, NULL) != 0 || len == 0)
		return ctl_say(ctl, CTL_USAGE, "bukan kunci dari parked list: %s", text);
	*ret = str_bytes(bytes, len);
	return CTL_DONE;
}

static enum ctl_exit settle_some(struct ctl *ctl, struct client *client, const char *what,
	struct settling *s)
{
	bool is_drop = strcmp(what, "drop") == 0;
	const char *told = is_drop ? "dilepaskan" : "dijalankan";
	enum ctl_exit code;

	s->is_shown = strcmp(what, "show") == 0;
	s->action = is_drop ? TINDAKAN_PARKIR_DIBUANG : TINDAKAN_PARKIR_DIJALANKAN;
	if (!s->is_shown && s->key.len > 0)
		return settle(ctl, client, s->key, s->action);
	code = walk(ctl, client, settle_row, s);
	if (code == CTL_DONE && s->is_shown && !s->is_found)
		return ctl_say(ctl, CTL_REFUSED, "tidak ada masukan dengan kunci itu");
	if (code != CTL_DONE || s->is_shown)
		return code;
	if (ctl->is_json)
		printf("{\"%s\":%u}\n", told, s->done);
	else
		printf("%u masukan %s\n", s->done, told);
	return code;
}

static enum ctl_exit run(struct ctl *ctl, int argc, char **argv)
{
	bool is_all = ctl_flag(&argc, argv, "--all");
	struct settling s = { 0 };
	struct client *client = NULL;
	enum ctl_exit code = ctl_rest(ctl, argc, argv, 1, 3);
	const char *what;

	if (code != CTL_DONE)
		return code;
	what = argv[1];
	if (strcmp(what, "list") == 0 && argc <= 3)
		return list(ctl, argc > 2 ? argv[2] : NULL);
	if (strcmp(what, "show") != 0 && strcmp(what, "run") != 0 && strcmp(what, "drop") != 0)
		return ctl_say(ctl, CTL_USAGE, "tidak dikenal: %s\n%s", what, usage);
	if (argc != (is_all ? 3 : 4) || (is_all && strcmp(what, "show") == 0))
		return ctl_say(ctl, CTL_USAGE, "argumen tidak sesuai\n%s", usage);
	s.service = argv[2];
	if (!is_all && (code = parse_key(ctl, argv[3], &s.key)) != CTL_DONE)
		return code;
	code = ctl_dial(ctl, s.service, &client);
	if (code == CTL_DONE)
		code = settle_some(ctl, client, what, &s);
	client_close(&client);
	return code;
}

int ctl_parked(int argc, char **argv)
{
	struct ctl ctl;
	enum ctl_exit code;

	if (ctl_open(&ctl, &argc, argv, usage, &code))
		code = run(&ctl, argc, argv);
	return ctl_end(&ctl, code);
}

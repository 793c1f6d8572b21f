/* What an officer does with a request: a row a word, the rest is read from the message's schema. */
#include "ctl/ctl.h"
#include "ctl/options.h"
#include "ctl/verbs.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { JSON_BYTES_MAX = 1024 * 1024 };

/* clang-format off */
static const struct word {
	const char *name;
	const char *service;
	const struct schema *schema;
	const char *help;
} words[] = {
	{ "ajukan",           "intake",   &schema_ajukan_permohonan,         "mencatat permohonan; mencetak nomor pendaftaran" },
	{ "lengkapi",         "intake",   &schema_kirim_kelengkapan,         "mencatat kelengkapan yang masuk" },
	{ "cabut",            "intake",   &schema_kirim_pencabutan,          "mencatat pencabutan" },
	{ "ringkasan",        "intake",   &schema_tetapkan_ringkasan_publik, "menetapkan ringkasan publik" },
	{ "ungkap",           "intake",   &schema_ungkap_identitas,          "menampilkan identitas; tercatat" },
	{ "minta-kelengkapan","workflow", &schema_minta_kelengkapan,         "memberitahukan kekurangan" },
	{ "lengkap",          "workflow", &schema_nyatakan_lengkap,          "menyatakan lengkap" },
	{ "disposisi",        "workflow", &schema_disposisikan,              "mendisposisikan" },
	{ "proses",           "workflow", &schema_mulai_proses,              "memulai proses" },
	{ "perpanjang",       "workflow", &schema_perpanjang,                "memperpanjang satu kali, dengan alasan" },
	{ "putuskan",         "workflow", &schema_putuskan,                  "pemberitahuan tertulis" },
	{ "serahkan",         "workflow", &schema_serahkan,                  "mencatat penyerahan informasi" },
	{ "selesai",          "workflow", &schema_selesaikan,                "menutup" },
	{ "alihkan",          "workflow", &schema_alihkan,                   "mengalihkan ke unit lain" },
	{ "lihat",            "intake",   &schema_lihat_permohonan,          "baris register" },
	{ "rinci",            "workflow", &schema_rinci_perkara,             "riwayat dan hitungan tenggat" },
	{ "cari",             "intake",   &schema_cari_pemohon,              "mencari menurut nama, NIK atau kontak" },
	{ "kerja",            "workflow", &schema_daftar_kerja,              "daftar kerja sebuah unit" },
	{ "lacak",            "workflow", &schema_lacak,                     "pelacakan dengan kode rahasia" },
};
/* clang-format on */

enum { WORDS = sizeof words / sizeof words[0] };

static const char usage_head[] =
	"Penggunaan: ppidctl permohonan KATA [ID|NOMOR] [--ISIAN NILAI ...] [--id ID_PERINTAH]\n"
	"            ppidctl permohonan KATA --json BERKAS | -\n"
	"  ID  id permohonan; NOMOR  nomor pendaftarannya, bila hanya satu yang terlihat memilikinya\n"
	"  Isian orang ditulis --pemohon.nama, daftar dengan koma (--pasal b,h)\n"
	"  BERKAS  isi pesan sebagai objek JSON menurut proto/MESSAGES.md; '-' masukan standar\n"
	"KATA (ppidctl permohonan KATA --help menampilkan isiannya):\n";

static const struct word *word_of(const char *name)
{
	for (size_t i = 0; i < WORDS; i++)
		if (strcmp(words[i].name, name) == 0)
			return &words[i];
	return NULL;
}

/* --- the message --- */

/* The id of the case goes in where it was given beside the message, or where a new case begins. */
static struct str with_case(struct ctl *ctl, const struct word *word, struct str json,
	const char *id)
{
	char made[ID_TEXT_MAX];
	struct str rest;
	char *text;

	if (schema_field(word->schema, str_of("permohonan_id")) == NULL ||
		memmem(json.ptr, json.len, "\"permohonan_id\"", 15) != NULL)
		return json;
	if (id == NULL && word->schema != &schema_ajukan_permohonan)
		return json;
	if (id == NULL) {
		id_text(id_new(host_wall(&ctl->host)), made);
		id = made;
	}
	rest = str_trim(json);
	if (rest.len == 0 || rest.ptr[0] != '{')
		return json;
	rest = (struct str) { rest.ptr + 1, rest.len - 1 };
	text = arena_print(&ctl->arena, "{\"permohonan_id\":\"%s\"%s%.*s", id,
		str_trim(rest).ptr[0] == '}' ? "" : ",", (int)rest.len, rest.ptr);
	return text == NULL ? json : str_of(text);
}

/* The id behind a registration number, as text. */
static enum ctl_exit id_of_number(struct ctl *ctl, const char *number, const char **ret)
{
	const struct cari_nomor question = { .nomor = str_of(number) };
	struct cari_nomor_jawab answer;
	struct client *client = NULL;
	char *text = arena_take(&ctl->arena, ID_TEXT_MAX);
	enum ctl_exit code = text == NULL ? CTL_FAILED : ctl_dial(ctl, "intake", &client);

	if (code == CTL_DONE)
		code = ctl_ask(ctl, client, &schema_cari_nomor, &question, NULL, &answer);
	client_close(&client);
	if (code != CTL_DONE)
		return code;
	if (answer.baris_len == 0)
		return ctl_say(ctl, CTL_REFUSED, "bukan id, berkas, atau nomor yang terdaftar: %s", number);
	for (uint32_t i = 0; i < answer.baris_len; i++) {
		const struct nomor_ketemu *row = &answer.baris[i];

		id_text(row->permohonan_id, text);
		if (answer.baris_len > 1)
			(void)ctl_say(ctl, CTL_REFUSED, "%s: %.*s %u, seri %.*s", text, (int)row->unit.len,
				row->unit.ptr, row->tahun, (int)row->seri.len, row->seri.ptr);
	}
	if (answer.baris_len > 1)
		return ctl_say(ctl, CTL_REFUSED, "nomor itu dimiliki lebih dari satu permohonan; pakai id");
	*ret = text;
	return CTL_DONE;
}

/* What stands behind the word: an id, a file ("-": standard input), or a registration number. */
static enum ctl_exit read_place(struct ctl *ctl, const struct word *word, const char *text,
	const char **ret_id, const char **ret_file)
{
	bool has_case = schema_field(word->schema, str_of("permohonan_id")) != NULL;
	struct id parsed;

	if (id_parse(str_of(text), &parsed) == ERR_OK)
		*ret_id = text;
	else if (!has_case || word->schema == &schema_ajukan_permohonan || strcmp(text, "-") == 0 ||
		access(text, F_OK) == 0)
		*ret_file = text;
	else
		return id_of_number(ctl, text, ret_id);
	return CTL_DONE;
}

/* From a file, or from the options that the schema has. */
static enum ctl_exit make_message(struct ctl *ctl, const struct word *word, int argc, char **argv,
	void *message)
{
	const char *file = NULL, *id = NULL;
	struct problem why = { NULL, NULL };
	struct str json;
	struct buf out;
	bool has_options;
	enum ctl_exit code;

	buf_init(&out, JSON_BYTES_MAX);
	options_json(word->schema, &argc, argv, &out, &has_options);
	code = ctl_rest(ctl, argc, argv, 0, 1);
	json = buf_str(&out);
	if (code == CTL_DONE && argc > 1)
		code = read_place(ctl, word, argv[1], &id, &file);
	if (file != NULL && has_options)
		code = ctl_say(ctl, CTL_USAGE, "pilih berkas atau isian, bukan keduanya");
	else if (file != NULL && code == CTL_DONE)
		code = ctl_read_file(ctl, file, JSON_BYTES_MAX, &json);
	if (code == CTL_DONE &&
		json_read(word->schema, with_case(ctl, word, json, id), &ctl->arena, message, &why) !=
			ERR_OK)
		code = ctl_say_status(ctl, SESI_STATUS_INVALID, str_of(why.field == NULL ? "" : why.field),
			str_of(why.rule == NULL ? "" : why.rule));
	buf_clear(&out);
	return code;
}

/* --- the answer --- */

/* A line for each value; lists and records as JSON. */
static void print_lines(const struct schema *schema, const void *answer, struct buf *out)
{
	for (uint32_t i = 0; i < schema->field_count; i++) {
		const struct field *f = &schema->fields[i];

		if (f->type == TYPE_RECORD || (f->marks & FIELD_LIST) != 0 || !wire_has(f, answer))
			continue;
		buf_print(out, "%s: ", f->name);
		json_write_value(f, answer, JSON_FULL, out);
		buf_print(out, "\n");
	}
}

static enum ctl_exit send(struct ctl *ctl, struct client *client, const struct word *word,
	const void *message, struct id id)
{
	const struct schema *reply_schema = word->schema->reply;
	void *reply = reply_schema == NULL ? NULL : arena_take(&ctl->arena, reply_schema->size);
	struct sesi_reply got;
	struct buf out;
	enum ctl_exit code = ctl_command(ctl, client, word->schema, message, id, reply, &got);

	if (code != CTL_DONE)
		return code;
	buf_init(&out, CTL_OUTPUT_MAX);
	if (reply != NULL && ctl->is_json) {
		json_write(reply_schema, reply, JSON_FULL, &out);
		buf_print(&out, "\n");
	} else if (reply != NULL && word->schema != &schema_ungkap_identitas) {
		print_lines(reply_schema, reply, &out);
	} else if (reply != NULL) {
		print_lines(&schema_orang, &((const struct isi_permohonan *)reply)->pemohon, &out);
	} else {
		buf_print(&out, ctl->is_json ? "{\"status\":\"%s\"}\n" : "%s\n",
			enum_name(&enum_sesi_status, got.status));
	}
	ctl_print(&out);
	buf_clear(&out);
	return CTL_DONE;
}

/* Page after page, each one line. */
static enum ctl_exit ask(struct ctl *ctl, struct client *client, const struct word *word,
	const void *message)
{
	void *answer = arena_take(&ctl->arena, word->schema->reply->size);
	struct str go_on = { NULL, 0 };
	struct buf out;
	enum ctl_exit code = answer == NULL ? CTL_FAILED : CTL_DONE;

	buf_init(&out, CTL_OUTPUT_MAX);
	while (code == CTL_DONE) {
		code = ctl_ask(ctl, client, word->schema, message, &go_on, answer);
		if (code == CTL_DONE)
			json_write(word->schema->reply, answer, JSON_FULL, &out);
		if (code == CTL_DONE)
			buf_print(&out, "\n");
		ctl_print(&out);
		if (go_on.ptr == NULL)
			break;
	}
	buf_clear(&out);
	return code;
}

static enum ctl_exit run(struct ctl *ctl, int argc, char **argv, const struct word *word)
{
	const char *id_given = ctl_option(&argc, argv, "--id");
	void *message = arena_take(&ctl->arena, word->schema->size);
	struct client *client = NULL;
	struct id id = { { 0 } };
	enum ctl_exit code = message == NULL ? CTL_FAILED : CTL_DONE;

	if (id_given != NULL && id_parse(str_of(id_given), &id) != ERR_OK)
		return ctl_say(ctl, CTL_USAGE, "bukan id: %s", id_given);
	if (code == CTL_DONE)
		code = make_message(ctl, word, argc, argv, message);
	if (code == CTL_DONE)
		code = ctl_dial(ctl, word->service, &client);
	if (code != CTL_DONE)
		return code;
	code = word->schema->kind == KIND_QUESTION ? ask(ctl, client, word, message)
											   : send(ctl, client, word, message, id);
	client_close(&client);
	return code;
}

static void describe(const struct word *word, struct buf *out)
{
	char zero = '\0';

	buf_print(out, "%s", usage_head);
	for (size_t i = 0; i < WORDS; i++)
		buf_print(out, "  %-18s %s\n", words[i].name, words[i].help);
	if (word != NULL) {
		buf_print(out, "Isian %s (* wajib):\n", word->name);
		options_describe(word->schema, out);
	}
	buf_add(out, &zero, 1);
}

int ctl_permohonan(int argc, char **argv)
{
	const struct word *word = argc > 1 ? word_of(argv[1]) : NULL;
	struct ctl ctl;
	enum ctl_exit code;
	struct buf usage;

	buf_init(&usage, 64 * 1024);
	describe(word, &usage);
	if (word != NULL) { /* the word takes the verb's place: what is left are its own arguments */
		memmove(&argv[1], &argv[2], (size_t)(argc - 1) * sizeof *argv);
		argc--;
	}
	if (ctl_open(&ctl, &argc, argv, usage.ptr, &code))
		code = word == NULL ? ctl_say(&ctl, CTL_USAGE, "kata tidak dikenal\n%s", usage.ptr)
							: run(&ctl, argc, argv, word);
	code = ctl_end(&ctl, code);
	buf_clear(&usage);
	return code;
}

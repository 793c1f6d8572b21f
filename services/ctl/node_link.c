/* What a person decides about links: who belongs to whom, and until when. */
#include "ctl/node_link.h"

#include "federation/identitas_simpul.h"

#include <stdio.h>
#include <string.h>

enum { UNITS_MAX = 32 };

/* Sends one command to federation and says what it did. An invitation leaves standard output to the text
 * that is to be carried. */
static enum ctl_exit command(struct ctl *ctl, struct client *client, const struct schema *schema,
	const void *body, const struct identitas_simpul *about, const char *done)
{
	FILE *to = schema == &schema_undang_simpul ? stderr : stdout;
	struct sesi_reply reply;
	enum ctl_exit code =
		ctl_command(ctl, client, schema, body, (struct id) { { 0 } }, NULL, &reply);
	char id[ID_TEXT_MAX];

	if (code != CTL_DONE)
		return code;
	id_text(about->simpul, id);
	if (ctl->is_json)
		printf("{\"simpul\":\"%s\",\"status\":\"%s\",\"seq\":%llu}\n", id,
			enum_name(&enum_sesi_status, reply.status),
			(unsigned long long)(reply.has_first_seq ? reply.first_seq : 0));
	else
		fprintf(to, "%.*s (%s): %s\n", (int)about->nama.len, about->nama.ptr, id, done);
	return CTL_DONE;
}

static enum ctl_exit send(struct ctl *ctl, const struct schema *schema, const void *body,
	const struct identitas_simpul *about, const char *done)
{
	struct client *client = NULL;
	enum ctl_exit code = ctl_dial(ctl, "federation", &client);

	if (code == CTL_DONE)
		code = command(ctl, client, schema, body, about, done);
	client_close(&client);
	return code;
}

static uint32_t take_units(int *argc, char **argv, struct str units[UNITS_MAX])
{
	const char *unit;
	uint32_t count = 0;

	while (count < UNITS_MAX && (unit = ctl_option(argc, argv, "--unit")) != NULL)
		units[count++] = str_of(unit);
	return count;
}

/* --- by identity --- */

enum ctl_exit node_invite(struct ctl *ctl, int argc, char **argv)
{
	const char *address = ctl_option(&argc, argv, "--address");
	struct str units[UNITS_MAX];
	struct undang_simpul body = { .unit = units, .unit_len = take_units(&argc, argv, units) };
	struct identitas_simpul own = { .has_alamat = false };
	enum ctl_exit code = ctl_rest(ctl, argc, argv, 2, 2);
	struct buf text;

	if (code == CTL_DONE)
		code = node_read_identity(ctl, argv[2], &body.identitas);
	if (code == CTL_DONE && address != NULL)
		code = node_own_identity(ctl, address, &own);
	if (code == CTL_DONE)
		code = send(ctl, &schema_undang_simpul, &body, &body.identitas, "diundang");
	if (code != CTL_DONE || ctl->is_json)
		return code;
	fprintf(stderr,
		"Cocokkan kata-kata ini dengan petugas simpul itu lewat jalan lain (telepon,\n"
		"tatap muka), lalu ppidctl node accept:\n");
	node_say_words(ctl, &body.identitas);
	if (address == NULL) {
		fprintf(stderr,
			"Berikan kepadanya identitas simpul ini: ppidctl node identity --address "
			"tcp://NAMA:PORT\n");
		return CTL_DONE;
	}
	fprintf(stderr, "Identitas simpul ini, untuk ppidctl node join di sana:\n");
	buf_init(&text, IDENTITY_TEXT_MAX);
	identity_text(&own, &text);
	node_say_words(ctl, &own);
	ctl_print(&text);
	buf_clear(&text);
	return CTL_DONE;
}

enum ctl_exit node_replace(struct ctl *ctl, int argc, char **argv)
{
	struct str units[UNITS_MAX];
	struct ganti_simpul body = { .unit = units, .unit_len = take_units(&argc, argv, units) };
	enum ctl_exit code = ctl_rest(ctl, argc, argv, 2, 2);

	if (code == CTL_DONE)
		code = node_read_identity(ctl, argv[2], &body.identitas);
	if (code == CTL_DONE)
		code = send(ctl, &schema_ganti_simpul, &body, &body.identitas,
			"diganti; kunci sebelumnya tidak berlaku lagi");
	if (code == CTL_DONE)
		node_say_words(ctl, &body.identitas);
	return code;
}

enum ctl_exit node_join(struct ctl *ctl, int argc, char **argv)
{
	const char *words = ctl_option(&argc, argv, "--words");
	struct tetapkan_induk body = { .has_kata = words != NULL,
		.kata = str_of(words == NULL ? "" : words) };
	enum ctl_exit code = ctl_rest(ctl, argc, argv, 2, 2);

	if (code == CTL_DONE)
		code = node_read_identity(ctl, argv[2], &body.identitas);
	if (code == CTL_DONE)
		code = send(ctl, &schema_tetapkan_induk, &body, &body.identitas, "menjadi induk");
	if (code == CTL_DONE && words == NULL && !ctl->is_json)
		fprintf(stderr,
			"Cocokkan kata-kata ini dengan petugas simpul induk lewat jalan lain; "
			"bila berbeda: ppidctl node leave %.*s\n",
			(int)body.identitas.nama.len, body.identitas.nama.ptr);
	if (code == CTL_DONE)
		node_say_words(ctl, &body.identitas);
	return code;
}

/* --- by name or id --- */

typedef const void *body_fn(struct ctl *ctl, struct id node, const void *self);

struct deed {
	const struct schema *schema;
	body_fn *body;
	const void *self;
	const char *done;
};

static enum ctl_exit do_to(struct ctl *ctl, const char *node, const struct deed *deed)
{
	struct client *client = NULL;
	struct simpul_baris row;
	enum ctl_exit code = ctl_dial(ctl, "federation", &client);

	if (code == CTL_DONE)
		code = node_find(ctl, client, node, &row);
	if (code == CTL_DONE) {
		const void *body = deed->body(ctl, row.identitas.simpul, deed->self);

		code = body == NULL ? CTL_FAILED
							: command(ctl, client, deed->schema, body, &row.identitas, deed->done);
	}
	client_close(&client);
	return code;
}

/* tangguhkan_simpul, pulihkan_simpul and lepas_induk say no more than whom. */
static const void *id_body(struct ctl *ctl, struct id node, const void *self)
{
	struct tangguhkan_simpul *body = arena_take(&ctl->arena, sizeof *body);

	(void)self;
	_Static_assert(sizeof(struct tangguhkan_simpul) == sizeof(struct pulihkan_simpul) &&
			sizeof(struct tangguhkan_simpul) == sizeof(struct lepas_induk),
		"an id alone");
	if (body != NULL)
		body->simpul = node;
	return body;
}

static const void *words_body(struct ctl *ctl, struct id node, const void *self)
{
	struct terima_simpul *body = arena_take(&ctl->arena, sizeof *body);

	if (body != NULL)
		*body = (struct terima_simpul) { node, str_of(self) };
	return body;
}

static const void *reason_body(struct ctl *ctl, struct id node, const void *self)
{
	struct cabut_simpul *body = arena_take(&ctl->arena, sizeof *body);

	if (body != NULL)
		*body = (struct cabut_simpul) { node, *(const uint32_t *)self };
	return body;
}

enum ctl_exit node_accept(struct ctl *ctl, int argc, char **argv)
{
	const char *words = ctl_option(&argc, argv, "--words");
	struct deed deed = { &schema_terima_simpul, words_body, words, "diterima" };
	enum ctl_exit code = ctl_rest(ctl, argc, argv, 2, 2);

	if (code == CTL_DONE && words == NULL)
		code = ctl_say(ctl, CTL_USAGE,
			"sebutkan delapan kata yang dibacakan petugas simpul itu: --words \"...\"");
	return code == CTL_DONE ? do_to(ctl, argv[2], &deed) : code;
}

static enum ctl_exit plain(struct ctl *ctl, int argc, char **argv, const struct deed *deed)
{
	enum ctl_exit code = ctl_rest(ctl, argc, argv, 2, 2);

	return code == CTL_DONE ? do_to(ctl, argv[2], deed) : code;
}

enum ctl_exit node_suspend(struct ctl *ctl, int argc, char **argv)
{
	return plain(ctl, argc, argv,
		&(struct deed) { &schema_tangguhkan_simpul, id_body, NULL, "ditangguhkan" });
}

enum ctl_exit node_resume(struct ctl *ctl, int argc, char **argv)
{
	return plain(ctl, argc, argv,
		&(struct deed) { &schema_pulihkan_simpul, id_body, NULL, "diterima lagi" });
}

enum ctl_exit node_leave(struct ctl *ctl, int argc, char **argv)
{
	return plain(ctl, argc, argv,
		&(struct deed) { &schema_lepas_induk, id_body, NULL, "bukan induk lagi" });
}

enum ctl_exit node_revoke(struct ctl *ctl, int argc, char **argv)
{
	const char *reason = ctl_option(&argc, argv, "--reason");
	uint32_t number = 0;
	struct deed deed = { &schema_cabut_simpul, reason_body, &number, "dicabut" };
	enum ctl_exit code = ctl_rest(ctl, argc, argv, 2, 2);

	if (code == CTL_DONE &&
		(reason == NULL || !enum_number(&enum_alasan_pencabutan, str_of(reason), &number)))
		code =
			ctl_say(ctl, CTL_USAGE, "--reason hilang, dibobol, ditutup, pindah_induk atau lainnya");
	return code == CTL_DONE ? do_to(ctl, argv[2], &deed) : code;
}

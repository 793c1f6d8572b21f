/* Who this node is, as text to be carried to another one. */
#include "ctl/key.h"
#include "ctl/node_link.h"
#include "federation/identitas_simpul.h"

#include <stdio.h>
#include <string.h>

typedef void statement_fn(const struct identitas_simpul *identity, struct buf *out);

/* 64 bytes in the arena. */
static enum ctl_exit sign(struct ctl *ctl, const struct node_sign *key,
	const struct identitas_simpul *identity, statement_fn *statement, struct str *ret)
{
	uint8_t *signature = arena_take(&ctl->arena, SIGNATURE_BYTES);
	struct buf text;

	if (signature == NULL)
		return CTL_FAILED;
	buf_init(&text, IDENTITY_TEXT_MAX);
	statement(identity, &text);
	node_sign_bytes(key, buf_str(&text), signature);
	buf_clear(&text);
	*ret = str_bytes(signature, SIGNATURE_BYTES);
	return CTL_DONE;
}

/* Filled and signed with the node's key; *ret_key is to be cleared. */
static enum ctl_exit make_own(struct ctl *ctl, const char *address, struct identitas_simpul *ret,
	struct node_sign *ret_key)
{
	const struct node_public_row *row;
	struct problem why = { NULL, NULL };
	struct node_public keys;
	enum ctl_exit code = ctl_need(ctl, ctl->node, "PPID_NODE");

	if (code == CTL_DONE)
		code = key_node_load(ctl, &keys, ret_key);
	if (code != CTL_DONE)
		return code;
	row = node_public_find(&keys, str_of("federation"));
	if (row == NULL)
		return ctl_say(ctl, CTL_REFUSED,
			"simpul ini belum mempunyai kunci untuk federation; jalankan ppidctl key init");
	*ret = (struct identitas_simpul) {
		.nama = str_of(ctl->node),
		.generasi = row->generation,
		.has_alamat = address != NULL,
		.alamat = str_of(address == NULL ? "" : address),
	};
	memcpy(ret->kurva.bytes, row->present, sizeof ret->kurva.bytes);
	memcpy(ret->kurva_berikut.bytes, row->next, sizeof ret->kurva_berikut.bytes);
	memcpy(ret->tanda.bytes, ret_key->public_key, sizeof ret->tanda.bytes);
	code = ctl_own_node(ctl, &ret->simpul);
	if (code == CTL_DONE)
		code = sign(ctl, ret_key, ret, identity_statement, &ret->tanda_tangan);
	if (code == CTL_DONE && identity_check(ret, &why) != ERR_OK)
		code =
			ctl_say(ctl, CTL_USAGE, "identitas simpul ini tidak sah: %s: %s", why.field, why.rule);
	return code;
}

enum ctl_exit node_own_identity(struct ctl *ctl, const char *address, struct identitas_simpul *ret)
{
	struct node_sign key = { .generation = 0 };
	enum ctl_exit code = make_own(ctl, address, ret, &key);

	node_sign_clear(&key);
	return code;
}

enum ctl_exit node_read_identity(struct ctl *ctl, const char *path, struct identitas_simpul *ret)
{
	struct problem why = { NULL, NULL };
	struct str text;
	enum ctl_exit code = ctl_read_file(ctl, path, IDENTITY_TEXT_MAX, &text);

	if (code == CTL_DONE && identity_parse(text, &ctl->arena, ret, &why) != ERR_OK)
		code = ctl_say(ctl, CTL_REFUSED, "%s bukan identitas simpul: %s: %s", path, why.field,
			why.rule);
	return code;
}

void node_say_words(const struct ctl *ctl, const struct identitas_simpul *identity)
{
	char words[FINGERPRINT_TEXT_MAX];

	if (ctl->is_json)
		return;
	identity_words(identity, words);
	fprintf(stderr, "%.*s: %s\n", (int)identity->nama.len, identity->nama.ptr, words);
}

static enum ctl_exit put_out(struct ctl *ctl, const char *file, struct buf *text)
{
	enum ctl_exit code = CTL_DONE;

	if (file != NULL)
		code = ctl_write_file(ctl, file, buf_str(text), 0644);
	else
		ctl_print(text);
	buf_clear(text);
	return code;
}

static void json_identity(const struct identitas_simpul *identity, struct buf *out)
{
	struct simpul_identitas_jawab answer = { .identitas = *identity };
	char words[FINGERPRINT_TEXT_MAX];

	identity_words(identity, words);
	answer.kata = str_of(words);
	json_write(&schema_simpul_identitas_jawab, &answer, JSON_FULL, out);
	buf_print(out, "\n");
}

/* Of this node, or as a linked one is known here. */
enum ctl_exit node_identity(struct ctl *ctl, int argc, char **argv)
{
	const char *address = ctl_option(&argc, argv, "--address");
	const char *file = ctl_option(&argc, argv, "--out");
	enum ctl_exit code = ctl_rest(ctl, argc, argv, 1, 2);
	struct client *client = NULL;
	struct identitas_simpul identity = { .has_alamat = false };
	struct simpul_baris row = { .induk = false };
	struct buf text;

	if (code == CTL_DONE && argc == 2)
		code = node_own_identity(ctl, address, &identity);
	else if (code == CTL_DONE) {
		code = ctl_dial(ctl, "federation", &client);
		if (code == CTL_DONE)
			code = node_find(ctl, client, argv[2], &row);
		if (code == CTL_DONE)
			identity = row.identitas;
		client_close(&client);
	}
	if (code != CTL_DONE)
		return code;
	buf_init(&text, IDENTITY_TEXT_MAX * 2);
	if (ctl->is_json)
		json_identity(&identity, &text);
	else
		identity_text(&identity, &text);
	node_say_words(ctl, &identity);
	return put_out(ctl, file, &text);
}

/* --- rotation --- */

/* The text that tells others of this node's new keys. */
static enum ctl_exit print_rotation(struct ctl *ctl, const char *address, const char *file)
{
	struct node_sign key = { .generation = 0 };
	struct identitas_simpul identity = { .has_alamat = false };
	struct str signature = { NULL, 0 };
	struct buf text;
	enum ctl_exit code = make_own(ctl, address, &identity, &key);

	if (code == CTL_DONE)
		code = sign(ctl, &key, &identity, identity_rotation_statement, &signature);
	node_sign_clear(&key);
	if (code != CTL_DONE)
		return code;
	buf_init(&text, IDENTITY_TEXT_MAX);
	identity_rotation_text(&identity, signature, &text);
	return put_out(ctl, file, &text);
}

/* Another node's new keys: of one below, or of the one above. */
static enum ctl_exit take_rotation(struct ctl *ctl, const char *path)
{
	struct catat_kunci_induk above;
	struct putar_kunci_simpul below;
	struct problem why = { NULL, NULL };
	struct client *client = NULL;
	char id[ID_TEXT_MAX];
	struct simpul_baris row = { .induk = false };
	struct sesi_reply reply;
	struct str text;
	enum ctl_exit code = ctl_read_file(ctl, path, IDENTITY_TEXT_MAX, &text);

	if (code == CTL_DONE &&
		identity_rotation_parse(text, &ctl->arena, &below.identitas, &below.tanda_tangan_lama,
			&why) != ERR_OK)
		code = ctl_say(ctl, CTL_REFUSED, "%s bukan pemberitahuan kunci baru: %s: %s", path,
			why.field, why.rule);
	if (code == CTL_DONE)
		code = ctl_dial(ctl, "federation", &client);
	if (code != CTL_DONE)
		return code;
	id_text(below.identitas.simpul, id);
	code = node_find(ctl, client, id, &row);
	above = (struct catat_kunci_induk) { below.identitas, below.tanda_tangan_lama };
	if (code == CTL_DONE)
		code = row.induk ? ctl_command(ctl, client, &schema_catat_kunci_induk, &above,
							   (struct id) { { 0 } }, NULL, &reply)
						 : ctl_command(ctl, client, &schema_putar_kunci_simpul, &below,
							   (struct id) { { 0 } }, NULL, &reply);
	client_close(&client);
	if (code == CTL_DONE && !ctl->is_json)
		printf("%.*s: kunci generasi %u dicatat.\n", (int)row.identitas.nama.len,
			row.identitas.nama.ptr, below.identitas.generasi);
	return code;
}

enum ctl_exit node_rotate(struct ctl *ctl, int argc, char **argv)
{
	const char *address = ctl_option(&argc, argv, "--address");
	const char *file = ctl_option(&argc, argv, "--out");
	enum ctl_exit code = ctl_rest(ctl, argc, argv, 1, 2);

	if (code != CTL_DONE)
		return code;
	return argc == 2 ? print_rotation(ctl, address, file) : take_rotation(ctl, argv[2]);
}

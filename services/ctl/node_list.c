/* How other nodes are: links, streams, branches of their histories. */
#include "ctl/node_link.h"

#include "base/civil.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { STATUS_ASK_MS = 3000 };

enum ctl_exit node_each(struct ctl *ctl, struct client *client, node_row_fn *on_row, void *self)
{
	struct simpul_daftar question = { .has_simpul = false };
	struct simpul_daftar_jawab answer;
	struct str go_on = { NULL, 0 };
	enum ctl_exit code;

	do {
		code = ctl_ask(ctl, client, &schema_simpul_daftar, &question, &go_on, &answer);
		for (uint32_t i = 0; code == CTL_DONE && i < answer.simpul_len; i++)
			code = on_row(ctl, &answer.simpul[i], self);
	} while (code == CTL_DONE && go_on.ptr != NULL);
	return code;
}

struct wanted {
	struct str text;
	struct id id; /* zero: text is a name */
	struct simpul_baris *ret;
	uint32_t found;
};

static enum ctl_exit match(struct ctl *ctl, const struct simpul_baris *row, void *self)
{
	struct wanted *w = self;
	bool is_it = id_is_zero(w->id) ? str_equal(row->identitas.nama, w->text)
								   : id_equal(row->identitas.simpul, w->id);

	(void)ctl;
	if (is_it) {
		*w->ret = *row;
		w->found++;
	}
	return CTL_DONE;
}

enum ctl_exit node_find(struct ctl *ctl, struct client *client, const char *text,
	struct simpul_baris *ret)
{
	struct wanted w = { .text = str_of(text), .ret = ret };
	enum ctl_exit code;

	if (id_parse(w.text, &w.id) != ERR_OK)
		w.id = (struct id) { { 0 } };
	code = node_each(ctl, client, match, &w);
	if (code == CTL_DONE && w.found == 0)
		code = ctl_say(ctl, CTL_REFUSED, "tidak ada simpul %s; lihat ppidctl node list", text);
	if (code == CTL_DONE && w.found > 1)
		code = ctl_say(ctl, CTL_REFUSED, "beberapa simpul bernama %s; sebutkan id-nya", text);
	return code;
}

/* --- list --- */

static const char *state_name(const struct simpul_baris *row)
{
	const char *name = row->induk ? enum_name(&enum_status_induk, row->status_induk)
								  : enum_name(&enum_status_tautan, row->status);

	return name == NULL ? "?" : name;
}

/* "terhubung", "3 menit lalu", ... */
static void put_contact(const struct ctl *ctl, const struct simpul_baris *row, struct buf *out)
{
	int64_t seconds;

	if (row->terhubung) {
		buf_print(out, "terhubung");
		return;
	}
	if (!row->has_kontak) {
		buf_print(out, "belum pernah terhubung sejak layanan dijalankan");
		return;
	}
	seconds = (host_wall(&ctl->host) - row->kontak) / US_PER_SECOND;
	if (seconds < 120)
		buf_print(out, "terputus %" PRId64 " detik", seconds);
	else if (seconds < 7200)
		buf_print(out, "terputus %" PRId64 " menit", seconds / 60);
	else if (seconds < 2 * 86400)
		buf_print(out, "terputus %" PRId64 " jam", seconds / 3600);
	else
		buf_print(out, "terputus %" PRId64 " hari", seconds / 86400);
}

static void put_streams(const struct simpul_baris *row, struct buf *out)
{
	for (uint32_t i = 0; i < row->aliran_len; i++) {
		const struct aliran_dipegang *a = &row->aliran[i];
		const char *name = memchr(a->nama.ptr, '/', a->nama.len);
		size_t skip = name == NULL ? 0 : (size_t)(name - a->nama.ptr) + 1;

		buf_print(out, "    %.*s sampai %" PRIu64, (int)(a->nama.len - skip), a->nama.ptr + skip,
			a->seq);
		if (a->has_tertinggal)
			buf_print(out, ", tertinggal %" PRIu64, a->tertinggal);
		if (a->cabang > 1)
			buf_print(out, ", %u cabang", a->cabang);
		if (a->has_masalah)
			buf_print(out, ", MASALAH: %.*s", (int)a->masalah.len, a->masalah.ptr);
		buf_print(out, "\n");
	}
}

static enum ctl_exit print_row(struct ctl *ctl, const struct simpul_baris *row, void *self)
{
	struct buf *out = self;
	char id[ID_TEXT_MAX];

	if (ctl->is_json) {
		json_write(&schema_simpul_baris, row, JSON_MASKED, out);
		buf_print(out, "\n");
		ctl_print(out);
		return CTL_DONE;
	}
	id_text(row->identitas.simpul, id);
	buf_print(out, "%-7s %-16.*s %-13s", row->induk ? "induk" : "anak",
		(int)row->identitas.nama.len, row->identitas.nama.ptr, state_name(row));
	for (uint32_t i = 0; i < row->unit_len; i++)
		buf_print(out, " %.*s", (int)row->unit[i].len, row->unit[i].ptr);
	buf_print(out, "  ");
	put_contact(ctl, row, out);
	if (row->has_versi)
		buf_print(out, ", versi %.*s", (int)row->versi.len, row->versi.ptr);
	if (row->has_selisih_jam_us)
		buf_print(out, ", selisih jam %+.1f detik", (double)row->selisih_jam_us / 1e6);
	if (row->has_masalah)
		buf_print(out, ", MASALAH: %.*s", (int)row->masalah.len, row->masalah.ptr);
	buf_print(out, "\n    %s  %.*s\n", id, (int)row->kata.len, row->kata.ptr);
	put_streams(row, out);
	ctl_print(out);
	return CTL_DONE;
}

enum ctl_exit node_list(struct ctl *ctl, int argc, char **argv)
{
	enum ctl_exit code = ctl_rest(ctl, argc, argv, 1, 1);
	struct client *client = NULL;
	struct buf out;

	if (code == CTL_DONE)
		code = ctl_dial(ctl, "federation", &client);
	if (code != CTL_DONE)
		return code;
	buf_init(&out, CTL_OUTPUT_MAX);
	code = node_each(ctl, client, print_row, &out);
	buf_clear(&out);
	client_close(&client);
	return code;
}

/* --- in status --- */

enum { TROUBLED_NAMED_MAX = 8 }; /* in status; all of them in the list */

struct summary {
	struct buf *out;
	struct buf *names; /* of those that something is wrong with, and what */
	uint32_t children, connected, waiting, troubled, named;
	uint64_t lag;
};

/* The trouble of the node itself, else that of its first stream that has one. */
static void name_trouble(struct summary *s, const struct simpul_baris *row)
{
	struct str why = row->has_masalah ? row->masalah : (struct str) { NULL, 0 };

	for (uint32_t i = 0; why.ptr == NULL && i < row->aliran_len; i++)
		if (row->aliran[i].has_masalah)
			why = row->aliran[i].masalah;
	if (why.ptr == NULL || s->named++ >= TROUBLED_NAMED_MAX)
		return;
	buf_print(s->names, "      MASALAH pada %.*s: %.*s\n", (int)row->identitas.nama.len,
		row->identitas.nama.ptr, (int)why.len, why.ptr);
}

static enum ctl_exit add_up(struct ctl *ctl, const struct simpul_baris *row, void *self)
{
	struct summary *s = self;
	bool is_troubled = row->has_masalah;

	for (uint32_t i = 0; i < row->aliran_len; i++) {
		is_troubled = is_troubled || row->aliran[i].has_masalah;
		s->lag += row->aliran[i].has_tertinggal ? row->aliran[i].tertinggal : 0;
	}
	name_trouble(s, row);
	if (row->induk && row->status_induk == STATUS_INDUK_DITETAPKAN) {
		buf_print(s->out, "    simpul induk %.*s: ", (int)row->identitas.nama.len,
			row->identitas.nama.ptr);
		put_contact(ctl, row, s->out);
		buf_print(s->out, "\n");
	}
	if (row->induk)
		return CTL_DONE;
	s->children += row->status == STATUS_TAUTAN_DITERIMA;
	s->connected += row->terhubung;
	s->waiting += row->status == STATUS_TAUTAN_MENUNGGU;
	s->troubled += is_troubled;
	return CTL_DONE;
}

void node_status_lines(struct ctl *ctl, struct buf *out)
{
	struct simpul_daftar question = { .has_simpul = false };
	struct buf names;
	struct summary s = { .out = out, .names = &names };
	struct simpul_daftar_jawab answer;
	struct str go_on = { NULL, 0 };
	struct client *client = NULL;

	if (ctl_dial_quietly(ctl, "federation", &client) != ERR_OK)
		return;
	buf_init(&names, CTL_OUTPUT_MAX);
	do {
		if (ctl_ask_quietly(ctl, client, &schema_simpul_daftar, &question, STATUS_ASK_MS, &go_on,
				&answer) != ERR_OK)
			break;
		for (uint32_t i = 0; i < answer.simpul_len; i++)
			(void)add_up(ctl, &answer.simpul[i], &s);
	} while (go_on.ptr != NULL);
	client_close(&client);
	if (s.children + s.waiting > 0)
		buf_print(out,
			"    simpul anak: %u diterima, %u terhubung, %u menunggu, %u bermasalah, tertinggal "
			"%" PRIu64 "\n",
			s.children, s.connected, s.waiting, s.troubled, s.lag);
	buf_add_str(out, buf_str(&names));
	buf_clear(&names);
	if (s.named > TROUBLED_NAMED_MAX)
		buf_print(out, "      dan %u simpul lain (ppidctl node list)\n",
			s.named - TROUBLED_NAMED_MAX);
}

/* --- branches --- */

static void print_branch(const struct ctl *ctl, const struct cabang_putusan *row, struct buf *out)
{
	const struct cabang *c = &row->cabang;
	char at[TIME_TEXT_MAX];

	if (ctl->is_json) {
		json_write(&schema_cabang_putusan, row, JSON_MASKED, out);
		buf_print(out, "\n");
		return;
	}
	time_text(row->pada, at);
	buf_print(out, "%.*s cabang %u dari %u, berpisah setelah %" PRIu64 " (%s)\n    ",
		(int)c->aliran.len, c->aliran.ptr, c->nomor, c->dari, c->garpu_seq, at);
	if (c->yatim_sampai == c->garpu_seq)
		buf_print(out, "tanpa catatan yatim\n");
	else
		buf_print(out, "yatim %" PRIu64 " sampai %" PRIu64 ": %s\n", c->garpu_seq + 1,
			c->yatim_sampai,
			row->has_putusan ? enum_name(&enum_putusan_yatim, row->putusan) : "MENUNGGU KEPUTUSAN");
}

enum ctl_exit node_branches(struct ctl *ctl, int argc, char **argv)
{
	struct cabang_daftar question = { .has_terbuka = true,
		.terbuka = ctl_flag(&argc, argv, "--open") };
	enum ctl_exit code = ctl_rest(ctl, argc, argv, 1, 1);
	struct cabang_daftar_jawab answer;
	struct str go_on = { NULL, 0 };
	struct client *client = NULL;
	struct buf out;

	if (code == CTL_DONE)
		code = ctl_dial(ctl, "federation", &client);
	if (code != CTL_DONE)
		return code;
	buf_init(&out, CTL_OUTPUT_MAX);
	do {
		code = ctl_ask(ctl, client, &schema_cabang_daftar, &question, &go_on, &answer);
		for (uint32_t i = 0; code == CTL_DONE && i < answer.cabang_len; i++)
			print_branch(ctl, &answer.cabang[i], &out);
		ctl_print(&out);
	} while (code == CTL_DONE && go_on.ptr != NULL);
	buf_clear(&out);
	client_close(&client);
	return code;
}

/* node orphans decide ALIRAN CABANG PUTUSAN */
enum ctl_exit node_orphans(struct ctl *ctl, int argc, char **argv)
{
	enum ctl_exit code = ctl_rest(ctl, argc, argv, 5, 5);
	struct putuskan_yatim body = { .cabang = 0 };
	struct client *client = NULL;
	struct sesi_reply reply;
	uint64_t branch;

	if (code != CTL_DONE)
		return code;
	if (strcmp(argv[2], "decide") != 0 || !str_number(str_of(argv[4]), &branch) ||
		branch > UINT32_MAX)
		return ctl_say(ctl, CTL_USAGE, "orphans decide ALIRAN CABANG batal|dimasukkan_ulang");
	if (!enum_number(&enum_putusan_yatim, str_of(argv[5]), &body.putusan))
		return ctl_say(ctl, CTL_USAGE, "putusan: batal atau dimasukkan_ulang");
	body.aliran = str_of(argv[3]);
	body.cabang = (uint32_t)branch;
	code = ctl_dial(ctl, "federation", &client);
	if (code == CTL_DONE)
		code = ctl_command(ctl, client, &schema_putuskan_yatim, &body, (struct id) { { 0 } }, NULL,
			&reply);
	client_close(&client);
	if (code == CTL_DONE && !ctl->is_json)
		printf("Diputuskan: %s\n", argv[5]);
	return code;
}

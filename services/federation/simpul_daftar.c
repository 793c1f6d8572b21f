/* The nodes that this one is linked with, and the streams held here: rows, mirrors and connections put together. */
#include "federation/identitas_simpul.h"
#include "federation/induk.h"
#include "federation/simpul.h"
#include "federation/tautan.h"
#include "runtime/view.h"
#include "store/mirror.h"

#include <string.h>

enum {
	NODES_MAX = 8,           /* of one answer: the longest fit into it */
	STREAMS_OF_NODE_MAX = 8, /* as many as a node has services with a log */
	STREAMS_MAX = 150,       /* of one answer */
};
/* A page begins with the nodes above, or goes on after this byte with the key of a node below. */
#define CHILDREN "c"

static enum err describe_stream(struct view *view, const struct mirror_stream *stream,
	struct aliran_dipegang *ret)
{
	struct stream_facts facts = { .head_seq = 0 };
	struct mirror_branch *branches = NULL;
	uint32_t count = 0;
	enum err e = mirror_branches(view_txn(view), stream, view_arena(view), &branches, &count);

	if (e != ERR_OK)
		return e;
	*ret = (struct aliran_dipegang) {
		.nama = stream->name,
		.seq = stream->head.seq,
		.hash = stream->head.hash,
		.has_pada = stream->head.seq > 0,
		.pada = stream->head_at,
		.cabang = count,
	};
	e = view_stream(view, stream->name, &facts);
	if (e != ERR_OK)
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	ret->has_kepala = facts.head_seq > 0;
	ret->kepala = facts.head_seq;
	ret->has_tertinggal = ret->has_kepala;
	ret->tertinggal = facts.head_seq > ret->seq ? facts.head_seq - ret->seq : 0;
	ret->has_masalah = facts.trouble.len > 0;
	ret->masalah = facts.trouble;
	return ERR_OK;
}

/* Streams are named NODE-ID/SERVICE: those of one node stand together. */
static enum err list_streams(struct view *view, struct simpul_baris *row)
{
	char prefix[ID_TEXT_MAX + 1];
	struct mirror_stream *found;
	uint32_t count = 0;
	enum err e;

	id_text(row->identitas.simpul, prefix);
	memcpy(prefix + ID_TEXT_MAX - 1, "/", 2);
	e = mirror_list(view_txn(view), str_of(prefix), STREAMS_OF_NODE_MAX, view_arena(view), &found,
		&count);
	if (e != ERR_OK)
		return e;
	row->aliran = arena_take(view_arena(view), STREAMS_OF_NODE_MAX * sizeof *row->aliran);
	if (row->aliran == NULL)
		return view_refuse(view, ERR_LIMIT, NULL, "terlalu_besar");
	for (uint32_t i = 0; i < count && str_starts(found[i].name, str_of(prefix)); i++) {
		e = describe_stream(view, &found[i], &row->aliran[row->aliran_len]);
		if (e != ERR_OK)
			return e;
		row->aliran_len++;
	}
	return ERR_OK;
}

static enum err add_connection(struct view *view, struct simpul_baris *row)
{
	struct remote_facts facts = { .is_connected = false };
	enum err e = view_remote(view, row->identitas.simpul, &facts);

	if (e != ERR_OK)
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	row->terhubung = facts.is_connected;
	row->has_kontak = facts.contact != 0;
	row->kontak = facts.contact;
	row->has_versi = facts.version.len > 0;
	row->versi = facts.version;
	row->has_boot = !id_is_zero(facts.boot);
	row->boot = facts.boot;
	row->has_selisih_jam_us = facts.has_skew;
	row->selisih_jam_us = facts.skew_us;
	row->has_masalah = facts.trouble.len > 0;
	row->masalah = facts.trouble;
	return ERR_OK;
}

static enum err add_row(struct view *view, const struct simpul_baris *found,
	struct simpul_daftar_jawab *to)
{
	struct simpul_baris *row = &to->simpul[to->simpul_len];
	char words[FINGERPRINT_TEXT_MAX];
	enum err e;

	*row = *found;
	identity_words(&row->identitas, words);
	e = arena_copy(view_arena(view), str_of(words), &row->kata);
	if (e == ERR_OK)
		e = add_connection(view, row);
	if (e == ERR_OK)
		e = list_streams(view, row);
	if (e == ERR_OK)
		to->simpul_len++;
	return e;
}

static struct simpul_baris row_of_child(const struct tautan *t)
{
	return (struct simpul_baris) {
		.identitas = t->identitas,
		.has_status = true,
		.status = t->status,
		.sejak = t->sejak,
		.unit = t->unit,
		.unit_len = t->unit_len,
		.has_terlihat_pada = t->has_terlihat_pada,
		.terlihat_pada = t->terlihat_pada,
		.has_alasan = t->has_alasan,
		.alasan = t->alasan,
		.lama = t->lama,
		.lama_len = t->lama_len,
	};
}

static struct simpul_baris row_of_parent(const struct induk *i)
{
	return (struct simpul_baris) {
		.identitas = i->identitas,
		.induk = true,
		.has_status_induk = true,
		.status_induk = i->status,
		.sejak = i->sejak,
	};
}

/* The one above, and those of before; few, and on the first page. */
static enum err list_parents(struct view *view, struct simpul_daftar_jawab *to)
{
	struct walk walk;
	struct induk row;
	struct str key;
	enum err e = walk_open(view_txn(view), &induk_table, str_of(""), str_of(""), false, &walk);

	while (e == ERR_OK && to->simpul_len < NODES_MAX / 2) {
		e = walk_next(&walk, &induk_table, view_arena(view), &key, &row);
		if (e == ERR_OK) {
			struct simpul_baris found = row_of_parent(&row);

			e = add_row(view, &found, to);
		}
	}
	walk_close(&walk);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err list_children(struct view *view, struct str start, struct simpul_daftar_jawab *to)
{
	struct walk walk;
	struct tautan row;
	struct str key;
	enum err e = walk_open(view_txn(view), &tautan_table, str_of(""), start, false, &walk);

	if (e != ERR_OK)
		return e;
	while ((e = walk_next(&walk, &tautan_table, view_arena(view), &key, &row)) == ERR_OK) {
		struct simpul_baris found = row_of_child(&row);

		if (to->simpul_len == NODES_MAX) {
			char *next = arena_take(view_arena(view), key.len + 1);

			if (next == NULL)
				e = view_refuse(view, ERR_LIMIT, NULL, "terlalu_besar");
			else {
				memcpy(next, CHILDREN, 1);
				memcpy(next + 1, key.ptr, key.len);
				view_go_on(view, str_bytes(next, key.len + 1));
			}
			break;
		}
		e = add_row(view, &found, to);
		if (e != ERR_OK)
			break;
	}
	walk_close(&walk);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* As a node below or above; ERR_NOT_FOUND. */
static enum err find(struct view *view, struct id node, struct simpul_baris *ret)
{
	struct tautan child;
	struct induk parent;
	enum err e = view_get(view, &tautan_table, node_key(&node), &child);

	if (e == ERR_OK) {
		*ret = row_of_child(&child);
		return e;
	}
	if (e == ERR_NOT_FOUND)
		e = view_get(view, &induk_table, node_key(&node), &parent);
	if (e == ERR_OK)
		*ret = row_of_parent(&parent);
	return e == ERR_NOT_FOUND ? view_refuse(view, e, "simpul", "simpul_tidak_dikenal") : e;
}

enum err ask_simpul_daftar(struct view *view, const void *question, void *answer)
{
	const struct simpul_daftar *q = question;
	struct simpul_daftar_jawab *a = answer;
	struct str from = view_from(view);
	struct simpul_baris one;
	enum err e = ERR_OK;

	a->simpul = arena_take(view_arena(view), NODES_MAX * sizeof *a->simpul);
	if (a->simpul == NULL)
		return view_refuse(view, ERR_LIMIT, NULL, "terlalu_besar");
	if (q->has_simpul) {
		e = find(view, q->simpul, &one);
		return e == ERR_OK ? add_row(view, &one, a) : e;
	}
	if (from.ptr == NULL || from.len == 0)
		e = list_parents(view, a);
	else if (!str_starts(from, str_of(CHILDREN)) || from.len == 1)
		return view_refuse(view, ERR_INVALID, "go_on", "di_luar_rentang");
	else
		from = str_bytes(from.ptr + 1, from.len - 1);
	return e == ERR_OK ? list_children(view, from, a) : e;
}

enum err ask_simpul_identitas(struct view *view, const void *question, void *answer)
{
	const struct simpul_identitas *q = question;
	struct simpul_identitas_jawab *a = answer;
	char words[FINGERPRINT_TEXT_MAX];
	struct simpul_baris row;
	enum err e = find(view, q->simpul, &row);

	if (e != ERR_OK)
		return e;
	a->identitas = row.identitas;
	identity_words(&row.identitas, words);
	return arena_copy(view_arena(view), str_of(words), &a->kata);
}

enum err ask_aliran_daftar(struct view *view, const void *question, void *answer)
{
	struct aliran_daftar_jawab *a = answer;
	struct str after = view_from(view);
	struct mirror_stream *found;
	uint32_t count = 0;
	enum err e = mirror_list(view_txn(view), after.ptr == NULL ? str_of("") : after, STREAMS_MAX,
		view_arena(view), &found, &count);

	(void)question;
	if (e != ERR_OK)
		return e;
	a->aliran = arena_take(view_arena(view), (count + 1) * sizeof *a->aliran);
	if (a->aliran == NULL)
		return view_refuse(view, ERR_LIMIT, NULL, "terlalu_besar");
	for (uint32_t i = 0; i < count; i++) {
		e = describe_stream(view, &found[i], &a->aliran[i]);
		if (e != ERR_OK)
			return e;
		a->aliran_len++;
	}
	if (count == STREAMS_MAX)
		view_go_on(view, found[count - 1].name);
	return ERR_OK;
}

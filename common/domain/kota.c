#include "domain/kota.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "domain/rows.h"

void kota_begin(struct kota *k, struct arena *arena)
{
	*k = (struct kota) { .arena = arena };
}

static struct kota_baris *row_add(struct kota *k, struct id node, struct str unit)
{
	struct kota_baris *rows =
		rows_grown(k->arena, k->baris, k->baris_len, &k->baris_size, sizeof *rows);

	if (rows == NULL)
		return NULL;
	k->baris = rows;
	rows[k->baris_len] = (struct kota_baris) { .simpul = node, .unit = unit };
	return &rows[k->baris_len++];
}

static enum err add_sum(struct kota *k, const struct jumlah_unit *sum)
{
	struct kota_baris *row = row_add(k, sum->simpul, sum->unit);

	if (row == NULL)
		return ERR_LIMIT;
	row->ada_data = true;
	row->terjawab = sum->terjawab;
	row->hari = sum->hari;
	return laporan_jumlah_add(&row->jumlah, &sum->jumlah);
}

static enum err add_name(struct kota *k, const struct unit_kota *unit)
{
	struct kota_baris *row = row_add(k, unit->simpul, unit->unit);

	if (row == NULL)
		return ERR_LIMIT;
	row->ada_data = true;
	row->nama = unit->nama;
	return ERR_OK;
}

static enum err add_place(struct kota *k, const struct letak_kota *place)
{
	struct letak_kota *rows =
		rows_grown(k->arena, k->letak, k->letak_len, &k->letak_size, sizeof *rows);

	if (rows == NULL)
		return ERR_LIMIT;
	k->letak = rows;
	rows[k->letak_len++] = *place;
	return ERR_OK;
}

enum err kota_add(struct kota *k, const struct laporan_kota_jawab *page)
{
	enum err e = ERR_OK;

	k->simpul = page->simpul;
	for (uint32_t i = 0; i < page->letak_len && e == ERR_OK; i++)
		e = add_place(k, &page->letak[i]);
	for (uint32_t i = 0; i < page->unit_len && e == ERR_OK; i++)
		e = add_name(k, &page->unit[i]);
	for (uint32_t i = 0; i < page->jumlah_len && e == ERR_OK; i++)
		e = add_sum(k, &page->jumlah[i]);
	return e;
}

enum err kota_add_node(struct kota *k, const struct kota_simpul *node)
{
	struct kota_simpul *rows =
		rows_grown(k->arena, k->simpul_list, k->simpul_len, &k->simpul_size, sizeof *rows);

	if (rows == NULL)
		return ERR_LIMIT;
	k->simpul_list = rows;
	rows[k->simpul_len++] = *node;
	return ERR_OK;
}

enum err kota_add_unit(struct kota *k, struct id node, struct str unit)
{
	return row_add(k, node, unit) == NULL ? ERR_LIMIT : ERR_OK;
}

/* --- the end: each once, in order --- */

static int id_order(const struct id *a, const struct id *b)
{
	return memcmp(a->bytes, b->bytes, sizeof a->bytes);
}

static int by_node(const void *a, const void *b)
{
	const struct kota_simpul *left = a, *right = b;

	return id_order(&left->simpul, &right->simpul);
}

static int by_stream(const void *a, const void *b)
{
	const struct letak_kota *left = a, *right = b;
	int order = id_order(&left->simpul, &right->simpul);

	return order != 0 ? order : str_compare(left->aliran, right->aliran);
}

static int by_unit(const void *a, const void *b)
{
	const struct kota_baris *left = a, *right = b;
	int order = id_order(&left->simpul, &right->simpul);

	return order != 0 ? order : str_compare(left->unit, right->unit);
}

/* Nodes by what they are called; those without a name last. */
static int by_name(const void *a, const void *b)
{
	const struct kota_baris *left = a, *right = b;
	struct str l = left->di->nama, r = right->di->nama;
	int order = (l.len == 0) - (r.len == 0);

	if (order == 0)
		order = str_compare(l, r);
	return order != 0 ? order : by_unit(a, b);
}

static void node_merge(struct kota_simpul *to, const struct kota_simpul *from)
{
	if (from->nama.len > 0)
		to->nama = from->nama;
	if (from->has_tautan) {
		to->has_tautan = true;
		to->terhubung = from->terhubung;
	}
	if (from->has_kontak && (!to->has_kontak || from->kontak > to->kontak)) {
		to->has_kontak = true;
		to->kontak = from->kontak;
	}
}

static enum err nodes_end(struct kota *k)
{
	struct kota_simpul own = { .simpul = k->simpul };
	enum err e = kota_add_node(k, &own);
	uint32_t len = 0;

	for (uint32_t i = 0; i < k->letak_len && e == ERR_OK; i++)
		e = kota_add_node(k, &(struct kota_simpul) { .simpul = k->letak[i].simpul });
	for (uint32_t i = 0; i < k->baris_len && e == ERR_OK; i++)
		e = kota_add_node(k, &(struct kota_simpul) { .simpul = k->baris[i].simpul });
	if (e != ERR_OK)
		return e;
	qsort(k->simpul_list, k->simpul_len, sizeof *k->simpul_list, by_node);
	for (uint32_t i = 0; i < k->simpul_len; i++) {
		if (len == 0 || by_node(&k->simpul_list[len - 1], &k->simpul_list[i]) != 0)
			k->simpul_list[len++] = k->simpul_list[i];
		else
			node_merge(&k->simpul_list[len - 1], &k->simpul_list[i]);
	}
	k->simpul_len = len;
	return ERR_OK;
}

/* Streams and nodes are both in order of the nodes. */
static void places_end(struct kota *k)
{
	uint32_t n = 0;

	if (k->letak_len > 0)
		qsort(k->letak, k->letak_len, sizeof *k->letak, by_stream);
	for (uint32_t i = 0; i < k->letak_len; i++) {
		struct kota_simpul *node;

		while (!id_equal(k->simpul_list[n].simpul, k->letak[i].simpul))
			n++;
		node = &k->simpul_list[n];
		if (node->letak_len++ == 0)
			node->letak = &k->letak[i];
		if (k->letak[i].has_pada && (!node->has_keadaan || k->letak[i].pada > node->keadaan)) {
			node->has_keadaan = true;
			node->keadaan = k->letak[i].pada;
		}
	}
}

static void row_merge(struct kota_baris *to, struct kota_baris *from)
{
	struct jumlah_layanan sums = laporan_jumlah_record(&from->jumlah);
	enum err e = laporan_jumlah_add(&to->jumlah, &sums);

	assert(e == ERR_OK);
	(void)e;
	to->terjawab += from->terjawab;
	to->hari += from->hari;
	to->ada_data = to->ada_data || from->ada_data;
	if (from->nama.nama.len > 0)
		to->nama = from->nama;
}

static void rows_end(struct kota *k)
{
	uint32_t len = 0, n = 0, own = 0;

	if (k->baris_len == 0)
		return;
	qsort(k->baris, k->baris_len, sizeof *k->baris, by_unit);
	for (uint32_t i = 0; i < k->baris_len; i++) {
		if (len == 0 || by_unit(&k->baris[len - 1], &k->baris[i]) != 0)
			k->baris[len++] = k->baris[i];
		else
			row_merge(&k->baris[len - 1], &k->baris[i]);
	}
	k->baris_len = len;
	for (uint32_t i = 0; i < len; i++) {
		while (!id_equal(k->simpul_list[n].simpul, k->baris[i].simpul))
			n++;
		k->baris[i].di = &k->simpul_list[n];
	}
	qsort(k->baris, len, sizeof *k->baris, by_name);
	/* Our own to the front, the others stay as they are. */
	for (uint32_t i = 0; i < len; i++) {
		struct kota_baris row = k->baris[i];

		if (!id_equal(row.simpul, k->simpul))
			continue;
		memmove(&k->baris[own + 1], &k->baris[own], (i - own) * sizeof row);
		k->baris[own++] = row;
	}
}

enum err kota_end(struct kota *k)
{
	enum err e = nodes_end(k);

	if (e != ERR_OK)
		return e;
	places_end(k);
	rows_end(k);
	return ERR_OK;
}

/* --- figures --- */

struct kota_angka kota_angka(const struct kota_baris *row)
{
	return (struct kota_angka) {
		.diterima = laporan_jumlah_total(&row->jumlah),
		.status = laporan_status(&row->jumlah),
		.lewat_tenggat = row->jumlah.lewat_tenggat,
		.terjawab = row->terjawab,
		.rata_rata = row->terjawab == 0 ? 0 : laporan_rata_rata(row->hari, row->terjawab),
		.tepat_waktu = row->jumlah.tepat_waktu,
		.terlambat = row->jumlah.terlambat,
	};
}

struct kota_angka kota_jumlah(const struct kota *k)
{
	struct kota_baris all = { .terjawab = 0 };

	for (uint32_t i = 0; i < k->baris_len; i++) {
		struct kota_baris one = k->baris[i];

		row_merge(&all, &one);
	}
	return kota_angka(&all);
}

/* kota - the figures of a city by node and unit, from the pages of laporan_kota
 *
 * A unit that its node has registered has a row, though nothing was asked of it;
 * one that is known by the link of its node alone has a row without figures.
 * How far each node was read stands beside its rows: nodes work alone for days,
 * and what they have not told is in no sum. */
#ifndef DOMAIN_KOTA_H
#define DOMAIN_KOTA_H

#include "domain/laporan.h"

struct kota_simpul {
	struct id simpul;
	struct str nama;                /* empty: not known here */
	const struct letak_kota *letak; /* its streams, by name */
	uint32_t letak_len;
	bool has_keadaan;
	time_us keadaan; /* when the last record that was read of it was written */
	/* What is known of the link to it. */
	bool has_tautan;
	bool terhubung;
	bool has_kontak;
	time_us kontak;
};

struct kota_baris {
	struct id simpul;
	struct str unit;
	struct nama_unit nama; /* empty: not registered */
	bool ada_data;         /* false: its node has not told of it */
	struct laporan_jumlah jumlah;
	uint64_t terjawab, hari;      /* requests with working days until the notice, and those days */
	const struct kota_simpul *di; /* from kota_end on */
};

struct kota {
	struct id simpul; /* the node that answered; its rows come first */
	struct kota_simpul *simpul_list;
	uint32_t simpul_len, simpul_size;
	struct kota_baris *baris; /* each unit of a node once, from kota_end on */
	uint32_t baris_len, baris_size;
	struct letak_kota *letak;
	uint32_t letak_len, letak_size;
	struct arena *arena;
};

/* The arena, and what is added, live as long as the figures. */
void kota_begin(struct kota *k, struct arena *arena);
/* ERR_INVALID: counts by a number that is not known here; ERR_LIMIT: the arena is full. */
enum err kota_add(struct kota *k, const struct laporan_kota_jawab *page) MUST_CHECK;
/* What a link says: that a node is there, and that it has a unit. */
enum err kota_add_node(struct kota *k, const struct kota_simpul *node) MUST_CHECK;
enum err kota_add_unit(struct kota *k, struct id node, struct str unit) MUST_CHECK;
/* Nothing comes any more: rows are merged, and sorted by node and unit. ERR_LIMIT. */
enum err kota_end(struct kota *k) MUST_CHECK;

/* What is shown of a row. */
struct kota_angka {
	uint64_t diterima;
	struct laporan_status status;
	uint64_t lewat_tenggat;
	uint64_t terjawab;
	uint64_t rata_rata; /* hundredths of a working day; of terjawab 0: none */
	uint64_t tepat_waktu, terlambat;
};
struct kota_angka kota_angka(const struct kota_baris *row);
/* All rows together. */
struct kota_angka kota_jumlah(const struct kota *k);

#endif

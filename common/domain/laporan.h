/* laporan - what the requests of a period add up to, and the tables made of it
 *
 * Sums are added up from the pages of the question laporan_layanan; tables are
 * computed from sums alone, never copied from anywhere (DOMAIN.md 6.4). Shares,
 * mean and median are whole numbers of hundredths, rounded half up. Which
 * tables there are, and which outcome counts as what, is said in
 * services/reporting/README.md. */
#ifndef DOMAIN_LAPORAN_H
#define DOMAIN_LAPORAN_H

#include "base/arena.h"
#include "domain/periode.h"
#include "proto/messages.h"

enum {
	LAPORAN_KANAL = KANAL_MEDIA_SOSIAL_LAIN,
	LAPORAN_JENIS = JENIS_PEMOHON_BADAN_HUKUM,
	LAPORAN_LATAR = LATAR_BELAKANG_LAINNYA,
	LAPORAN_HASIL = HASIL_LAYANAN_DIALIHKAN,
	LAPORAN_PASAL = PASAL17_J,
	LAPORAN_BULAN = 12,
	LAPORAN_POKOK = 10, /* subjects that are named; the others are one row */
};

/* The sums of record jumlah_layanan, by enum number less one. */
struct laporan_jumlah {
	uint64_t jenis[LAPORAN_JENIS];
	uint64_t latar[LAPORAN_LATAR];
	uint64_t hasil[LAPORAN_HASIL];
	uint64_t pasal[LAPORAN_PASAL];
	uint64_t lewat_tenggat, diperpanjang, tepat_waktu, terlambat, tanpa_kalender;
};

/* ERR_INVALID: the record counts by a number that is not known here; nothing was added. */
enum err laporan_jumlah_add(struct laporan_jumlah *sum,
	const struct jumlah_layanan *record) MUST_CHECK;
/* The record of the sums, whose lists are lent from them. */
struct jumlah_layanan laporan_jumlah_record(struct laporan_jumlah *sum);
/* All requests: each is of one kind. */
uint64_t laporan_jumlah_total(const struct laporan_jumlah *sum);

/* As the status tables have them: every request is one of the three. */
struct laporan_status {
	uint64_t dipenuhi, ditolak_tidak_dijawab, diproses;
};
struct laporan_status laporan_status(const struct laporan_jumlah *sum);

struct laporan {
	struct periode periode;
	struct laporan_jumlah kanal[LAPORAN_KANAL];
	uint64_t bulan[LAPORAN_BULAN]; /* from the period's first month */
	uint32_t bulan_len;
	struct jumlah_hari *hari; /* upwards, each once, from laporan_end on */
	uint32_t hari_len, hari_size;
	struct jumlah_pokok *pokok; /* most asked first, each once, from laporan_end on */
	uint32_t pokok_len, pokok_size;
	struct arena *arena;
};

/* The arena, and the pages, live as long as the report. */
void laporan_begin(struct laporan *l, struct periode periode, struct arena *arena);
/* ERR_INVALID: not a page of this period; ERR_LIMIT: the arena is full. */
enum err laporan_add(struct laporan *l, const struct laporan_layanan_jawab *page) MUST_CHECK;
/* No page comes any more. */
void laporan_end(struct laporan *l);

/* Of all channels. */
void laporan_total(const struct laporan *l, struct laporan_jumlah *ret);

/* Working days from receipt to the written notice, in hundredths. */
struct laporan_waktu {
	uint64_t terjawab; /* requests; 0: there is no mean and no median */
	uint64_t rata_rata;
	uint64_t median;
};
struct laporan_waktu laporan_waktu(const struct laporan *l);
/* The mean alone, of at least one request. */
uint64_t laporan_rata_rata(uint64_t hari, uint64_t terjawab);

struct laporan_baris {
	const char *kode;
	const char *nama;
	uint64_t jumlah;
};
struct laporan_tabel {
	uint32_t nomor; /* 0: not one of the numbered tables */
	const char *kode;
	const char *judul;
	const char *kepala; /* of the column of names */
	const struct laporan_baris *baris;
	uint32_t baris_len;
	uint64_t jumlah; /* of all rows: the whole of their shares */
};

/* The numbered tables first, then those of details. In the report's arena: ERR_LIMIT. */
enum err laporan_tables(const struct laporan *l, const struct laporan_tabel **ret,
	uint32_t *ret_len) MUST_CHECK;

#endif

/* contoh - a message for the tests that has every type and every mark
 *
 * Its rows are written by hand, so that the codec is also tested against rows
 * that the generator has not made; it is in no list of messages. */
#ifndef LIB_CONTOH_H
#define LIB_CONTOH_H

#include "wire/schema.h"

enum contoh_warna { CONTOH_MERAH = 1, CONTOH_HIJAU = 3, CONTOH_BIRU = 300 };

struct contoh_isi {
	struct str nama;
	bool has_jumlah;
	uint32_t jumlah;
	uint32_t *warna;
	uint32_t warna_len;
};

struct contoh {
	bool ya;
	uint32_t kecil;
	uint64_t besar;
	int64_t bertanda;
	bool has_biaya;
	int64_t biaya;
	time_us waktu;
	date_days tanggal;
	uint32_t warna;
	struct id nomor;
	struct hash sidik;
	bool has_isi;
	struct str isi;
	struct str judul;
	bool has_rincian;
	struct str rincian;
	struct str ringkasan;
	struct contoh_isi satu;
	bool has_dua;
	struct contoh_isi dua;
	struct contoh_isi *banyak;
	uint32_t banyak_len;
	struct str *kata;
	uint32_t kata_len;
	struct id *rujukan;
	uint32_t rujukan_len;
	bool has_penting;
	uint32_t penting;
};

extern const struct schema schema_contoh;
extern const struct schema schema_contoh_isi;
extern const struct enum_names enum_contoh_warna;

/* All messages of the product, and contoh after the last of them. */
enum { CONTOH_CODE = 0x7fff };
uint32_t every_schema_count(void);
const struct schema *every_schema(uint32_t i);

#endif

#include "domain/laporan.h"

#include <assert.h>
#include <stdlib.h>

#include "base/civil.h"
#include "domain/rows.h"

enum { HUNDREDTHS = 100 };

static void add_list(uint64_t *to, const uint64_t *from, uint32_t len)
{
	for (uint32_t i = 0; i < len; i++)
		to[i] += from[i];
}

enum err laporan_jumlah_add(struct laporan_jumlah *sum, const struct jumlah_layanan *record)
{
	if (record->jenis_len > LAPORAN_JENIS || record->latar_len > LAPORAN_LATAR ||
		record->hasil_len > LAPORAN_HASIL || record->pasal_len > LAPORAN_PASAL)
		return ERR_INVALID;
	add_list(sum->jenis, record->jenis, record->jenis_len);
	add_list(sum->latar, record->latar, record->latar_len);
	add_list(sum->hasil, record->hasil, record->hasil_len);
	add_list(sum->pasal, record->pasal, record->pasal_len);
	sum->lewat_tenggat += record->lewat_tenggat;
	sum->diperpanjang += record->diperpanjang;
	sum->tepat_waktu += record->tepat_waktu;
	sum->terlambat += record->terlambat;
	sum->tanpa_kalender += record->tanpa_kalender;
	return ERR_OK;
}

/* Without the zeros at its end. */
static uint32_t list_len(const uint64_t *list, uint32_t len)
{
	while (len > 0 && list[len - 1] == 0)
		len--;
	return len;
}

struct jumlah_layanan laporan_jumlah_record(struct laporan_jumlah *sum)
{
	return (struct jumlah_layanan) {
		.jenis = sum->jenis,
		.jenis_len = list_len(sum->jenis, LAPORAN_JENIS),
		.latar = sum->latar,
		.latar_len = list_len(sum->latar, LAPORAN_LATAR),
		.hasil = sum->hasil,
		.hasil_len = list_len(sum->hasil, LAPORAN_HASIL),
		.pasal = sum->pasal,
		.pasal_len = list_len(sum->pasal, LAPORAN_PASAL),
		.lewat_tenggat = sum->lewat_tenggat,
		.diperpanjang = sum->diperpanjang,
		.tepat_waktu = sum->tepat_waktu,
		.terlambat = sum->terlambat,
		.tanpa_kalender = sum->tanpa_kalender,
	};
}

uint64_t laporan_jumlah_total(const struct laporan_jumlah *sum)
{
	uint64_t total = 0;

	for (uint32_t i = 0; i < LAPORAN_JENIS; i++)
		total += sum->jenis[i];
	return total;
}

static int month_of(date_days date)
{
	int year, month, day;

	civil_of_days(date, &year, &month, &day);
	return year * LAPORAN_BULAN + month - 1;
}

void laporan_begin(struct laporan *l, struct periode periode, struct arena *arena)
{
	*l = (struct laporan) { .periode = periode, .arena = arena };
	l->bulan_len =
		(uint32_t)(month_of(periode_last(periode)) - month_of(periode_first(periode)) + 1);
}

static enum err add_days(struct laporan *l, const struct jumlah_hari *row)
{
	struct jumlah_hari *rows =
		rows_grown(l->arena, l->hari, l->hari_len, &l->hari_size, sizeof *rows);

	if (rows == NULL)
		return ERR_LIMIT;
	l->hari = rows;
	l->hari[l->hari_len++] = *row;
	return ERR_OK;
}

static enum err add_subject(struct laporan *l, const struct jumlah_pokok *row)
{
	struct jumlah_pokok *rows =
		rows_grown(l->arena, l->pokok, l->pokok_len, &l->pokok_size, sizeof *rows);

	if (rows == NULL)
		return ERR_LIMIT;
	l->pokok = rows;
	l->pokok[l->pokok_len++] = *row;
	return ERR_OK;
}

static enum err add_month(struct laporan *l, const struct jumlah_bulan *row)
{
	int64_t first = month_of(periode_first(l->periode));
	int64_t at = (int64_t)row->tahun * LAPORAN_BULAN + row->bulan - 1 - first;

	if (row->bulan < 1 || row->bulan > LAPORAN_BULAN || at < 0 || at >= l->bulan_len)
		return ERR_INVALID;
	l->bulan[at] += row->jumlah;
	return ERR_OK;
}

enum err laporan_add(struct laporan *l, const struct laporan_layanan_jawab *page)
{
	enum err e = ERR_OK;

	for (uint32_t i = 0; i < page->kanal_len && e == ERR_OK; i++) {
		const struct jumlah_kanal *row = &page->kanal[i];

		e = row->kanal < 1 || row->kanal > LAPORAN_KANAL
			? ERR_INVALID
			: laporan_jumlah_add(&l->kanal[row->kanal - 1], &row->jumlah);
	}
	for (uint32_t i = 0; i < page->bulan_len && e == ERR_OK; i++)
		e = add_month(l, &page->bulan[i]);
	for (uint32_t i = 0; i < page->hari_len && e == ERR_OK; i++)
		e = add_days(l, &page->hari[i]);
	for (uint32_t i = 0; i < page->pokok_len && e == ERR_OK; i++)
		e = add_subject(l, &page->pokok[i]);
	return e;
}

static int by_days(const void *a, const void *b)
{
	const struct jumlah_hari *left = a, *right = b;

	return left->hari < right->hari ? -1 : left->hari > right->hari;
}

static int by_subject(const void *a, const void *b)
{
	const struct jumlah_pokok *left = a, *right = b;

	return str_compare(left->pokok, right->pokok);
}

static int by_most_asked(const void *a, const void *b)
{
	const struct jumlah_pokok *left = a, *right = b;

	if (left->jumlah != right->jumlah)
		return left->jumlah > right->jumlah ? -1 : 1;
	return str_compare(left->pokok, right->pokok);
}

void laporan_end(struct laporan *l)
{
	uint32_t len = 0;

	if (l->hari_len > 0)
		qsort(l->hari, l->hari_len, sizeof *l->hari, by_days);
	for (uint32_t i = 0; i < l->hari_len; i++) {
		if (len > 0 && l->hari[len - 1].hari == l->hari[i].hari)
			l->hari[len - 1].jumlah += l->hari[i].jumlah;
		else
			l->hari[len++] = l->hari[i];
	}
	l->hari_len = len;
	len = 0;
	if (l->pokok_len > 0)
		qsort(l->pokok, l->pokok_len, sizeof *l->pokok, by_subject);
	for (uint32_t i = 0; i < l->pokok_len; i++) {
		if (len > 0 && str_equal(l->pokok[len - 1].pokok, l->pokok[i].pokok))
			l->pokok[len - 1].jumlah += l->pokok[i].jumlah;
		else
			l->pokok[len++] = l->pokok[i];
	}
	l->pokok_len = len;
	if (len > 0)
		qsort(l->pokok, len, sizeof *l->pokok, by_most_asked);
}

void laporan_total(const struct laporan *l, struct laporan_jumlah *ret)
{
	struct laporan_jumlah total = { .lewat_tenggat = 0 };

	for (uint32_t i = 0; i < LAPORAN_KANAL; i++) {
		struct laporan_jumlah one = l->kanal[i];
		struct jumlah_layanan record = laporan_jumlah_record(&one);
		enum err e = laporan_jumlah_add(&total, &record);

		assert(e == ERR_OK);
		(void)e;
	}
	*ret = total;
}

/* The days of the request that is the nth, from 0, by days. */
static uint64_t days_at(const struct laporan *l, uint64_t n)
{
	uint32_t i = 0;

	while (n >= l->hari[i].jumlah)
		n -= l->hari[i++].jumlah;
	return l->hari[i].hari;
}

uint64_t laporan_rata_rata(uint64_t hari, uint64_t terjawab)
{
	return (hari * HUNDREDTHS * 2 + terjawab) / (terjawab * 2);
}

struct laporan_waktu laporan_waktu(const struct laporan *l)
{
	struct laporan_waktu ret = { 0, 0, 0 };
	uint64_t days = 0;

	for (uint32_t i = 0; i < l->hari_len; i++) {
		ret.terjawab += l->hari[i].jumlah;
		days += l->hari[i].jumlah * l->hari[i].hari;
	}
	if (ret.terjawab == 0)
		return ret;
	ret.rata_rata = laporan_rata_rata(days, ret.terjawab);
	/* Of an even number the mean of the two in the middle. */
	ret.median =
		(days_at(l, (ret.terjawab - 1) / 2) + days_at(l, ret.terjawab / 2)) * HUNDREDTHS / 2;
	return ret;
}

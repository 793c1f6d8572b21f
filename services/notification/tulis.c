#include "notification/tulis.h"

#include "base/civil.h"
#include "domain/deadline.h"

#include <assert.h>

static const char *const satuan[] = { "nol", "satu", "dua", "tiga", "empat", "lima", "enam",
	"tujuh", "delapan", "sembilan", "sepuluh", "sebelas" };
static const char *const bulan[] = { "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli",
	"Agustus", "September", "Oktober", "November", "Desember" };
static const char *const months[] = { "January", "February", "March", "April", "May", "June",
	"July", "August", "September", "October", "November", "December" };
static const char *const weekdays[] = { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday",
	"Saturday", "Sunday" };

void tulis_terbilang(struct buf *out, uint32_t n)
{
	assert(n <= TERBILANG_MAX_NUMBER);
	if (n < 12) {
		buf_print(out, "%s", satuan[n]);
		return;
	}
	if (n < 20) {
		buf_print(out, "%s belas", satuan[n - 10]);
		return;
	}
	if (n < 100) {
		buf_print(out, "%s puluh", satuan[n / 10]);
		n %= 10;
	} else {
		if (n < 200)
			buf_print(out, "seratus");
		else
			buf_print(out, "%s ratus", satuan[n / 100]);
		n %= 100;
	}
	if (n > 0) {
		buf_print(out, " ");
		tulis_terbilang(out, n);
	}
}

void tulis_bilangan(struct buf *out, uint32_t n)
{
	buf_print(out, "%u", n);
	if (n > TERBILANG_MAX_NUMBER)
		return;
	buf_print(out, " (");
	tulis_terbilang(out, n);
	buf_print(out, ")");
}

static void print_date(struct buf *out, date_days date, const char *const *names)
{
	int year, month, day;

	civil_of_days(date, &year, &month, &day);
	buf_print(out, "%d %s %d", day, names[month - 1], year);
}

void tulis_tanggal(struct buf *out, date_days date)
{
	buf_print(out, "%s, ", weekday_name(civil_weekday(date)));
	print_date(out, date, bulan);
}

void tulis_date(struct buf *out, date_days date)
{
	buf_print(out, "%s, ", weekdays[civil_weekday(date)]);
	print_date(out, date, months);
}

void tulis_tanggal_surat(struct buf *out, date_days date)
{
	print_date(out, date, bulan);
}

/* Seconds since midnight in WIB. */
static unsigned second_of_day(time_us at)
{
	return (unsigned)((at - civil_start_of(civil_date_of(at))) / US_PER_SECOND);
}

void tulis_waktu(struct buf *out, time_us at)
{
	unsigned second = second_of_day(at);

	tulis_tanggal(out, civil_date_of(at));
	buf_print(out, ", pukul %02u.%02u WIB", second / 3600, second / 60 % 60);
}

void tulis_time(struct buf *out, time_us at)
{
	unsigned second = second_of_day(at);

	tulis_date(out, civil_date_of(at));
	buf_print(out, ", %02u:%02u (UTC+7)", second / 3600, second / 60 % 60);
}

void tulis_rupiah(struct buf *out, int64_t amount)
{
	uint64_t left = amount < 0 ? 0 - (uint64_t)amount : (uint64_t)amount;
	unsigned groups[7]; /* of three digits, the last ones first */
	size_t count = 0;

	do {
		groups[count++] = (unsigned)(left % 1000);
		left /= 1000;
	} while (left > 0);
	buf_print(out, "%sRp%u", amount < 0 ? "-" : "", groups[--count]);
	while (count > 0)
		buf_print(out, ".%03u", groups[--count]);
}

void tulis_rfc5322(struct buf *out, time_us at)
{
	unsigned second = second_of_day(at);
	date_days date = civil_date_of(at);
	int year, month, day;

	civil_of_days(date, &year, &month, &day);
	buf_print(out, "%.3s, %d %.3s %04d %02u:%02u:%02u +0700", weekdays[civil_weekday(date)], day,
		months[month - 1], year, second / 3600, second / 60 % 60, second % 60);
}

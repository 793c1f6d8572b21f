#include "domain/nik.h"
#include "base/civil.h"

#include <string.h>

enum { WOMEN_DAY = 40, SHOWN_AT_START = 4, SHOWN_AT_END = 4 };

static int two_digits(struct str nik, size_t at)
{
	return (nik.ptr[at] - '0') * 10 + (nik.ptr[at + 1] - '0');
}

/* The century is not in the number. 2000 was a leap year and 1900 was none, and
 * every other year pairs up, so the year of this century decides. */
static bool is_birth_date(int day, int month, int year)
{
	if (day > WOMEN_DAY)
		day -= WOMEN_DAY;
	return month >= 1 && month <= 12 && day >= 1 && day <= civil_month_days(2000 + year, month);
}

enum err nik_check(struct str nik, struct problem *why)
{
	if (nik.len != NIK_DIGITS)
		return refuse(why, ERR_INVALID, "nik", "harus_16_angka");
	for (size_t i = 0; i < NIK_DIGITS; i++)
		if (nik.ptr[i] < '0' || nik.ptr[i] > '9')
			return refuse(why, ERR_INVALID, "nik", "harus_16_angka");
	if (two_digits(nik, 0) == 0 || two_digits(nik, 2) == 0 || two_digits(nik, 4) == 0)
		return refuse(why, ERR_INVALID, "nik", "wilayah_tidak_sah");
	if (!is_birth_date(two_digits(nik, 6), two_digits(nik, 8), two_digits(nik, 10)))
		return refuse(why, ERR_INVALID, "nik", "tanggal_lahir_tidak_sah");
	if (two_digits(nik, 12) == 0 && two_digits(nik, 14) == 0)
		return refuse(why, ERR_INVALID, "nik", "nomor_urut_tidak_sah");
	return ERR_OK;
}

void nik_mask(struct str nik, char ret[NIK_TEXT_MAX])
{
	memset(ret, '*', NIK_DIGITS);
	ret[NIK_DIGITS] = '\0';
	if (nik.len != NIK_DIGITS)
		return;
	memcpy(ret, nik.ptr, SHOWN_AT_START);
	memcpy(ret + NIK_DIGITS - SHOWN_AT_END, nik.ptr + NIK_DIGITS - SHOWN_AT_END, SHOWN_AT_END);
}

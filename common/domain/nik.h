/* nik - the number of a citizen: its shape, and what may be shown of it
 *
 * NIK: 16 digits; 1-6 are the region (province, city, district), 7-12 the date
 * of birth as DDMMYY with 40 added to the day for women, 13-16 a serial number
 * (DOMAIN.md 8). The shape says nothing about whether such a person exists. */
#ifndef DOMAIN_NIK_H
#define DOMAIN_NIK_H

#include "base/str.h"

enum { NIK_DIGITS = 16, NIK_TEXT_MAX = NIK_DIGITS + 1 };

/* ERR_INVALID with field nik and a rule: harus_16_angka, wilayah_tidak_sah (a part of
 * the region is zero), tanggal_lahir_tidak_sah (no such day in any century),
 * nomor_urut_tidak_sah (0000). */
enum err nik_check(struct str nik, struct problem *why) MUST_CHECK;

/* "3275********0001": region of the city and serial, nothing of the birth. What is
 * not 16 bytes long is masked as a whole. With a zero byte. */
void nik_mask(struct str nik, char ret[NIK_TEXT_MAX]);

#endif

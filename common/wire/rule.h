/* rule - the rules an input can break, as struct problem names them
 *
 * Codes, not sentences: the tables of wording turn them into text. A new rule
 * is added only where a person would be told something else. */
#ifndef WIRE_RULE_H
#define WIRE_RULE_H

#define RULE_REQUIRED "wajib_diisi"                /* a required field is missing */
#define RULE_TYPE "jenis_salah"                    /* another type than declared */
#define RULE_FORM "bentuk_salah"                   /* a text that is no date, id, number, ... */
#define RULE_RANGE "di_luar_rentang"               /* a number, date or time that has no place */
#define RULE_VALUE "nilai_tidak_dikenal"           /* no value of the enum */
#define RULE_TOO_LONG "terlalu_panjang"            /* more bytes than the limit */
#define RULE_TOO_MANY "terlalu_banyak"             /* more items than the limit */
#define RULE_TOO_BIG "terlalu_besar"               /* no room for the whole message */
#define RULE_UTF8 "bukan_utf8"                     /* text that is not UTF-8 */
#define RULE_TWICE "ganda"                         /* a field stands there twice */
#define RULE_UNKNOWN "isian_tidak_dikenal"         /* JSON: no field has this name */
#define RULE_CRITICAL "nomor_kritis_tidak_dikenal" /* a number from 128 that is unknown here */
#define RULE_LATER "versi_lebih_baru"              /* a layout that only later software can read */
#define RULE_NUMBER "nomor_salah"                  /* a key that is no field number */
#define RULE_DAMAGED "rusak"                       /* not one whole msgpack value */
#define RULE_JSON "bukan_json"                     /* not one whole JSON object */

#endif

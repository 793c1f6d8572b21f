/* hitung - reporting at work: intake and workflow played, reports asked as ppidctl asks them */
#ifndef LIB_HITUNG_H
#define LIB_HITUNG_H

#include "domain/kota.h"
#include "lib/harness.h"
#include "reporting/reporting.h"

#define HITUNG_UNIT "DISKOMINFO"

struct hitung {
	struct harness *h;
	uint32_t pages; /* of the last report */
};

/* With the units HITUNG_UNIT and DISDIK. */
struct hitung hitung_open(void);
void hitung_close(struct hitung *t);
/* The set-up and tear-down of a test, *state being the hitung. */
int hitung_begin(void **state);
int hitung_end(void **state);
struct id hitung_id(uint32_t number);
date_days hitung_day(const char *date);

/* A lodging by a member of the public, through the website; what differs is set before it is published. */
struct permohonan_diajukan hitung_lodging(struct id id, const char *received);
/* Such a lodging, published; its id is hitung_id(number). */
struct id hitung_lodge(struct hitung *t, uint32_t number, const char *received);
void hitung_intake(struct hitung *t, const struct schema *schema, const void *event);
void hitung_workflow(struct hitung *t, const struct schema *schema, const void *event);
void hitung_decide(struct hitung *t, struct id id, uint32_t keputusan, uint32_t days, bool on_time);

/* Another node, and what its services say, by way of federation; a request of it that was lodged, its unit
 * HITUNG_UNIT too. */
struct id hitung_node(uint32_t number);
void hitung_elsewhere(struct hitung *t, struct id node, const char *service,
	const struct schema *schema, const void *event);
void hitung_lodge_at(struct hitung *t, struct id node, uint32_t number, const char *received);
void hitung_decide_at(struct hitung *t, struct id node, uint32_t number, uint32_t keputusan,
	uint32_t days, bool on_time);
/* The figures of the city as ppidctl reads them. node, unit: NULL for all. */
struct kota *hitung_city(struct hitung *t, const char *period, const struct id *node,
	const char *unit);
/* Our own node. */
struct id hitung_own(void);
/* What the row of a unit shows; fails where there is no such row. */
struct kota_angka hitung_unit(const struct kota *k, struct id node, const char *unit);

/* unit NULL: all. */
struct laporan *hitung_report(struct hitung *t, const char *unit, const char *period);
const struct laporan_tabel *hitung_table(const struct laporan *l, const char *kode);
/* The count of a row; that of a name where its code is not its own. */
uint64_t hitung_row(const struct laporan *l, const char *tabel, const char *kode);
/* The same of the report of all units. */
uint64_t hitung_count(struct hitung *t, const char *period, const char *tabel, const char *kode);

#endif

/* kantor - workflow at work in one office: officers with grants, the calendar of the years, intake played
 *
 * Time starts at 2026-03-17 09:00 WIB unless told otherwise, and moves by
 * harness_advance alone. What intake would have said is published by hand. */
#ifndef LIB_KANTOR_H
#define LIB_KANTOR_H

#include "lib/harness.h"
#include "workflow/perkara.h"
#include "workflow/workflow.h"

struct kantor {
	struct harness *h;
	uint32_t lodged; /* cases so far */
};

/* An administrator of the node; three officers of DISKOMINFO; a reader of DISDIK. */
extern const struct id KANTOR_ADMIN, KANTOR_MEJA, KANTOR_BELAKANG, KANTOR_PPID, KANTOR_PEMBACA;

#define KANTOR_UNIT "DISKOMINFO"

/* "2026-03-17T09:00" in WIB; "" for the usual moment. */
struct kantor kantor_open(const char *now);
void kantor_close(struct kantor *k);
time_us kantor_time(const char *wib);
date_days kantor_day(const char *date);
void kantor_assert_day(date_days found, const char *expected);
/* Until a later moment in WIB. */
void kantor_wait(struct kantor *k, const char *wib);

/* A lodging that came in at `received` (in WIB; "" is now), and the case that begins with it. */
struct id kantor_lodge(struct kantor *k, const char *received);
const char *kantor_number(uint32_t lodged); /* of the n-th, from 1; in a buffer of the program */
#define KANTOR_CODE "ABCDEFGHJKMNPQRS"
void kantor_complete(struct kantor *k, struct id id, const char *received);
void kantor_withdraw(struct kantor *k, struct id id, const char *received);
/* Steps that officers take, with the usual words. */
void kantor_ask_for_more(struct kantor *k, struct id id);
void kantor_declare_complete(struct kantor *k, struct id id);
void kantor_extend(struct kantor *k, struct id id);
/* The case in that state, by the shortest way; the PPID's decision is `dikabulkan`. */
struct id kantor_bring(struct kantor *k, uint32_t status);

/* Sends a command; asserts how it ended (rule NULL: accepted). */
void kantor_send(struct kantor *k, struct id actor, const struct schema *schema, const void *body);
void kantor_refused(struct kantor *k, struct id actor, const struct schema *schema,
	const void *body, enum sesi_status status, const char *rule);
void kantor_policy(struct kantor *k, const char *kunci, const char *nilai);
/* A year's days off, out of tests/data/holidays.csv; one more where extra is not NULL. */
void kantor_calendar(struct kantor *k, uint32_t year, const char *extra);

/* The case as it stands. */
struct perkara kantor_case(struct kantor *k, struct id id);
void kantor_stands(struct kantor *k, struct id id, uint32_t status);
/* How many events of that type stand in its log. */
uint32_t kantor_count(struct kantor *k, const struct schema *event);
uint64_t kantor_parked(struct kantor *k);

#endif

/* front - a front desk for tests: intake in a harness, with a unit, an officer, and a request to lodge
 *
 * workflow is played by the harness (its policy is published here), unless the
 * test opens the real one. */
#ifndef LIB_FRONT_H
#define LIB_FRONT_H

#include "lib/harness.h"

#define FRONT_UNIT "KOMINFO"
extern const struct id FRONT_OFFICER; /* petugas_meja of the unit */
extern const struct id FRONT_PPID;    /* ppid of the unit */
extern const struct id FRONT_STRANGER;

/* The set-up and tear-down of a test with intake alone, *state being the harness; all is verified at the end. */
int front_begin(void **state);
int front_end(void **state);

/* Publishes unit, grants of the officer and the PPID. */
void front_policy(struct harness *h);
void front_grant(struct harness *h, struct id akun, uint32_t peran, const char *unit);
void front_revoke(struct harness *h, struct id akun, uint32_t peran, const char *unit);
void front_unit(struct harness *h, const char *kode);
void front_rule(struct harness *h, const char *kunci, const char *unit, const char *nilai);

/* A complete request of a person by e-mail; the id is new each time. */
struct ajukan_permohonan front_request(struct harness *h);
/* A row of an old register, fulfilled. */
struct catat_register_lama front_old_row(const char *nomor);
/* Lodges it as the officer; asserts that it was accepted. */
struct tanda_bukti front_lodge(struct harness *h, const struct ajukan_permohonan *c);
/* The row as this account sees it; asserts that it may. */
struct register_lihat front_seen(struct harness *h, struct id actor, struct id permohonan);
/* The reply is a refusal with this status, field and rule. */
void front_refused(struct harness_reply r, enum sesi_status status, const char *field,
	const char *rule);

#endif

/* kurir - notification on the harness: one case of one office; intake, workflow and the worker are played */
#ifndef LIB_KURIR_H
#define LIB_KURIR_H

#include "lib/harness.h"
#include "notification/pengiriman.h"

#define KURIR_UNIT "DISKOMINFO"
/* Of the unit's front desk, and of another unit's. */
extern const struct id KURIR_OFFICER, KURIR_STRANGER, KURIR_CASE;

/* For cmocka: the state is the harness. The end verifies chain, commitments and tables. */
int kurir_setup(void **state);
int kurir_teardown(void **state);

/* What intake and workflow say: the lodging, a card (email NULL: without), a wording. */
struct permohonan_diajukan kurir_lodged(void);
void kurir_lodge(struct harness *h);
void kurir_send_card(struct harness *h, const char *email, uint32_t versi);
void kurir_send_wording(struct harness *h, uint32_t versi, uint32_t jenis);

/* The delivery as it stands; keadaan 0 where there is none. */
struct pengiriman kurir_row(struct harness *h, uint32_t versi);
uint32_t kurir_state(struct harness *h, uint32_t versi);
uint64_t kurir_count(struct harness *h, uint32_t state);

/* What the worker was given; false: there is no work. */
bool kurir_next_mail(struct harness *h, struct str *ret_key, struct surel_keluar *ret);
/* One attempt: it begins, and ends so. */
void kurir_attempt(struct harness *h, enum hasil_kirim result, const char *reason, uint32_t code);
/* putuskan_pengiriman: how it ended. */
enum sesi_status kurir_decide(struct harness *h, struct id actor, uint32_t versi, uint32_t action,
	struct str *ret_rule);

#endif

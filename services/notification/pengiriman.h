/* pengiriman - a delivery: one notice to one requester, and its life as a table
 *
 * Keys: the case's id and which of its notices (0: the receipt); an attempt adds
 * its number. decide comes to a row of the table and an event; apply keeps the
 * row, its place in the list of its unit, the counts, its timer and its work. */
#ifndef NOTIFICATION_PENGIRIMAN_H
#define NOTIFICATION_PENGIRIMAN_H

#include "runtime/ctx.h"
#include "runtime/fold.h"
#include "runtime/machine.h"

#define TIMER_ASK_CARD "minta_kartu"
#define TIMER_RETRY "coba_lagi"
#define WORK_SEND "kirim_surel"

extern const struct table kartu_table;      /* vault: letter kartu_kontak by case */
extern const struct table wording_table;    /* vault: letter isi_pemberitahuan by delivery */
extern const struct table kontak_table;     /* by case */
extern const struct table pengiriman_table; /* by delivery */
extern const struct table urutan_table;     /* unit, 0, state, time, delivery */
extern const struct table jumlah_table;     /* unit, 0, state */
extern const struct machine pengiriman_machine;

enum { DELIVERY_KEY_BYTES = 20, ATTEMPT_KEY_BYTES = 24, LIST_KEY_MAX = 64 };

struct delivery_key {
	char bytes[LIST_KEY_MAX];
	size_t len;
};
struct delivery_key delivery_key(struct id permohonan_id, uint32_t versi);
struct delivery_key attempt_key(struct id permohonan_id, uint32_t versi, uint32_t attempt);
/* unit, 0, state; the whole place of a row where it is given. */
struct delivery_key list_key(struct str unit, uint32_t state, const struct pengiriman *row);
struct str delivery_key_str(const struct delivery_key *key);
struct str case_key(const struct id *permohonan_id);
/* The reverse; ERR_INVALID when it is not one. */
enum err delivery_key_read(struct str key, struct id *ret_case, uint32_t *ret_versi) MUST_CHECK;

/* A delivery as decide sees it: what is stored, and what belongs to it. */
struct notice {
	struct pengiriman row;                   /* keadaan 0: not begun */
	const struct kartu_kontak *card;         /* NULL: not there */
	const struct isi_pemberitahuan *wording; /* NULL: not there, or it is the receipt */
	struct str when_uncertain;               /* the rule pengiriman_tidak_pasti */
	bool is_overdue;                         /* tried for long enough */
};
/* Whether the card has an address that can be used. */
bool card_has_address(const struct kartu_kontak *card);
/* Card and wording of the row from the vault; the rest of *notice is set too. */
enum err notice_load(struct ctx *ctx, struct notice *notice) MUST_CHECK;

/* What a change says beside the row. */
struct change {
	struct str reason;
	bool has_code;
	uint32_t code;
	uint32_t way; /* enum cara_pengiriman */
	time_us delivered_at;
	bool is_persons; /* a person asked for it: the time to give up begins anew */
};
/* The machine's row for the input, and its event with all that belongs to it. */
enum err notice_step(struct ctx *ctx, const struct notice *notice, struct machine_input input,
	const void *message, const struct change *change) MUST_CHECK;

/* 1 minute, doubling to 6 hours, and up to a quarter more by the key, so that many do not come at once. */
time_us retry_delay(struct str key, uint32_t attempt);

enum err decide_diajukan(struct ctx *ctx, const void *message) MUST_CHECK;
enum err decide_kartu(struct ctx *ctx, const void *message) MUST_CHECK;
enum err decide_no_card(struct ctx *ctx, const void *message) MUST_CHECK;
enum err decide_wording(struct ctx *ctx, const void *message) MUST_CHECK;
enum err decide_ask_card(struct ctx *ctx, const void *message) MUST_CHECK;
enum err decide_retry(struct ctx *ctx, const void *message) MUST_CHECK;
enum err decide_result(struct ctx *ctx, const void *message) MUST_CHECK;
enum err decide_putuskan(struct ctx *ctx, const void *message) MUST_CHECK;
enum err decide_ambil(struct ctx *ctx, const void *message) MUST_CHECK;
enum err answer_ambil(struct ctx *ctx, const struct own_event *events, uint32_t count,
	void *reply) MUST_CHECK;

enum err apply_kartu_diterima(struct fold *fold, const void *event) MUST_CHECK;
enum err apply_kartu_diminta(struct fold *fold, const void *event) MUST_CHECK;
enum err apply_ditunda(struct fold *fold, const void *event) MUST_CHECK;
enum err apply_direncanakan(struct fold *fold, const void *event) MUST_CHECK;
enum err apply_tanpa_alamat(struct fold *fold, const void *event) MUST_CHECK;
enum err apply_dimulai(struct fold *fold, const void *event) MUST_CHECK;
enum err apply_terkirim(struct fold *fold, const void *event) MUST_CHECK;
enum err apply_gagal_sementara(struct fold *fold, const void *event) MUST_CHECK;
enum err apply_menyerah(struct fold *fold, const void *event) MUST_CHECK;
enum err apply_tidak_pasti(struct fold *fold, const void *event) MUST_CHECK;
enum err apply_dibatalkan(struct fold *fold, const void *event) MUST_CHECK;

enum err ask_daftar(struct view *view, const void *question, void *answer) MUST_CHECK;
enum err ask_lihat(struct view *view, const void *question, void *answer) MUST_CHECK;

#endif

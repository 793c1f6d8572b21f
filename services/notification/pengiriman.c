#include "notification/pengiriman.h"

#define S(name) KEADAAN_PENGIRIMAN_##name
#define OFFICER (ROLE(PETUGAS_MEJA) | ROLE(PETUGAS_BELAKANG) | ROLE(PPID))

/* --- guards: subject is the struct notice --- */

static const char *kartu_belum_ada(struct ctx *ctx, const void *subject, const void *message)
{
	const struct notice *n = subject;

	(void)ctx;
	(void)message;
	return n->card == NULL ? NULL : "kartu_ada";
}

/* The card came and the words are lost: no card helps. */
static const char *kata_hilang(struct ctx *ctx, const void *subject, const void *message)
{
	const struct notice *n = subject;

	(void)ctx;
	(void)message;
	return n->card != NULL && n->row.versi != 0 && n->wording == NULL ? NULL : "kata_ada";
}

static const char *bisa_dikirim(struct ctx *ctx, const void *subject, const void *message)
{
	const struct notice *n = subject;

	(void)ctx;
	(void)message;
	if (n->card == NULL || (n->row.versi != 0 && n->wording == NULL))
		return "data_hilang";
	return card_has_address(n->card) ? NULL : "tanpa_alamat";
}

static const char *tanpa_surel(struct ctx *ctx, const void *subject, const void *message)
{
	const struct notice *n = subject;

	(void)ctx;
	(void)message;
	return n->card != NULL && !card_has_address(n->card) ? NULL : "surel_ada";
}

static const char *is_result(const void *message, uint32_t result)
{
	const struct hasil_surel *h = message;

	return h->hasil == result ? NULL : "hasil_lain";
}

static const char *dimulai(struct ctx *ctx, const void *subject, const void *message)
{
	(void)ctx;
	(void)subject;
	return is_result(message, HASIL_KIRIM_DIMULAI);
}

static const char *diterima_peladen(struct ctx *ctx, const void *subject, const void *message)
{
	(void)ctx;
	(void)subject;
	return is_result(message, HASIL_KIRIM_TERKIRIM);
}

static const char *bisa_diulang(struct ctx *ctx, const void *subject, const void *message)
{
	const struct notice *n = subject;

	(void)ctx;
	return n->is_overdue ? "terlalu_lama" : is_result(message, HASIL_KIRIM_SEMENTARA);
}

static const char *gagal(struct ctx *ctx, const void *subject, const void *message)
{
	(void)ctx;
	(void)subject;
	return is_result(message, HASIL_KIRIM_SEMENTARA) == NULL
		? NULL
		: is_result(message, HASIL_KIRIM_TETAP);
}

/* By policy it is sent again, but once: a server that always dies there would be given it for ever. */
static const char *kebijakan_kirim_ulang(struct ctx *ctx, const void *subject, const void *message)
{
	const struct notice *n = subject;
	const char *broken = is_result(message, HASIL_KIRIM_TIDAK_PASTI);

	if (broken == NULL && (!str_is(n->when_uncertain, "kirim_ulang") || n->row.ulangan > 0))
		broken = "kebijakan_lain";
	return broken == NULL ? bisa_dikirim(ctx, subject, message) : broken;
}

static const char *kebijakan_anggap_terkirim(struct ctx *ctx, const void *subject,
	const void *message)
{
	const struct notice *n = subject;

	(void)ctx;
	if (!str_is(n->when_uncertain, "anggap_terkirim"))
		return "kebijakan_lain";
	return is_result(message, HASIL_KIRIM_TIDAK_PASTI);
}

static const char *tidak_pasti(struct ctx *ctx, const void *subject, const void *message)
{
	(void)ctx;
	(void)subject;
	return is_result(message, HASIL_KIRIM_TIDAK_PASTI);
}

static const char *is_asked(const void *message, uint32_t action)
{
	const struct putuskan_pengiriman *c = message;

	return c->tindakan == action ? NULL : "tindakan_tidak_tersedia";
}

static const char *kirim_ulang(struct ctx *ctx, const void *subject, const void *message)
{
	const char *broken = is_asked(message, TINDAKAN_PENGIRIMAN_KIRIM_ULANG);

	return broken == NULL ? bisa_dikirim(ctx, subject, message) : broken;
}

static const char *anggap_terkirim(struct ctx *ctx, const void *subject, const void *message)
{
	(void)ctx;
	(void)subject;
	return is_asked(message, TINDAKAN_PENGIRIMAN_ANGGAP_TERKIRIM);
}

static const char *batal(struct ctx *ctx, const void *subject, const void *message)
{
	(void)ctx;
	(void)subject;
	return is_asked(message, TINDAKAN_PENGIRIMAN_BATAL);
}

/* clang-format off */
#define CARD     ON_MESSAGE(kartu_kontak)
#define NO_CARD  ON_MESSAGE(kartu_tiada)
#define RESULT   ON_MESSAGE(hasil_surel)
#define DECISION ON_MESSAGE(putuskan_pengiriman)
#define PLANNED  &schema_pengiriman_direncanakan
#define WAITS    &schema_pengiriman_ditunda
#define NOWHERE  &schema_pengiriman_tanpa_alamat
#define BEGUN    &schema_pengiriman_dimulai
#define ARRIVED  &schema_pengiriman_terkirim
#define LATER    &schema_pengiriman_gagal_sementara
#define GIVEN_UP &schema_pengiriman_menyerah
#define UNKNOWN  &schema_pengiriman_tidak_pasti
#define DROPPED  &schema_pengiriman_dibatalkan
#define ASKED    &schema_kartu_diminta
static const struct transition rows[] = {
/*	  from                input                            who      guard                            event     to                  clock                       source */
	{ STATE_NONE,         ON_MESSAGE(permohonan_diajukan), NO_ROLE, WHEN(kartu_belum_ada),           WAITS,    S(MENUNGGU_KARTU),  DUE_AFTER(TIMER_ASK_CARD),  "UU 14/2008 art 22(4)" },
	{ STATE_NONE,         ON_MESSAGE(permohonan_diajukan), NO_ROLE, WHEN(bisa_dikirim),              PLANNED,  S(DIRENCANAKAN),    DUE_STOP,                   "UU 14/2008 art 22(4)" },
	{ STATE_NONE,         ON_MESSAGE(permohonan_diajukan), NO_ROLE, ALWAYS,                          NOWHERE,  S(TANPA_ALAMAT),    DUE_STOP,                   "UU 14/2008 art 22(6)" },
	{ STATE_NONE,         ON_MESSAGE(isi_pemberitahuan),   NO_ROLE, WHEN(kartu_belum_ada),           WAITS,    S(MENUNGGU_KARTU),  DUE_AFTER(TIMER_ASK_CARD),  "UU 14/2008 art 22(7)" },
	{ STATE_NONE,         ON_MESSAGE(isi_pemberitahuan),   NO_ROLE, WHEN(bisa_dikirim),              PLANNED,  S(DIRENCANAKAN),    DUE_STOP,                   "UU 14/2008 art 22(7)" },
	{ STATE_NONE,         ON_MESSAGE(isi_pemberitahuan),   NO_ROLE, ALWAYS,                          NOWHERE,  S(TANPA_ALAMAT),    DUE_STOP,                   "UU 14/2008 art 22(7)" },

	{ S(MENUNGGU_KARTU),  CARD,                            NO_ROLE, WHEN(bisa_dikirim),              PLANNED,  S(DIRENCANAKAN),    DUE_STOP,                   "DESIGN 2 Letters" },
	{ S(MENUNGGU_KARTU),  CARD,                            NO_ROLE, ALWAYS,                          NOWHERE,  S(TANPA_ALAMAT),    DUE_STOP,                   "DESIGN 2 Letters" },
	{ S(MENUNGGU_KARTU),  NO_CARD,                         NO_ROLE, WHEN(kartu_belum_ada),           NOWHERE,  S(TANPA_ALAMAT),    DUE_STOP,                   "DESIGN 5 data_hilang" },
	{ S(MENUNGGU_KARTU),  ON_TIMER(TIMER_ASK_CARD),        NO_ROLE, WHEN(kata_hilang),               NOWHERE,  S(TANPA_ALAMAT),    DUE_STOP,                   "DESIGN 5 data_hilang" },
	{ S(MENUNGGU_KARTU),  ON_TIMER(TIMER_ASK_CARD),        NO_ROLE, ALWAYS,                          ASKED,    S(MENUNGGU_KARTU),  DUE_AFTER(TIMER_ASK_CARD),  "DESIGN 2 Letters" },
	{ S(TANPA_ALAMAT),    CARD,                            NO_ROLE, WHEN(bisa_dikirim),              PLANNED,  S(DIRENCANAKAN),    DUE_STOP,                   "DESIGN 2 Letters" },

	{ S(DIRENCANAKAN),    RESULT,                          NO_ROLE, WHEN(dimulai),                   BEGUN,    S(DIKIRIM),         DUE_STOP,                   "DESIGN 2 Work" },
	{ S(DIRENCANAKAN),    RESULT,                          NO_ROLE, WHEN(bisa_diulang),              LATER,    S(GAGAL_SEMENTARA), DUE_AFTER(TIMER_RETRY),     "RFC 5321 4.5.4.1" },
	{ S(DIRENCANAKAN),    RESULT,                          NO_ROLE, WHEN(gagal),                     GIVEN_UP, S(MENYERAH),        DUE_STOP,                   "RFC 5321 4.5.4.1" },
	{ S(DIRENCANAKAN),    RESULT,                          NO_ROLE, WHEN(kebijakan_kirim_ulang),     PLANNED,  S(DIRENCANAKAN),    DUE_STOP,                   "rule pengiriman_tidak_pasti" },
	{ S(DIRENCANAKAN),    RESULT,                          NO_ROLE, WHEN(kebijakan_anggap_terkirim), ARRIVED,  S(TERKIRIM),        DUE_STOP,                   "rule pengiriman_tidak_pasti" },
	{ S(DIRENCANAKAN),    RESULT,                          NO_ROLE, WHEN(tidak_pasti),               UNKNOWN,  S(TIDAK_PASTI),     DUE_STOP,                   "DESIGN 2 Work" },
	/* A row whose side-car was lost begins a second time; a person opened that fence. */
	{ S(DIKIRIM),         RESULT,                          NO_ROLE, WHEN(dimulai),                   BEGUN,    S(DIKIRIM),         DUE_STOP,                   "DESIGN 2 Work" },
	{ S(DIKIRIM),         RESULT,                          NO_ROLE, WHEN(diterima_peladen),          ARRIVED,  S(TERKIRIM),        DUE_STOP,                   "RFC 5321 4.2.5" },
	{ S(DIKIRIM),         RESULT,                          NO_ROLE, WHEN(bisa_diulang),              LATER,    S(GAGAL_SEMENTARA), DUE_AFTER(TIMER_RETRY),     "RFC 5321 4.5.4.1" },
	{ S(DIKIRIM),         RESULT,                          NO_ROLE, WHEN(gagal),                     GIVEN_UP, S(MENYERAH),        DUE_STOP,                   "RFC 5321 4.5.4.1" },
	{ S(DIKIRIM),         RESULT,                          NO_ROLE, WHEN(kebijakan_kirim_ulang),     PLANNED,  S(DIRENCANAKAN),    DUE_STOP,                   "rule pengiriman_tidak_pasti" },
	{ S(DIKIRIM),         RESULT,                          NO_ROLE, WHEN(kebijakan_anggap_terkirim), ARRIVED,  S(TERKIRIM),        DUE_STOP,                   "rule pengiriman_tidak_pasti" },
	{ S(DIKIRIM),         RESULT,                          NO_ROLE, WHEN(tidak_pasti),               UNKNOWN,  S(TIDAK_PASTI),     DUE_STOP,                   "DESIGN 2 Work" },

	{ S(GAGAL_SEMENTARA), ON_TIMER(TIMER_RETRY),           NO_ROLE, WHEN(bisa_dikirim),              PLANNED,  S(DIRENCANAKAN),    DUE_STOP,                   "RFC 5321 4.5.4.1" },
	{ S(GAGAL_SEMENTARA), ON_TIMER(TIMER_RETRY),           NO_ROLE, WHEN(tanpa_surel),               NOWHERE,  S(TANPA_ALAMAT),    DUE_STOP,                   "DESIGN 2 Letters" },
	{ S(GAGAL_SEMENTARA), ON_TIMER(TIMER_RETRY),           NO_ROLE, ALWAYS,                          GIVEN_UP, S(MENYERAH),        DUE_STOP,                   "DESIGN 5 data_hilang" },

	{ S(TIDAK_PASTI),     DECISION,                        OFFICER, WHEN(kirim_ulang),               PLANNED,  S(DIRENCANAKAN),    DUE_STOP,                   "DESIGN 2 Work" },
	{ S(TIDAK_PASTI),     DECISION,                        OFFICER, WHEN(anggap_terkirim),           ARRIVED,  S(TERKIRIM),        DUE_STOP,                   "DESIGN 2 Work" },
	{ S(TIDAK_PASTI),     DECISION,                        OFFICER, WHEN(batal),                     DROPPED,  S(DIBATALKAN),      DUE_STOP,                   "DESIGN 2 Work" },
	{ S(MENYERAH),        DECISION,                        OFFICER, WHEN(kirim_ulang),               PLANNED,  S(DIRENCANAKAN),    DUE_STOP,                   "DESIGN 2 Work" },
	{ S(MENYERAH),        DECISION,                        OFFICER, WHEN(anggap_terkirim),           ARRIVED,  S(TERKIRIM),        DUE_STOP,                   "UU 14/2008 art 22(6)" },
	{ S(MENYERAH),        DECISION,                        OFFICER, WHEN(batal),                     DROPPED,  S(DIBATALKAN),      DUE_STOP,                   "DESIGN 2 Work" },
	{ S(TANPA_ALAMAT),    DECISION,                        OFFICER, WHEN(kirim_ulang),               PLANNED,  S(DIRENCANAKAN),    DUE_STOP,                   "DESIGN 2 Letters" },
	{ S(TANPA_ALAMAT),    DECISION,                        OFFICER, WHEN(anggap_terkirim),           ARRIVED,  S(TERKIRIM),        DUE_STOP,                   "UU 14/2008 art 22(6)" },
	{ S(TANPA_ALAMAT),    DECISION,                        OFFICER, WHEN(batal),                     DROPPED,  S(DIBATALKAN),      DUE_STOP,                   "DESIGN 2 Letters" },
	{ S(GAGAL_SEMENTARA), DECISION,                        OFFICER, WHEN(kirim_ulang),               PLANNED,  S(DIRENCANAKAN),    DUE_STOP,                   "DESIGN 2 Work" },
	{ S(GAGAL_SEMENTARA), DECISION,                        OFFICER, WHEN(anggap_terkirim),           ARRIVED,  S(TERKIRIM),        DUE_STOP,                   "UU 14/2008 art 22(6)" },
	{ S(GAGAL_SEMENTARA), DECISION,                        OFFICER, WHEN(batal),                     DROPPED,  S(DIBATALKAN),      DUE_STOP,                   "DESIGN 2 Work" },
	{ S(MENUNGGU_KARTU),  DECISION,                        OFFICER, WHEN(anggap_terkirim),           ARRIVED,  S(TERKIRIM),        DUE_STOP,                   "UU 14/2008 art 22(6)" },
	{ S(MENUNGGU_KARTU),  DECISION,                        OFFICER, WHEN(batal),                     DROPPED,  S(DIBATALKAN),      DUE_STOP,                   "DESIGN 2 Letters" },
};
/* clang-format on */

const struct machine pengiriman_machine = {
	"pengiriman",
	&enum_keadaan_pengiriman,
	ROWS(rows),
	END(S(TERKIRIM)) | END(S(DIBATALKAN)),
};

/* The life of a request as a table: UU 14/2008 art 21, 22 with DOMAIN.md 1 and 2. */
#include "workflow/guards.h"
#include "workflow/permohonan.h"

#define MEJA (ROLE(PETUGAS_MEJA) | ROLE(PPID))
#define BELAKANG (ROLE(PETUGAS_BELAKANG) | ROLE(PPID))
#define PIMPINAN ROLE(PPID)
#define PENGALIH (ROLE(PPID) | ROLE(PPID_UTAMA))

#define DIAJUKAN STATUS_PERMOHONAN_DIAJUKAN
#define PERLU_DILENGKAPI STATUS_PERMOHONAN_PERLU_DILENGKAPI
#define GUGUR STATUS_PERMOHONAN_GUGUR
#define DIREGISTER STATUS_PERMOHONAN_DIREGISTER
#define DIDISPOSISIKAN STATUS_PERMOHONAN_DIDISPOSISIKAN
#define DIPROSES STATUS_PERMOHONAN_DIPROSES
#define DIPERPANJANG STATUS_PERMOHONAN_DIPERPANJANG
#define DIPUTUS STATUS_PERMOHONAN_DIPUTUS
#define DISERAHKAN STATUS_PERMOHONAN_DISERAHKAN
#define SELESAI STATUS_PERMOHONAN_SELESAI
#define DIALIHKAN STATUS_PERMOHONAN_DIALIHKAN
#define DICABUT STATUS_PERMOHONAN_DICABUT

#define JAWAB DUE_START("hari_jawab", TIMER_TENGGAT)
#define LENGKAPI DUE_START("hari_lengkapi", TIMER_KELENGKAPAN)
#define TAMBAH DUE_EXTEND("hari_perpanjangan", TIMER_TENGGAT)

/* clang-format off */
static const struct transition rows[] = {
/*	  from              input                             who       guard                      event                          to                clock     source */
	{ STATE_NONE,       ON_MESSAGE(permohonan_diajukan),  NO_ROLE,  ALWAYS,                    &schema_perkara_dibuka,         DIAJUKAN,         JAWAB,    "UU 14/2008 art 22(4), (7)" },

	/* Complete or not. The limit to complete stands in the place of the due date while it runs. */
	{ DIAJUKAN,         ON_MESSAGE(minta_kelengkapan),    MEJA,     ALWAYS,                    &schema_kelengkapan_diminta,    PERLU_DILENGKAPI, LENGKAPI, "practice of KPU, 3 + 3 days; DOMAIN.md 1.3" },
	{ DIAJUKAN,         ON_MESSAGE(nyatakan_lengkap),     MEJA,     ALWAYS,                    &schema_perkara_diregister,     DIREGISTER,       JAWAB,    "UU 14/2008 art 22(7); base: rule dasar_tenggat" },
	{ PERLU_DILENGKAPI, ON_MESSAGE(kelengkapan_diterima), NO_ROLE,  WHEN(dalam_batas),         &schema_perkara_dilengkapi,     DIAJUKAN,         JAWAB,    "DOMAIN.md 1.3" },
	{ PERLU_DILENGKAPI, ON_TIMER(TIMER_KELENGKAPAN),      NO_ROLE,  ALWAYS,                    &schema_perkara_gugur,          GUGUR,            DUE_STOP, "seed 001 E.1; DOMAIN.md 1.3" },
	{ GUGUR,            ON_MESSAGE(kelengkapan_diterima), NO_ROLE,  WHEN(dalam_batas),         &schema_perkara_dihidupkan,     DIAJUKAN,         JAWAB,    "judged by the day of receipt; DESIGN.md 1" },

	/* What completes a request that waits for nothing is taken to the file. */
	{ DIAJUKAN,         ON_MESSAGE(kelengkapan_diterima), NO_ROLE,  ALWAYS,                    &schema_perkara_dilengkapi,     DIAJUKAN,         DUE_KEEP, "DESIGN.md 1" },
	{ DIREGISTER,       ON_MESSAGE(kelengkapan_diterima), NO_ROLE,  ALWAYS,                    &schema_perkara_dilengkapi,     DIREGISTER,       DUE_KEEP, "DESIGN.md 1" },
	{ DIDISPOSISIKAN,   ON_MESSAGE(kelengkapan_diterima), NO_ROLE,  ALWAYS,                    &schema_perkara_dilengkapi,     DIDISPOSISIKAN,   DUE_KEEP, "DESIGN.md 1" },
	{ DIPROSES,         ON_MESSAGE(kelengkapan_diterima), NO_ROLE,  ALWAYS,                    &schema_perkara_dilengkapi,     DIPROSES,         DUE_KEEP, "DESIGN.md 1" },
	{ DIPERPANJANG,     ON_MESSAGE(kelengkapan_diterima), NO_ROLE,  ALWAYS,                    &schema_perkara_dilengkapi,     DIPERPANJANG,     DUE_KEEP, "DESIGN.md 1" },
	{ STATE_ANY,        ON_MESSAGE(kelengkapan_diterima), NO_ROLE,  ALWAYS,                    &schema_fakta_terlambat,        STATE_ANY,        DUE_KEEP, "DESIGN.md 1" },

	/* Work on it. After the extension it may be passed on as before. */
	{ DIREGISTER,       ON_MESSAGE(disposisikan),         MEJA,     ALWAYS,                    &schema_perkara_didisposisikan, DIDISPOSISIKAN,   DUE_KEEP, "DOMAIN.md 1.3" },
	{ DIDISPOSISIKAN,   ON_MESSAGE(disposisikan),         MEJA,     ALWAYS,                    &schema_perkara_didisposisikan, DIDISPOSISIKAN,   DUE_KEEP, "DOMAIN.md 1.3" },
	{ DIPROSES,         ON_MESSAGE(disposisikan),         MEJA,     ALWAYS,                    &schema_perkara_didisposisikan, DIDISPOSISIKAN,   DUE_KEEP, "DOMAIN.md 1.3" },
	{ DIPERPANJANG,     ON_MESSAGE(disposisikan),         MEJA,     ALWAYS,                    &schema_perkara_didisposisikan, DIDISPOSISIKAN,   DUE_KEEP, "DOMAIN.md 1.3" },
	{ DIREGISTER,       ON_MESSAGE(mulai_proses),         BELAKANG, ALWAYS,                    &schema_perkara_diproses,       DIPROSES,         DUE_KEEP, "DOMAIN.md 1.3" },
	{ DIDISPOSISIKAN,   ON_MESSAGE(mulai_proses),         BELAKANG, ALWAYS,                    &schema_perkara_diproses,       DIPROSES,         DUE_KEEP, "DOMAIN.md 1.3" },
	{ DIPERPANJANG,     ON_MESSAGE(mulai_proses),         BELAKANG, ALWAYS,                    &schema_perkara_diproses,       DIPROSES,         DUE_KEEP, "DOMAIN.md 1.3" },
	{ DIREGISTER,       ON_MESSAGE(perpanjang),           PIMPINAN, WHEN(boleh_diperpanjang),  &schema_perkara_diperpanjang,   DIPERPANJANG,     TAMBAH,   "UU 14/2008 art 22(8)" },
	{ DIDISPOSISIKAN,   ON_MESSAGE(perpanjang),           PIMPINAN, WHEN(boleh_diperpanjang),  &schema_perkara_diperpanjang,   DIPERPANJANG,     TAMBAH,   "UU 14/2008 art 22(8)" },
	{ DIPROSES,         ON_MESSAGE(perpanjang),           PIMPINAN, WHEN(boleh_diperpanjang),  &schema_perkara_diperpanjang,   DIPERPANJANG,     TAMBAH,   "UU 14/2008 art 22(8)" },

	/* The written notice, and what follows it. */
	{ DIREGISTER,       ON_MESSAGE(putuskan),             PIMPINAN, ALWAYS,                    &schema_perkara_diputus,        DIPUTUS,          DUE_STOP, "UU 14/2008 art 22(7)" },
	{ DIDISPOSISIKAN,   ON_MESSAGE(putuskan),             PIMPINAN, ALWAYS,                    &schema_perkara_diputus,        DIPUTUS,          DUE_STOP, "UU 14/2008 art 22(7)" },
	{ DIPROSES,         ON_MESSAGE(putuskan),             PIMPINAN, ALWAYS,                    &schema_perkara_diputus,        DIPUTUS,          DUE_STOP, "UU 14/2008 art 22(7)" },
	{ DIPERPANJANG,     ON_MESSAGE(putuskan),             PIMPINAN, ALWAYS,                    &schema_perkara_diputus,        DIPUTUS,          DUE_STOP, "UU 14/2008 art 22(7), (8)" },
	{ DIPUTUS,          ON_MESSAGE(serahkan),             MEJA,     WHEN(dikabulkan),          &schema_informasi_diserahkan,   DISERAHKAN,       DUE_STOP, "DOMAIN.md 1.5, tanda bukti penyerahan" },
	{ DIPUTUS,          ON_MESSAGE(selesaikan),           MEJA,     WHEN(tanpa_penyerahan),    &schema_perkara_selesai,        SELESAI,          DUE_STOP, "DOMAIN.md 1.3" },
	{ DISERAHKAN,       ON_MESSAGE(selesaikan),           MEJA,     ALWAYS,                    &schema_perkara_selesai,        SELESAI,          DUE_STOP, "DOMAIN.md 1.3" },

	/* Taken back before the decision; before the lapse too, whenever that is judged. */
	{ DIAJUKAN,         ON_MESSAGE(pencabutan_diterima),  NO_ROLE,  ALWAYS,                    &schema_perkara_dicabut,        DICABUT,          DUE_STOP, "DOMAIN.md 1.3" },
	{ PERLU_DILENGKAPI, ON_MESSAGE(pencabutan_diterima),  NO_ROLE,  ALWAYS,                    &schema_perkara_dicabut,        DICABUT,          DUE_STOP, "DOMAIN.md 1.3" },
	{ DIREGISTER,       ON_MESSAGE(pencabutan_diterima),  NO_ROLE,  ALWAYS,                    &schema_perkara_dicabut,        DICABUT,          DUE_STOP, "DOMAIN.md 1.3" },
	{ DIDISPOSISIKAN,   ON_MESSAGE(pencabutan_diterima),  NO_ROLE,  ALWAYS,                    &schema_perkara_dicabut,        DICABUT,          DUE_STOP, "DOMAIN.md 1.3" },
	{ DIPROSES,         ON_MESSAGE(pencabutan_diterima),  NO_ROLE,  ALWAYS,                    &schema_perkara_dicabut,        DICABUT,          DUE_STOP, "DOMAIN.md 1.3" },
	{ DIPERPANJANG,     ON_MESSAGE(pencabutan_diterima),  NO_ROLE,  ALWAYS,                    &schema_perkara_dicabut,        DICABUT,          DUE_STOP, "DOMAIN.md 1.3" },
	{ GUGUR,            ON_MESSAGE(pencabutan_diterima),  NO_ROLE,  WHEN(dicabut_dalam_batas), &schema_perkara_dicabut,        DICABUT,          DUE_STOP, "judged by the day of receipt; DESIGN.md 1" },
	{ STATE_ANY,        ON_MESSAGE(pencabutan_diterima),  NO_ROLE,  ALWAYS,                    &schema_fakta_terlambat,        STATE_ANY,        DUE_KEEP, "DESIGN.md 1" },

	/* To another unit or body; its number stays here. */
	{ DIAJUKAN,         ON_MESSAGE(alihkan),              PENGALIH, WHEN(ke_tempat_lain),      &schema_perkara_dialihkan,      DIALIHKAN,        DUE_STOP, "DOMAIN.md 1.3" },
	{ DIREGISTER,       ON_MESSAGE(alihkan),              PENGALIH, WHEN(ke_tempat_lain),      &schema_perkara_dialihkan,      DIALIHKAN,        DUE_STOP, "DOMAIN.md 1.3" },
	{ DIDISPOSISIKAN,   ON_MESSAGE(alihkan),              PENGALIH, WHEN(ke_tempat_lain),      &schema_perkara_dialihkan,      DIALIHKAN,        DUE_STOP, "DOMAIN.md 1.3" },
	{ DIPROSES,         ON_MESSAGE(alihkan),              PENGALIH, WHEN(ke_tempat_lain),      &schema_perkara_dialihkan,      DIALIHKAN,        DUE_STOP, "DOMAIN.md 1.3" },
	{ DIPERPANJANG,     ON_MESSAGE(alihkan),              PENGALIH, WHEN(ke_tempat_lain),      &schema_perkara_dialihkan,      DIALIHKAN,        DUE_STOP, "DOMAIN.md 1.3" },

	/* That the day has passed is a fact for others; where it stands does not change by it. */
	{ DIAJUKAN,         ON_TIMER(TIMER_TENGGAT),          NO_ROLE,  ALWAYS,                    &schema_tenggat_terlewati,      STATE_ANY,        DUE_KEEP, "UU 14/2008 art 22(7), 35(1)c" },
	{ DIREGISTER,       ON_TIMER(TIMER_TENGGAT),          NO_ROLE,  ALWAYS,                    &schema_tenggat_terlewati,      STATE_ANY,        DUE_KEEP, "UU 14/2008 art 22(7), 35(1)c" },
	{ DIDISPOSISIKAN,   ON_TIMER(TIMER_TENGGAT),          NO_ROLE,  ALWAYS,                    &schema_tenggat_terlewati,      STATE_ANY,        DUE_KEEP, "UU 14/2008 art 22(7), 35(1)c" },
	{ DIPROSES,         ON_TIMER(TIMER_TENGGAT),          NO_ROLE,  ALWAYS,                    &schema_tenggat_terlewati,      STATE_ANY,        DUE_KEEP, "UU 14/2008 art 22(7), 35(1)c" },
	{ DIPERPANJANG,     ON_TIMER(TIMER_TENGGAT),          NO_ROLE,  ALWAYS,                    &schema_tenggat_terlewati,      STATE_ANY,        DUE_KEEP, "UU 14/2008 art 22(8), 35(1)c" },
};
/* clang-format on */

const struct machine permohonan_machine = {
	.name = "permohonan",
	.states = &enum_status_permohonan,
	.rows = rows,
	.count = sizeof rows / sizeof rows[0],
	.ends = END(GUGUR) | END(SELESAI) | END(DIALIHKAN) | END(DICABUT),
};

#include "workflow/workflow.h"

#include "workflow/daftar_kerja.h"
#include "workflow/hak.h"
#include "workflow/kalender.h"
#include "workflow/kebijakan.h"
#include "workflow/permohonan.h"
#include "workflow/unit.h"

/* clang-format off */
static const struct table *const tables[] = {
	/* Places of vault tables stand in the log beside the commitments: they come first, new ones after them. */
	&perkara_catatan_table,
	&hak_table,
	&unit_table,
	&kebijakan_table,
	&kalender_table,
	&perkara_table,
	&perkara_urutan_table,
	&perkara_jumlah_table,
	&perkara_langkah_table,
	&perkara_daftar_table,
	&perkara_nomor_table,
};

static const struct machine *const machines[] = { &permohonan_machine };
static const char *const sends_to[] = { "intake", "notification" };

static const struct command_row commands[] = {
/*	  message, decide, answer, who may send it, whether it needs a number */
	/* From ppidctl alone: whoever reaches its socket may give the very first one. */
	{ &schema_beri_hak,          decide_beri_hak,       NULL, FROM_CTL,    false },
	{ &schema_cabut_hak,         decide_cabut_hak,      NULL, FROM_PEOPLE, false },
	{ &schema_daftarkan_unit,    decide_daftarkan_unit, NULL, FROM_PEOPLE, false },
	{ &schema_atur_kebijakan,    decide_atur_kebijakan, NULL, FROM_PEOPLE, false },
	{ &schema_muat_kalender,     decide_muat_kalender,  NULL, FROM_PEOPLE, false },
	{ &schema_minta_kelengkapan, decide_permohonan,     NULL, FROM_PEOPLE, false },
	{ &schema_nyatakan_lengkap,  decide_permohonan,     NULL, FROM_PEOPLE, false },
	{ &schema_disposisikan,      decide_permohonan,     NULL, FROM_PEOPLE, false },
	{ &schema_mulai_proses,      decide_permohonan,     NULL, FROM_PEOPLE, false },
	{ &schema_perpanjang,        decide_permohonan,     NULL, FROM_PEOPLE, false },
	{ &schema_putuskan,          decide_permohonan,     NULL, FROM_PEOPLE, false },
	{ &schema_serahkan,          decide_permohonan,     NULL, FROM_PEOPLE, false },
	{ &schema_selesaikan,        decide_permohonan,     NULL, FROM_PEOPLE, false },
	{ &schema_alihkan,           decide_permohonan,     NULL, FROM_PEOPLE, false },
};

static const struct event_row events[] = {
	{ &schema_hak_diberikan,          apply_hak_diberikan },
	{ &schema_hak_dicabut,            apply_hak_dicabut },
	{ &schema_unit_didaftarkan,       apply_unit_didaftarkan },
	{ &schema_kebijakan_diatur,       apply_kebijakan_diatur },
	{ &schema_kalender_dimuat,        apply_kalender_dimuat },
	{ &schema_perkara_dibuka,         apply_perkara_dibuka },
	{ &schema_kelengkapan_diminta,    apply_kelengkapan_diminta },
	{ &schema_perkara_dilengkapi,     apply_perkara_dilengkapi },
	{ &schema_perkara_diregister,     apply_perkara_diregister },
	{ &schema_perkara_didisposisikan, apply_perkara_didisposisikan },
	{ &schema_perkara_diproses,       apply_perkara_diproses },
	{ &schema_perkara_diperpanjang,   apply_perkara_diperpanjang },
	{ &schema_perkara_diputus,        apply_perkara_diputus },
	{ &schema_informasi_diserahkan,   apply_informasi_diserahkan },
	{ &schema_perkara_selesai,        apply_perkara_selesai },
	{ &schema_perkara_gugur,          apply_perkara_gugur },
	{ &schema_perkara_dihidupkan,     apply_perkara_dihidupkan },
	{ &schema_perkara_dicabut,        apply_perkara_dicabut },
	{ &schema_fakta_terlambat,        apply_fakta_terlambat },
	{ &schema_perkara_dialihkan,      apply_perkara_dialihkan },
	{ &schema_tenggat_terlewati,      apply_tenggat_terlewati },
	{ &schema_perkara_lama_dicatat,   apply_perkara_lama_dicatat },
};

static const struct follow_row follows[] = {
	{ "intake", &schema_permohonan_diajukan,     decide_permohonan },
	{ "intake", &schema_kelengkapan_diterima,    decide_permohonan },
	{ "intake", &schema_pencabutan_diterima,     decide_permohonan },
	{ "intake", &schema_permohonan_lama_dicatat, decide_permohonan_lama },
};

static const struct project_row projects[] = {
	{ "intake", &schema_permohonan_diajukan,     &perkara_daftar_table, project_daftar_diajukan },
	{ "intake", &schema_permohonan_lama_dicatat, &perkara_daftar_table, project_daftar_lama },
	{ "intake", &schema_permohonan_diajukan,     &perkara_nomor_table,  project_nomor_diajukan },
	{ "intake", &schema_permohonan_lama_dicatat, &perkara_nomor_table,  project_nomor_lama },
};

static const struct timer_kind timers[] = {
/*	  name, decide, whether it waits for the streams */
	{ TIMER_TENGGAT,     decide_tenggat,           true },
	{ TIMER_KELENGKAPAN, decide_kelengkapan_habis, true },
};

static const struct question_row questions[] = {
	{ &schema_hak_daftar,       ask_hak_daftar,       FROM_PEOPLE },
	{ &schema_unit_daftar,      ask_unit_daftar,      FROM_PEOPLE },
	{ &schema_unit_lihat,       ask_unit_lihat,       FROM_PEOPLE },
	{ &schema_kebijakan_daftar, ask_kebijakan_daftar, FROM_PEOPLE },
	{ &schema_kalender_lihat,   ask_kalender_lihat,   FROM_PEOPLE },
	{ &schema_daftar_kerja,     ask_daftar_kerja,     FROM_PEOPLE },
	{ &schema_lihat_perkara,    ask_lihat_perkara,    FROM_PEOPLE },
	{ &schema_rinci_perkara,    ask_rinci_perkara,    FROM_PEOPLE },
	{ &schema_lihat_catatan,    ask_lihat_catatan,    FROM_PEOPLE },
	{ &schema_lacak,            ask_lacak,            FROM_PEOPLE },
};
/* clang-format on */

const struct service workflow_service = {
	.name = "workflow",
	.is_federated = true,
	.tables = ROWS(tables),
	.commands = ROWS(commands),
	.events = ROWS(events),
	.follows = ROWS(follows),
	.projects = ROWS(projects),
	.questions = ROWS(questions),
	.timers = ROWS(timers),
	.machines = ROWS(machines),
	.sends_to = ROWS(sends_to),
	.may = workflow_may,
	.grants = &hak_table,
};

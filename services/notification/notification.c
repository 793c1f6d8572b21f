#include "notification/notification.h"

#include "notification/kirim_surel.h"
#include "notification/pengaturan.h"
#include "notification/pengiriman.h"
#include "runtime/policy.h"

/* clang-format off */
static const struct table *const tables[] = {
	&kartu_table,
	&wording_table,
	&kontak_table,
	&pengiriman_table,
	&urutan_table,
	&jumlah_table,
	&policy_hak,
	&policy_unit,
	&policy_kebijakan,
	&policy_kalender,
};

static const struct command_row commands[] = {
/*	  message                       decide            answer        who may send it  number */
	{ &schema_putuskan_pengiriman, decide_putuskan,  NULL,         FROM_PEOPLE,     false },
	{ &schema_ambil_naskah,        decide_ambil,     answer_ambil, FROM_PEOPLE,     false },
};

static const struct event_row events[] = {
	{ &schema_kartu_diterima,             apply_kartu_diterima },
	{ &schema_kartu_diminta,              apply_kartu_diminta },
	{ &schema_pengiriman_ditunda,         apply_ditunda },
	{ &schema_pengiriman_direncanakan,    apply_direncanakan },
	{ &schema_pengiriman_tanpa_alamat,    apply_tanpa_alamat },
	{ &schema_pengiriman_dimulai,         apply_dimulai },
	{ &schema_pengiriman_terkirim,        apply_terkirim },
	{ &schema_pengiriman_gagal_sementara, apply_gagal_sementara },
	{ &schema_pengiriman_menyerah,        apply_menyerah },
	{ &schema_pengiriman_tidak_pasti,     apply_tidak_pasti },
	{ &schema_pengiriman_dibatalkan,      apply_dibatalkan },
	{ &schema_naskah_diambil,             NULL },
};

static const struct follow_row follows[] = {
	{ "intake", &schema_permohonan_diajukan, decide_diajukan },
};

static const struct project_row projects[] = {
	{ "workflow", &schema_hak_diberikan,    &policy_hak,       policy_project_hak_diberikan },
	{ "workflow", &schema_hak_dicabut,      &policy_hak,       policy_project_hak_dicabut },
	{ "workflow", &schema_unit_didaftarkan, &policy_unit,      policy_project_unit },
	{ "workflow", &schema_kebijakan_diatur, &policy_kebijakan, policy_project_kebijakan },
	{ "workflow", &schema_kalender_dimuat,  &policy_kalender,  policy_project_kalender },
};

static const struct letter_row letters[] = {
	{ &schema_kartu_kontak,      decide_kartu,   "intake" },
	{ &schema_isi_pemberitahuan, decide_wording, "workflow" },
	{ &schema_kartu_tiada,       decide_no_card, "intake" },
};

static const struct question_row questions[] = {
	{ &schema_pengiriman_daftar, ask_daftar, FROM_PEOPLE },
	{ &schema_pengiriman_lihat,  ask_lihat,  FROM_PEOPLE },
};

static const struct timer_kind timers[] = {
	{ TIMER_ASK_CARD, decide_ask_card, false },
	{ TIMER_RETRY,    decide_retry,    false },
};

static const struct work_kind works[] = {
	{ WORK_SEND, &schema_surel_keluar, &schema_hasil_surel, kirim_surel, decide_result },
};
/* clang-format on */

static const struct machine *const machines[] = { &pengiriman_machine };
static const char *const sends_to[] = { "intake" };

const struct service notification_service = {
	.name = "notification",
	.is_federated = false,
	.tables = ROWS(tables),
	.commands = ROWS(commands),
	.events = ROWS(events),
	.follows = ROWS(follows),
	.projects = ROWS(projects),
	.letters = ROWS(letters),
	.questions = ROWS(questions),
	.timers = ROWS(timers),
	.works = ROWS(works),
	.machines = ROWS(machines),
	.sends_to = ROWS(sends_to),
	.settings = notification_setting_rows,
	.setting_count = NOTIFICATION_SETTINGS,
	.check_settings = notification_settings_check,
	.may = policy_may_projected,
	.grants = &policy_hak,
};

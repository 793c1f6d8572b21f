#include "federation/federation.h"

#include "federation/aliran.h"
#include "federation/cabang.h"
#include "federation/induk.h"
#include "federation/simpul.h"
#include "federation/tautan.h"
#include "runtime/policy.h"

/* clang-format off */
static const struct table *const tables[] = {
	&tautan_table,
	&kunci_dikenal_table,
	&induk_table,
	&cabang_table,
	&aliran_table,
	&policy_hak,
	&policy_unit,
	&policy_kebijakan,
	&policy_kalender,
};

static const struct machine *const machines[] = { &tautan_machine, &induk_machine };

/* What is told by the service itself, and what another node may say. */
#define SELF FROM_FEDERATION
#define NODES (FROM_NODE | FROM_PEOPLE)
static const struct command_row commands[] = {
/*	  message                        decide                 answer  who may send it  number */
	{ &schema_undang_simpul,       decide_tautan,         NULL,   FROM_PEOPLE,     false },
	{ &schema_catat_terlihat,      decide_tautan,         NULL,   SELF,            false },
	{ &schema_terima_simpul,       decide_tautan,         NULL,   FROM_PEOPLE,     false },
	{ &schema_tangguhkan_simpul,   decide_tautan,         NULL,   FROM_PEOPLE,     false },
	{ &schema_pulihkan_simpul,     decide_tautan,         NULL,   FROM_PEOPLE,     false },
	{ &schema_cabut_simpul,        decide_tautan,         NULL,   FROM_PEOPLE,     false },
	{ &schema_ganti_simpul,        decide_tautan,         NULL,   FROM_PEOPLE,     false },
	{ &schema_putar_kunci_simpul,  decide_tautan,         NULL,   NODES,           false },
	{ &schema_tetapkan_induk,      decide_induk,          NULL,   FROM_PEOPLE,     false },
	{ &schema_lepas_induk,         decide_induk,          NULL,   FROM_PEOPLE,     false },
	{ &schema_catat_kunci_induk,   decide_induk,          NULL,   NODES,           false },
	{ &schema_catat_cabang,        decide_catat_cabang,   NULL,   SELF,            false },
	{ &schema_putuskan_yatim,      decide_putuskan_yatim, NULL,   FROM_PEOPLE,     false },
	{ &schema_catat_aliran,        decide_catat_aliran,   NULL,   SELF,            false },
};

static const struct event_row events[] = {
	{ &schema_simpul_diundang,      apply_simpul_diundang },
	{ &schema_simpul_terlihat,      apply_simpul_terlihat },
	{ &schema_simpul_diterima,      apply_simpul_diterima },
	{ &schema_simpul_ditangguhkan,  apply_simpul_ditangguhkan },
	{ &schema_simpul_dipulihkan,    apply_simpul_dipulihkan },
	{ &schema_simpul_dicabut,       apply_simpul_dicabut },
	{ &schema_simpul_diganti,       apply_simpul_diganti },
	{ &schema_kunci_simpul_diputar, apply_kunci_simpul_diputar },
	{ &schema_kunci_lama_berakhir,  apply_kunci_lama_berakhir },
	{ &schema_induk_ditetapkan,     apply_induk_ditetapkan },
	{ &schema_induk_dilepas,        apply_induk_dilepas },
	{ &schema_kunci_induk_dicatat,  apply_kunci_induk_dicatat },
	{ &schema_cabang_dicatat,       apply_cabang_dicatat },
	{ &schema_yatim_diputus,        apply_yatim_diputus },
	{ &schema_aliran_dikenal,       apply_aliran_dikenal },
};

static const struct project_row projects[] = {
	{ "workflow", &schema_hak_diberikan,    &policy_hak,       policy_project_hak_diberikan },
	{ "workflow", &schema_hak_dicabut,      &policy_hak,       policy_project_hak_dicabut },
	{ "workflow", &schema_unit_didaftarkan, &policy_unit,      policy_project_unit },
	{ "workflow", &schema_kebijakan_diatur, &policy_kebijakan, policy_project_kebijakan },
	{ "workflow", &schema_kalender_dimuat,  &policy_kalender,  policy_project_kalender },
};

static const struct timer_kind timers[] = {
	{ TIMER_KUNCI_LAMA, decide_kunci_lama_habis, false },
};

static const struct question_row questions[] = {
	{ &schema_simpul_daftar,    ask_simpul_daftar,    FROM_PEOPLE },
	{ &schema_simpul_identitas, ask_simpul_identitas, FROM_PEOPLE },
	{ &schema_aliran_daftar,    ask_aliran_daftar,    FROM_PEOPLE },
	{ &schema_cabang_daftar,    ask_cabang_daftar,    FROM_PEOPLE },
};
/* clang-format on */

const struct service federation_service = {
	.name = "federation",
	.is_federated = false,
	.tables = ROWS(tables),
	.commands = ROWS(commands),
	.events = ROWS(events),
	.projects = ROWS(projects),
	.timers = ROWS(timers),
	.questions = ROWS(questions),
	.machines = ROWS(machines),
	.may = policy_may_founding,
	.grants = &policy_hak,
	.links = &federation_links,
};

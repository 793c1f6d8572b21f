#include "workflow/workflow.h"

#include "workflow/hak.h"
#include "workflow/kalender.h"
#include "workflow/kebijakan.h"
#include "workflow/unit.h"

/* clang-format off */
static const struct table *const tables[] = {
	&hak_table,
	&unit_table,
	&kebijakan_table,
	&kalender_table,
};

static const struct command_row commands[] = {
/*	  message                  decide                  answer  who may send it  number */
	/* From ppidctl alone: whoever reaches its socket may give the very first one. */
	{ &schema_beri_hak,       decide_beri_hak,        NULL,   FROM_CTL,        false },
	{ &schema_cabut_hak,      decide_cabut_hak,       NULL,   FROM_PEOPLE,     false },
	{ &schema_daftarkan_unit, decide_daftarkan_unit,  NULL,   FROM_PEOPLE,     false },
	{ &schema_atur_kebijakan, decide_atur_kebijakan,  NULL,   FROM_PEOPLE,     false },
	{ &schema_muat_kalender,  decide_muat_kalender,   NULL,   FROM_PEOPLE,     false },
};

static const struct event_row events[] = {
	{ &schema_hak_diberikan,    apply_hak_diberikan },
	{ &schema_hak_dicabut,      apply_hak_dicabut },
	{ &schema_unit_didaftarkan, apply_unit_didaftarkan },
	{ &schema_kebijakan_diatur, apply_kebijakan_diatur },
	{ &schema_kalender_dimuat,  apply_kalender_dimuat },
};

static const struct question_row questions[] = {
	{ &schema_hak_daftar,       ask_hak_daftar,       FROM_PEOPLE },
	{ &schema_unit_daftar,      ask_unit_daftar,      FROM_PEOPLE },
	{ &schema_unit_lihat,       ask_unit_lihat,       FROM_PEOPLE },
	{ &schema_kebijakan_daftar, ask_kebijakan_daftar, FROM_PEOPLE },
	{ &schema_kalender_lihat,   ask_kalender_lihat,   FROM_PEOPLE },
};
/* clang-format on */

const struct service workflow_service = {
	.name = "workflow",
	.is_federated = true,
	.tables = ROWS(tables),
	.commands = ROWS(commands),
	.events = ROWS(events),
	.questions = ROWS(questions),
	.may = workflow_may,
};

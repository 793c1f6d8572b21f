#include "reporting/reporting.h"

#include "reporting/fakta.h"
#include "reporting/hitungan.h"
#include "reporting/kota.h"
#include "reporting/layanan.h"
#include "runtime/policy.h"

/* clang-format off */
static const struct table *const tables[] = {
	&hitungan_table,
	&policy_unit,
	&policy_hak,
};

/* One list of two: what is made of our own streams begins with the second row, what is made of those of other
 * nodes ends before the grants. Rights and policy of others do not hold here. */
static const struct project_row rows[] = {
/*	  stream      event                                   table             what it changes */
	{ "workflow", &schema_unit_didaftarkan,              &hitungan_table, project_unit_lain },
	{ "intake",   &schema_permohonan_diajukan,           &hitungan_table, project_diajukan },
	{ "intake",   &schema_permohonan_lama_dicatat,       &hitungan_table, project_lama_dicatat },
	{ "intake",   &schema_ringkasan_publik_ditetapkan,   &hitungan_table, project_ringkasan },
	{ "workflow", &schema_perkara_diregister,            &hitungan_table, project_diregister },
	{ "workflow", &schema_perkara_dilengkapi,            &hitungan_table, project_dilengkapi },
	{ "workflow", &schema_perkara_diperpanjang,          &hitungan_table, project_diperpanjang },
	{ "workflow", &schema_tenggat_terlewati,             &hitungan_table, project_terlewati },
	{ "workflow", &schema_perkara_diputus,               &hitungan_table, project_diputus },
	{ "workflow", &schema_perkara_gugur,                 &hitungan_table, project_gugur },
	{ "workflow", &schema_perkara_dihidupkan,            &hitungan_table, project_dihidupkan },
	{ "workflow", &schema_perkara_dicabut,               &hitungan_table, project_dicabut },
	{ "workflow", &schema_perkara_dialihkan,             &hitungan_table, project_dialihkan },
	{ "workflow", &schema_perkara_lama_dicatat,          &hitungan_table, project_perkara_lama },
	{ "workflow", &schema_unit_didaftarkan,              &policy_unit,    policy_project_unit },
	{ "workflow", &schema_hak_diberikan,                 &policy_hak,     policy_project_hak_diberikan },
	{ "workflow", &schema_hak_dicabut,                   &policy_hak,     policy_project_hak_dicabut },
};

static const struct question_row questions[] = {
	{ &schema_laporan_layanan, ask_laporan_layanan, FROM_PEOPLE },
	{ &schema_laporan_kota,    ask_laporan_kota,    FROM_PEOPLE },
};
/* clang-format on */
enum { ROWS = sizeof rows / sizeof rows[0], OTHERS_ALONE = 1, OWN_ALONE = 3 };

const struct service reporting_service = {
	.name = "reporting",
	.is_federated = true,
	.tables = tables,
	.table_count = sizeof tables / sizeof tables[0],
	.projects = rows + OTHERS_ALONE,
	.project_count = ROWS - OTHERS_ALONE,
	.elsewhere = rows,
	.elsewhere_count = ROWS - OWN_ALONE,
	.questions = questions,
	.question_count = sizeof questions / sizeof questions[0],
	.grants = &policy_hak,
};

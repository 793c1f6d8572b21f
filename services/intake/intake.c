#include "intake/intake.h"

#include "intake/hak.h"
#include "intake/identitas.h"
#include "intake/isi.h"
#include "intake/kartu.h"
#include "intake/kelengkapan.h"
#include "intake/keputusan.h"
#include "intake/nomor_urut.h"
#include "intake/pencabutan.h"
#include "intake/perkara.h"
#include "intake/permohonan.h"
#include "intake/pertanyaan.h"
#include "intake/register_lama.h"
#include "intake/ringkasan.h"

/* clang-format off */
static const struct table *const tables[] = {
	/* Their places are written in the log beside the commitments: new vault tables come at the end. */
	&isi_table,
	&isi_keputusan_table,
	&isi_susulan_table,
	&register_table,
	&register_nomor_table,
	&register_urutan_table,
	&nomor_urut_table,
	&register_perkara_table,
	&policy_hak,
	&policy_unit,
	&policy_kebijakan,
};

static const struct command_row commands[] = {
/*	  message                             decide                             answer                   who may send it  number */
	{ &schema_ajukan_permohonan,         decide_ajukan_permohonan,          answer_tanda_bukti,      FROM_PEOPLE,     true },
	{ &schema_kirim_kelengkapan,         decide_kirim_kelengkapan,          NULL,                    FROM_PEOPLE,     false },
	{ &schema_kirim_pencabutan,          decide_kirim_pencabutan,           NULL,                    FROM_PEOPLE,     false },
	{ &schema_tetapkan_ringkasan_publik, decide_tetapkan_ringkasan_publik,  NULL,                    FROM_PEOPLE,     false },
	{ &schema_ungkap_identitas,          decide_ungkap_identitas,           answer_ungkap_identitas, FROM_PEOPLE,     false },
	{ &schema_catat_register_lama,       decide_catat_register_lama,        answer_tanda_bukti,      FROM_PEOPLE,     false },
};

static const struct event_row events[] = {
	{ &schema_permohonan_diajukan,         apply_permohonan_diajukan },
	{ &schema_permohonan_lama_dicatat,     apply_permohonan_lama_dicatat },
	{ &schema_kelengkapan_diterima,        apply_kelengkapan_diterima },
	{ &schema_pencabutan_diterima,         apply_pencabutan_diterima },
	{ &schema_ringkasan_publik_ditetapkan, apply_ringkasan_publik_ditetapkan },
	{ &schema_register_dilengkapi,         apply_register_dilengkapi },
	{ &schema_identitas_diungkap,          NULL },
	{ &schema_kartu_dikirim,               NULL },
	{ &schema_kartu_tidak_ada,             NULL },
	{ &schema_nomor_hilang,                apply_nomor_hilang },
};

static const struct project_row projects[] = {
	{ "workflow", &schema_hak_diberikan,        &policy_hak,       policy_project_hak_diberikan },
	{ "workflow", &schema_hak_dicabut,          &policy_hak,       policy_project_hak_dicabut },
	{ "workflow", &schema_unit_didaftarkan,     &policy_unit,      policy_project_unit },
	{ "workflow", &schema_kebijakan_diatur,     &policy_kebijakan, policy_project_kebijakan },
	{ "workflow", &schema_perkara_diputus,      &register_perkara_table,    register_project_diputus },
	{ "workflow", &schema_informasi_diserahkan, &register_perkara_table,    register_project_diserahkan },
	{ "workflow", &schema_perkara_gugur,        &register_perkara_table,    register_project_gugur },
	{ "workflow", &schema_perkara_dihidupkan,   &register_perkara_table,    register_project_dihidupkan },
	{ "workflow", &schema_perkara_dicabut,      &register_perkara_table,    register_project_dicabut },
	{ "workflow", &schema_perkara_dialihkan,    &register_perkara_table,    register_project_dialihkan },
};

static const struct letter_row letters[] = {
	{ &schema_isi_pemberitahuan, intake_isi_pemberitahuan, "workflow" },
	{ &schema_minta_kartu,       intake_minta_kartu,       "notification" },
};

static const struct question_row questions[] = {
	{ &schema_lihat_permohonan, ask_lihat_permohonan, FROM_PEOPLE },
	{ &schema_register_daftar,  ask_register_daftar,  FROM_PEOPLE },
	{ &schema_cari_pemohon,     ask_cari_pemohon,     FROM_PEOPLE },
	{ &schema_nama_pemohon,     ask_nama_pemohon,     FROM_PEOPLE },
	{ &schema_nomor_kosong,     ask_nomor_kosong,     FROM_PEOPLE },
	{ &schema_cari_nomor,       ask_cari_nomor,       FROM_PEOPLE },
};
/* clang-format on */

static const char *const sends_to[] = { "notification" };

const struct service intake_service = {
	.name = "intake",
	.is_federated = true,
	.tables = ROWS(tables),
	.commands = ROWS(commands),
	.events = ROWS(events),
	.projects = ROWS(projects),
	.letters = ROWS(letters),
	.questions = ROWS(questions),
	.sends_to = ROWS(sends_to),
	.on_new_epoch = nomor_urut_new_epoch,
	.may = policy_may_projected,
	.grants = &policy_hak,
};

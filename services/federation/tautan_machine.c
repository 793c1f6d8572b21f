/* The life of the link to a node below as a table: MESSAGING 2.11 (enrolment, rotation, revocation). */
#include "federation/identitas_simpul.h"
#include "federation/tautan.h"

#define S(name) STATUS_TAUTAN_##name
#define PEOPLE ROLE(ADMINISTRATOR)
/* No account: a node by its signature, or the service itself; the descriptor says who may send it. */
#define KEYS ROLE_EVERYBODY

/* --- guards: subject is the struct tautan_subject --- */

/* Nobody is let in under a name, a unit or a key that is another's. */
static const char *clash(const struct tautan_subject *s)
{
	if (s->is_self)
		return "diri_sendiri";
	if (s->is_parent)
		return "induk_sendiri";
	if (s->has_name_clash)
		return "nama_sudah_dipakai";
	if (s->has_unit_clash)
		return "unit_sudah_dilayani";
	return NULL;
}

static const char *simpul_baru(struct ctx *ctx, const void *subject, const void *message)
{
	const struct tautan_subject *s = subject;
	const char *rule = clash(s);

	(void)ctx;
	(void)message;
	if (rule == NULL && s->is_full)
		rule = "terlalu_banyak_simpul";
	if (rule == NULL && (s->has_own_key || s->has_foreign_key))
		rule = "kunci_sudah_dikenal";
	return rule;
}

static const char *kunci_baru(struct ctx *ctx, const void *subject, const void *message)
{
	const struct tautan_subject *s = subject;
	const char *rule = clash(s);

	(void)ctx;
	(void)message;
	return rule == NULL && (s->has_own_key || s->has_foreign_key) ? "kunci_sudah_dikenal" : rule;
}

static const char *kunci_miliknya(struct ctx *ctx, const void *subject, const void *message)
{
	const struct identitas_simpul *identity =
		&((const struct tautan_subject *)subject)->row.identitas;
	const struct catat_terlihat *c = message;

	(void)ctx;
	return hash_equal(&c->kurva, &identity->kurva) ||
			hash_equal(&c->kurva, &identity->kurva_berikut)
		? NULL
		: "kunci_lain";
}

static const char *kata_cocok(struct ctx *ctx, const void *subject, const void *message)
{
	const struct tautan_subject *s = subject;
	const struct terima_simpul *c = message;

	(void)ctx;
	return identity_words_are(&s->row.identitas, c->kata) ? NULL : "kata_tidak_cocok";
}

/* Whoever has the key of a node can sign rotations without an end; each is an event here. Two are room for a
 * mistake and its mend. */
static bool is_too_soon(const struct tautan *row, time_us now)
{
	return row->lama_len == 2 && row->lama[0].sampai > now + OLD_KEY_KEPT_US - ROTATIONS_US;
}

static const char *putaran_sah(struct ctx *ctx, const void *subject, const void *message)
{
	const struct tautan_subject *s = subject;
	const struct putar_kunci_simpul *c = message;

	if (!identity_rotation_holds(&c->identitas, &s->row.identitas.tanda, c->tanda_tangan_lama))
		return "tanda_tangan_tidak_sah";
	if (c->identitas.generasi <= s->row.identitas.generasi)
		return "generasi_tidak_naik";
	if (!str_equal(c->identitas.nama, s->row.identitas.nama))
		return "nama_berbeda";
	if (s->has_foreign_key)
		return "kunci_sudah_dikenal";
	if (hash_equal(&c->identitas.kurva, &s->row.identitas.kurva) ||
		hash_equal(&c->identitas.kurva_berikut, &s->row.identitas.kurva))
		return "kunci_sama";
	return is_too_soon(&s->row, ctx_now(ctx)) ? "terlalu_cepat" : NULL;
}

/* clang-format off */
static const struct transition rows[] = {
/*	  from             input                            who     guard                 event                         to                clock                        source */
	{ STATE_NONE,      ON_MESSAGE(undang_simpul),       PEOPLE, WHEN(simpul_baru),    &schema_simpul_diundang,      S(DIUNDANG),      DUE_STOP,                    "MESSAGING 2.11 enrolment" },

	/* Its key comes, a person accepts; in any order, since the words stand for the keys. */
	{ S(DIUNDANG),     ON_MESSAGE(catat_terlihat),      KEYS,   WHEN(kunci_miliknya), &schema_simpul_terlihat,      S(MENUNGGU),      DUE_KEEP,                    "MESSAGING 2.11 ZAP 300" },
	{ S(DIGANTI),      ON_MESSAGE(catat_terlihat),      KEYS,   WHEN(kunci_miliknya), &schema_simpul_terlihat,      S(MENUNGGU),      DUE_KEEP,                    "MESSAGING 2.11 ZAP 300" },
	{ S(DIUNDANG),     ON_MESSAGE(terima_simpul),       PEOPLE, WHEN(kata_cocok),     &schema_simpul_diterima,      S(DITERIMA),      DUE_KEEP,                    "MESSAGING 2.11 eight words" },
	{ S(MENUNGGU),     ON_MESSAGE(terima_simpul),       PEOPLE, WHEN(kata_cocok),     &schema_simpul_diterima,      S(DITERIMA),      DUE_KEEP,                    "MESSAGING 2.11 eight words" },
	{ S(DIGANTI),      ON_MESSAGE(terima_simpul),       PEOPLE, WHEN(kata_cocok),     &schema_simpul_diterima,      S(DITERIMA),      DUE_KEEP,                    "MESSAGING 2.11 eight words" },

	{ S(DITERIMA),     ON_MESSAGE(tangguhkan_simpul),   PEOPLE, ALWAYS,               &schema_simpul_ditangguhkan,  S(DITANGGUHKAN),  DUE_KEEP,                    "MESSAGING 2.11 status" },
	{ S(DITANGGUHKAN), ON_MESSAGE(pulihkan_simpul),     PEOPLE, ALWAYS,               &schema_simpul_dipulihkan,    S(DITERIMA),      DUE_KEEP,                    "MESSAGING 2.11 status" },

	/* Both keys are good for thirty days; the node itself says so, by the signing key from before. */
	{ S(DITERIMA),     ON_MESSAGE(putar_kunci_simpul),  KEYS,   WHEN(putaran_sah),    &schema_kunci_simpul_diputar, S(DITERIMA),      DUE_AFTER(TIMER_KUNCI_LAMA), "MESSAGING 2.11 rotation" },
	{ STATE_ANY,       ON_TIMER(TIMER_KUNCI_LAMA),      NO_ROLE, ALWAYS,              &schema_kunci_lama_berakhir,  STATE_ANY,        DUE_AFTER(TIMER_KUNCI_LAMA), "MESSAGING 2.11 rotation" },

	/* What is revoked comes back under other keys alone. */
	{ S(DIUNDANG),     ON_MESSAGE(cabut_simpul),        PEOPLE, ALWAYS,               &schema_simpul_dicabut,       S(DICABUT),       DUE_STOP,                    "MESSAGING 2.11 revocation" },
	{ S(MENUNGGU),     ON_MESSAGE(cabut_simpul),        PEOPLE, ALWAYS,               &schema_simpul_dicabut,       S(DICABUT),       DUE_STOP,                    "MESSAGING 2.11 revocation" },
	{ S(DITERIMA),     ON_MESSAGE(cabut_simpul),        PEOPLE, ALWAYS,               &schema_simpul_dicabut,       S(DICABUT),       DUE_STOP,                    "MESSAGING 2.11 revocation" },
	{ S(DITANGGUHKAN), ON_MESSAGE(cabut_simpul),        PEOPLE, ALWAYS,               &schema_simpul_dicabut,       S(DICABUT),       DUE_STOP,                    "MESSAGING 2.11 revocation" },
	{ S(DIGANTI),      ON_MESSAGE(cabut_simpul),        PEOPLE, ALWAYS,               &schema_simpul_dicabut,       S(DICABUT),       DUE_STOP,                    "MESSAGING 2.11 revocation" },
	{ STATE_ANY,       ON_MESSAGE(ganti_simpul),        PEOPLE, WHEN(kunci_baru),     &schema_simpul_diganti,       S(DIGANTI),       DUE_STOP,                    "MESSAGING 2.11 lost node" },
};
/* clang-format on */

const struct machine tautan_machine = {
	"tautan",
	&enum_status_tautan,
	ROWS(rows),
	END(S(DITERIMA)) | END(S(DICABUT)),
};

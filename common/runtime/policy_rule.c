#include "runtime/policy_rule.h"

#include <assert.h>
#include <stdio.h>

#include "domain/nomor.h"

#define CHOICE(law, choices) POLICY_CHOICE, TIME_LIMITS, law, choices
#define PATTERN(law) POLICY_PATTERN, TIME_LIMITS, law, NULL
#define TEXT(law) POLICY_TEXT, TIME_LIMITS, law, NULL
#define CODES(law) POLICY_CODES, TIME_LIMITS, law, NULL
#define DAYS(limit) POLICY_DAYS, limit, NULL, NULL

/* clang-format off */
static const struct policy_rule rules[] = {
/*	  name                          kind and the law's value                              source (days: time_limit.h) */
	{ "hari_jawab",                 DAYS(LIMIT_PEMBERITAHUAN),                            NULL },
	{ "hari_perpanjangan",          DAYS(LIMIT_PERPANJANGAN),                             NULL },
	{ "hari_beritahu_kurang",       DAYS(LIMIT_MINTA_LENGKAPI),                           NULL },
	{ "hari_lengkapi",              DAYS(LIMIT_MELENGKAPI),                               NULL },
	{ "hari_keberatan",             DAYS(LIMIT_KEBERATAN),                                NULL },
	{ "hari_tanggapan_keberatan",   DAYS(LIMIT_TANGGAPAN_KEBERATAN),                      NULL },
	{ "hari_sengketa",              DAYS(LIMIT_SENGKETA),                                 NULL },
	{ "hari_ki_mulai",              DAYS(LIMIT_KI_MULAI),                                 NULL },
	{ "hari_ki_selesai",            DAYS(LIMIT_KI_SELESAI),                               NULL },
	{ "hari_gugatan",               DAYS(LIMIT_GUGATAN),                                  NULL },
	{ "dasar_tenggat",              CHOICE("diterima", "diterima|lengkap"),               "UU 14/2008 art 22(7)" },
	{ "perpanjangan_dihitung_dari", CHOICE("jatuh_tempo", "jatuh_tempo|tanggapan_pertama"), "UU 14/2008 art 22(8)" },
	{ "cuti_bersama_hari_kerja",    CHOICE("tidak", "ya|tidak"),                          "yearly Keppres; DOMAIN.md 2" },
	{ "hari_pertama_dihitung",      CHOICE("tidak", "ya|tidak"),                          "DOMAIN.md 2" },
	{ "pola_nomor_permohonan",      PATTERN(NOMOR_PATTERN_PERMOHONAN),                    "DOMAIN.md 1.5" },
	{ "pola_nomor_keberatan",       PATTERN(NOMOR_PATTERN_KEBERATAN),                     "DOMAIN.md 1.5" },
	{ "nama_badan_publik",          TEXT("Badan Publik"),                                 "head of every form" },
	{ "tempat_surat",               TEXT(""),                                             "place before the date of a letter" },
	{ "alamat_pelacakan",           TEXT(""),                                             "where requesters look up their case, as receipts say" },
	{ "daftar_pokok",               CODES(""),                                            "subjects that a request may have; empty: any code" },
	{ "pengiriman_tidak_pasti",     CHOICE("tanya", "tanya|kirim_ulang|anggap_terkirim"), "DESIGN 2: never a silent repeat" },
};
/* clang-format on */

enum { RULES = sizeof rules / sizeof rules[0] };

static const char *const kind_names[] = {
	[POLICY_DAYS] = "working days",
	[POLICY_CHOICE] = "choice",
	[POLICY_PATTERN] = "number pattern",
	[POLICY_TEXT] = "text",
	[POLICY_CODES] = "codes",
};

const struct policy_rule *policy_rule_at(uint32_t at)
{
	return at < RULES ? &rules[at] : NULL;
}

const struct policy_rule *policy_rule_find(struct str name)
{
	for (uint32_t i = 0; i < RULES; i++)
		if (str_is(name, rules[i].name))
			return &rules[i];
	return NULL;
}

void policy_rule_law(const struct policy_rule *rule, char ret[POLICY_LAW_MAX])
{
	if (rule->kind == POLICY_DAYS)
		(void)snprintf(ret, POLICY_LAW_MAX, "%u", time_limit_get(rule->limit)->working_days);
	else
		(void)snprintf(ret, POLICY_LAW_MAX, "%s", rule->law);
}

const char *policy_rule_source(const struct policy_rule *rule)
{
	return rule->kind == POLICY_DAYS ? time_limit_get(rule->limit)->source : rule->source;
}

static bool is_choice(const struct policy_rule *rule, struct str value)
{
	struct str rest = str_of(rule->choices);
	struct str word;

	while (str_split(&rest, '|', &word))
		if (str_equal(word, value))
			return true;
	return false;
}

static enum err check_text(struct str value, struct problem *why)
{
	if (value.len > POLICY_TEXT_MAX)
		return refuse(why, ERR_INVALID, "nilai", "terlalu_panjang");
	if (!str_is_utf8(value))
		return refuse(why, ERR_INVALID, "nilai", "bukan_utf8");
	return ERR_OK;
}

bool policy_is_code(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'))
			return false;
	}
	return text.len > 0;
}

static enum err check_codes(struct str value, struct problem *why)
{
	struct str rest = value;
	struct str code;

	while (value.len > 0 && str_split(&rest, ',', &code))
		if (!policy_is_code(str_trim(code)))
			return refuse(why, ERR_INVALID, "nilai", "bukan_kode");
	return check_text(value, why);
}

enum err policy_rule_check(const struct policy_rule *rule, struct str value, struct problem *why)
{
	struct str part;
	uint64_t days;

	switch (rule->kind) {
	case POLICY_DAYS:
		/* "010" would be a second spelling of the same value. */
		if (!str_number(value, &days) || days < 1 || days > POLICY_DAYS_MAX || value.ptr[0] == '0')
			return refuse(why, ERR_INVALID, "nilai", "di_luar_rentang");
		return ERR_OK;
	case POLICY_CHOICE:
		if (!is_choice(rule, value))
			return refuse(why, ERR_INVALID, "nilai", "bukan_pilihan");
		return ERR_OK;
	case POLICY_PATTERN:
		if (nomor_pattern_check(value, why, &part) != ERR_OK)
			return refuse(why, ERR_INVALID, "nilai", why->rule);
		return ERR_OK;
	case POLICY_TEXT:
		return check_text(value, why);
	case POLICY_CODES:
		return check_codes(value, why);
	}
	assert(!"a rule has one of five kinds");
	return ERR_INVALID;
}

static void print_bounds(const struct policy_rule *rule, struct buf *out)
{
	struct str rest = str_of(rule->choices == NULL ? "" : rule->choices);
	struct str word;

	if (rule->kind == POLICY_DAYS)
		buf_print(out, "1 to %d", POLICY_DAYS_MAX);
	/* A bar would end the cell. */
	for (const char *before = ""; rest.len > 0 && str_split(&rest, '|', &word); before = ", ") {
		buf_print(out, "%s", before);
		buf_add_str(out, word);
	}
}

void policy_rules_describe(struct buf *out)
{
	buf_print(out, "| rule | kind | law's value | may be | source |\n|---|---|---|---|---|\n");
	for (uint32_t i = 0; i < RULES; i++) {
		const struct policy_rule *rule = &rules[i];
		char law[POLICY_LAW_MAX];

		policy_rule_law(rule, law);
		buf_print(out, "| %s | %s | ", rule->name, kind_names[rule->kind]);
		buf_print(out, "%s | ", law);
		print_bounds(rule, out);
		buf_print(out, " | %s |\n", policy_rule_source(rule));
	}
}

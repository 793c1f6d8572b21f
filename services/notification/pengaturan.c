#include "notification/pengaturan.h"

#include "domain/surel.h"

#include <string.h>

#define AT(member) offsetof(struct notification_settings, member)

/* clang-format off */
const struct setting notification_setting_rows[NOTIFICATION_SETTINGS] = {
	/* name                     kind            offset             default                 low   high      help */
	{ "PPID_SMTP_HOST",        SETTING_TEXT,   AT(host),          "localhost",            0,    253,      "Mail server that takes our mail." },
	{ "PPID_SMTP_PORT",        SETTING_NUMBER, AT(port),          "25",                   1,    65535,    "Its port: 25 or 587 with starttls, 465 with tls." },
	{ "PPID_SMTP_TLS",         SETTING_TEXT,   AT(tls),           "none",                 0,    8,        "none, starttls (required, not only tried) or tls." },
	{ "PPID_SMTP_PLAIN_OK",    SETTING_FLAG,   AT(is_plain_ok),   "0",                    0,    0,        "1: mail may go to another machine without TLS." },
	{ "PPID_SMTP_CA",          SETTING_PATH,   AT(ca_file),       "",                     0,    4000,     "File of certificates that are trusted; empty: the system's." },
	{ "PPID_SMTP_USER",        SETTING_TEXT,   AT(user),          "",                     0,    254,      "Login at the mail server; empty: none." },
	{ "PPID_SMTP_PASSWORD",    SETTING_SECRET, AT(password),      "",                     0,    254,      "Its password." },
	{ "PPID_SMTP_FROM",        SETTING_TEXT,   AT(from),          "ppid@localhost.localdomain", 0, 254,   "Sender's address." },
	{ "PPID_SMTP_FROM_NAME",   SETTING_TEXT,   AT(from_name),     "Layanan Informasi Publik", 0, 200,     "Sender's name." },
	{ "PPID_SMTP_HELO",        SETTING_TEXT,   AT(helo),          "localhost.localdomain", 0,   253,      "Name by which we greet the mail server." },
	{ "PPID_SMTP_CONNECT_MS",  SETTING_NUMBER, AT(connect_ms),    "15000",                100,  300000,   "Time to connect." },
	{ "PPID_SMTP_STALL_MS",    SETTING_NUMBER, AT(stall_ms),      "60000",                1000, 600000,   "Time to wait for each answer of the server." },
	{ "PPID_SMTP_TOTAL_MS",    SETTING_NUMBER, AT(total_ms),      "300000",               1000, 3600000,  "Time for one whole attempt." },
	{ "PPID_SMTP_GIVE_UP_HOURS", SETTING_NUMBER, AT(give_up_hours), "120",                1,    720,      "After so many hours of failures a delivery is given up." },
};
/* clang-format on */
/* A host name or an address; nothing that could be another part of a URL. */
static bool is_host(const char *text)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

	if (text[0] == '\0' || text[0] == '-' || text[0] == '.')
		return false;
	for (; *text != '\0'; text++)
		if (strchr(letters, *text) == NULL && strchr("-.", *text) == NULL)
			return false;
	return true;
}

static bool is_one_line(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return false;
	return true;
}

/* All of 127/8 is this machine. */
static bool is_this_machine(const char *host)
{
	static const char digits_and_dots[] = "0123456789.";

	return strcmp(host, "localhost") == 0 ||
		(strncmp(host, "127.", 4) == 0 && strspn(host, digits_and_dots) == strlen(host));
}

enum err notification_settings_check(const void *settings, struct problem *why)
{
	const struct notification_settings *s = settings;
	struct problem ignored;

	if (!is_host(s->host))
		return refuse(why, ERR_INVALID, "PPID_SMTP_HOST", "bentuk_salah");
	if (strcmp(s->tls, "none") != 0 && strcmp(s->tls, "starttls") != 0 &&
		strcmp(s->tls, "tls") != 0)
		return refuse(why, ERR_INVALID, "PPID_SMTP_TLS", "none_starttls_atau_tls");
	if (surel_check(str_of(s->from), &ignored) != ERR_OK)
		return refuse(why, ERR_INVALID, "PPID_SMTP_FROM", "bukan_alamat_surel");
	if (!is_one_line(s->from_name))
		return refuse(why, ERR_INVALID, "PPID_SMTP_FROM_NAME", "huruf_tidak_sah");
	if (!is_host(s->helo))
		return refuse(why, ERR_INVALID, "PPID_SMTP_HELO", "bentuk_salah");
	if (!is_one_line(s->user))
		return refuse(why, ERR_INVALID, "PPID_SMTP_USER", "huruf_tidak_sah");
	if (s->password != NULL && !is_one_line(s->password))
		return refuse(why, ERR_INVALID, "PPID_SMTP_PASSWORD", "huruf_tidak_sah");
	/* Persons and their letters would go over the net in the clear, and the password with them. */
	if (strcmp(s->tls, "none") == 0 && !is_this_machine(s->host)) {
		if (s->user[0] != '\0')
			return refuse(why, ERR_INVALID, "PPID_SMTP_USER", "perlu_tls");
		if (!s->is_plain_ok)
			return refuse(why, ERR_INVALID, "PPID_SMTP_TLS", "perlu_tls_atau_PPID_SMTP_PLAIN_OK");
	}
	return ERR_OK;
}

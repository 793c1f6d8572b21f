/* ppidctl: the verbs are this table, and the table is the help. */
#include "ctl/ctl.h"
#include "ctl/deadline.h"
#include "ctl/verbs.h"
#include "runtime/version.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* clang-format off */
static const struct verb {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;
} verbs[] = {
	{ "status",   ctl_status,   "keadaan setiap layanan simpul" },
	{ "log",      ctl_log,      "peristiwa sebuah layanan, sebagai baris JSON" },
	{ "follow",   ctl_log,      "seperti log, lalu terus mengikuti" },
	{ "verify",   ctl_verify,   "memeriksa rantai dan segel sampai catatan terakhir" },
	{ "replay",   ctl_replay,   "membangun ulang tabel dari log dan membandingkannya" },
	{ "parked",   ctl_parked,   "masukan yang menunggu keputusan orang" },
	{ "deadline", ctl_deadline, "menghitung jatuh tempo hari kerja" },
	{ "grant",    ctl_grant,    "hak akun: memberi, mencabut, mendaftar" },
	{ "calendar", ctl_calendar, "hari libur: memuat, menampilkan" },
	{ "import",   ctl_import,   "mengambil alih register lama dari CSV" },
	{ "register", ctl_register, "register permohonan sebuah unit, semua kolom menurut aturan" },
	{ "permohonan", ctl_permohonan, "perintah dan pertanyaan tentang sebuah permohonan" },
	{ "send",     ctl_send,     "mengirim sebuah perintah dari JSON" },
	{ "ask",      ctl_send,     "mengajukan sebuah pertanyaan dari JSON" },
	{ "report",   ctl_report,   "laporan layanan untuk sebuah periode" },
	{ "backup",   ctl_backup,   "cadangan seluruh simpul dalam satu potongan" },
	{ "restore",  ctl_restore,  "memulihkan seluruh simpul dari cadangan" },
	{ "node",     ctl_node,     "simpul lain: identity, invite, accept, join, list, revoke, rotate, ...; unfence, clock" },
	{ "key",      ctl_key,      "kunci: init, list, rotate, export, import, recovery-new" },
};
/* clang-format on */
enum { VERBS = sizeof verbs / sizeof verbs[0] };

static int say_help(FILE *to, int code)
{
	fprintf(to,
		"Penggunaan: ppidctl VERBA [ARGUMEN] [OPSI]; ppidctl VERBA --help untuk rinciannya\n\n");
	for (size_t i = 0; i < VERBS; i++)
		fprintf(to, "  %-10s %s\n", verbs[i].name, verbs[i].help);
	fprintf(to, "  %-10s %s\n", "version", "versi program");
	return code;
}

/* Options before the verb go behind its arguments, where the verb looks for them. */
static int verb_at(int argc, char **argv)
{
	static const char *const alone[] = { "--json", "--help" };
	int at = 1;

	while (at < argc && strncmp(argv[at], "--", 2) == 0) {
		bool has_value = strchr(argv[at], '=') == NULL;

		for (size_t i = 0; i < sizeof alone / sizeof alone[0]; i++)
			has_value = has_value && strcmp(argv[at], alone[i]) != 0;
		at += has_value ? 2 : 1;
	}
	return at;
}

int main(int argc, char **argv)
{
	int at = verb_at(argc, argv);
	char **arguments;
	int code;

	if (argc == 2 && strcmp(argv[1], "--version") == 0)
		argv[1] = "version", at = 1;
	for (int i = 1; at >= argc && i < argc; i++)
		if (strcmp(argv[i], "--help") == 0)
			return say_help(stdout, CTL_DONE);
	if (at >= argc) {
		fprintf(stderr, "ppidctl: tidak ada verba%s%s\n\n", argc > 1 ? " sesudah " : "",
			argc > 1 ? argv[1] : "");
		return say_help(stderr, CTL_USAGE);
	}
	if (strcmp(argv[at], "version") == 0) {
		printf("ppidctl %s (%s)\n", version_number, version_commit);
		return CTL_DONE;
	}
	if (strcmp(argv[at], "help") == 0)
		return say_help(stdout, CTL_DONE);
	arguments = calloc((size_t)argc + 1, sizeof *arguments);
	if (arguments == NULL)
		abort();
	memcpy(arguments, argv + at, (size_t)(argc - at) * sizeof *arguments);
	memcpy(arguments + argc - at, argv + 1, (size_t)(at - 1) * sizeof *arguments);
	for (size_t i = 0; i < VERBS; i++) {
		if (strcmp(verbs[i].name, arguments[0]) != 0)
			continue;
		code = verbs[i].run(argc - 1, arguments);
		free(arguments);
		return code;
	}
	fprintf(stderr, "ppidctl: verba tidak dikenal: %s\n\n", arguments[0]);
	free(arguments);
	return say_help(stderr, CTL_USAGE);
}

#include "ctl/ctl.h"

#include "runtime/node_setting.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WITHIN_SECONDS = 30, WITHIN_SECONDS_MAX = 86400 };

static void take_out(int *argc, char **argv, int at, int count)
{
	for (int i = at; i + count <= *argc; i++)
		argv[i] = argv[i + count]; /* the NULL at the end too */
	*argc -= count;
}

bool ctl_flag(int *argc, char **argv, const char *name)
{
	for (int i = 1; i < *argc; i++) {
		if (strcmp(argv[i], name) != 0)
			continue;
		take_out(argc, argv, i, 1);
		return true;
	}
	return false;
}

const char *ctl_option(int *argc, char **argv, const char *name)
{
	size_t len = strlen(name);
	const char *value;

	for (int i = 1; i < *argc; i++) {
		if (strncmp(argv[i], name, len) != 0)
			continue;
		if (argv[i][len] == '=') {
			value = argv[i] + len + 1;
			take_out(argc, argv, i, 1);
			return value;
		}
		if (argv[i][len] == '\0' && i + 1 < *argc) {
			value = argv[i + 1];
			take_out(argc, argv, i, 2);
			return value;
		}
	}
	return NULL;
}

enum ctl_exit ctl_say(const struct ctl *ctl, enum ctl_exit code, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "ppidctl %s: ", ctl->verb);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return code;
}

enum ctl_exit ctl_rest(struct ctl *ctl, int argc, char **argv, int least, int most)
{
	for (int i = 1; i < argc; i++)
		if (strncmp(argv[i], "--", 2) == 0)
			return ctl_say(ctl, CTL_USAGE, "opsi tidak dikenal atau tanpa nilai: %s\n%s", argv[i],
				ctl->usage);
	if (argc - 1 < least)
		return ctl_say(ctl, CTL_USAGE, "argumen kurang\n%s", ctl->usage);
	if (argc - 1 > most)
		return ctl_say(ctl, CTL_USAGE, "argumen berlebih: %s\n%s", argv[most + 1], ctl->usage);
	return CTL_DONE;
}

enum ctl_exit ctl_need(struct ctl *ctl, const char *value, const char *name)
{
	if (value != NULL && value[0] != '\0')
		return CTL_DONE;
	return ctl_say(ctl, CTL_USAGE,
		"%s belum diketahui; gunakan --node-dir FOLDER atau variabel lingkungan %s", name, name);
}

/* A folder: its own option, else its variable, else below the node's folder. */
static const char *folder(struct ctl *ctl, const char *option, const char *variable,
	const char *home, const char *below)
{
	const char *value = option != NULL ? option : getenv(variable);

	if (value != NULL && value[0] != '\0')
		return value;
	return home == NULL ? NULL : arena_print(&ctl->arena, "%s/%s", home, below);
}

/* The node's name: as the folders, or the first line of HOME/name. */
static const char *node_name(struct ctl *ctl, const char *option, const char *home)
{
	const char *value = option != NULL ? option : getenv("PPID_NODE");
	char path[CTL_PATH_MAX];
	char *name;
	FILE *file;

	if ((value != NULL && value[0] != '\0') || home == NULL)
		return value;
	name = arena_take(&ctl->arena, 66);
	if (name == NULL || (size_t)snprintf(path, sizeof path, "%s/name", home) >= sizeof path)
		return NULL;
	file = fopen(path, "r");
	if (file == NULL)
		return NULL;
	if (fgets(name, 66, file) == NULL)
		name[0] = '\0';
	fclose(file);
	name[strcspn(name, "\n")] = '\0';
	return name;
}

/* Who sits at this machine, when no account is named: the same person has the same id each time. */
static struct id operator_id(void)
{
	struct hash hash;
	char user[24];
	struct id id;

	(void)snprintf(user, sizeof user, "%u", (unsigned)getuid());
	hash = hash_labelled("ppidctl operator", str_of(user), (struct str) { NULL, 0 });
	memcpy(id.bytes, hash.bytes, sizeof id.bytes);
	return id;
}

static enum ctl_exit take_actor(struct ctl *ctl, const char *option)
{
	const char *text = option != NULL ? option : getenv("PPID_ACTOR");

	ctl->actor = operator_id();
	if (text == NULL || text[0] == '\0')
		return CTL_DONE;
	ctl->has_actor = true;
	if (id_parse(str_of(text), &ctl->actor) != ERR_OK)
		return ctl_say(ctl, CTL_USAGE, "bukan id akun: %s", text);
	return CTL_DONE;
}

static enum ctl_exit take_within(struct ctl *ctl, const char *text)
{
	uint64_t seconds = WITHIN_SECONDS;

	if (text != NULL &&
		(!str_number(str_of(text), &seconds) || seconds == 0 || seconds > WITHIN_SECONDS_MAX))
		return ctl_say(ctl, CTL_USAGE, "--within harus 1 sampai dengan %d detik",
			WITHIN_SECONDS_MAX);
	ctl->within_ms = (uint32_t)seconds * 1000;
	return CTL_DONE;
}

static const char common_usage[] =
	"\nOpsi umum:\n"
	"  --json            keluaran untuk mesin\n"
	"  --node-dir FOLDER folder simpul: data, run, state, keys, name (PPID_HOME)\n"
	"  --run, --data, --state, --keys FOLDER; --node NAMA (PPID_RUN, PPID_DATA, ...)\n"
	"  --peers ALAMAT    layanan lewat TCP, misalnya tcp://NAME:7410 (PPID_PEERS)\n"
	"  --as ID           akun petugas yang bertindak (PPID_ACTOR)\n"
	"  --within DETIK    waktu menunggu jawaban (30)\n"
	"Kode keluar: 0 selesai, 1 ditolak, 2 hasil tidak diketahui, 100 salah pakai, 111 gagal.\n";

static const char *home_of(const char *option)
{
	const char *home = option != NULL ? option : getenv("PPID_HOME");

	return home == NULL || home[0] == '\0' ? NULL : home;
}

bool ctl_open(struct ctl *ctl, int *argc, char **argv, const char *usage, enum ctl_exit *ret_code)
{
	const char *home = home_of(ctl_option(argc, argv, "--node-dir"));
	const char *clock = getenv("PPID_TEST_CLOCK");
	const char *run = ctl_option(argc, argv, "--run");
	const char *peers = ctl_option(argc, argv, "--peers");

	*ctl = (struct ctl) { .verb = argv[0], .usage = usage };
	arena_init(&ctl->arena, CTL_ARENA_MAX);
	*ret_code = CTL_DONE;
	if (ctl_flag(argc, argv, "--help")) {
		printf("%s%s", usage, common_usage);
		return false;
	}
	if (sodium_init() < 0) {
		*ret_code = ctl_say(ctl, CTL_FAILED, "libsodium tidak dapat disiapkan");
		return false;
	}
	ctl->is_json = ctl_flag(argc, argv, "--json");
	ctl->run = folder(ctl, run, "PPID_RUN", home, "run");
	ctl->data = folder(ctl, ctl_option(argc, argv, "--data"), "PPID_DATA", home, "data");
	ctl->state = folder(ctl, ctl_option(argc, argv, "--state"), "PPID_STATE", home, "state");
	ctl->keys = folder(ctl, ctl_option(argc, argv, "--keys"), "PPID_KEYS", home, "keys");
	/* A folder that was named is meant. */
	if (peers == NULL && run == NULL)
		peers = getenv("PPID_PEERS");
	ctl->peers = peers == NULL || peers[0] == '\0' ? NULL : peers;
	ctl->node = node_name(ctl, ctl_option(argc, argv, "--node"), home);
	test_clock_init(&ctl->clock, clock == NULL ? "" : clock);
	ctl->host = test_clock_host(&ctl->clock);
	*ret_code = take_actor(ctl, ctl_option(argc, argv, "--as"));
	if (*ret_code == CTL_DONE)
		*ret_code = take_within(ctl, ctl_option(argc, argv, "--within"));
	return *ret_code == CTL_DONE;
}

enum ctl_exit ctl_end(struct ctl *ctl, enum ctl_exit code)
{
	arena_clear(&ctl->arena);
	if (fflush(stdout) != 0 && code == CTL_DONE)
		return ctl_say(ctl, CTL_FAILED, "keluaran tidak dapat ditulis (%s)", strerror(errno));
	return code;
}

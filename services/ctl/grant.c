#include "ctl/ctl.h"
#include "ctl/verbs.h"
#include "base/civil.h"

#include <stdio.h>
#include <string.h>

static const char usage[] =
	"Penggunaan: ppidctl grant list [AKUN]\n"
	"            ppidctl grant add AKUN|new PERAN UNIT [--from TTTT-BB-HH] [--until TTTT-BB-HH]\n"
	"            ppidctl grant revoke AKUN PERAN UNIT\n"
	"  AKUN   id akun; new membuat id baru dan mencetaknya\n"
	"  PERAN  petugas_meja, petugas_belakang, ppid, atasan_ppid, ppid_utama, administrator, "
	"pembaca\n"
	"  UNIT   kode unit, atau * untuk seluruh simpul\n"
	"Hak pertama simpul diberikan dari sini; sesudahnya --as menyebut akun yang berwenang.\n";

static void print_grant(const struct ctl *ctl, const struct hak *h, struct buf *out)
{
	char account[ID_TEXT_MAX];
	char from[DATE_TEXT_MAX];
	char until[DATE_TEXT_MAX] = "seterusnya";

	if (ctl->is_json) {
		json_write(&schema_hak, h, JSON_MASKED, out);
		buf_print(out, "\n");
		return;
	}
	id_text(h->akun, account);
	date_text(h->dari, from);
	if (h->has_sampai)
		date_text(h->sampai, until);
	buf_print(out, "%s  %-16s %-12.*s %s sampai %s\n", account, enum_name(&enum_peran, h->peran),
		(int)h->unit.len, h->unit.ptr, from, until);
}

static enum ctl_exit parse_account(struct ctl *ctl, const char *text, struct id *ret)
{
	if (strcmp(text, "new") == 0) {
		*ret = id_new(host_wall(&ctl->host));
		return CTL_DONE;
	}
	if (id_parse(str_of(text), ret) != ERR_OK)
		return ctl_say(ctl, CTL_USAGE, "bukan id akun: %s", text);
	return CTL_DONE;
}

static enum ctl_exit list(struct ctl *ctl, struct client *client, const char *account)
{
	struct hak_daftar question = { .has_akun = account != NULL };
	struct hak_daftar_jawab answer;
	struct str go_on = { NULL, 0 };
	struct buf out;
	enum ctl_exit code = account == NULL ? CTL_DONE : parse_account(ctl, account, &question.akun);

	buf_init(&out, CTL_OUTPUT_MAX);
	while (code == CTL_DONE) {
		code = ctl_ask(ctl, client, &schema_hak_daftar, &question, &go_on, &answer);
		for (uint32_t i = 0; code == CTL_DONE && i < answer.hak_len; i++)
			print_grant(ctl, &answer.hak[i], &out);
		if (go_on.ptr == NULL)
			break;
	}
	ctl_print(&out);
	buf_clear(&out);
	return code;
}

struct grant_words {
	struct id account;
	uint32_t role;
	struct str unit;
};

static enum ctl_exit parse_words(struct ctl *ctl, char **argv, struct grant_words *ret)
{
	enum ctl_exit code = parse_account(ctl, argv[2], &ret->account);

	if (code == CTL_DONE && !enum_number(&enum_peran, str_of(argv[3]), &ret->role))
		return ctl_say(ctl, CTL_USAGE, "peran tidak dikenal: %s", argv[3]);
	ret->unit = str_of(argv[4]);
	return code;
}

static enum ctl_exit parse_day(struct ctl *ctl, const char *text, bool *ret_has, date_days *ret)
{
	if (text == NULL)
		return CTL_DONE;
	if (date_parse(str_of(text), ret) != ERR_OK)
		return ctl_say(ctl, CTL_USAGE, "bukan tanggal: %s", text);
	*ret_has = true;
	return CTL_DONE;
}

static void say_account(const struct ctl *ctl, struct id account)
{
	char text[ID_TEXT_MAX];

	id_text(account, text);
	printf(ctl->is_json ? "{\"akun\":\"%s\"}\n" : "%s\n", text);
}

static enum ctl_exit add(struct ctl *ctl, struct client *client, char **argv, const char *from,
	const char *until)
{
	struct beri_hak command = { 0 };
	struct grant_words words = { 0 };
	struct sesi_reply reply;
	enum ctl_exit code = parse_words(ctl, argv, &words);

	command.akun = words.account;
	command.peran = words.role;
	command.unit = words.unit;
	if (code == CTL_DONE)
		code = parse_day(ctl, from, &command.has_dari, &command.dari);
	if (code == CTL_DONE)
		code = parse_day(ctl, until, &command.has_sampai, &command.sampai);
	if (code == CTL_DONE)
		code = ctl_command(ctl, client, &schema_beri_hak, &command, (struct id) { { 0 } }, NULL,
			&reply);
	if (code == CTL_DONE)
		say_account(ctl, command.akun);
	return code;
}

static enum ctl_exit revoke(struct ctl *ctl, struct client *client, char **argv)
{
	struct cabut_hak command = { 0 };
	struct grant_words words = { 0 };
	struct sesi_reply reply;
	enum ctl_exit code = parse_words(ctl, argv, &words);

	command.akun = words.account;
	command.peran = words.role;
	command.unit = words.unit;
	if (code == CTL_DONE)
		code = ctl_command(ctl, client, &schema_cabut_hak, &command, (struct id) { { 0 } }, NULL,
			&reply);
	if (code == CTL_DONE)
		say_account(ctl, command.akun);
	return code;
}

static enum ctl_exit run(struct ctl *ctl, int argc, char **argv)
{
	const char *from = ctl_option(&argc, argv, "--from");
	const char *until = ctl_option(&argc, argv, "--until");
	struct client *client = NULL;
	enum ctl_exit code = ctl_rest(ctl, argc, argv, 1, 4);
	bool is_list, is_add, is_revoke;

	if (code != CTL_DONE)
		return code;
	is_list = strcmp(argv[1], "list") == 0 && argc <= 3;
	is_add = strcmp(argv[1], "add") == 0 && argc == 5;
	is_revoke = strcmp(argv[1], "revoke") == 0 && argc == 5;
	if (!is_list && !is_add && !is_revoke)
		return ctl_say(ctl, CTL_USAGE, "argumen tidak sesuai\n%s", usage);
	code = ctl_dial(ctl, "workflow", &client);
	if (code == CTL_DONE && is_list)
		code = list(ctl, client, argc > 2 ? argv[2] : NULL);
	else if (code == CTL_DONE && is_add)
		code = add(ctl, client, argv, from, until);
	else if (code == CTL_DONE)
		code = revoke(ctl, client, argv);
	client_close(&client);
	return code;
}

int ctl_grant(int argc, char **argv)
{
	struct ctl ctl;
	enum ctl_exit code;

	if (ctl_open(&ctl, &argc, argv, usage, &code))
		code = run(&ctl, argc, argv);
	return ctl_end(&ctl, code);
}

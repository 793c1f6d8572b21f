#include "ctl/stopped.h"
#include "ctl/verbs.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>

static const char usage[] =
	"Penggunaan: ppidctl replay [LAYANAN ...]\n"
	"Layanan harus berhenti. Log dijalankan ulang ke tabel bayangan dan dibandingkan\n"
	"dengan tabel yang dipakai; perbedaan pertama disebut.\n";

static enum ctl_exit replay(struct ctl *ctl, const struct service *service, void *self)
{
	struct stopped stopped;
	const char *table = "";
	struct str key = { "", 0 };
	char hex[2 * KV_KEY_MAX + 1];
	uint64_t head;
	enum ctl_exit code = stopped_open(ctl, service, &stopped);
	enum err e;

	(void)self;
	if (code != CTL_DONE)
		return code;
	head = store_log(stopped.store)->committed.seq;
	e = service_store_replay(service, stopped.store, &ctl->arena, &table, &key);
	stopped_close(&stopped);
	if (e != ERR_OK && e != ERR_CORRUPT)
		return ctl_say_error(ctl, e, service->name);
	sodium_bin2hex(hex, sizeof hex, (const unsigned char *)key.ptr, key.len);
	if (ctl->is_json)
		printf("{\"layanan\":\"%s\",\"sama\":%s,\"catatan\":%" PRIu64
			   ",\"tabel\":\"%s\",\"kunci\":\"%s\"}\n",
			service->name, e == ERR_OK ? "true" : "false", head, table, hex);
	else if (e == ERR_OK)
		printf("%-13s sama   %" PRIu64 " catatan dijalankan ulang\n", service->name, head);
	else if (table[0] == '\0')
		printf("%-13s TIDAK SELESAI  ada catatan yang rusak atau ditulis versi program yang lebih "
			   "baru; ppidctl verify %s\n",
			service->name, service->name);
	else
		printf("%-13s BERBEDA  tabel %s, kunci %s\n", service->name, table, hex);
	return e == ERR_OK ? CTL_DONE : CTL_REFUSED;
}

static enum ctl_exit run(struct ctl *ctl, int argc, char **argv)
{
	enum ctl_exit code = ctl_rest(ctl, argc, argv, 0, 16);

	return code == CTL_DONE ? stopped_each(ctl, argv + 1, argc - 1, replay, NULL) : code;
}

int ctl_replay(int argc, char **argv)
{
	struct ctl ctl;
	enum ctl_exit code;

	if (ctl_open(&ctl, &argc, argv, usage, &code))
		code = run(&ctl, argc, argv);
	return ctl_end(&ctl, code);
}

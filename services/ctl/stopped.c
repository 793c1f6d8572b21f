#include "ctl/stopped.h"

#include "ctl/services.h"
#include "runtime/node_setting.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static enum ctl_exit open_in(struct ctl *ctl, const struct service *service, const char *folder,
	struct stopped *ret)
{
	struct problem why = { NULL, NULL };
	struct stat st;
	enum err e;

	if (stat(folder, &st) != 0)
		return ctl_say(ctl, CTL_FAILED, "%s: belum ada penyimpanan di %s", service->name, folder);
	e = service_store_open(&(struct service_store_options) { service, folder, str_of(ctl->node),
							   &ret->ring, &ctl->arena, host_wall(&ctl->host) },
		&ret->store, &why);
	if (e == ERR_STATE && why.rule != NULL && strcmp(why.rule, "dipakai_layanan_lain") == 0)
		return ctl_say(ctl, CTL_FAILED,
			"%s sedang berjalan; hentikan dahulu (yang berjalan diperiksa dengan ppidctl verify "
			"tanpa --offline)",
			service->name);
	if (e != ERR_OK)
		return ctl_say(ctl, CTL_FAILED, "%s: penyimpanan tidak dapat dibuka (%s%s%s)",
			service->name, err_name(e), why.rule == NULL ? "" : ", ",
			why.rule == NULL ? "" : why.rule);
	return CTL_DONE;
}

enum ctl_exit stopped_open(struct ctl *ctl, const struct service *service, struct stopped *ret)
{
	struct problem why = { NULL, NULL };
	char ring[NODE_PATH_MAX];
	char *folder;
	enum ctl_exit code = ctl_need(ctl, ctl->data, "PPID_DATA");

	*ret = (struct stopped) { .store = NULL };
	if (code == CTL_DONE)
		code = ctl_need(ctl, ctl->keys, "PPID_KEYS");
	if (code == CTL_DONE)
		code = ctl_need(ctl, ctl->node, "PPID_NODE");
	if (code != CTL_DONE)
		return code;
	folder = arena_print(&ctl->arena, "%s/%s", ctl->data, service->name);
	if (folder == NULL || node_ring_path(ctl->keys, service->name, ring) != ERR_OK)
		return ctl_say(ctl, CTL_FAILED, "jalur terlalu panjang");
	if (keyring_load(ring, &ret->ring, &why) != ERR_OK)
		return ctl_say(ctl, CTL_FAILED, "kunci tidak terbaca: %s (%s)", ring,
			why.rule == NULL ? "?" : why.rule);
	code = open_in(ctl, service, folder, ret);
	if (code != CTL_DONE)
		keyring_clear(&ret->ring);
	return code;
}

void stopped_close(struct stopped *stopped)
{
	store_close(&stopped->store);
	keyring_clear(&stopped->ring);
}

enum ctl_exit stopped_each(struct ctl *ctl, char **names, int count,
	enum ctl_exit (*run)(struct ctl *ctl, const struct service *service, void *self), void *self)
{
	enum ctl_exit worst = CTL_DONE;
	enum ctl_exit code;

	for (int i = 0; i < count; i++)
		if (service_of_name(names[i]) == NULL)
			return ctl_say(ctl, CTL_USAGE, "layanan tidak dikenal: %s", names[i]);
	for (uint32_t i = 0; i < all_services_count; i++) {
		bool is_meant = count == 0;

		for (int k = 0; k < count; k++)
			is_meant = is_meant || strcmp(names[k], all_services[i]->name) == 0;
		if (is_meant && (code = run(ctl, all_services[i], self)) != CTL_DONE)
			worst = code;
	}
	return worst;
}

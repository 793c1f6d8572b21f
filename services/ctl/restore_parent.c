/* A node that lost everything: its logs are at the node above, and every service whose log goes up is told so. */
#include "ctl/restore_parent.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "ctl/services.h"
#include "store/sidecar.h"

/* What is there is not written over: a store that is left is restored from a backup, or repaired by its tail. */
static enum ctl_exit check_empty(struct ctl *ctl)
{
	for (uint32_t i = 0; i < all_services_count; i++) {
		const char *data =
			arena_print(&ctl->arena, "%s/%s/data.mdb", ctl->data, all_services[i]->name);
		struct stat st;

		if (data == NULL)
			return CTL_FAILED;
		if (stat(data, &st) == 0)
			return ctl_say(ctl, CTL_REFUSED,
				"%s sudah ada; --from-parent hanya untuk simpul yang kehilangan seluruh datanya",
				data);
	}
	return CTL_DONE;
}

/* A note of a record that nobody knows, by no store: the service starts fenced, and its log is looked for. */
static enum ctl_exit note(struct ctl *ctl, const struct service *service)
{
	struct sidecar_head head = { .head = { .seq = 1 }, .noted_at = host_wall(&ctl->host) };
	struct sidecar sidecar;
	enum err e = sidecar_open(ctl->state, str_of(service->name), &sidecar);

	if (e == ERR_OK) {
		e = sidecar.ops->head_put(sidecar.self, &head);
		sidecar.ops->close(sidecar.self);
	}
	return e == ERR_OK ? CTL_DONE
					   : ctl_say(ctl, CTL_FAILED, "%s: catatan %s tidak dapat ditulis (%s)",
							 ctl->state, service->name, err_name(e));
}

static void say(const struct ctl *ctl, uint32_t count)
{
	if (ctl->is_json) {
		printf("{\"menunggu_induk\":%u}\n", count);
		return;
	}
	printf(
		"%u layanan akan mengambil seluruh lognya dari simpul induk.\n"
		"1. Jalankan simpul ini.\n"
		"2. Sambungkan kembali: ppidctl node join BERKAS-INDUK; dengan kunci baru, di simpul "
		"induk\n"
		"   lebih dahulu: ppidctl node replace BERKAS-IDENTITAS, lalu ppidctl node accept.\n"
		"3. Tunggu sampai ppidctl status tidak lagi menyebut catatan yang kurang. Dengan kunci "
		"baru\n"
		"   tanda tangan lama tidak dapat diperiksa di sini: ppidctl node unfence --take-rest.\n"
		"4. ppidctl node unfence --new-epoch --reason catatan_samping_hilang\n"
		"Isian yang bersegel (pemohon, alasan, surat) tidak ada pada simpul induk: ppidctl verify\n"
		"menyebutnya satu per satu sebagai data hilang.\n",
		count);
}

enum ctl_exit restore_parent(struct ctl *ctl)
{
	enum ctl_exit code = check_empty(ctl);
	uint32_t count = 0;

	if (code == CTL_DONE && mkdir(ctl->state, 0700) != 0 && errno != EEXIST)
		return ctl_say(ctl, CTL_FAILED, "%s tidak dapat dibuat (%s)", ctl->state, strerror(errno));
	for (uint32_t i = 0; i < all_services_count && code == CTL_DONE; i++) {
		if (!all_services[i]->is_federated)
			continue;
		code = note(ctl, all_services[i]);
		count++;
	}
	if (code == CTL_DONE)
		say(ctl, count);
	return code;
}

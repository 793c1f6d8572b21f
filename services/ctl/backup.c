#include "ctl/key.h"
#include "ctl/manifest.h"
#include "ctl/services.h"
#include "ctl/verbs.h"
#include "runtime/version.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { HOLD_MS = 10000, COPY_PAUSE_MS = 100, COPY_SECONDS_MAX = 24 * 3600 };

static const char usage[] =
	"Penggunaan: ppidctl backup FOLDER\n"
	"Semua layanan berhenti memutuskan sekejap, masing-masing mengambil potret, lalu berjalan "
	"lagi.\n"
	"FOLDER harus belum ada. Tanpa ekspor kunci yang berlaku set ditandai BELUM LENGKAP:\n"
	"isi yang disegel tidak dapat dibaca di mesin lain (lihat ppidctl key export).\n";

struct held {
	const struct service *service;
	struct client *client;
	struct cadangan_titik at; /* as of the hold */
	const char *path;
};

struct set {
	struct held services[MANIFEST_SERVICES_MAX];
	uint32_t count;
	const char *folder;
};

static enum ctl_exit dial_all(struct ctl *ctl, struct set *set)
{
	enum ctl_exit code = CTL_DONE;

	for (uint32_t i = 0; i < all_services_count && code == CTL_DONE; i++) {
		struct held *h = &set->services[i];

		h->service = all_services[i];
		h->path = arena_print(&ctl->arena, "%s/%s.mdb", set->folder, h->service->name);
		set->count++;
		code = ctl_dial(ctl, h->service->name, &h->client);
	}
	return code;
}

static bool is_same_place(const struct posisi *a, const struct posisi *b)
{
	return a->seq == b->seq && id_equal(a->epoch, b->epoch) && hash_equal(&a->hash, &b->hash);
}

/* First all stand still, then each takes its snapshot; whoever has it may go on, since those that stand still
 * neither read what it writes then nor write anything themselves. A hold that ended by itself in between shows
 * in the place: then there is no cut. */
static enum ctl_exit take_cut(struct ctl *ctl, struct set *set)
{
	struct cadangan_tahan hold = { .paling_lama_ms = HOLD_MS };
	enum ctl_exit code = CTL_DONE;

	for (uint32_t i = 0; i < set->count && code == CTL_DONE; i++)
		code = ctl_ask(ctl, set->services[i].client, &schema_cadangan_tahan, &hold, NULL,
			&set->services[i].at);
	for (uint32_t i = 0; i < set->count && code == CTL_DONE; i++) {
		struct cadangan_salin copy = { .berkas = str_of(set->services[i].path) };
		struct cadangan_titik at;

		code = ctl_ask(ctl, set->services[i].client, &schema_cadangan_salin, &copy, NULL, &at);
		if (code == CTL_DONE && !is_same_place(&at.kepala, &set->services[i].at.kepala))
			code = ctl_say(ctl, CTL_FAILED, "%s tidak bertahan sampai semua siap; ulangi",
				set->services[i].service->name);
	}
	return code;
}

static enum ctl_exit wait_for_copies(struct ctl *ctl, struct set *set)
{
	time_us until = host_steady(&ctl->host) + COPY_SECONDS_MAX * US_PER_SECOND;

	for (uint32_t i = 0; i < set->count; i++) {
		struct cadangan_selesai question = { 0 };
		struct cadangan_hasil result = { .selesai = false };

		while (!result.selesai) {
			enum ctl_exit code = ctl_ask(ctl, set->services[i].client, &schema_cadangan_selesai,
				&question, NULL, &result);

			if (code != CTL_DONE)
				return code;
			if (result.has_galat)
				return ctl_say(ctl, CTL_FAILED, "%s: salinan gagal (%.*s)",
					set->services[i].service->name, (int)result.galat.len, result.galat.ptr);
			if (host_steady(&ctl->host) > until)
				return ctl_say(ctl, CTL_FAILED, "%s: salinan tidak selesai",
					set->services[i].service->name);
			if (!result.selesai)
				(void)nanosleep(&(struct timespec) { .tv_nsec = COPY_PAUSE_MS * 1000000L }, NULL);
		}
	}
	return CTL_DONE;
}

/* The sealed export is as harmless as the set itself, and without it the set cannot be read elsewhere. */
static enum ctl_exit add_keys(struct ctl *ctl, struct set *set, struct cadangan_manifes *m)
{
	const char *from, *to;
	struct str bytes;
	enum ctl_exit code;

	m->lengkap = ctl->keys != NULL && key_export_is_current(ctl);
	if (!m->lengkap)
		return CTL_DONE;
	from = arena_print(&ctl->arena, "%s/%s", ctl->keys, KEY_EXPORT_FILE);
	to = arena_print(&ctl->arena, "%s/%s", set->folder, KEY_EXPORT_FILE);
	if (from == NULL || to == NULL)
		return CTL_FAILED;
	code = ctl_read_file(ctl, from, CTL_OUTPUT_MAX, &bytes);
	if (code == CTL_DONE)
		code = ctl_write_file(ctl, to, bytes, 0600);
	m->has_kunci = true;
	m->kunci = str_of(KEY_EXPORT_FILE);
	return code;
}

static enum ctl_exit write_set(struct ctl *ctl, struct set *set)
{
	struct cadangan_berkas entries[MANIFEST_SERVICES_MAX];
	struct cadangan_manifes m = { .versi = MANIFEST_VERSION,
		.dibuat = host_wall(&ctl->host),
		.program = str_of(version_number),
		.layanan = entries,
		.layanan_len = set->count };
	enum ctl_exit code = CTL_DONE;

	m.simpul = str_of(ctl->node);
	for (uint32_t i = 0; i < set->count && code == CTL_DONE; i++) {
		struct held *h = &set->services[i];
		char *file = arena_print(&ctl->arena, "%s.mdb", h->service->name);

		entries[i] = (struct cadangan_berkas) { .layanan = str_of(h->service->name),
			.kepala = h->at.kepala,
			.mengikuti = h->at.mengikuti,
			.mengikuti_len = h->at.mengikuti_len,
			.instansi = h->at.instansi };
		if (file == NULL)
			return CTL_FAILED;
		entries[i].berkas = str_of(file);
		code = manifest_sum(ctl, h->path, &entries[i].sidik, &entries[i].bita);
	}
	if (code == CTL_DONE)
		code = add_keys(ctl, set, &m);
	if (code == CTL_DONE)
		code = manifest_write(ctl, set->folder, &m);
	if (code == CTL_DONE)
		code = manifest_check(ctl, set->folder, &m);
	if (code != CTL_DONE)
		return code;
	if (ctl->is_json)
		printf("{\"folder\":\"%s\",\"lengkap\":%s,\"layanan\":%u}\n", set->folder,
			m.lengkap ? "true" : "false", m.layanan_len);
	else if (m.lengkap)
		printf("Cadangan lengkap: %s\n", set->folder);
	else
		printf("Cadangan BELUM LENGKAP (INCOMPLETE): %s\n"
			   "Ekspor kunci yang berlaku belum ada; buat dengan ppidctl key export, lalu "
			   "cadangkan lagi.\n",
			set->folder);
	return CTL_DONE;
}

static enum ctl_exit run(struct ctl *ctl, int argc, char **argv)
{
	struct set set = { .count = 0 };
	char *folder;
	enum ctl_exit code = ctl_rest(ctl, argc, argv, 1, 1);

	if (code == CTL_DONE)
		code = ctl_need(ctl, ctl->node, "PPID_NODE");
	if (code != CTL_DONE)
		return code;
	if (mkdir(argv[1], 0700) != 0)
		return ctl_say(ctl, CTL_FAILED, "%s tidak dapat dibuat (%s)", argv[1], strerror(errno));
	folder = realpath(argv[1], NULL); /* the services have other working folders */
	if (folder == NULL)
		return ctl_say(ctl, CTL_FAILED, "%s: %s", argv[1], strerror(errno));
	set.folder = folder;
	code = dial_all(ctl, &set);
	if (code == CTL_DONE)
		code = take_cut(ctl, &set);
	if (code == CTL_DONE)
		code = wait_for_copies(ctl, &set);
	for (uint32_t i = 0; i < set.count; i++)
		client_close(&set.services[i].client);
	if (code == CTL_DONE)
		code = write_set(ctl, &set);
	if (code != CTL_DONE)
		(void)ctl_say(ctl, code, "%s tanpa manifes bukan cadangan; hapus folder itu", folder);
	free(folder);
	return code;
}

int ctl_backup(int argc, char **argv)
{
	struct ctl ctl;
	enum ctl_exit code;

	if (ctl_open(&ctl, &argc, argv, usage, &code))
		code = run(&ctl, argc, argv);
	return ctl_end(&ctl, code);
}

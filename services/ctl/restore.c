#include "ctl/manifest.h"
#include "ctl/restore_parent.h"
#include "ctl/services.h"
#include "ctl/verbs.h"
#include "runtime/node_setting.h"
#include "store/sidecar.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE_BYTES = 1024 * 1024 };
/* The store's own lock (common/store/README.md): whoever holds it has the store. */
#define OWNER_FILE "owner.lock"
#define DATA_FILE "data.mdb"

static const char usage[] =
	"Penggunaan: ppidctl restore FOLDER [--replace]\n"
	"            ppidctl restore --from-parent\n"
	"Memulihkan seluruh simpul yang berhenti dari satu set cadangan, tidak pernah satu layanan "
	"saja.\n"
	"  --replace  penyimpanan yang ada diganti; tanpa ini hanya folder kosong yang diisi\n"
	"  --from-parent  tanpa cadangan: seluruh log diambil dari simpul induk (folder data kosong)\n"
	"Layanan yang mungkin kehilangan catatan mulai dalam keadaan dipagari. Yang lognya ada pada "
	"simpul\n"
	"induk mengambil kembali catatannya sendiri dan terbuka; selebihnya dibuka dengan ppidctl node "
	"unfence.\n";

struct target {
	const struct cadangan_berkas *entry;
	const char *folder;
	int lock_fd;
};

static enum ctl_exit lock_target(struct ctl *ctl, struct target *t, bool may_replace)
{
	const char *data = arena_print(&ctl->arena, "%s/%s", t->folder, DATA_FILE);
	const char *lock = arena_print(&ctl->arena, "%s/%s", t->folder, OWNER_FILE);
	struct stat st;

	assert(t->folder != NULL);
	if (data == NULL || lock == NULL)
		return CTL_FAILED;
	if (mkdir(t->folder, 0700) != 0 && errno != EEXIST)
		return ctl_say(ctl, CTL_FAILED, "%s tidak dapat dibuat (%s)", t->folder, strerror(errno));
	t->lock_fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (t->lock_fd < 0)
		return ctl_say(ctl, CTL_FAILED, "%s tidak dapat dibuka (%s)", lock, strerror(errno));
	if (flock(t->lock_fd, LOCK_EX | LOCK_NB) != 0)
		return ctl_say(ctl, CTL_REFUSED, "%.*s sedang berjalan; hentikan seluruh simpul dahulu",
			(int)t->entry->layanan.len, t->entry->layanan.ptr);
	if (stat(data, &st) == 0 && !may_replace)
		return ctl_say(ctl, CTL_REFUSED, "%s sudah ada; --replace menggantinya", data);
	return CTL_DONE;
}

static bool copy_bytes(int from, int to, char *piece)
{
	ssize_t n;

	while ((n = read(from, piece, PIECE_BYTES)) > 0) {
		ssize_t done = 0;

		while (done < n) {
			ssize_t written = write(to, piece + done, (size_t)(n - done));

			if (written <= 0)
				return false;
			done += written;
		}
	}
	return n == 0 && fsync(to) == 0;
}

/* Beside the old one, so that a failure on the way leaves everything as it was. */
static enum ctl_exit copy_new(struct ctl *ctl, const char *set, const struct target *t, char *piece)
{
	const char *from =
		arena_print(&ctl->arena, "%s/%.*s", set, (int)t->entry->berkas.len, t->entry->berkas.ptr);
	const char *to = arena_print(&ctl->arena, "%s/%s.new", t->folder, DATA_FILE);
	int from_fd = from == NULL ? -1 : open(from, O_RDONLY | O_CLOEXEC);
	int to_fd = to == NULL ? -1 : open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool is_done = from_fd >= 0 && to_fd >= 0 && copy_bytes(from_fd, to_fd, piece);
	int cause = errno;

	if (from_fd >= 0)
		(void)close(from_fd);
	if (to_fd >= 0 && close(to_fd) != 0)
		is_done = false;
	if (!is_done)
		return ctl_say(ctl, CTL_FAILED, "%s tidak dapat disalin (%s)", from == NULL ? set : from,
			strerror(cause));
	return CTL_DONE;
}

static enum ctl_exit swap_in(struct ctl *ctl, const struct target *t)
{
	const char *from = arena_print(&ctl->arena, "%s/%s.new", t->folder, DATA_FILE);
	const char *to = arena_print(&ctl->arena, "%s/%s", t->folder, DATA_FILE);
	const char *readers = arena_print(&ctl->arena, "%s/lock.mdb", t->folder);
	bool is_done;
	int fd;

	if (from == NULL || to == NULL || readers == NULL)
		return CTL_FAILED;
	/* The reader table belongs to the old file. */
	(void)unlink(readers);
	if (rename(from, to) != 0)
		return ctl_say(ctl, CTL_FAILED, "%s tidak dapat diganti (%s)", to, strerror(errno));
	fd = open(t->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	is_done = fd >= 0 && fsync(fd) == 0;
	if (fd >= 0)
		(void)close(fd);
	return is_done ? CTL_DONE : ctl_say(ctl, CTL_FAILED, "%s: %s", t->folder, strerror(errno));
}

/* A note beyond the restored head names what is lost, by its hash. One of just that head from a clean stop says
 * that nothing is. */
static bool may_stay(const struct sidecar_head *noted, const struct cadangan_berkas *entry)
{
	const struct posisi *head = &entry->kepala;

	return noted->head.seq > head->seq ||
		(noted->is_clean && noted->head.seq == head->seq &&
			id_equal(noted->instance, entry->instansi) &&
			hash_equal(&noted->head.hash, &head->hash));
}

/* Whatever was decided after the set was taken is lost, and what the service noted last may be as old as the set:
 * then its note is put one event past the restored head, so that it starts fenced. Without a note (another machine)
 * it is fenced by that. */
static enum ctl_exit note_loss(struct ctl *ctl, const struct target *t)
{
	struct sidecar_head noted;
	struct sidecar sidecar;
	enum err e = sidecar_open(ctl->state, t->entry->layanan, &sidecar);

	if (e != ERR_OK)
		return ctl_say(ctl, CTL_FAILED, "%s: catatan %.*s tidak dapat dibuka (%s)", ctl->state,
			(int)t->entry->layanan.len, t->entry->layanan.ptr, err_name(e));
	e = sidecar.ops->head_get(sidecar.self, &noted);
	if (e == ERR_OK && !may_stay(&noted, t->entry)) {
		noted.is_clean = false;
		noted.head.epoch = t->entry->kepala.epoch;
		noted.head.seq = t->entry->kepala.seq + 1;
		noted.head.hash = (struct hash) { { 0 } };
		e = sidecar.ops->head_put(sidecar.self, &noted);
	}
	sidecar.ops->close(sidecar.self);
	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return ctl_say(ctl, CTL_FAILED, "%s: catatan %.*s tidak dapat ditulis (%s)", ctl->state,
			(int)t->entry->layanan.len, t->entry->layanan.ptr, err_name(e));
	return CTL_DONE;
}

static enum ctl_exit restore_all(struct ctl *ctl, const char *set, struct target *targets,
	uint32_t count, bool may_replace)
{
	const char *marker = arena_print(&ctl->arena, "%s/%s", ctl->data, NODE_RESTORE_MARKER);
	char *piece = arena_take(&ctl->arena, PIECE_BYTES);
	enum ctl_exit code = piece == NULL || marker == NULL ? CTL_FAILED : CTL_DONE;

	for (uint32_t i = 0; i < count && code == CTL_DONE; i++)
		code = lock_target(ctl, &targets[i], may_replace);
	for (uint32_t i = 0; i < count && code == CTL_DONE; i++)
		code = copy_new(ctl, set, &targets[i], piece);
	if (code == CTL_DONE)
		code = ctl_write_file(ctl, marker, str_of("ppidctl restore\n"), 0600);
	for (uint32_t i = 0; i < count && code == CTL_DONE; i++)
		code = swap_in(ctl, &targets[i]);
	for (uint32_t i = 0; i < count && code == CTL_DONE; i++)
		code = note_loss(ctl, &targets[i]);
	if (code == CTL_DONE && unlink(marker) != 0)
		code = ctl_say(ctl, CTL_FAILED, "%s: %s", marker, strerror(errno));
	return code;
}

/* The names come out of the set: folders are made of them, so only those of services are taken. */
static enum ctl_exit name_target(struct ctl *ctl, struct str name, struct target *t)
{
	const struct service *service = NULL;

	for (uint32_t i = 0; i < all_services_count; i++)
		if (str_is(name, all_services[i]->name))
			service = all_services[i];
	if (service == NULL)
		return ctl_say(ctl, CTL_REFUSED, "manifes menyebut layanan yang tidak dikenal");
	t->folder = arena_print(&ctl->arena, "%s/%s", ctl->data, service->name);
	return t->folder == NULL ? CTL_FAILED : CTL_DONE;
}

/* A store that stayed as it is beside restored ones would know what the others have forgotten. */
static enum ctl_exit check_whole(struct ctl *ctl, const struct cadangan_manifes *m)
{
	for (uint32_t i = 0; i < all_services_count; i++) {
		const char *name = all_services[i]->name;
		const char *data = arena_print(&ctl->arena, "%s/%s/%s", ctl->data, name, DATA_FILE);
		bool is_in = false;
		struct stat st;

		for (uint32_t k = 0; k < m->layanan_len; k++)
			is_in |= str_is(m->layanan[k].layanan, name);
		if (!is_in && data != NULL && stat(data, &st) == 0)
			return ctl_say(ctl, CTL_REFUSED,
				"set tidak memuat %s, sedangkan simpul ini memilikinya", name);
	}
	return CTL_DONE;
}

static enum ctl_exit restore(struct ctl *ctl, const char *set, bool may_replace)
{
	struct target targets[MANIFEST_SERVICES_MAX];
	struct cadangan_manifes m;
	enum ctl_exit code = manifest_read(ctl, set, &m);

	if (code == CTL_DONE && !str_is(m.simpul, ctl->node))
		return ctl_say(ctl, CTL_REFUSED, "set ini milik simpul %.*s, bukan %s", (int)m.simpul.len,
			m.simpul.ptr, ctl->node);
	if (code == CTL_DONE)
		code = manifest_check(ctl, set, &m);
	if (code == CTL_DONE)
		code = check_whole(ctl, &m);
	for (uint32_t i = 0; i < m.layanan_len && code == CTL_DONE; i++) {
		targets[i] = (struct target) { &m.layanan[i], NULL, -1 };
		code = name_target(ctl, m.layanan[i].layanan, &targets[i]);
	}
	if (code != CTL_DONE)
		return code;
	if ((mkdir(ctl->data, 0700) != 0 && errno != EEXIST) ||
		(mkdir(ctl->state, 0700) != 0 && errno != EEXIST))
		return ctl_say(ctl, CTL_FAILED, "%s tidak dapat dibuat (%s)", ctl->data, strerror(errno));
	code = restore_all(ctl, set, targets, m.layanan_len, may_replace);
	for (uint32_t i = 0; i < m.layanan_len; i++)
		if (targets[i].lock_fd >= 0)
			(void)close(targets[i].lock_fd);
	if (code != CTL_DONE)
		return code;
	if (ctl->is_json)
		printf("{\"dipulihkan\":%u,\"lengkap\":%s}\n", m.layanan_len, m.lengkap ? "true" : "false");
	else
		printf(
			"%u layanan dipulihkan. Jalankan simpul; yang kehilangan catatan mulai dipagari dan\n"
			"mengambil kembali dari simpul induk apa yang ada di sana. Setelah itu, untuk yang "
			"masih\n"
			"dipagari: ppidctl node unfence --new-epoch --reason pemulihan\n",
			m.layanan_len);
	return CTL_DONE;
}

static enum ctl_exit run(struct ctl *ctl, int argc, char **argv)
{
	bool may_replace = ctl_flag(&argc, argv, "--replace");
	bool is_from_parent = ctl_flag(&argc, argv, "--from-parent");
	int sets = is_from_parent ? 0 : 1;
	enum ctl_exit code = ctl_rest(ctl, argc, argv, sets, sets);

	if (code == CTL_DONE)
		code = ctl_need(ctl, ctl->data, "PPID_DATA");
	if (code == CTL_DONE)
		code = ctl_need(ctl, ctl->state, "PPID_STATE");
	if (code == CTL_DONE)
		code = ctl_need(ctl, ctl->node, "PPID_NODE");
	if (code != CTL_DONE)
		return code;
	return is_from_parent ? restore_parent(ctl) : restore(ctl, argv[1], may_replace);
}

int ctl_restore(int argc, char **argv)
{
	struct ctl ctl;
	enum ctl_exit code;

	if (ctl_open(&ctl, &argc, argv, usage, &code))
		code = run(&ctl, argc, argv);
	return ctl_end(&ctl, code);
}

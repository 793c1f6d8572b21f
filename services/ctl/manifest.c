#include "ctl/manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

enum { PIECE_BYTES = 1024 * 1024 };

enum ctl_exit manifest_sum(struct ctl *ctl, const char *path, struct hash *ret_sum,
	uint64_t *ret_bytes)
{
	crypto_generichash_state state;
	char *piece = arena_take(&ctl->arena, PIECE_BYTES);
	ssize_t n = 1;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || piece == NULL)
		return ctl_say(ctl, CTL_FAILED, "%s tidak dapat dibaca (%s)", path, strerror(errno));
	(void)crypto_generichash_init(&state, NULL, 0, HASH_BYTES);
	*ret_bytes = 0;
	while (n > 0) {
		n = read(fd, piece, PIECE_BYTES);
		if (n > 0) {
			(void)crypto_generichash_update(&state, (unsigned char *)piece, (size_t)n);
			*ret_bytes += (uint64_t)n;
		}
	}
	(void)close(fd);
	(void)crypto_generichash_final(&state, ret_sum->bytes, HASH_BYTES);
	return n < 0 ? ctl_say(ctl, CTL_FAILED, "%s tidak dapat dibaca (%s)", path, strerror(errno))
				 : CTL_DONE;
}

enum ctl_exit manifest_write(struct ctl *ctl, const char *folder, const struct cadangan_manifes *m)
{
	const char *path = arena_print(&ctl->arena, "%s/%s", folder, MANIFEST_FILE);
	struct buf out;
	enum ctl_exit code;

	buf_init(&out, MANIFEST_BYTES_MAX);
	json_write(&schema_cadangan_manifes, m, JSON_FULL, &out);
	buf_print(&out, "\n");
	code =
		path == NULL || out.is_full ? CTL_FAILED : ctl_write_file(ctl, path, buf_str(&out), 0600);
	buf_clear(&out);
	return code;
}

enum ctl_exit manifest_read(struct ctl *ctl, const char *folder, struct cadangan_manifes *ret)
{
	const char *path = arena_print(&ctl->arena, "%s/%s", folder, MANIFEST_FILE);
	struct problem why = { NULL, NULL };
	struct str text;
	enum ctl_exit code =
		path == NULL ? CTL_FAILED : ctl_read_file(ctl, path, MANIFEST_BYTES_MAX, &text);

	if (code != CTL_DONE)
		return code;
	if (json_read(&schema_cadangan_manifes, str_bytes(text.ptr, text.len > 0 ? text.len - 1 : 0),
			&ctl->arena, ret, &why) != ERR_OK)
		return ctl_say(ctl, CTL_REFUSED, "%s tidak terbaca: %s %s", path,
			why.field == NULL ? "" : why.field, why.rule == NULL ? "" : why.rule);
	if (ret->versi != MANIFEST_VERSION)
		return ctl_say(ctl, CTL_REFUSED, "%s: versi %u tidak dikenal", path, ret->versi);
	return CTL_DONE;
}

static const struct cadangan_berkas *entry_of(const struct cadangan_manifes *m, struct str service)
{
	for (uint32_t i = 0; i < m->layanan_len; i++)
		if (str_equal(m->layanan[i].layanan, service))
			return &m->layanan[i];
	return NULL;
}

/* A cursor beyond the head it follows would be a service that knows events that never were. */
static enum ctl_exit check_cursors(struct ctl *ctl, const struct cadangan_manifes *m,
	const struct cadangan_berkas *entry)
{
	for (uint32_t i = 0; i < entry->mengikuti_len; i++) {
		const struct posisi *at = &entry->mengikuti[i];
		const struct cadangan_berkas *source = entry_of(m, at->aliran);

		if (at->seq == 0)
			continue;
		if (source == NULL)
			return ctl_say(ctl, CTL_REFUSED,
				"set tidak utuh: %.*s mengikuti %.*s yang tidak ada di dalamnya",
				(int)entry->layanan.len, entry->layanan.ptr, (int)at->aliran.len, at->aliran.ptr);
		if (at->seq > source->kepala.seq ||
			(at->seq == source->kepala.seq && !hash_equal(&at->hash, &source->kepala.hash)))
			return ctl_say(ctl, CTL_REFUSED,
				"set tidak selaras: %.*s sudah membaca %.*s sampai %" PRIu64
				", sedangkan kepalanya %" PRIu64,
				(int)entry->layanan.len, entry->layanan.ptr, (int)at->aliran.len, at->aliran.ptr,
				at->seq, source->kepala.seq);
	}
	return CTL_DONE;
}

static enum ctl_exit check_file(struct ctl *ctl, const char *folder,
	const struct cadangan_berkas *entry)
{
	const char *path =
		arena_print(&ctl->arena, "%s/%.*s", folder, (int)entry->berkas.len, entry->berkas.ptr);
	struct hash sum = { { 0 } };
	uint64_t bytes = 0;
	enum ctl_exit code;

	if (path == NULL || memchr(entry->berkas.ptr, '/', entry->berkas.len) != NULL)
		return ctl_say(ctl, CTL_REFUSED, "nama berkas dalam manifes tidak sah");
	code = manifest_sum(ctl, path, &sum, &bytes);
	if (code != CTL_DONE)
		return code;
	if (bytes != entry->bita || !hash_equal(&sum, &entry->sidik))
		return ctl_say(ctl, CTL_REFUSED, "%s rusak: isinya bukan yang dicadangkan", path);
	return CTL_DONE;
}

enum ctl_exit manifest_check(struct ctl *ctl, const char *folder, const struct cadangan_manifes *m)
{
	enum ctl_exit code = CTL_DONE;

	if (m->layanan_len == 0)
		return ctl_say(ctl, CTL_REFUSED, "set tidak memuat satu layanan pun");
	for (uint32_t i = 0; i < m->layanan_len && code == CTL_DONE; i++) {
		struct str name = m->layanan[i].layanan;

		if (entry_of(m, name) != &m->layanan[i])
			return ctl_say(ctl, CTL_REFUSED, "%.*s tercantum dua kali", (int)name.len, name.ptr);
		code = check_cursors(ctl, m, &m->layanan[i]);
	}
	for (uint32_t i = 0; i < m->layanan_len && code == CTL_DONE; i++)
		code = check_file(ctl, folder, &m->layanan[i]);
	return code;
}

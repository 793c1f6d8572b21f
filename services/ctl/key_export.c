#include "ctl/key.h"

#include "ctl/services.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { PUBLIC_TEXT = 64, EXPORT_VERSION = 1, RINGS_MAX = 8, PLAIN_BYTES_MAX = 56 * 1024 };

static enum ctl_exit write_key(struct ctl *ctl, const char *name, const char *ending,
	const unsigned char *bytes, unsigned mode)
{
	const char *path = arena_print(&ctl->arena, "%s.%s", name, ending);
	char text[PUBLIC_TEXT + 1];
	struct stat st;
	enum ctl_exit code;

	if (path == NULL || stat(path, &st) == 0)
		return ctl_say(ctl, CTL_REFUSED, "%s.%s sudah ada", name, ending);
	sodium_bin2hex(text, sizeof text, bytes, 32);
	text[PUBLIC_TEXT] = '\n';
	code = ctl_write_file(ctl, path, str_bytes(text, PUBLIC_TEXT + 1), mode);
	sodium_memzero(text, sizeof text);
	return code;
}

static enum ctl_exit read_key(struct ctl *ctl, const char *path, unsigned char ret[32])
{
	struct str text;
	size_t len;
	enum ctl_exit code = ctl_read_file(ctl, path, 4096, &text);

	if (code != CTL_DONE)
		return code;
	if (text.len != PUBLIC_TEXT + 1 ||
		sodium_hex2bin(ret, 32, text.ptr, PUBLIC_TEXT, NULL, &len, NULL) != 0 || len != 32)
		return ctl_say(ctl, CTL_FAILED, "%s bukan kunci pemulihan", path);
	return CTL_DONE;
}

enum ctl_exit key_recovery_new(struct ctl *ctl, const char *name)
{
	unsigned char public_key[crypto_box_PUBLICKEYBYTES], secret[crypto_box_SECRETKEYBYTES];
	enum ctl_exit code;

	(void)crypto_box_keypair(public_key, secret);
	code = write_key(ctl, name, "key", secret, 0600);
	if (code == CTL_DONE)
		code = write_key(ctl, name, "pub", public_key, 0644);
	sodium_memzero(secret, sizeof secret);
	if (code == CTL_DONE && !ctl->is_json)
		printf("%s.key diserahkan kepada pejabat dan tidak tinggal di mesin ini; %s.pub dipakai "
			   "untuk ekspor.\n",
			name, name);
	return code;
}

static enum ctl_exit collect(struct ctl *ctl, struct kunci_isi *rings, struct kunci_sidik *sums)
{
	rings->cincin_len = 0;
	for (uint32_t i = 0; i < all_services_count; i++) {
		struct kunci_cincin *ring = &rings->cincin[rings->cincin_len];
		enum ctl_exit code;

		ring->layanan = str_of(all_services[i]->name);
		code = key_ring_bytes(ctl, all_services[i]->name, &ring->isi);
		if (code != CTL_DONE)
			return code;
		if (ring->isi.ptr == NULL)
			return ctl_say(ctl, CTL_FAILED, "cincin %s tidak ada di %s", all_services[i]->name,
				ctl->keys);
		sums[rings->cincin_len] = (struct kunci_sidik) { ring->layanan, hash_of(ring->isi) };
		rings->cincin_len++;
	}
	return CTL_DONE;
}

/* The files that are no rings; those that are not there are left out. */
static enum ctl_exit collect_files(struct ctl *ctl, struct kunci_isi *to,
	struct kunci_berkas_sidik *sums)
{
	const char *name;

	to->berkas_len = 0;
	for (uint32_t n = 0; (name = key_node_file(ctl, n)) != NULL; n++) {
		struct kunci_berkas *file = &to->berkas[to->berkas_len];
		enum ctl_exit code = key_file_bytes(ctl, name, &file->isi);

		if (code != CTL_DONE)
			return code;
		if (file->isi.ptr == NULL)
			continue;
		file->nama = str_of(name);
		sums[to->berkas_len++] = (struct kunci_berkas_sidik) { file->nama, hash_of(file->isi) };
	}
	return CTL_DONE;
}

static enum ctl_exit seal_for(struct ctl *ctl, const char *path, struct str plain,
	struct kunci_segel *ret)
{
	unsigned char public_key[32];
	size_t len = plain.len + crypto_box_SEALBYTES;
	unsigned char *sealed = arena_take(&ctl->arena, len);
	enum ctl_exit code = read_key(ctl, path, public_key);

	if (code != CTL_DONE || sealed == NULL)
		return code == CTL_DONE ? CTL_FAILED : code;
	if (crypto_box_seal(sealed, (const unsigned char *)plain.ptr, plain.len, public_key) != 0)
		return ctl_say(ctl, CTL_FAILED, "%s tidak dapat dipakai untuk menyegel", path);
	memcpy(ret->penerima.bytes, public_key, sizeof public_key);
	ret->isi = str_bytes(sealed, len);
	return CTL_DONE;
}

static enum ctl_exit write_export(struct ctl *ctl, const struct kunci_ekspor *e)
{
	const char *path = arena_print(&ctl->arena, "%s/%s", ctl->keys, KEY_EXPORT_FILE);
	struct buf out;
	enum ctl_exit code;

	buf_init(&out, CTL_OUTPUT_MAX);
	json_write(&schema_kunci_ekspor, e, JSON_FULL, &out);
	buf_print(&out, "\n");
	code = path == NULL ? CTL_FAILED : ctl_write_file(ctl, path, buf_str(&out), 0600);
	buf_clear(&out);
	if (code == CTL_DONE && !ctl->is_json)
		printf("Ekspor kunci: %s\n", path);
	return code;
}

enum ctl_exit key_export(struct ctl *ctl, const char *const recipients[2])
{
	struct kunci_cincin rings[RINGS_MAX];
	struct kunci_sidik sums[RINGS_MAX];
	struct kunci_berkas files[KEY_NODE_FILES_MAX];
	struct kunci_berkas_sidik file_sums[KEY_NODE_FILES_MAX];
	struct kunci_segel seals[2] = { { .isi = { NULL, 0 } } };
	struct kunci_isi plain = { .cincin = rings, .berkas = files };
	struct kunci_ekspor e = { .versi = EXPORT_VERSION,
		.cincin = sums,
		.segel = seals,
		.segel_len = 2,
		.berkas = file_sums };
	struct problem why;
	struct buf out;
	enum ctl_exit code = ctl_need(ctl, ctl->keys, "PPID_KEYS");

	if (code == CTL_DONE)
		code = collect(ctl, &plain, sums);
	if (code == CTL_DONE)
		code = collect_files(ctl, &plain, file_sums);
	if (code != CTL_DONE)
		return code;
	e.cincin_len = plain.cincin_len;
	e.berkas_len = plain.berkas_len;
	e.dibuat = host_wall(&ctl->host);
	buf_init(&out, PLAIN_BYTES_MAX);
	if (wire_encode(&schema_kunci_isi, &plain, &out, &why) != ERR_OK)
		code = ctl_say(ctl, CTL_FAILED, "cincin terlalu besar untuk satu ekspor");
	for (int i = 0; i < 2 && code == CTL_DONE; i++)
		code = seal_for(ctl, recipients[i], buf_str(&out), &seals[i]);
	if (code == CTL_DONE && hash_equal(&seals[0].penerima, &seals[1].penerima))
		code = ctl_say(ctl, CTL_REFUSED, "kedua kunci pemulihan adalah milik orang yang sama");
	if (out.ptr != NULL)
		sodium_memzero(out.ptr, out.len);
	buf_clear(&out);
	return code == CTL_DONE ? write_export(ctl, &e) : code;
}

static enum ctl_exit read_export(struct ctl *ctl, const char *path, struct kunci_ekspor *ret)
{
	struct problem why = { NULL, NULL };
	struct str text;
	enum ctl_exit code = ctl_read_file(ctl, path, CTL_OUTPUT_MAX, &text);

	if (code != CTL_DONE)
		return code;
	if (json_read(&schema_kunci_ekspor,
			str_trim(str_bytes(text.ptr, text.len > 0 ? text.len - 1 : 0)), &ctl->arena, ret,
			&why) != ERR_OK ||
		ret->versi != EXPORT_VERSION)
		return ctl_say(ctl, CTL_FAILED, "%s bukan ekspor kunci (%s)", path,
			why.rule == NULL ? "?" : why.rule);
	return CTL_DONE;
}

static bool has_files(struct ctl *ctl, const struct kunci_ekspor *e)
{
	const char *name;

	for (uint32_t n = 0; (name = key_node_file(ctl, n)) != NULL; n++) {
		bool is_in = false;
		struct str bytes;
		struct hash sum;

		if (key_file_bytes(ctl, name, &bytes) != CTL_DONE)
			return false;
		if (bytes.ptr == NULL)
			continue;
		sum = hash_of(bytes);
		for (uint32_t k = 0; k < e->berkas_len; k++)
			is_in =
				is_in || (str_is(e->berkas[k].nama, name) && hash_equal(&e->berkas[k].sidik, &sum));
		if (!is_in)
			return false;
	}
	return true;
}

/* A folder without any ring is an operator's own (containers): whoever put the export there has compared them. */
bool key_export_is_current(struct ctl *ctl)
{
	const char *path = arena_print(&ctl->arena, "%s/%s", ctl->keys, KEY_EXPORT_FILE);
	struct kunci_ekspor e;
	uint32_t missing = 0;
	struct stat st;

	if (path == NULL || stat(path, &st) != 0 || read_export(ctl, path, &e) != CTL_DONE)
		return false;
	for (uint32_t i = 0; i < all_services_count; i++) {
		struct hash sum = { { 0 } };
		struct str ring;
		bool is_in = false;

		if (key_ring_bytes(ctl, all_services[i]->name, &ring) != CTL_DONE)
			return false;
		if (ring.ptr == NULL) {
			missing++;
			continue;
		}
		sum = hash_of(ring);
		for (uint32_t k = 0; k < e.cincin_len; k++)
			is_in = is_in ||
				(str_is(e.cincin[k].layanan, all_services[i]->name) &&
					hash_equal(&e.cincin[k].sidik, &sum));
		if (!is_in)
			return false;
	}
	return (missing == 0 || missing == all_services_count) && has_files(ctl, &e);
}

/* Names come out of the export: only those that the folder has are taken. */
static enum ctl_exit write_files(struct ctl *ctl, const struct kunci_isi *keys)
{
	enum ctl_exit code = CTL_DONE;

	for (uint32_t i = 0; i < keys->berkas_len && code == CTL_DONE; i++) {
		struct str name = keys->berkas[i].nama;
		const char *path = arena_print(&ctl->arena, "%s/%.*s", ctl->keys, (int)name.len, name.ptr);
		bool is_known = false;
		const char *known;
		struct stat st;

		for (uint32_t n = 0; (known = key_node_file(ctl, n)) != NULL; n++)
			is_known = is_known || str_is(name, known);
		if (!is_known)
			return ctl_say(ctl, CTL_FAILED, "nama berkas dalam ekspor tidak sah");
		if (path == NULL || stat(path, &st) == 0)
			return ctl_say(ctl, CTL_REFUSED, "%s sudah ada; impor hanya ke folder kosong",
				path == NULL ? "berkas" : path);
		code =
			ctl_write_file(ctl, path, keys->berkas[i].isi, str_is(name, "node.pub") ? 0444 : 0400);
	}
	return code;
}

static enum ctl_exit write_rings(struct ctl *ctl, const struct kunci_isi *rings)
{
	enum ctl_exit code = CTL_DONE;

	if (mkdir(ctl->keys, 0700) != 0 && errno != EEXIST)
		return ctl_say(ctl, CTL_FAILED, "%s tidak dapat dibuat (%s)", ctl->keys, strerror(errno));
	for (uint32_t i = 0; i < rings->cincin_len && code == CTL_DONE; i++) {
		struct str name = rings->cincin[i].layanan;
		const char *path =
			arena_print(&ctl->arena, "%s/%.*s.ring", ctl->keys, (int)name.len, name.ptr);
		struct stat st;

		if (memchr(name.ptr, '/', name.len) != NULL)
			return ctl_say(ctl, CTL_FAILED, "nama layanan dalam ekspor tidak sah");
		if (path == NULL || stat(path, &st) == 0)
			return ctl_say(ctl, CTL_REFUSED, "%s sudah ada; impor hanya ke folder kosong",
				path == NULL ? "cincin" : path);
		code = ctl_write_file(ctl, path, rings->cincin[i].isi, 0600);
	}
	if (code == CTL_DONE)
		code = write_files(ctl, rings);
	if (code == CTL_DONE && !ctl->is_json)
		printf("%u cincin kunci dipulihkan ke %s\n", rings->cincin_len, ctl->keys);
	return code;
}

static enum ctl_exit open_seal(struct ctl *ctl, const struct kunci_ekspor *e,
	const char *secret_path, struct kunci_isi *ret)
{
	unsigned char secret[32], public_key[32];
	struct problem why;
	enum ctl_exit code = read_key(ctl, secret_path, secret);

	if (code != CTL_DONE)
		return code;
	(void)crypto_scalarmult_base(public_key, secret);
	code = CTL_REFUSED;
	for (uint32_t i = 0; i < e->segel_len; i++) {
		struct str sealed = e->segel[i].isi;
		unsigned char *plain;

		if (memcmp(e->segel[i].penerima.bytes, public_key, 32) != 0 ||
			sealed.len < crypto_box_SEALBYTES)
			continue;
		plain = arena_take(&ctl->arena, sealed.len);
		if (plain == NULL ||
			crypto_box_seal_open(plain, (const unsigned char *)sealed.ptr, sealed.len, public_key,
				secret) != 0)
			break;
		code = wire_decode(&schema_kunci_isi, str_bytes(plain, sealed.len - crypto_box_SEALBYTES),
				   &ctl->arena, ret, &why) == ERR_OK
			? CTL_DONE
			: CTL_FAILED;
		break;
	}
	sodium_memzero(secret, sizeof secret);
	if (code != CTL_DONE)
		return ctl_say(ctl, code, "%s tidak membuka ekspor ini", secret_path);
	return code;
}

enum ctl_exit key_import(struct ctl *ctl, const char *file, const char *secret)
{
	struct kunci_ekspor e;
	struct kunci_isi rings = { .cincin_len = 0 };
	enum ctl_exit code = ctl_need(ctl, ctl->keys, "PPID_KEYS");

	if (code == CTL_DONE)
		code = read_export(ctl, file, &e);
	if (code == CTL_DONE)
		code = open_seal(ctl, &e, secret, &rings);
	return code == CTL_DONE ? write_rings(ctl, &rings) : code;
}

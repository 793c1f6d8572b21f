#include "ctl/key.h"

#include "ctl/services.h"
#include "ctl/verbs.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { ROOT_TEXT = 64 };

static const char usage[] =
	"Penggunaan: ppidctl key init --root BERKAS [--out FOLDER]\n"
	"            ppidctl key list\n"
	"            ppidctl key rotate --root BERKAS [--network|--stolen]\n"
	"            ppidctl key recovery-new NAMA\n"
	"            ppidctl key export --to PUB1 --to PUB2\n"
	"            ppidctl key import --in BERKAS --secret KUNCI [--out FOLDER]\n"
	"  init          membuat kunci induk (disimpan terpisah dari simpul), cincin kunci setiap "
	"layanan,\n"
	"                kunci jaringannya, dan kunci tanda tangan simpul; yang sudah ada tetap\n"
	"  rotate        menambah kunci segel baru; layanan memakainya setelah dijalankan ulang\n"
	"                --network: beralih ke kunci jaringan berikutnya; sesudahnya beri tahu simpul "
	"lain\n"
	"                dengan ppidctl node rotate\n"
	"                --stolen: mesin hilang atau dibobol; kunci jaringan dan tanda tangan yang "
	"belum\n"
	"                pernah dikenal siapa pun, dicatat simpul lain dengan ppidctl node replace\n"
	"  recovery-new  membuat NAMA.key (rahasia pejabat) dan NAMA.pub\n"
	"  export        menyegel cincin untuk dua pejabat; salah satunya dapat memulihkan\n"
	"  import        memulihkan cincin dari ekspor dengan kunci rahasia seorang pejabat\n";

static enum ctl_exit write_root(struct ctl *ctl, const char *path, const struct root_key *root)
{
	char text[ROOT_TEXT + 2];

	sodium_bin2hex(text, sizeof text, root->bytes, sizeof root->bytes);
	text[ROOT_TEXT] = '\n';
	return ctl_write_file(ctl, path, str_bytes(text, ROOT_TEXT + 1), 0600);
}

static enum ctl_exit read_root(struct ctl *ctl, const char *path, struct root_key *ret)
{
	struct str text;
	size_t len;
	enum ctl_exit code = ctl_read_file(ctl, path, 4096, &text);

	if (code != CTL_DONE)
		return code;
	if (text.len != ROOT_TEXT + 1 ||
		sodium_hex2bin(ret->bytes, sizeof ret->bytes, text.ptr, ROOT_TEXT, NULL, &len, NULL) != 0 ||
		len != sizeof ret->bytes)
		return ctl_say(ctl, CTL_FAILED, "%s bukan kunci induk", path);
	return CTL_DONE;
}

static const char *ring_path(struct ctl *ctl, const char *service)
{
	return arena_print(&ctl->arena, "%s/%s.ring", ctl->keys, service);
}

static enum ctl_exit save_ring(struct ctl *ctl, const struct root_key *root, const char *service,
	uint32_t count)
{
	const char *path = ring_path(ctl, service);
	struct keyring ring;
	enum err e;

	keyring_derive(root, str_of(service), count, &ring);
	e = path == NULL ? ERR_LIMIT : keyring_save(path, &ring);
	keyring_clear(&ring);
	return e == ERR_OK ? CTL_DONE
					   : ctl_say(ctl, CTL_FAILED, "%s tidak dapat ditulis (%s)",
							 path == NULL ? service : path, err_name(e));
}

static enum ctl_exit init(struct ctl *ctl, const char *root_path)
{
	struct root_key root;
	struct stat st;
	enum ctl_exit code = ctl_need(ctl, ctl->keys, "PPID_KEYS");
	bool is_new;

	if (code != CTL_DONE)
		return code;
	if (mkdir(ctl->keys, 0700) != 0 && errno != EEXIST)
		return ctl_say(ctl, CTL_FAILED, "%s tidak dapat dibuat (%s)", ctl->keys, strerror(errno));
	is_new = stat(root_path, &st) != 0;
	for (uint32_t i = 0; i < all_services_count; i++) {
		const char *path = ring_path(ctl, all_services[i]->name);

		/* With another root, what is sealed with a ring that is there could never be opened again. */
		if (is_new && path != NULL && stat(path, &st) == 0)
			return ctl_say(ctl, CTL_REFUSED, "%s sudah ada, tetapi kunci induk belum", path);
	}
	if (is_new) {
		randombytes_buf(root.bytes, sizeof root.bytes);
		code = write_root(ctl, root_path, &root);
	} else {
		code = read_root(ctl, root_path, &root);
	}
	for (uint32_t i = 0; i < all_services_count && code == CTL_DONE; i++) {
		const char *path = ring_path(ctl, all_services[i]->name);

		if (path != NULL && stat(path, &st) != 0)
			code = save_ring(ctl, &root, all_services[i]->name, 1);
	}
	if (code == CTL_DONE)
		code = key_node_init(ctl, &root);
	sodium_memzero(&root, sizeof root);
	if (code == CTL_DONE && !ctl->is_json)
		printf("Cincin kunci ada di %s.\nSimpan %s di tempat lain; layanan tidak memerlukannya.\n",
			ctl->keys, root_path);
	return code;
}

static enum ctl_exit load_ring(struct ctl *ctl, const char *service, struct keyring *ret)
{
	const char *path = ring_path(ctl, service);
	struct problem why = { NULL, NULL };

	if (path == NULL || keyring_load(path, ret, &why) != ERR_OK)
		return ctl_say(ctl, CTL_FAILED, "%s tidak terbaca (%s)", path == NULL ? service : path,
			why.rule == NULL ? "?" : why.rule);
	return CTL_DONE;
}

static enum ctl_exit rotate(struct ctl *ctl, const char *root_path)
{
	struct root_key root = { { 0 } };
	struct keyring ring = { .count = 0 };
	struct keyring derived;
	enum ctl_exit code = ctl_need(ctl, ctl->keys, "PPID_KEYS");

	if (code == CTL_DONE)
		code = read_root(ctl, root_path, &root);
	for (uint32_t i = 0; i < all_services_count && code == CTL_DONE; i++) {
		const char *service = all_services[i]->name;

		code = load_ring(ctl, service, &ring);
		if (code != CTL_DONE)
			break;
		keyring_derive(&root, str_of(service), ring.count, &derived);
		if (sodium_memcmp(ring.keys, derived.keys, ring.count * sizeof ring.keys[0]) != 0)
			code =
				ctl_say(ctl, CTL_REFUSED, "cincin %s tidak berasal dari kunci induk ini", service);
		else if (ring.count == KEYRING_KEYS_MAX)
			code = ctl_say(ctl, CTL_REFUSED, "cincin %s sudah penuh", service);
		else
			code = save_ring(ctl, &root, service, ring.count + 1);
		if (code == CTL_DONE && !ctl->is_json)
			printf("%s: kunci segel %u\n", service, ring.count + 1);
		keyring_clear(&ring);
		keyring_clear(&derived);
	}
	sodium_memzero(&root, sizeof root);
	if (code == CTL_DONE && !ctl->is_json)
		printf("Jalankan ulang layanan, lalu buat ekspor kunci yang baru.\n");
	return code;
}

static enum ctl_exit rotate_network(struct ctl *ctl, const char *root_path, bool is_stolen)
{
	struct root_key root = { { 0 } };
	enum ctl_exit code = ctl_need(ctl, ctl->keys, "PPID_KEYS");

	if (code == CTL_DONE)
		code = read_root(ctl, root_path, &root);
	if (code == CTL_DONE)
		code = is_stolen ? key_node_forsake(ctl, &root) : key_node_rotate(ctl, &root);
	sodium_memzero(&root, sizeof root);
	return code;
}

static enum ctl_exit list(struct ctl *ctl)
{
	struct keyring ring = { .count = 1 };
	uint32_t network = 0;
	bool is_exported;
	enum ctl_exit code = ctl_need(ctl, ctl->keys, "PPID_KEYS");

	if (code != CTL_DONE)
		return code;
	is_exported = key_export_is_current(ctl);
	for (uint32_t i = 0; i < all_services_count && code == CTL_DONE; i++) {
		code = load_ring(ctl, all_services[i]->name, &ring);
		if (code == CTL_DONE)
			code = key_node_generation(ctl, all_services[i]->name, &network);
		if (code != CTL_DONE)
			return code;
		printf(ctl->is_json ? "{\"layanan\":\"%s\",\"kunci\":%u,\"jaringan\":%u,\"diekspor\":%s}\n"
							: "%-13s kunci segel 1 sampai %u, kunci jaringan %u, ekspor: %s\n",
			all_services[i]->name, ring.keys[ring.count - 1].id, network,
			ctl->is_json ? (is_exported ? "true" : "false") : (is_exported ? "ada" : "BELUM ADA"));
		keyring_clear(&ring);
	}
	return code;
}

enum ctl_exit key_file_bytes(struct ctl *ctl, const char *name, struct str *ret)
{
	const char *path = arena_print(&ctl->arena, "%s/%s", ctl->keys, name);
	struct stat st;

	*ret = (struct str) { NULL, 0 };
	if (path == NULL || stat(path, &st) != 0)
		return CTL_DONE;
	return ctl_read_file(ctl, path, KEY_FILE_BYTES_MAX, ret);
}

enum ctl_exit key_ring_bytes(struct ctl *ctl, const char *service, struct str *ret)
{
	const char *name = arena_print(&ctl->arena, "%s.ring", service);

	*ret = (struct str) { NULL, 0 };
	return name == NULL ? CTL_FAILED : key_file_bytes(ctl, name, ret);
}

/* The words of the verb that were given as options. */
struct key_options {
	const char *root, *in, *secret;
	const char *to[2];
	bool is_network, is_stolen;
};

static enum ctl_exit dispatch(struct ctl *ctl, int argc, char **argv, const struct key_options *o)
{
	const char *what = argv[1];

	if (strcmp(what, "init") == 0 && o->root != NULL && argc == 2)
		return init(ctl, o->root);
	if (strcmp(what, "rotate") == 0 && o->root != NULL && argc == 2)
		return o->is_network || o->is_stolen ? rotate_network(ctl, o->root, o->is_stolen)
											 : rotate(ctl, o->root);
	if (strcmp(what, "list") == 0 && argc == 2)
		return list(ctl);
	if (strcmp(what, "recovery-new") == 0 && argc == 3)
		return key_recovery_new(ctl, argv[2]);
	if (strcmp(what, "export") == 0 && o->to[0] != NULL && o->to[1] != NULL && argc == 2)
		return key_export(ctl, o->to);
	if (strcmp(what, "import") == 0 && o->in != NULL && o->secret != NULL && argc == 2)
		return key_import(ctl, o->in, o->secret);
	return ctl_say(ctl, CTL_USAGE, "argumen tidak sesuai\n%s", usage);
}

static enum ctl_exit run(struct ctl *ctl, int argc, char **argv)
{
	const char *out = ctl_option(&argc, argv, "--out");
	struct key_options o;
	enum ctl_exit code;

	o.root = ctl_option(&argc, argv, "--root");
	o.in = ctl_option(&argc, argv, "--in");
	o.secret = ctl_option(&argc, argv, "--secret");
	o.to[0] = ctl_option(&argc, argv, "--to");
	o.to[1] = ctl_option(&argc, argv, "--to");
	o.is_network = ctl_flag(&argc, argv, "--network");
	o.is_stolen = ctl_flag(&argc, argv, "--stolen");
	if (out != NULL)
		ctl->keys = out;
	code = ctl_rest(ctl, argc, argv, 1, 2);
	return code == CTL_DONE ? dispatch(ctl, argc, argv, &o) : code;
}

int ctl_key(int argc, char **argv)
{
	struct ctl ctl;
	enum ctl_exit code;

	if (ctl_open(&ctl, &argc, argv, usage, &code))
		code = run(&ctl, argc, argv);
	return ctl_end(&ctl, code);
}

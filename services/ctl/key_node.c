/* The keys by which the node and its services are known to others, as files of the key folder. */
#include "ctl/key.h"
#include "ctl/services.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { SECRET_MODE = 0400, PUBLIC_MODE = 0444 };
#define SIGN_FILE "node.sign"
#define PUBLIC_FILE "node.pub"

/* Whoever speaks on the network: the services, and ppidctl itself. NULL: there is no nth. */
static const char *speaker(uint32_t n)
{
	if (n < all_services_count)
		return all_services[n]->name;
	return n == all_services_count ? "ctl" : NULL;
}

const char *key_node_file(struct ctl *ctl, uint32_t n)
{
	const char *name = speaker(n);

	if (name != NULL)
		return arena_print(&ctl->arena, "%s.curve", name);
	return n == all_services_count + 1 ? SIGN_FILE
		: n == all_services_count + 2  ? PUBLIC_FILE
									   : NULL;
}

static const char *curve_path(struct ctl *ctl, const char *service)
{
	return arena_print(&ctl->arena, "%s/%s.curve", ctl->keys, service);
}

static const char *path_of(struct ctl *ctl, const char *name)
{
	return arena_print(&ctl->arena, "%s/%s", ctl->keys, name);
}

static bool is_there(const char *path)
{
	struct stat st;

	return path != NULL && stat(path, &st) == 0;
}

static enum ctl_exit write_wiped(struct ctl *ctl, const char *path, struct buf *text, unsigned mode)
{
	enum ctl_exit code = path == NULL || text->is_full
		? ctl_say(ctl, CTL_FAILED, "jalur terlalu panjang")
		: ctl_write_file(ctl, path, buf_str(text), mode);

	if (text->size > 0)
		sodium_memzero(text->ptr, text->size);
	buf_clear(text);
	return code;
}

static enum ctl_exit write_curve(struct ctl *ctl, const char *service,
	const struct node_curve *keys)
{
	struct buf text;

	buf_init(&text, KEY_FILE_BYTES_MAX);
	node_curve_text(keys, &text);
	return write_wiped(ctl, curve_path(ctl, service), &text, SECRET_MODE);
}

static enum ctl_exit said(struct ctl *ctl, const char *path, const struct problem *why)
{
	return ctl_say(ctl, CTL_FAILED, "%s tidak terbaca (%s: %s)", path == NULL ? "kunci" : path,
		why->field == NULL ? "?" : why->field, why->rule == NULL ? "?" : why->rule);
}

static enum ctl_exit load_curve(struct ctl *ctl, const char *service, struct node_curve *ret)
{
	const char *path = curve_path(ctl, service);
	struct problem why = { NULL, NULL };

	*ret = (struct node_curve) { .present = { .generation = 0 } };
	if (path == NULL || node_curve_load(path, ret, &why) != ERR_OK)
		return said(ctl, path, &why);
	return CTL_DONE;
}

static enum ctl_exit load_sign(struct ctl *ctl, struct node_sign *ret)
{
	const char *path = path_of(ctl, SIGN_FILE);
	struct problem why = { NULL, NULL };

	*ret = (struct node_sign) { .generation = 0 };
	if (path == NULL || node_sign_load(path, ret, &why) != ERR_OK)
		return said(ctl, path, &why);
	return CTL_DONE;
}

static enum ctl_exit load_public(struct ctl *ctl, struct node_public *ret)
{
	const char *path = path_of(ctl, PUBLIC_FILE);
	struct problem why = { NULL, NULL };

	*ret = (struct node_public) { .count = 0 };
	if (path == NULL || node_public_load(path, ret, &why) != ERR_OK)
		return said(ctl, path, &why);
	return CTL_DONE;
}

/* The public list follows from the secrets: written anew whenever one of them was. */
static enum ctl_exit write_public(struct ctl *ctl)
{
	struct node_public keys = { .count = 0 };
	struct node_curve curve;
	struct node_sign sign;
	struct buf text;
	enum ctl_exit code = load_sign(ctl, &sign);

	if (code != CTL_DONE)
		return code;
	keys.sign_generation = sign.generation;
	memcpy(keys.sign_key, sign.public_key, sizeof keys.sign_key);
	node_sign_clear(&sign);
	for (uint32_t n = 0; speaker(n) != NULL && code == CTL_DONE; n++) {
		struct node_public_row *row = &keys.rows[keys.count];

		code = load_curve(ctl, speaker(n), &curve);
		if (code != CTL_DONE)
			break;
		(void)snprintf(row->service, sizeof row->service, "%s", speaker(n));
		row->generation = curve.present.generation;
		memcpy(row->present, curve.present.public_key, sizeof row->present);
		memcpy(row->next, curve.next.public_key, sizeof row->next);
		node_curve_clear(&curve);
		keys.count++;
	}
	if (code != CTL_DONE)
		return code;
	buf_init(&text, KEY_FILE_BYTES_MAX);
	node_public_text(&keys, &text);
	return write_wiped(ctl, path_of(ctl, PUBLIC_FILE), &text, PUBLIC_MODE);
}

static enum ctl_exit make_sign(struct ctl *ctl, const struct root_key *root, uint32_t generation)
{
	struct node_sign key;
	struct buf text;

	node_sign_derive(root, generation, &key);
	buf_init(&text, KEY_FILE_BYTES_MAX);
	node_sign_text(&key, &text);
	node_sign_clear(&key);
	return write_wiped(ctl, path_of(ctl, SIGN_FILE), &text, SECRET_MODE);
}

enum ctl_exit key_node_init(struct ctl *ctl, const struct root_key *root)
{
	bool is_changed = !is_there(path_of(ctl, PUBLIC_FILE));
	enum ctl_exit code = CTL_DONE;
	struct node_curve keys;

	for (uint32_t n = 0; speaker(n) != NULL && code == CTL_DONE; n++) {
		if (is_there(curve_path(ctl, speaker(n))))
			continue;
		node_curve_derive(root, str_of(speaker(n)), 1, &keys);
		code = write_curve(ctl, speaker(n), &keys);
		node_curve_clear(&keys);
		is_changed = true;
	}
	if (code == CTL_DONE && !is_there(path_of(ctl, SIGN_FILE))) {
		code = make_sign(ctl, root, 1);
		is_changed = true;
	}
	return code == CTL_DONE && is_changed ? write_public(ctl) : code;
}

/* The public list is written last: what it says already is what stood before, so that a rotation which was
 * broken off is finished by the next one, and nothing is rotated twice. */
static enum ctl_exit rotate_one(struct ctl *ctl, const struct root_key *root, const char *service,
	uint32_t before)
{
	struct node_curve keys, next;
	enum ctl_exit code = load_curve(ctl, service, &keys);

	if (code != CTL_DONE)
		return code;
	if (keys.present.generation != before) {
		node_curve_clear(&keys);
		return CTL_DONE;
	}
	node_curve_derive(root, str_of(service), before + 1, &next);
	/* What others know as the next key has to be it. */
	if (memcmp(keys.next.public_key, next.present.public_key, sizeof keys.next.public_key) != 0)
		code = ctl_say(ctl, CTL_REFUSED, "kunci jaringan %s tidak berasal dari kunci induk ini",
			service);
	else
		code = write_curve(ctl, service, &next);
	if (code == CTL_DONE && !ctl->is_json)
		printf("%s: kunci jaringan %u\n", service, next.present.generation);
	node_curve_clear(&keys);
	node_curve_clear(&next);
	return code;
}

static enum ctl_exit rotate_all(struct ctl *ctl, const struct root_key *root)
{
	struct node_public before;
	enum ctl_exit code = load_public(ctl, &before);

	for (uint32_t i = 0; code == CTL_DONE && i < before.count; i++)
		code = rotate_one(ctl, root, before.rows[i].service, before.rows[i].generation);
	return code == CTL_DONE ? write_public(ctl) : code;
}

enum ctl_exit key_node_forsake(struct ctl *ctl, const struct root_key *root)
{
	struct node_sign sign;
	uint32_t generation;
	enum ctl_exit code = load_sign(ctl, &sign);

	if (code != CTL_DONE)
		return code;
	generation = sign.generation;
	node_sign_clear(&sign);
	code = rotate_all(ctl, root);
	if (code == CTL_DONE)
		code = rotate_all(ctl, root);
	if (code == CTL_DONE)
		code = make_sign(ctl, root, generation + 1);
	if (code == CTL_DONE)
		code = write_public(ctl);
	if (code == CTL_DONE && !ctl->is_json)
		printf("Kunci tanda tangan %u. Jalankan ulang layanan, lalu bawa ppidctl node identity "
			   "kepada\n"
			   "simpul lain: di sana ppidctl node replace, dan kata-katanya dicocokkan lagi.\n",
			generation + 1);
	return code;
}

enum ctl_exit key_node_rotate(struct ctl *ctl, const struct root_key *root)
{
	enum ctl_exit code = rotate_all(ctl, root);

	if (code == CTL_DONE && !ctl->is_json)
		printf(
			"Layanan memakainya dalam beberapa detik, tanpa dijalankan ulang, dan "
			"memberitahukannya\n"
			"kepada simpul yang terhubung. Buat ekspor kunci yang baru; simpul yang sedang tidak\n"
			"terhubung memerlukan ppidctl node rotate.\n");
	return code;
}

enum ctl_exit key_node_generation(struct ctl *ctl, const char *service, uint32_t *ret)
{
	struct node_curve keys;
	enum ctl_exit code = CTL_DONE;

	*ret = 0;
	if (!is_there(curve_path(ctl, service)))
		return code;
	code = load_curve(ctl, service, &keys);
	if (code == CTL_DONE)
		*ret = keys.present.generation;
	if (code == CTL_DONE)
		node_curve_clear(&keys);
	return code;
}

enum ctl_exit key_node_load(struct ctl *ctl, struct node_public *ret_public,
	struct node_sign *ret_sign)
{
	enum ctl_exit code = ctl_need(ctl, ctl->keys, "PPID_KEYS");

	if (code == CTL_DONE)
		code = load_public(ctl, ret_public);
	return code == CTL_DONE ? load_sign(ctl, ret_sign) : code;
}

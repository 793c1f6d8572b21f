#include "runtime/host_keys.h"

#include "runtime/node_setting.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { NODE_KEY_FILE_MAX = 64 };

static const char public_file[] = "node.pub";

static enum exit_code wrong(const char *file, enum err e, const struct problem *why)
{
	return wrong_configuration(file,
		e == ERR_NOT_FOUND      ? "berkas kunci tidak ada; ppidctl key init membuatnya"
			: why->rule != NULL ? why->rule
								: err_name(e));
}

static void curve_file(const char *service, char ret[NODE_KEY_FILE_MAX])
{
	(void)snprintf(ret, NODE_KEY_FILE_MAX, "%s.curve", service);
}

static enum exit_code curve_read(const char *keys, const char *service, struct host_keys *ret)
{
	struct problem why = { NULL, NULL };
	struct node_curve curve;
	char path[NODE_PATH_MAX], file[NODE_KEY_FILE_MAX];
	enum err e;

	curve_file(service, file);
	e = node_key_path(keys, file, path);
	if (e == ERR_OK)
		e = node_curve_load(path, &curve, &why);
	if (e != ERR_OK)
		return wrong(file, e, &why);
	memcpy(ret->own.public_key.bytes, curve.present.public_key, NODE_KEY_BYTES);
	memcpy(ret->own.secret_key.bytes, curve.present.secret_key, NODE_KEY_BYTES);
	ret->own_told.generation = curve.present.generation;
	memcpy(ret->own_told.present.bytes, curve.present.public_key, NODE_KEY_BYTES);
	memcpy(ret->own_told.next.bytes, curve.next.public_key, NODE_KEY_BYTES);
	node_curve_clear(&curve);
	return EXIT_STOPPED;
}

static enum exit_code public_read(const char *keys, struct node_public *ret)
{
	struct problem why = { NULL, NULL };
	char path[NODE_PATH_MAX];
	enum err e = node_key_path(keys, public_file, path);

	if (e == ERR_OK)
		e = node_public_load(path, ret, &why);
	return e == ERR_OK ? EXIT_STOPPED : wrong(public_file, e, &why);
}

struct host_keys_stamp host_keys_stamp(const char *keys, const char *service)
{
	struct host_keys_stamp stamp = { .file = { 0 } };
	char own[NODE_KEY_FILE_MAX], path[NODE_PATH_MAX];
	const char *const files[] = { own, public_file };
	struct stat st;

	curve_file(service, own);
	for (size_t n = 0; n < sizeof files / sizeof files[0]; n++) {
		if (node_key_path(keys, files[n], path) != ERR_OK || stat(path, &st) != 0)
			continue;
		stamp.file[n] = st.st_ino;
		stamp.changed_ns[n] =
			(uint64_t)st.st_mtim.tv_sec * 1000000000 + (uint64_t)st.st_mtim.tv_nsec;
	}
	return stamp;
}

bool host_keys_is_same_stamp(const struct host_keys_stamp *a, const struct host_keys_stamp *b)
{
	return memcmp(a, b, sizeof *a) == 0;
}

enum exit_code host_keys_read(const char *keys, const char *service, struct host_keys *ret)
{
	enum exit_code code;

	*ret = (struct host_keys) { .own_told = { 0 } };
	code = curve_read(keys, service, ret);
	if (code == EXIT_STOPPED)
		code = public_read(keys, &ret->node);
	if (code != EXIT_STOPPED)
		host_keys_clear(ret);
	return code;
}

enum exit_code host_keys_read_sign(const char *keys, struct sign_pair *ret)
{
	struct problem why = { NULL, NULL };
	struct node_sign sign;
	char path[NODE_PATH_MAX];
	enum err e = node_key_path(keys, "node.sign", path);

	if (e == ERR_OK)
		e = node_sign_load(path, &sign, &why);
	if (e != ERR_OK)
		return wrong("node.sign", e, &why);
	memcpy(ret->public_key, sign.public_key, sizeof ret->public_key);
	memcpy(ret->secret_key, sign.secret_key, sizeof ret->secret_key);
	node_sign_clear(&sign);
	return EXIT_STOPPED;
}

bool host_keys_is_same_own(const struct host_keys *a, const struct host_keys *b)
{
	return sodium_memcmp(&a->own, &b->own, sizeof a->own) == 0;
}

bool host_keys_is_same_node(const struct host_keys *a, const struct host_keys *b)
{
	if (a->node.count != b->node.count)
		return false;
	for (uint32_t n = 0; n < a->node.count; n++) {
		const struct node_public_row *x = &a->node.rows[n], *y = &b->node.rows[n];

		if (strcmp(x->service, y->service) != 0 ||
			memcmp(x->present, y->present, sizeof x->present) != 0 ||
			memcmp(x->next, y->next, sizeof x->next) != 0)
			return false;
	}
	return true;
}

void host_keys_clear(struct host_keys *keys)
{
	sodium_memzero(keys, sizeof *keys);
}

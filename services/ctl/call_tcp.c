#include "ctl/call_tcp.h"

#include "runtime/node_setting.h"
#include "runtime/stream_name.h"
#include "store/node_key.h"

#include <stdlib.h>
#include <string.h>

enum ctl_exit ctl_own_node(struct ctl *ctl, struct id *ret)
{
	const char *id = getenv("PPID_NODE_ID");
	struct node_settings settings = { .node = ctl->node, .node_id = id == NULL ? "" : id };
	struct problem why = { NULL, NULL };

	if (node_id_of(&settings, ret, &why) != ERR_OK)
		return ctl_say(ctl, CTL_USAGE, "%s: %s", why.field, why.rule);
	return CTL_DONE;
}

/* ctl's own key. */
static enum err own_key(const struct ctl *ctl, struct curve_pair *ret, struct problem *why)
{
	struct node_curve curve;
	char path[NODE_PATH_MAX];
	enum err e = node_key_path(ctl->keys, "ctl.curve", path);

	if (e == ERR_OK)
		e = node_curve_load(path, &curve, why);
	if (e == ERR_NOT_FOUND)
		return refuse(why, e, "ctl.curve", "tidak_ada");
	if (e != ERR_OK)
		return e;
	memcpy(ret->public_key.bytes, curve.present.public_key, sizeof ret->public_key.bytes);
	memcpy(ret->secret_key.bytes, curve.present.secret_key, sizeof ret->secret_key.bytes);
	node_curve_clear(&curve);
	return ERR_OK;
}

/* The keys under which the service may answer: its present one and the next. */
static enum err its_keys(const struct ctl *ctl, const char *service, struct client_curve *ret,
	struct problem *why)
{
	const struct node_public_row *row;
	struct node_public keys;
	char path[NODE_PATH_MAX];
	enum err e = node_key_path(ctl->keys, "node.pub", path);

	if (e == ERR_OK)
		e = node_public_load(path, &keys, why);
	if (e == ERR_NOT_FOUND)
		return refuse(why, e, "node.pub", "tidak_ada");
	if (e != ERR_OK)
		return e;
	row = node_public_find(&keys, str_of(service));
	if (row == NULL)
		return refuse(why, ERR_NOT_FOUND, "node.pub", "layanan_tidak_tercantum");
	memcpy(ret->servers[0].bytes, row->present, sizeof ret->servers[0].bytes);
	memcpy(ret->servers[1].bytes, row->next, sizeof ret->servers[1].bytes);
	ret->server_count = CLIENT_SERVER_KEYS;
	return ERR_OK;
}

struct client *call_tcp_open(struct ctl *ctl, struct client_options *options, enum err *ret_error,
	struct problem *why)
{
	struct client_curve curve = { .server_count = 0 };
	char name[NODE_STREAM_MAX + 1];
	struct client *client = NULL;

	*ret_error = ctl_own_node(ctl, &options->node) == CTL_DONE ? ERR_OK : ERR_INVALID;
	if (*ret_error == ERR_OK)
		*ret_error = node_stream_name(options->node, str_of(options->service), name);
	if (*ret_error == ERR_OK)
		*ret_error = own_key(ctl, &curve.own, why);
	if (*ret_error == ERR_OK)
		*ret_error = its_keys(ctl, options->service, &curve, why);
	if (*ret_error == ERR_OK) {
		curve.name = name;
		options->curve = &curve;
		client = client_open(options, ret_error);
		options->curve = NULL;
	}
	explicit_bzero(&curve.own, sizeof curve.own);
	return client;
}

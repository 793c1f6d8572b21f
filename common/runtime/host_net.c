#include "runtime/host_net.h"

#include "base/log_line.h"
#include "runtime/stream_name.h"
#include "store/node_key.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PARENTS_MAX = 8, DIAL_NAME_MAX = NODE_STREAM_MAX + 1 };

/* A parent as it is dialled now. */
struct parent {
	struct id node;
	char name[DIAL_NAME_MAX];
	char endpoint[256];
	struct curve_key keys[2];
	uint32_t key_count;
	bool is_listed;
};

struct host_net {
	const struct node_settings *node; /* lent */
	const struct service *service;
	struct id node_id;
	struct bus *bus;
	struct zap *zap;
	struct runtime *runtime;
	struct curve_pair own;
	struct own_keys own_keys; /* of federation, also told to others */
	struct node_public public_keys;
	bool has_sign;
	struct sign_pair sign;
	struct guest *guests; /* of ZAP_GUESTS_MAX */
	uint32_t own_guests;  /* the first of them: services of the node */
	uint32_t guest_count;
	struct parent parents[PARENTS_MAX];
	uint32_t parent_count;
};

static const char tcp_prefix[] = "tcp://";

static bool is_tcp(const char *endpoint)
{
	return strncmp(endpoint, tcp_prefix, strlen(tcp_prefix)) == 0;
}

bool host_net_is_wanted(const struct node_settings *node, const struct service *service)
{
	return is_tcp(node->listen) || node->peers[0] != '\0' || service->links != NULL;
}

/* --- keys --- */

static enum exit_code wrong(const char *what, const char *detail)
{
	log_line(LOG_ERROR, "configuration", "what", what, "detail", detail, NULL);
	return EXIT_CONFIGURATION;
}

static enum exit_code key_wrong(const char *path, enum err e, const struct problem *why)
{
	return wrong(path,
		e == ERR_NOT_FOUND      ? "berkas kunci tidak ada; ppidctl key init membuatnya"
			: why->rule != NULL ? why->rule
								: err_name(e));
}

static enum exit_code curve_read(struct host_net *net)
{
	struct problem why = { NULL, NULL };
	struct node_curve curve;
	char path[NODE_PATH_MAX], file[64];
	enum err e;

	(void)snprintf(file, sizeof file, "%s.curve", net->service->name);
	e = node_key_path(net->node->keys, file, path);
	if (e == ERR_OK)
		e = node_curve_load(path, &curve, &why);
	if (e != ERR_OK)
		return key_wrong(file, e, &why);
	memcpy(net->own.public_key.bytes, curve.present.public_key, NODE_KEY_BYTES);
	memcpy(net->own.secret_key.bytes, curve.present.secret_key, NODE_KEY_BYTES);
	net->own_keys.generation = curve.present.generation;
	memcpy(net->own_keys.present.bytes, curve.present.public_key, NODE_KEY_BYTES);
	memcpy(net->own_keys.next.bytes, curve.next.public_key, NODE_KEY_BYTES);
	node_curve_clear(&curve);
	return EXIT_STOPPED;
}

static enum exit_code public_read(struct host_net *net)
{
	struct problem why = { NULL, NULL };
	char path[NODE_PATH_MAX];
	enum err e = node_key_path(net->node->keys, "node.pub", path);

	if (e == ERR_OK)
		e = node_public_load(path, &net->public_keys, &why);
	return e == ERR_OK ? EXIT_STOPPED : key_wrong("node.pub", e, &why);
}

static enum exit_code sign_read(struct host_net *net)
{
	struct problem why = { NULL, NULL };
	struct node_sign sign;
	char path[NODE_PATH_MAX];
	enum err e;

	if (net->service->links == NULL)
		return EXIT_STOPPED;
	e = node_key_path(net->node->keys, "node.sign", path);
	if (e == ERR_OK)
		e = node_sign_load(path, &sign, &why);
	if (e != ERR_OK)
		return key_wrong("node.sign", e, &why);
	memcpy(net->sign.public_key, sign.public_key, sizeof net->sign.public_key);
	memcpy(net->sign.secret_key, sign.secret_key, sizeof net->sign.secret_key);
	net->has_sign = true;
	node_sign_clear(&sign);
	return EXIT_STOPPED;
}

/* --- who may come --- */

static void guest_add(struct host_net *net, struct id node, const char *service,
	const uint8_t key[CURVE_KEY_BYTES], enum guest_state state)
{
	char name[DIAL_NAME_MAX];
	struct guest *g;

	if (net->guest_count == ZAP_GUESTS_MAX ||
		node_stream_name(node, str_of(service), name) != ERR_OK) {
		log_line(LOG_ERROR, "tamu_tidak_ditambah", "layanan", service, NULL);
		return;
	}
	g = &net->guests[net->guest_count++];
	*g = (struct guest) { .state = state };
	memcpy(g->key.bytes, key, CURVE_KEY_BYTES);
	(void)snprintf(g->name, sizeof g->name, "%s", name);
}

/* Services of our own node come only where they are dialled over TCP at all. */
static void own_guests_set(struct host_net *net)
{
	net->guest_count = 0;
	for (uint32_t n = 0; is_tcp(net->node->listen) && n < net->public_keys.count; n++) {
		const struct node_public_row *row = &net->public_keys.rows[n];

		guest_add(net, net->node_id, row->service, row->present, GUEST_ALLOWED);
		guest_add(net, net->node_id, row->service, row->next, GUEST_ALLOWED);
	}
	net->own_guests = net->guest_count;
}

static enum err guests_tell(struct host_net *net)
{
	enum err e = zap_set(net->zap, net->guests, net->guest_count);

	if (e == ERR_OK)
		bus_cut(net->bus); /* of those who are on the list no longer */
	return e;
}

static enum guest_state guest_state_of(enum remote_state state)
{
	switch (state) {
	case REMOTE_ALLOWED:
		return GUEST_ALLOWED;
	case REMOTE_REVOKED:
		return GUEST_REVOKED;
	case REMOTE_WAITING:
		break;
	}
	return GUEST_WAITING;
}

static void children_set(struct host_net *net, const struct remote *list, uint32_t count)
{
	net->guest_count = net->own_guests;
	for (uint32_t n = 0; n < count; n++)
		for (uint32_t k = 0; list[n].kind == REMOTE_CHILD && k < list[n].key_count; k++)
			guest_add(net, list[n].node, "federation", list[n].keys[k].bytes,
				guest_state_of(list[n].state));
}

/* --- whom we dial --- */

static struct parent *parent_of(struct host_net *net, struct id node)
{
	for (uint32_t n = 0; n < net->parent_count; n++)
		if (id_equal(net->parents[n].node, node))
			return &net->parents[n];
	return NULL;
}

static bool is_same(const struct parent *p, const struct remote *r, uint32_t keys)
{
	return str_is(r->endpoint, p->endpoint) && p->key_count == keys &&
		memcmp(p->keys, r->keys, keys * sizeof p->keys[0]) == 0;
}

static void parent_dial(struct host_net *net, const struct remote *r)
{
	uint32_t keys = r->key_count < 2 ? r->key_count : 2;
	struct parent *p = parent_of(net, r->node);
	enum err e;

	if (p != NULL && is_same(p, r, keys)) {
		p->is_listed = true;
		return;
	}
	if (p == NULL && net->parent_count < PARENTS_MAX)
		p = &net->parents[net->parent_count++];
	if (p == NULL || r->endpoint.len >= sizeof p->endpoint || keys == 0) {
		log_line(LOG_ERROR, "induk_tidak_dihubungi", "alamat", "di luar batas", NULL);
		return;
	}
	*p = (struct parent) { .node = r->node, .is_listed = true, .key_count = keys };
	memcpy(p->endpoint, r->endpoint.ptr, r->endpoint.len);
	memcpy(p->keys, r->keys, keys * sizeof p->keys[0]);
	e = node_stream_name(r->node, str_of("federation"), p->name);
	assert(e == ERR_OK);
	e = bus_dial_curve(net->bus, p->name, p->endpoint, p->keys, keys);
	if (e != ERR_OK)
		log_line(LOG_ERROR, "induk_tidak_dihubungi", "alamat", p->endpoint, "galat", err_name(e),
			NULL);
}

static void parents_set(struct host_net *net, const struct remote *list, uint32_t count)
{
	for (uint32_t n = 0; n < net->parent_count; n++)
		net->parents[n].is_listed = false;
	for (uint32_t n = 0; n < count; n++)
		if (list[n].kind == REMOTE_PARENT && list[n].state == REMOTE_ALLOWED)
			parent_dial(net, &list[n]);
	for (uint32_t n = 0; n < net->parent_count;) {
		if (net->parents[n].is_listed) {
			n++;
			continue;
		}
		bus_undial(net->bus, net->parents[n].name);
		net->parents[n] = net->parents[--net->parent_count];
	}
}

static void remotes_set(void *self, const struct remote *list, uint32_t count)
{
	struct host_net *net = self;
	enum err e;

	children_set(net, list, count);
	e = guests_tell(net);
	if (e != ERR_OK)
		log_line(LOG_ERROR, "daftar_tamu_gagal", "galat", err_name(e), NULL);
	parents_set(net, list, count);
}

static const char *remote_dial_trouble(void *self, struct id node, time_us *ret_since)
{
	struct host_net *net = self;
	const struct parent *p = parent_of(net, node);

	return p == NULL ? NULL : bus_dial_trouble(net->bus, p->name, ret_since);
}

struct remote_host host_net_remotes(struct host_net *net)
{
	if (net == NULL || net->service->links == NULL)
		return (struct remote_host) { .self = NULL };
	return (struct remote_host) { net, remotes_set, remote_dial_trouble };
}

const struct own_keys *host_net_own_keys(const struct host_net *net)
{
	return net != NULL && net->service->links != NULL ? &net->own_keys : NULL;
}

const struct sign_pair *host_net_sign(const struct host_net *net)
{
	return net != NULL && net->has_sign ? &net->sign : NULL;
}

enum err host_net_dial(struct host_net *net, const char *service)
{
	static const struct bus_patience within_a_node = { 50, 2000, 5000 };
	const struct node_public_row *row = node_public_find(&net->public_keys, str_of(service));
	struct curve_key keys[2];
	char name[DIAL_NAME_MAX], endpoint[NODE_PEER_MAX];
	enum err e;

	if (row == NULL)
		return ERR_NOT_FOUND;
	e = node_peer_endpoint(net->node->peers, service, endpoint);
	if (e != ERR_OK)
		return e;
	memcpy(keys[0].bytes, row->present, CURVE_KEY_BYTES);
	memcpy(keys[1].bytes, row->next, CURVE_KEY_BYTES);
	e = node_stream_name(net->node_id, str_of(service), name);
	if (e == ERR_OK)
		e = bus_dial_curve(net->bus, name, endpoint, keys, 2);
	if (e == ERR_OK)
		bus_dial_patience(net->bus, name, &within_a_node);
	return e;
}

/* --- life --- */

static void on_knock(void *self, int fd)
{
	struct host_net *net = self;
	struct knock knock;

	(void)fd;
	while (zap_next_knock(net->zap, &knock))
		if (net->runtime != NULL)
			runtime_knocked(net->runtime, &knock.key, knock.is_known);
}

enum exit_code host_net_attach(struct host_net *net, struct runtime *runtime)
{
	net->runtime = runtime;
	if (net->service->links == NULL)
		return EXIT_STOPPED;
	return bus_watch(net->bus, zap_fd(net->zap), on_knock, net) == ERR_OK ? EXIT_STOPPED
																		  : EXIT_FAILED;
}

enum err host_net_bind(struct host_net *net)
{
	if (net->service->links == NULL || net->node->listen_nodes[0] == '\0')
		return ERR_OK;
	return bus_bind(net->bus, net->node->listen_nodes);
}

void host_net_reload(struct host_net *net)
{
	struct host_net read = { .node = net->node, .service = net->service };

	if (curve_read(&read) != EXIT_STOPPED || public_read(&read) != EXIT_STOPPED) {
		explicit_bzero(&read.own, sizeof read.own);
		return;
	}
	net->public_keys = read.public_keys;
	if (memcmp(&net->own, &read.own, sizeof net->own) != 0) {
		net->own = read.own;
		net->own_keys = read.own_keys;
		if (net->runtime != NULL && net->service->links != NULL)
			runtime_keys_changed(net->runtime);
		bus_identity(net->bus, &net->own, net->zap);
		log_line(LOG_INFO, "kunci_angkut_baru", NULL);
	}
	explicit_bzero(&read.own, sizeof read.own);
}

enum exit_code host_net_open(const struct node_settings *node, const struct service *service,
	struct id node_id, struct bus *bus, struct host_net **ret)
{
	struct host_net *net = calloc(1, sizeof *net);
	enum exit_code code;

	if (net == NULL)
		abort();
	*ret = net;
	net->node = node;
	net->service = service;
	net->node_id = node_id;
	net->bus = bus;
	net->guests = calloc(ZAP_GUESTS_MAX, sizeof *net->guests); /* unused room costs nothing */
	if (net->guests == NULL)
		abort();
	if ((code = curve_read(net)) != EXIT_STOPPED || (code = public_read(net)) != EXIT_STOPPED ||
		(code = sign_read(net)) != EXIT_STOPPED)
		return code;
	if (zap_open(service->name, &net->zap) != ERR_OK) {
		log_line(LOG_ERROR, "zap_gagal", NULL);
		return EXIT_FAILED;
	}
	bus_identity(bus, &net->own, net->zap);
	own_guests_set(net);
	return zap_set(net->zap, net->guests, net->guest_count) == ERR_OK ? EXIT_STOPPED : EXIT_FAILED;
}

void host_net_close(struct host_net **net)
{
	struct host_net *n = *net;

	*net = NULL;
	if (n == NULL)
		return;
	if (n->zap != NULL)
		zap_close(&n->zap);
	explicit_bzero(&n->own, sizeof n->own);
	explicit_bzero(&n->sign, sizeof n->sign);
	free(n->guests);
	free(n);
}

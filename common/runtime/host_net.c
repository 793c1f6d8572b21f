#include "runtime/host_net.h"

#include "base/log_line.h"
#include "runtime/host_guests.h"
#include "runtime/host_keys.h"
#include "runtime/host_parents.h"
#include "runtime/stream_name.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	DIALS_MAX = 16, /* of services of the node */
	DIAL_NAME_MAX = NODE_STREAM_MAX + 1,
	/* The services of a node read a rotation one after another; so long each knows the others by their old keys too. */
	PREVIOUS_KEYS_S = 600,
	REDIAL_MIN_MS = 1000,
	KEYS_LOOK_S = 2, /* between two looks at the key files */
};

struct host_net {
	const struct node_settings *node; /* lent */
	const struct service *service;
	struct id node_id;
	struct bus *bus;
	struct zap *zap;
	struct runtime *runtime;
	struct host_keys keys;
	struct host_keys_stamp stamp; /* of the files as they were looked at last */
	time_us look_at;              /* steady clock */
	bool is_changing;             /* they were others than those that were read */
	struct node_public previous;  /* as node.pub was before the rotation that was read last */
	time_us previous_until;       /* steady clock; 0: there is none */
	bool has_sign;
	struct sign_pair sign;
	struct host_guests guests;
	const char *dials[DIALS_MAX]; /* services of the node that are dialled */
	uint32_t dial_count;
	struct host_parents parents;
};

bool host_net_is_wanted(const struct node_settings *node, const struct service *service)
{
	return node_is_tcp(node->listen) || node->peers[0] != '\0' || service->links != NULL;
}

/* --- who may come --- */

static const struct node_public *previous_of(const struct host_net *net)
{
	return net->previous_until == 0 ? NULL : &net->previous;
}

/* Services of our own node come only where they are dialled over TCP at all. */
static void own_guests_set(struct host_net *net)
{
	if (node_is_tcp(net->node->listen))
		host_guests_set_own(&net->guests, net->node_id, &net->keys.node, previous_of(net));
}

static void guests_tell(struct host_net *net)
{
	enum err e = zap_set(net->zap, net->guests.list, net->guests.count);

	if (e == ERR_OK)
		bus_cut(net->bus); /* of those who are on the list no longer */
	else
		log_line(LOG_ERROR, "daftar_tamu_gagal", "galat", err_name(e), NULL);
}

/* --- other nodes --- */

static void remotes_set(void *self, const struct remote *list, uint32_t count)
{
	struct host_net *net = self;

	host_guests_set_children(&net->guests, list, count);
	guests_tell(net);
	host_parents_set(&net->parents, net->bus, list, count);
}

static const char *remote_dial_trouble(void *self, struct id node, time_us *ret_since)
{
	struct host_net *net = self;

	return host_parents_trouble(&net->parents, net->bus, node, ret_since);
}

struct remote_host host_net_remotes(struct host_net *net)
{
	if (net == NULL || net->service->links == NULL)
		return (struct remote_host) { .self = NULL };
	return (struct remote_host) { net, remotes_set, remote_dial_trouble };
}

const struct own_keys *host_net_own_keys(const struct host_net *net)
{
	return net != NULL && net->service->links != NULL ? &net->keys.own_told : NULL;
}

const struct sign_pair *host_net_sign(const struct host_net *net)
{
	return net != NULL && net->has_sign ? &net->sign : NULL;
}

/* --- services of the node --- */

/* By its present key and the next, and for a while by the one before. */
static enum err own_dial(struct host_net *net, const char *service)
{
	static const struct bus_patience within_a_node = { 50, 2000, 5000 };
	const struct node_public_row *row = node_public_find(&net->keys.node, str_of(service));
	struct curve_key keys[BUS_SERVER_KEYS_MAX];
	char name[DIAL_NAME_MAX], endpoint[NODE_PEER_MAX];
	const uint8_t *previous;
	uint32_t count = 2;
	enum err e;

	if (row == NULL)
		return ERR_NOT_FOUND;
	e = node_peer_endpoint(net->node->peers, service, endpoint);
	if (e != ERR_OK)
		return e;
	memcpy(keys[0].bytes, row->present, CURVE_KEY_BYTES);
	memcpy(keys[1].bytes, row->next, CURVE_KEY_BYTES);
	previous = previous_key(previous_of(net), row);
	if (previous != NULL)
		memcpy(keys[count++].bytes, previous, CURVE_KEY_BYTES);
	e = node_stream_name(net->node_id, str_of(service), name);
	if (e == ERR_OK)
		e = bus_dial_curve(net->bus, name, endpoint, keys, count);
	if (e == ERR_OK)
		bus_dial_patience(net->bus, name, &within_a_node);
	return e;
}

enum err host_net_dial(struct host_net *net, const char *service)
{
	enum err e = net->dial_count == DIALS_MAX ? ERR_LIMIT : own_dial(net, service);

	if (e == ERR_OK)
		net->dials[net->dial_count++] = service;
	return e;
}

/* --- beside the runtime --- */

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

/* --- keys that change --- */

/* is_ours: links that stand were made under a key that others are about to forget. */
static void own_dials_renew(struct host_net *net, bool is_ours)
{
	char name[DIAL_NAME_MAX];

	for (uint32_t n = 0; n < net->dial_count; n++) {
		enum err e = own_dial(net, net->dials[n]);

		if (e == ERR_OK && is_ours)
			e = node_stream_name(net->node_id, str_of(net->dials[n]), name);
		if (e == ERR_OK && is_ours)
			bus_redial(net->bus, name);
		if (e != ERR_OK)
			log_line(LOG_ERROR, "layanan_tidak_dihubungi", "layanan", net->dials[n], "galat",
				err_name(e), NULL);
	}
}

static void own_key_take(struct host_net *net)
{
	if (net->runtime != NULL && net->service->links != NULL)
		runtime_keys_changed(net->runtime);
	bus_identity(net->bus, &net->keys.own, net->zap);
	log_line(LOG_INFO, "kunci_angkut_baru", "generasi", log_number(net->keys.own_told.generation),
		NULL);
}

/* Who signs in the node's name has to be told to other nodes by people: until then, and until he is started anew,
 * federation stays who it is. */
static bool is_another_signer(const struct host_net *net)
{
	struct sign_pair sign;
	bool is_another;

	if (!net->has_sign)
		return false;
	if (host_keys_read_sign(net->node->keys, &sign) != EXIT_STOPPED)
		return true;
	is_another = memcmp(sign.public_key, net->sign.public_key, sizeof sign.public_key) != 0;
	explicit_bzero(&sign, sizeof sign);
	if (is_another)
		log_line(LOG_WARN, "kunci_tanda_tangan_baru", "perlu", "dijalankan_ulang", NULL);
	return is_another;
}

void host_net_reload(struct host_net *net, time_us now)
{
	struct host_keys read;
	bool is_new_own, is_new_node;

	net->stamp = host_keys_stamp(net->node->keys, net->service->name);
	net->is_changing = false;
	if (is_another_signer(net) ||
		host_keys_read(net->node->keys, net->service->name, &read) != EXIT_STOPPED)
		return;
	is_new_own = !host_keys_is_same_own(&net->keys, &read);
	is_new_node = !host_keys_is_same_node(&net->keys, &read);
	if (is_new_node) {
		net->previous = net->keys.node;
		net->previous_until = now + PREVIOUS_KEYS_S * US_PER_SECOND;
	}
	net->keys = read;
	host_keys_clear(&read);
	if (is_new_own)
		own_key_take(net);
	if (is_new_node) {
		own_guests_set(net);
		guests_tell(net);
	}
	if (is_new_own || is_new_node)
		own_dials_renew(net, is_new_own);
}

/* A rotation writes one file after another: it is read when they have stood still between two looks. */
static void keys_look(struct host_net *net, time_us now)
{
	struct host_keys_stamp stamp;

	if (now < net->look_at)
		return;
	net->look_at = now + KEYS_LOOK_S * US_PER_SECOND;
	stamp = host_keys_stamp(net->node->keys, net->service->name);
	if (!host_keys_is_same_stamp(&stamp, &net->stamp)) {
		net->stamp = stamp;
		net->is_changing = true;
	} else if (net->is_changing) {
		host_net_reload(net, now);
	}
}

static void previous_look(struct host_net *net, time_us now)
{
	if (net->previous_until == 0 || now < net->previous_until)
		return;
	net->previous_until = 0;
	own_guests_set(net);
	guests_tell(net);
	own_dials_renew(net, false);
}

void host_net_tend(struct host_net *net, time_us now, time_us *wake)
{
	keys_look(net, now);
	previous_look(net, now);
	if (net->look_at < *wake)
		*wake = net->look_at;
}

/* --- opening and closing --- */

static struct bus_patience between_nodes(const struct node_settings *node)
{
	uint32_t longest = (uint32_t)node->redial_max_ms;

	return (struct bus_patience) { longest < REDIAL_MIN_MS ? longest : REDIAL_MIN_MS, longest,
		(uint32_t)node->handshake_ms };
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
	net->parents.patience = between_nodes(node);
	host_guests_init(&net->guests);
	net->stamp = host_keys_stamp(node->keys, service->name);
	code = host_keys_read(node->keys, service->name, &net->keys);
	if (code == EXIT_STOPPED && service->links != NULL) {
		code = host_keys_read_sign(node->keys, &net->sign);
		net->has_sign = code == EXIT_STOPPED;
	}
	if (code != EXIT_STOPPED)
		return code;
	if (zap_open(service->name, &net->zap) != ERR_OK) {
		log_line(LOG_ERROR, "zap_gagal", NULL);
		return EXIT_FAILED;
	}
	bus_identity(bus, &net->keys.own, net->zap);
	own_guests_set(net);
	return zap_set(net->zap, net->guests.list, net->guests.count) == ERR_OK ? EXIT_STOPPED
																			: EXIT_FAILED;
}

void host_net_close(struct host_net **net)
{
	struct host_net *n = *net;

	*net = NULL;
	if (n == NULL)
		return;
	if (n->zap != NULL)
		zap_close(&n->zap);
	host_keys_clear(&n->keys);
	explicit_bzero(&n->sign, sizeof n->sign);
	host_guests_clear(&n->guests);
	free(n);
}

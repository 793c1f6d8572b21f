#include "sim/nodes.h"

#include "federation/federation.h"
#include "federation/identitas_simpul.h"
#include "intake/intake.h"
#include "notification/notification.h"
#include "notification/pengaturan.h"
#include "reporting/reporting.h"
#include "workflow/workflow.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

const struct service *const sim_node_services[] = {
	&intake_service,
	&workflow_service,
	&notification_service,
	&reporting_service,
};
const uint32_t sim_node_service_count = sizeof sim_node_services / sizeof sim_node_services[0];

const struct service *const sim_tree_services[] = {
	&intake_service,
	&workflow_service,
	&reporting_service,
	&federation_service,
};
const uint32_t sim_tree_service_count = sizeof sim_tree_services / sizeof sim_tree_services[0];

static const struct notification_settings mail = {
	.host = "mail.example.test",
	.port = 25,
	.tls = "none",
	.ca_file = "",
	.user = "",
	.from = "ppid@example.test",
	.from_name = "PPID",
	.helo = "ppid.example.test",
	.connect_ms = 1000,
	.stall_ms = 1000,
	.total_ms = 5000,
	.give_up_hours = 24,
};

const void *sim_settings(const struct service *service)
{
	return service == &notification_service ? &mail : NULL;
}

struct actor_host *node_host(struct world *w, const struct sim_node *node, struct str service)
{
	for (uint32_t i = 0; i < w->host_count; i++)
		if (w->hosts[i].node == node && str_is(service, w->hosts[i].service->name))
			return &w->hosts[i];
	return NULL;
}

/* --- keys: nothing is encrypted here, so a public key alone stands for the pair --- */

static struct hash key_seed(const char *what, const struct sim_node *node, uint32_t generation)
{
	uint8_t bytes[] = { (uint8_t)(generation >> 8), (uint8_t)generation };

	return hash_labelled(what, str_bytes(node->id.bytes, sizeof node->id.bytes),
		str_bytes(bytes, sizeof bytes));
}

static struct curve_key curve_of(const struct sim_node *node, uint32_t generation)
{
	struct hash seed = key_seed("sim curve", node, generation);
	struct curve_key key;

	memcpy(key.bytes, seed.bytes, sizeof key.bytes);
	return key;
}

void sim_keys_of(const struct sim_node *node, uint32_t generation, struct sim_keys *ret)
{
	struct hash seed = key_seed("sim sign", node, generation);

	ret->generation = generation;
	ret->present = curve_of(node, generation);
	ret->next = curve_of(node, generation + 1);
	(void)crypto_sign_seed_keypair(ret->sign.public_key, ret->sign.secret_key, seed.bytes);
}

void sim_endpoint(const struct sim_node *node, char ret[64])
{
	(void)snprintf(ret, 64, "tcp://%s.test:7420", node->name);
}

static struct str sign(const struct sim_keys *keys, const struct identitas_simpul *identity,
	void (*statement)(const struct identitas_simpul *, struct buf *), struct arena *arena)
{
	unsigned char *signature = arena_take(arena, SIGNATURE_BYTES);
	struct buf text;

	assert(signature != NULL);
	buf_init(&text, IDENTITY_TEXT_MAX);
	statement(identity, &text);
	(void)crypto_sign_detached(signature, NULL, (const unsigned char *)text.ptr, text.len,
		keys->sign.secret_key);
	buf_clear(&text);
	return str_bytes(signature, SIGNATURE_BYTES);
}

void sim_identity(const struct sim_node *node, uint32_t generation, struct arena *arena,
	struct identitas_simpul *ret)
{
	struct sim_keys keys;
	char endpoint[64];

	sim_keys_of(node, generation, &keys);
	sim_endpoint(node, endpoint);
	*ret = (struct identitas_simpul) { .simpul = node->id,
		.nama = str_of(node->name),
		.generasi = generation,
		.has_alamat = true };
	if (arena_copy(arena, str_of(endpoint), &ret->alamat) != ERR_OK)
		assert(!"room for an address");
	memcpy(ret->kurva.bytes, keys.present.bytes, sizeof keys.present.bytes);
	memcpy(ret->kurva_berikut.bytes, keys.next.bytes, sizeof keys.next.bytes);
	memcpy(ret->tanda.bytes, keys.sign.public_key, sizeof keys.sign.public_key);
	ret->tanda_tangan = sign(&keys, ret, identity_statement, arena);
}

struct str sim_rotation_signature(const struct sim_node *node, uint32_t generation,
	struct arena *arena)
{
	struct identitas_simpul identity;
	struct sim_keys before;

	sim_identity(node, generation, arena, &identity);
	sim_keys_of(node, generation - 1, &before);
	return sign(&before, &identity, identity_rotation_statement, arena);
}

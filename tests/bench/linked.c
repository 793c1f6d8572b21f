#include "bench/linked.h"

#include "bench/lap.h"
#include "federation/identitas_simpul.h"
#include "runtime/node_setting.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE_US = 60000000, LOOK_US = 20000, PORT_FIRST = 20000, PORTS = 10000 };

/* Below the ports that the system gives to those who call. */
int linked_port(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	for (int n = getpid() % PORTS; n < 2 * PORTS; n++) {
		int port = PORT_FIRST + n % PORTS;
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		int code;

		at.sin_port = htons((uint16_t)port);
		code = bind(fd, (const struct sockaddr *)&at, sizeof at);
		(void)close(fd);
		if (code == 0)
			return port;
	}
	bench_must(false, "no port is free");
	return 0;
}

static void identity_path(const struct node *node, char ret[NODE_FOLDER_MAX + 16])
{
	(void)snprintf(ret, NODE_FOLDER_MAX + 16, "%s/identitas.txt", node->folder);
}

static void make_identity(struct node *node)
{
	char path[NODE_FOLDER_MAX + 16];
	const char *inside[] = { "node", "identity", "--out", path, NULL };
	const char *listening[] = { "node", "identity", "--out", path, "--address", node->listen,
		NULL };

	identity_path(node, path);
	node_ctl(node, node->listen[0] == '\0' ? inside : listening);
}

void linked_wait_for_grants(struct node *node)
{
	double given_up = lap_clock() + PATIENCE_US;
	uint64_t head;

	while (node_cursor(node, "federation", "workflow", &head) <
		node_state(node, "workflow").kepala.seq) {
		bench_must(lap_clock() < given_up, "federation does not read workflow");
		(void)usleep(LOOK_US);
	}
}

void linked_invite(struct node *above, struct node *below)
{
	char its[NODE_FOLDER_MAX + 16], ours[NODE_FOLDER_MAX + 16];
	const char *invite[] = { "node", "invite", its, "--unit", "3275", "--as", NODE_ACCOUNT, NULL };
	const char *join[] = { "node", "join", ours, "--as", NODE_ACCOUNT, NULL };

	make_identity(above);
	make_identity(below);
	identity_path(above, ours);
	identity_path(below, its);
	linked_wait_for_grants(above);
	linked_wait_for_grants(below);
	node_ctl(above, invite);
	node_ctl(below, join);
}

struct identitas_simpul linked_identity(struct node *node)
{
	char path[NODE_FOLDER_MAX + 16];
	struct problem why = { NULL, NULL };
	struct identitas_simpul identity;
	char *text;
	FILE *file;
	size_t n;

	make_identity(node);
	identity_path(node, path);
	arena_reset(&node->arena);
	text = arena_take(&node->arena, IDENTITY_TEXT_MAX);
	file = fopen(path, "re");
	bench_must(text != NULL && file != NULL, path);
	n = fread(text, 1, IDENTITY_TEXT_MAX, file);
	(void)fclose(file);
	bench_must(identity_parse(str_bytes(text, n), &node->arena, &identity, &why) == ERR_OK, path);
	return identity;
}

void linked_accept(struct node *above, struct node *below)
{
	char words[FINGERPRINT_TEXT_MAX];
	const char *accept[] = { "node", "accept", below->name, "--words", words, "--as", NODE_ACCOUNT,
		NULL };
	struct identitas_simpul identity = linked_identity(below);

	identity_words(&identity, words);
	node_ctl(above, accept);
}

struct id linked_node_id(const char *name)
{
	struct node_settings settings = { .node = name, .node_id = "" };
	struct problem why;
	struct id id;

	bench_must(node_id_of(&settings, &id, &why) == ERR_OK, "the id of a node");
	return id;
}

void linked_stream(const struct node *origin, const char *service, char ret[NODE_STREAM_MAX + 1])
{
	bench_must(node_stream_name(linked_node_id(origin->name), str_of(service), ret) == ERR_OK,
		service);
}

static struct aliran_daftar_jawab streams_of(struct node *holder)
{
	struct aliran_daftar all = { 0 };
	struct aliran_daftar_jawab list;

	node_ask(holder, "federation", &schema_aliran_daftar, &all, &list);
	for (uint32_t n = 0; n < list.aliran_len; n++)
		bench_must(!list.aliran[n].has_masalah, "a stream has trouble");
	return list;
}

uint64_t linked_held(struct node *holder, const char *stream)
{
	struct aliran_daftar_jawab list = streams_of(holder);

	for (uint32_t n = 0; n < list.aliran_len; n++)
		if (str_is(list.aliran[n].nama, stream))
			return list.aliran[n].seq;
	return 0;
}

uint32_t linked_held_all(struct node *holder, uint64_t seq)
{
	struct aliran_daftar_jawab list = streams_of(holder);
	uint32_t count = 0;

	for (uint32_t n = 0; n < list.aliran_len; n++)
		count += list.aliran[n].seq >= seq ? 1 : 0;
	return count;
}

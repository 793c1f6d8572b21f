#include "runtime/node_setting.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define AT(member) offsetof(struct node_settings, member)
#define MIB (UINT64_C(1) << 20)

/* clang-format off */
const struct setting node_setting_rows[] = {
	/* name                     kind            offset                default       low   high             help */
	{ "PPID_DATA",             SETTING_PATH,   AT(data),             NULL,         0,    4000,            "Folder of the stores; the service uses PPID_DATA/NAME." },
	{ "PPID_RUN",              SETTING_PATH,   AT(run),              NULL,         0,    90,              "Private folder (0700) of the sockets, shared by the services of the node." },
	{ "PPID_STATE",            SETTING_PATH,   AT(state),            NULL,         0,    4000,            "Folder in no backup and no clone: heads, bounds of numbers, keys of what was sent." },
	{ "PPID_NODE",             SETTING_TEXT,   AT(node),             NULL,         0,    64,              "Name of the node, for ever; it is part of the chain of every log." },
	{ "PPID_NODE_ID",          SETTING_TEXT,   AT(node_id),          "",           0,    36,              "Id of the node; empty: made from its name." },
	{ "PPID_KEYS",             SETTING_PATH,   AT(keys),             NULL,         0,    4000,            "The service's key ring, or the folder with NAME.ring (ppidctl key init)." },
	{ "PPID_LISTEN",           SETTING_TEXT,   AT(listen),           "",           0,    107,             "Address to listen at (ipc or tcp); empty: ipc://PPID_RUN/NAME.sock." },
	{ "PPID_LISTEN_NODES",     SETTING_TEXT,   AT(listen_nodes),     "",           0,    107,             "Address at which other nodes reach federation (tcp://ADDRESS:7420); empty: none may come." },
	{ "PPID_PEERS",            SETTING_TEXT,   AT(peers),            "",           0,    107,             "Where the node's other services are, NAME standing for theirs (tcp://NAME:7410); empty: at PPID_RUN." },
	{ "PPID_LOG_LEVEL",        SETTING_TEXT,   AT(log_level),        "info",       0,    8,               "Least important line that is written: error, warn, info or debug." },
	{ "PPID_MAP_BYTES",        SETTING_NUMBER, AT(map_bytes),        "17179869184", MIB, MIB << 20,       "Address space of the store, the most it can ever hold." },
	{ "PPID_GROW_BYTES",       SETTING_NUMBER, AT(grow_bytes),       "16777216",   0,    MIB << 10,       "Zeros written ahead of use when the store's file grows; 0: none." },
	{ "PPID_BATCH_MAX",        SETTING_NUMBER, AT(batch_inputs_max), "512",        1,    4096,            "Commands, letters, timers and results in one transaction." },
	{ "PPID_BATCH_EVENTS_MAX", SETTING_NUMBER, AT(batch_events_max), "4096",       1,    65536,           "Followed events in one transaction." },
	{ "PPID_BATCH_BYTES_MAX",  SETTING_NUMBER, AT(batch_bytes_max),  "4194304",    65536, MIB << 6,       "Bytes of inputs in one transaction." },
	{ "PPID_MAP_SOFT_PERCENT", SETTING_NUMBER, AT(soft_percent),     "80",         1,    100,             "Use of the map above which no new commands are taken." },
	{ "PPID_MAP_HARD_PERCENT", SETTING_NUMBER, AT(hard_percent),     "90",         1,    100,             "Use of the map above which the service only reads." },
	{ "PPID_DISK_SOFT_BYTES",  SETTING_NUMBER, AT(disk_soft_bytes),  "268435456",  0,    MIB << 20,       "Free space under which no new commands are taken." },
	{ "PPID_DISK_HARD_BYTES",  SETTING_NUMBER, AT(disk_hard_bytes),  "67108864",   0,    MIB << 20,       "Free space under which the service only reads." },
	{ "PPID_CHILD_BYTES_MAX",  SETTING_NUMBER, AT(child_bytes_max),  "4294967296", MIB,  MIB << 20,       "Room in federation's store for what came by way of one node below; then its streams wait." },
	{ "PPID_PING_MS",          SETTING_NUMBER, AT(ping_ms),          "10000",      100,  600000,          "Silence of a peer before it is asked for a sign of life." },
	{ "PPID_DEAD_MS",          SETTING_NUMBER, AT(dead_ms),          "30000",      200,  1800000,         "Silence of a peer after which the session is over." },
	{ "PPID_HANDSHAKE_MS",     SETTING_NUMBER, AT(handshake_ms),     "8000",       100,  60000,           "Time for a handshake with another node; one that does not let us in says nothing." },
	{ "PPID_REDIAL_MAX_MS",    SETTING_NUMBER, AT(redial_max_ms),    "300000",     100,  3600000,         "Longest pause between two dials of another node; it grows from 1 s." },
	{ "PPID_WORKERS_MAX",      SETTING_NUMBER, AT(workers_max),      "4",          1,    64,              "Pieces of work at once, each on a thread." },
	{ "PPID_STOP_MS",          SETTING_NUMBER, AT(stop_ms),          "8000",       0,    600000,          "Time to finish what is queued when asked to stop." },
	{ "PPID_TEST_CLOCK",       SETTING_PATH,   AT(test_clock),       "",           0,    4000,            "For tests: a file with seconds by which all clocks are ahead; logged as a warning." },
	{ "PPID_CRASH",            SETTING_TEXT,   AT(crash),            "",           0,    80,              "For tests: name:n ends the process at the n-th passage of a named point." },
};
const uint32_t node_setting_count = sizeof node_setting_rows / sizeof node_setting_rows[0];

/* Names alone: what they mean stands in the rows of whoever reads them. A test compares. */
const struct setting house_setting_rows[] = {
	{ .name = "PPID_HOME" },  /* ppidctl, scripts/run */
	{ .name = "PPID_UNIT" },  /* scripts/run */
	{ .name = "PPID_ACTOR" }, /* ppidctl */
	{ .name = "PPID_SMTP_HOST" },
	{ .name = "PPID_SMTP_PORT" },
	{ .name = "PPID_SMTP_TLS" },
	{ .name = "PPID_SMTP_PLAIN_OK" },
	{ .name = "PPID_SMTP_CA" },
	{ .name = "PPID_SMTP_USER" },
	{ .name = "PPID_SMTP_PASSWORD", .kind = SETTING_SECRET },
	{ .name = "PPID_SMTP_FROM" },
	{ .name = "PPID_SMTP_FROM_NAME" },
	{ .name = "PPID_SMTP_HELO" },
	{ .name = "PPID_SMTP_CONNECT_MS" },
	{ .name = "PPID_SMTP_STALL_MS" },
	{ .name = "PPID_SMTP_TOTAL_MS" },
	{ .name = "PPID_SMTP_GIVE_UP_HOURS" },
};
const uint32_t house_setting_count = sizeof house_setting_rows / sizeof house_setting_rows[0];
/* clang-format on */

/* The struct of the rows ends after its last member; no member is wider than a number. */
static size_t settings_size(const struct setting *rows, uint32_t count)
{
	size_t size = 0;

	for (uint32_t i = 0; i < count; i++)
		if (rows[i].offset + sizeof(uint64_t) > size)
			size = rows[i].offset + sizeof(uint64_t);
	return size == 0 ? 1 : size;
}

static enum err check(const struct node_settings *s, struct problem *why)
{
	static const char *const levels[] = { "error", "warn", "info", "debug" };
	bool is_level = false;
	struct id id;

	for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++)
		is_level = is_level || strcmp(s->log_level, levels[i]) == 0;
	if (!is_level)
		return refuse(why, ERR_INVALID, "PPID_LOG_LEVEL", "nilai_tidak_dikenal");
	if (s->node[0] == '\0' ||
		s->node[strspn(s->node, "abcdefghijklmnopqrstuvwxyz0123456789-")] != '\0')
		return refuse(why, ERR_INVALID, "PPID_NODE", "huruf_kecil_angka_dan_tanda_hubung");
	if (s->soft_percent > s->hard_percent)
		return refuse(why, ERR_INVALID, "PPID_MAP_SOFT_PERCENT", "di_atas_batas_keras");
	if (s->disk_soft_bytes < s->disk_hard_bytes)
		return refuse(why, ERR_INVALID, "PPID_DISK_SOFT_BYTES", "di_bawah_batas_keras");
	if (s->dead_ms <= s->ping_ms)
		return refuse(why, ERR_INVALID, "PPID_DEAD_MS", "harus_di_atas_PPID_PING_MS");
	if (s->listen[0] != '\0' && strncmp(s->listen, "ipc:///", 7) != 0 && !node_is_tcp(s->listen))
		return refuse(why, ERR_INVALID, "PPID_LISTEN", "bukan_alamat_ipc_atau_tcp");
	if (s->listen_nodes[0] != '\0' && !node_is_tcp(s->listen_nodes))
		return refuse(why, ERR_INVALID, "PPID_LISTEN_NODES", "bukan_alamat_tcp");
	if (s->peers[0] != '\0' && (!node_is_tcp(s->peers) || strstr(s->peers, "NAME") == NULL))
		return refuse(why, ERR_INVALID, "PPID_PEERS", "bukan_alamat_tcp_dengan_NAME");
	return node_id_of(s, &id, why);
}

enum err node_settings_read(const struct service *service, char *const *env,
	struct node_settings *node, void **ret_own, struct problem *why)
{
	const struct setting *lists[] = { node_setting_rows, house_setting_rows, service->settings };
	const uint32_t counts[] = { node_setting_count, house_setting_count, service->setting_count };
	void *own = calloc(1, settings_size(service->settings, service->setting_count));
	struct str unknown;
	enum err e;

	if (own == NULL)
		abort();
	e = settings_unknown(lists, counts, service->setting_count == 0 ? 2 : 3, env, &unknown);
	if (e != ERR_OK) {
		(void)snprintf(node->unknown, sizeof node->unknown, "%.*s", (int)unknown.len, unknown.ptr);
		*why = (struct problem) { node->unknown, "nama_tidak_dikenal" };
	}
	if (e == ERR_OK)
		e = settings_read(node_setting_rows, node_setting_count, env, node, why);
	if (e == ERR_OK)
		e = check(node, why);
	if (e == ERR_OK && service->setting_count > 0)
		e = settings_read(service->settings, service->setting_count, env, own, why);
	if (e == ERR_OK && service->check_settings != NULL) {
		e = service->check_settings(own, why);
		if (e != ERR_OK)
			settings_clear(service->settings, service->setting_count, own);
	}
	if (e != ERR_OK) {
		free(own);
		return e;
	}
	*ret_own = own;
	return ERR_OK;
}

bool node_is_tcp(const char *endpoint)
{
	static const char prefix[] = "tcp://";

	return strncmp(endpoint, prefix, strlen(prefix)) == 0;
}

enum err node_id_of(const struct node_settings *node, struct id *ret, struct problem *why)
{
	struct hash hash;

	if (node->node_id[0] != '\0') {
		if (id_parse(str_of(node->node_id), ret) != ERR_OK)
			return refuse(why, ERR_INVALID, "PPID_NODE_ID", "bentuk_salah");
		return ERR_OK;
	}
	hash = hash_labelled("ppid node id", str_of(node->node), (struct str) { NULL, 0 });
	memcpy(ret->bytes, hash.bytes, sizeof ret->bytes);
	return ERR_OK;
}

enum err node_endpoint(const char *run, const char *service, char ret[NODE_SOCKET_MAX])
{
	int n = snprintf(ret, NODE_SOCKET_MAX, "ipc://%s/%s.sock", run, service);

	/* 107 bytes of path are what the system takes. */
	return n > 0 && n < NODE_SOCKET_MAX && n - 6 <= 107 ? ERR_OK : ERR_LIMIT;
}

enum err node_ring_path(const char *keys, const char *service, char ret[NODE_PATH_MAX])
{
	struct stat st;
	int n;

	if (stat(keys, &st) == 0 && S_ISREG(st.st_mode))
		n = snprintf(ret, NODE_PATH_MAX, "%s", keys);
	else
		n = snprintf(ret, NODE_PATH_MAX, "%s/%s.ring", keys, service);
	return n > 0 && n < NODE_PATH_MAX ? ERR_OK : ERR_LIMIT;
}

enum err node_peer_endpoint(const char *peers, const char *service, char ret[NODE_PEER_MAX])
{
	const char *hole = strstr(peers, "NAME");
	int n;

	if (hole == NULL)
		return ERR_INVALID;
	n = snprintf(ret, NODE_PEER_MAX, "%.*s%s%s", (int)(hole - peers), peers, service,
		hole + strlen("NAME"));
	return n > 0 && n < NODE_PEER_MAX ? ERR_OK : ERR_LIMIT;
}

enum err node_key_path(const char *keys, const char *file, char ret[NODE_PATH_MAX])
{
	const char *end = strrchr(keys, '/');
	struct stat st;
	int n;

	if (stat(keys, &st) == 0 && S_ISREG(st.st_mode) && end != NULL)
		n = snprintf(ret, NODE_PATH_MAX, "%.*s/%s", (int)(end - keys), keys, file);
	else
		n = snprintf(ret, NODE_PATH_MAX, "%s/%s", keys, file);
	return n > 0 && n < NODE_PATH_MAX ? ERR_OK : ERR_LIMIT;
}

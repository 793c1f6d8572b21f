/* A real service on its own thread, a store of 200,000 rows, and somebody who asks all the time. */
#include "lib/folder.h"

#include "base/host.h"
#include "base/log_line.h"
#include "bus/client.h"
#include "runtime/service_host.h"
#include "runtime/service_store.h"
#include "wire/wire.h"
#include "workflow/workflow.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum {
	ROWS = 200000,
	ROW_BYTES = 300,
	ROWS_A_TRANSACTION = 20000,
	WITHIN_MS = 20000,
	ANSWERS_MAX = 200000,
	/* A copy that held the service would make one answer wait as long as it takes itself; a slow disk may
	 * make any answer wait. */
	PAUSE_MS_MAX = 150,
};

struct fixture {
	char home[FOLDER_MAX];
	char data[FOLDER_MAX], run[FOLDER_MAX], state[FOLDER_MAX];
	char endpoint[NODE_SOCKET_MAX];
	struct node_settings node;
	void *own;
	int stop_fd;
	pthread_t thread;
	bool is_running;
	struct client *client;
	struct arena arena;
	struct host host;
	struct id actor;
};

static unsigned table_number(const char *name)
{
	struct store_options options = { .service = str_of(workflow_service.name) };
	const char *const *names;
	struct arena arena;
	unsigned count;
	unsigned found = KV_TABLES_MAX;

	arena_init(&arena, 1 << 20);
	assert_int_equal(
		service_tables(&workflow_service, &arena, &options.tables, &options.table_count), ERR_OK);
	assert_int_equal(store_table_names(&options, &arena, &names, &count), ERR_OK);
	for (unsigned i = 0; i < count; i++)
		if (strcmp(names[i], name) == 0)
			found = i;
	assert_true(found < count);
	arena_clear(&arena);
	return found;
}

static struct kv *open_kv(struct fixture *f, const char *folder)
{
	struct kv *kv = NULL;

	assert_int_equal(service_kv_open(&workflow_service, folder, f->node.map_bytes, 0, &kv), ERR_OK);
	return kv;
}

/* Payloads that nobody asks for: private rows, about which the log says nothing. */
static void fill(struct fixture *f)
{
	char folder[FOLDER_MAX];
	char value[ROW_BYTES] = { 1 };
	unsigned table = table_number("_payload");
	struct kv *kv;

	(void)folder_file(f->data, workflow_service.name, folder);
	assert_int_equal(mkdir(folder, 0700), 0);
	kv = open_kv(f, folder);
	for (unsigned i = 0; i < ROWS;) {
		struct kv_txn *txn;

		assert_int_equal(kv_begin(kv, KV_WRITE, &txn), ERR_OK);
		for (unsigned n = 0; n < ROWS_A_TRANSACTION; n++, i++) {
			char key[16];

			(void)snprintf(key, sizeof key, "isian%08u", i);
			assert_int_equal(kv_append(txn, table, str_of(key), str_bytes(value, sizeof value)),
				ERR_OK);
		}
		assert_int_equal(kv_commit(&txn), ERR_OK);
	}
	kv->ops->close(&kv);
}

static uint64_t rows_of_copy(struct fixture *f, const char *file)
{
	char folder[FOLDER_MAX];
	char data[FOLDER_MAX];
	struct kv_txn *txn;
	struct kv *kv;
	uint64_t count;

	(void)folder_file(f->home, "dibuka", folder);
	assert_int_equal(mkdir(folder, 0700), 0);
	assert_int_equal(rename(file, folder_file(folder, "data.mdb", data)), 0);
	kv = open_kv(f, folder);
	assert_int_equal(kv_begin(kv, KV_READ, &txn), ERR_OK);
	assert_int_equal(kv->ops->count(txn, table_number("_payload"), &count), ERR_OK);
	kv_abort(&txn);
	kv->ops->close(&kv);
	folder_remove(folder);
	return count;
}

static void *serve(void *argument)
{
	struct fixture *f = argument;
	struct service_host_options options = { .service = &workflow_service,
		.node = &f->node,
		.own = f->own,
		.stop_fd = f->stop_fd };
	struct service_host *host;

	log_thread(workflow_service.name);
	if (service_host_open(&options, &host) != EXIT_STOPPED)
		abort();
	if (service_host_run(host) != EXIT_STOPPED || !service_host_close(&host))
		abort();
	return NULL;
}

static struct client *dial(struct fixture *f)
{
	struct client_options options = { .self = "ctl",
		.service = workflow_service.name,
		.endpoint = f->endpoint,
		.version = "0" };
	struct problem why;
	struct client *client;
	enum err e;

	assert_int_equal(node_id_of(&f->node, &options.node, &why), ERR_OK);
	client = client_open(&options, &e);
	assert_non_null(client);
	assert_int_equal(client_connect(client, WITHIN_MS), ERR_OK);
	return client;
}

static void start(struct fixture *f)
{
	assert_int_equal(pthread_create(&f->thread, NULL, serve, f), 0);
	f->is_running = true;
	f->client = dial(f);
}

static void stop(struct fixture *f)
{
	const uint64_t one = 1;

	if (!f->is_running)
		return;
	client_close(&f->client);
	assert_int_equal(write(f->stop_fd, &one, sizeof one), sizeof one);
	assert_int_equal(pthread_join(f->thread, NULL), 0);
	f->is_running = false;
}

static int open_fixture(void **state)
{
	static char entries[5][FOLDER_MAX + 16];
	static char *env[6];
	struct fixture *f = calloc(1, sizeof *f);
	struct root_key root = { { 7 } };
	struct keyring ring;
	struct problem why = { NULL, NULL };
	char keys[FOLDER_MAX];
	char path[NODE_PATH_MAX];

	folder_make(f->home);
	(void)folder_file(f->home, "data", f->data);
	(void)folder_file(f->home, "run", f->run);
	(void)folder_file(f->home, "state", f->state);
	(void)folder_file(f->home, "keys", keys);
	(void)snprintf(entries[0], sizeof entries[0], "PPID_DATA=%s", f->data);
	(void)snprintf(entries[1], sizeof entries[1], "PPID_RUN=%s", f->run);
	(void)snprintf(entries[2], sizeof entries[2], "PPID_STATE=%s", f->state);
	(void)snprintf(entries[3], sizeof entries[3], "PPID_KEYS=%s", keys);
	(void)snprintf(entries[4], sizeof entries[4], "PPID_NODE=uji");
	for (unsigned i = 0; i < 5; i++)
		env[i] = entries[i];
	assert_int_equal(node_settings_read(&workflow_service, env, &f->node, &f->own, &why), ERR_OK);
	assert_int_equal(mkdir(f->data, 0700), 0);
	assert_int_equal(mkdir(keys, 0700), 0);
	keyring_derive(&root, str_of(workflow_service.name), 1, &ring);
	assert_int_equal(node_ring_path(keys, workflow_service.name, path), ERR_OK);
	assert_int_equal(keyring_save(path, &ring), ERR_OK);
	assert_int_equal(node_endpoint(f->run, workflow_service.name, f->endpoint), ERR_OK);
	f->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	f->host = host_system();
	f->actor = id_new(host_wall(&f->host));
	arena_init(&f->arena, 64 << 20);
	*state = f;
	return 0;
}

static int close_fixture(void **state)
{
	struct fixture *f = *state;

	stop(f);
	(void)close(f->stop_fd);
	arena_clear(&f->arena);
	free(f->own);
	folder_remove(f->data);
	folder_remove(f->home);
	free(f);
	return 0;
}

/* An accepted command is a durable one. How long its answer took. */
static time_us grant(struct fixture *f, struct id account, uint32_t role)
{
	struct beri_hak body = { .akun = account, .peran = role, .unit = str_of("*") };
	struct sesi_cmd cmd = { .id = id_new(host_wall(&f->host)),
		.actor = f->actor,
		.type = schema_beri_hak.code,
		.version = schema_beri_hak.version };
	struct problem why;
	struct sesi_reply reply;
	struct buf out;
	time_us begun;

	buf_init(&out, 4096);
	assert_int_equal(wire_encode(&schema_beri_hak, &body, &out, &why), ERR_OK);
	cmd.body = buf_str(&out);
	begun = host_steady(&f->host);
	assert_int_equal(client_command(f->client, &cmd, WITHIN_MS, &f->arena, &reply), ERR_OK);
	begun = host_steady(&f->host) - begun;
	assert_int_equal(reply.status, SESI_STATUS_OK);
	buf_clear(&out);
	arena_reset(&f->arena);
	return begun;
}

static enum sesi_status ask(struct fixture *f, const struct schema *schema, const void *body,
	void *answer, const char *rule)
{
	struct sesi_ask question = { .type = schema->code,
		.version = schema->version,
		.actor = f->actor };
	struct problem why;
	struct sesi_answer got;
	struct buf out;

	buf_init(&out, 4096);
	assert_int_equal(wire_encode(schema, body, &out, &why), ERR_OK);
	question.body = buf_str(&out);
	assert_int_equal(client_ask(f->client, &question, WITHIN_MS, &f->arena, &got), ERR_OK);
	if (got.status == SESI_STATUS_OK)
		assert_int_equal(wire_decode(schema->reply, got.body, &f->arena, answer, &why), ERR_OK);
	else if (rule == NULL || !got.has_rule || !str_is(got.rule, rule))
		fail_msg("%.*s", got.has_rule ? (int)got.rule.len : 0, got.has_rule ? got.rule.ptr : "");
	buf_clear(&out);
	return (enum sesi_status)got.status;
}

static struct cadangan_titik hold(struct fixture *f)
{
	struct cadangan_tahan question = { .paling_lama_ms = 10000 };
	struct cadangan_titik at;

	assert_int_equal(ask(f, &schema_cadangan_tahan, &question, &at, NULL), SESI_STATUS_OK);
	return at;
}

static enum sesi_status copy(struct fixture *f, const char *file, struct cadangan_titik *at,
	const char *rule)
{
	struct cadangan_salin question = { .berkas = str_of(file) };

	return ask(f, &schema_cadangan_salin, &question, at, rule);
}

static struct cadangan_hasil result(struct fixture *f)
{
	struct cadangan_selesai question = { 0 };
	struct cadangan_hasil answer;

	assert_int_equal(ask(f, &schema_cadangan_selesai, &question, &answer, NULL), SESI_STATUS_OK);
	return answer;
}

static struct cadangan_hasil wait_for_copy(struct fixture *f)
{
	time_us until = host_steady(&f->host) + WITHIN_MS * 1000;
	struct cadangan_hasil answer = result(f);

	while (!answer.selesai && host_steady(&f->host) < until) {
		(void)usleep(1000);
		answer = result(f);
	}
	return answer;
}

static void commands_are_answered_while_a_large_store_is_copied(void **state)
{
	struct fixture *f = *state;
	char file[FOLDER_MAX];
	struct cadangan_titik held;
	struct cadangan_titik at;
	struct cadangan_hasil end;
	time_us usual = 0;
	time_us worst = 0;
	time_us begun;
	time_us cut;
	time_us whole;
	time_us most;
	unsigned answers = 0;

	fill(f);
	start(f);
	(void)grant(f, f->actor, PERAN_ADMINISTRATOR);
	for (unsigned i = 0; i < 50; i++) {
		time_us took = grant(f, id_new(host_wall(&f->host)), PERAN_PEMBACA);

		usual = took > usual ? took : usual;
	}
	(void)folder_file(f->home, "salinan.mdb", file);
	begun = host_steady(&f->host);
	held = hold(f);
	assert_int_equal(copy(f, file, &at, NULL), SESI_STATUS_OK);
	cut = host_steady(&f->host) - begun;
	assert_true(at.kepala.seq == held.kepala.seq);
	do {
		time_us took = grant(f, id_new(host_wall(&f->host)), PERAN_PEMBACA);

		worst = took > worst ? took : worst;
		answers++;
		end = result(f);
	} while (!end.selesai && answers < ANSWERS_MAX);
	whole = host_steady(&f->host) - begun;
	most = whole / 2 > PAUSE_MS_MAX * 1000 ? whole / 2 : PAUSE_MS_MAX * 1000;
	assert_true(end.selesai && !end.has_galat);
	print_message(
		"%u rows copied in %d ms; the cut took %d us; %u commands meanwhile, the slowest answer "
		"after %d us (before: %d us)\n",
		ROWS, (int)(whole / 1000), (int)cut, answers, (int)worst, (int)usual);
	assert_true(answers >= 2);
	assert_true(cut < most && worst < most);
	assert_int_equal(rows_of_copy(f, file), ROWS);
}

static void a_copy_needs_a_hold_and_a_new_file_that_is_named_a_store(void **state)
{
	struct fixture *f = *state;
	struct cadangan_titik at;
	struct cadangan_hasil end;
	char file[FOLDER_MAX];
	char other[FOLDER_MAX];

	start(f);
	(void)folder_file(f->home, "salinan.mdb", file);
	assert_int_equal(copy(f, file, &at, "tidak_ditahan"), SESI_STATUS_REJECTED);
	(void)hold(f);
	assert_int_equal(copy(f, "salinan.mdb", &at, "bukan_jalur_mutlak"), SESI_STATUS_INVALID);
	assert_int_equal(copy(f, folder_file(f->home, "salinan", other), &at, "bukan_mdb"),
		SESI_STATUS_INVALID);
	assert_int_equal(copy(f, file, &at, NULL), SESI_STATUS_OK);
	end = wait_for_copy(f);
	assert_true(end.selesai && !end.has_galat);
	(void)hold(f);
	assert_int_equal(copy(f, file, &at, NULL), SESI_STATUS_OK);
	end = wait_for_copy(f);
	assert_true(end.selesai && end.has_galat);
	/* and it goes on */
	(void)grant(f, f->actor, PERAN_ADMINISTRATOR);
}

static void a_service_that_is_stopped_leaves_no_half_copy(void **state)
{
	struct fixture *f = *state;
	struct cadangan_titik at;
	char file[FOLDER_MAX];
	char draft[FOLDER_MAX];

	fill(f);
	start(f);
	(void)folder_file(f->home, "salinan.mdb", file);
	(void)hold(f);
	assert_int_equal(copy(f, file, &at, NULL), SESI_STATUS_OK);
	stop(f);
	if (access(file, F_OK) == 0) /* it was faster than the stop */
		assert_int_equal(rows_of_copy(f, file), ROWS);
	assert_int_not_equal(access(folder_file(f->home, "salinan.mdb.new", draft), F_OK), 0);
}

#define UNIT(test) cmocka_unit_test_setup_teardown(test, open_fixture, close_fixture)

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(commands_are_answered_while_a_large_store_is_copied),
		UNIT(a_copy_needs_a_hold_and_a_new_file_that_is_named_a_store),
		UNIT(a_service_that_is_stopped_leaves_no_half_copy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

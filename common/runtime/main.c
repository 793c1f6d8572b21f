#include "runtime/main.h"

#include "base/crash_point.h"
#include "base/log_line.h"
#include "runtime/node_setting.h"
#include "runtime/service_host.h"
#include "runtime/version.h"
#include "store/keyring.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DESCRIPTION_BYTES_MAX = 4 * 1024 * 1024 };

enum exit_code wrong_configuration(const char *what, const char *detail)
{
	log_line(LOG_ERROR, "configuration", "what", what, "detail", detail, NULL);
	return EXIT_CONFIGURATION;
}

static enum exit_code wrong_setting(const struct service *service, const struct problem *why)
{
	fprintf(stderr, "ppid-%s: pengaturan salah: %s: %s (see ppid-%s --help)\n", service->name,
		why->field == NULL ? "?" : why->field, why->rule == NULL ? "?" : why->rule, service->name);
	return EXIT_CONFIGURATION;
}

static enum exit_code say_version(const struct service *service)
{
	printf("ppid-%s %s (%s)\n", service->name, version_number, version_commit);
	return EXIT_STOPPED;
}

static enum exit_code say_help(const struct service *service)
{
	struct buf out;

	buf_init(&out, DESCRIPTION_BYTES_MAX);
	buf_print(&out,
		"Penggunaan: ppid-%s [--check | --describe | --version | --help]\n"
		"Tanpa opsi: melayani sampai menerima SIGTERM atau SIGINT.\n"
		"  --check     memeriksa pengaturan, kunci dan tabel, lalu selesai\n"
		"  --describe  mencetak layanan ini dari tabelnya sendiri (Markdown)\n"
		"Kode keluar: 0 diminta berhenti, 100 pengaturan salah, 111 gagal.\n\n"
		"Variabel lingkungan (environment):\n\n",
		service->name);
	settings_describe(node_setting_rows, node_setting_count, &out);
	if (service->setting_count > 0) {
		buf_print(&out, "\n");
		settings_describe(service->settings, service->setting_count, &out);
	}
	fwrite(out.ptr, 1, out.len, stdout);
	buf_clear(&out);
	return EXIT_STOPPED;
}

static enum exit_code say_description(const struct service *service)
{
	struct buf out;

	buf_init(&out, DESCRIPTION_BYTES_MAX);
	service_describe(service, &out);
	assert(!out.is_full);
	fwrite(out.ptr, 1, out.len, stdout);
	buf_clear(&out);
	return EXIT_STOPPED;
}

static enum exit_code check_tables(const struct service *service)
{
	enum exit_code code = EXIT_STOPPED;
	struct buf out;

	buf_init(&out, DESCRIPTION_BYTES_MAX);
	if (service_check(service, &out) != ERR_OK) {
		fprintf(stderr, "ppid-%s: tabel layanan salah:\n%.*s", service->name, (int)out.len,
			out.ptr);
		code = EXIT_CONFIGURATION;
	}
	buf_clear(&out);
	return code;
}

static enum exit_code check_all(const struct service *service, const struct node_settings *node)
{
	struct problem why = { NULL, NULL };
	struct keyring ring;
	char path[NODE_PATH_MAX];
	char address[NODE_SOCKET_MAX];
	enum err e;

	if (node_endpoint(node->run, service->name, address) != ERR_OK)
		return wrong_setting(service, &(struct problem) { "PPID_RUN", "terlalu_panjang" });
	e = node_ring_path(node->keys, service->name, path);
	if (e == ERR_OK)
		e = keyring_load(path, &ring, &why);
	if (e != ERR_OK) {
		fprintf(stderr, "ppid-%s: kunci tidak terbaca: %s: %s\n", service->name, path,
			why.rule == NULL ? err_name(e) : why.rule);
		return EXIT_CONFIGURATION;
	}
	keyring_clear(&ring);
	printf("ppid-%s: pengaturan baik\n", service->name);
	return EXIT_STOPPED;
}

static enum log_level level_of(const char *name)
{
	static const char *const names[] = { "error", "warn", "info", "debug" };
	enum log_level level = LOG_ERROR;

	while (strcmp(names[level], name) != 0)
		level++; /* the settings were checked: it is one of them */
	return level;
}

static enum exit_code serve(const struct service *service, const struct node_settings *node,
	const void *own)
{
	struct service_host *host;
	enum exit_code code;
	bool is_whole;

	code = service_host_open(&(struct service_host_options) { .service = service,
								 .node = node,
								 .own = own,
								 .stop_fd = -1 },
		&host);
	if (code != EXIT_STOPPED)
		return code;
	code = service_host_run(host);
	is_whole = service_host_close(&host);
	log_line(LOG_INFO, "stopped", "exit", log_number(code), "workers",
		is_whole ? "ended" : "hanging", NULL);
	if (!is_whole)
		_exit(code);
	return code;
}

int service_main(const struct service *service, int argc, char **argv)
{
	const char *option = argc > 1 ? argv[1] : "";
	struct node_settings node;
	struct problem why = { NULL, NULL };
	void *own = NULL;
	enum exit_code code;

	if (argc > 2 ||
		(option[0] != '\0' && strcmp(option, "--check") != 0 && strcmp(option, "--describe") != 0 &&
			strcmp(option, "--version") != 0 && strcmp(option, "--help") != 0)) {
		fprintf(stderr, "ppid-%s: opsi tidak dikenal; lihat --help\n", service->name);
		return EXIT_CONFIGURATION;
	}
	if (strcmp(option, "--version") == 0)
		return say_version(service);
	if (strcmp(option, "--help") == 0)
		return say_help(service);
	if (strcmp(option, "--describe") == 0)
		return say_description(service);
	if (sodium_init() < 0)
		return EXIT_FAILED;
	log_setup(LOG_INFO, service->name);
	if (node_settings_read(service, environ, &node, &own, &why) != ERR_OK)
		return wrong_setting(service, &why);
	code = check_tables(service);
	if (code == EXIT_STOPPED && crash_setup(node.crash[0] == '\0' ? NULL : node.crash) != ERR_OK)
		code = wrong_setting(service, &(struct problem) { "PPID_CRASH", "bentuk_salah" });
	log_setup(level_of(node.log_level), service->name);
	if (code == EXIT_STOPPED)
		code =
			strcmp(option, "--check") == 0 ? check_all(service, &node) : serve(service, &node, own);
	if (service->setting_count > 0)
		settings_clear(service->settings, service->setting_count, own);
	free(own);
	return code;
}

/* Takes over an old register, row by row, with many rows under way. The id of a command is made of the
 * row and the day: the same file again on the same day finds the marks, and later the register's own key. */
#include "ctl/ctl.h"
#include "ctl/import_result.h"
#include "ctl/import_row.h"
#include "ctl/verbs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	PIECE_BYTES = 64 * 1024,
	BODY_BYTES = 60 * 1024,
	ROW_ARENA_BYTES = 4 * 1024 * 1024,
	UNDER_WAY_MAX = CLIENT_CALLS_MAX,
	WAIT_MS = 1000,
	PROGRESS_EVERY_US = 200000,
};

static const char usage_head[] =
	"Penggunaan: ppidctl import BERKAS.csv --unit UNIT [--series SERI] [--separator ';'] "
	"[--progress]\n"
	"Setiap baris dicatat apa adanya, dengan nomornya sendiri; baris yang sudah tercatat tidak "
	"berubah.\n"
	"  BERKAS    '-' membaca masukan standar\n"
	"  --series  nama register (permohonan)\n"
	"Kolom (* wajib), disebut pada baris pertama dalam urutan apa pun:\n";

/* A row that waits for its answer. */
struct pending {
	struct import *import;
	uint64_t line;
	bool is_used;
};

struct import {
	struct ctl *ctl;
	struct client *client;
	struct import_columns columns;
	bool has_heading;
	struct problem heading;
	struct arena row_arena;
	struct buf body;
	struct pending pending[UNDER_WAY_MAX];
	struct import_result result;
	bool shows_progress;
	time_us shown_at;
	enum ctl_exit failed; /* CTL_DONE: go on */
};

static void on_reply(void *self, enum err e, const struct sesi_reply *reply)
{
	struct pending *p = self;

	p->is_used = false;
	import_result_add(&p->import->result, p->line, e, reply);
}

static void show_progress(struct import *im, bool is_end)
{
	time_us now = host_steady(&im->ctl->host);

	if (!im->shows_progress || (!is_end && now < im->shown_at + PROGRESS_EVERY_US))
		return;
	im->shown_at = now;
	fprintf(stderr, "\r%llu baris, %llu dicatat, %llu sudah ada, %zu ditolak%s",
		(unsigned long long)im->result.rows, (unsigned long long)im->result.taken,
		(unsigned long long)im->result.known, im->result.refused.count, is_end ? "\n" : "");
	fflush(stderr);
}

/* --- rows --- */

/* The day is in the id's time, the row in its chance: what was changed in the file is another command. */
static struct id id_of(const struct import *im)
{
	time_us now = host_wall(&im->ctl->host);
	struct hash hash = hash_labelled("ppidctl import", str_of(im->result.unit), buf_str(&im->body));

	return id_make(now - now % US_PER_DAY, hash.bytes);
}

static struct pending *pending_free(struct import *im)
{
	for (uint32_t i = 0; i < UNDER_WAY_MAX; i++)
		if (!im->pending[i].is_used)
			return &im->pending[i];
	return NULL;
}

static enum err wait_some(struct import *im)
{
	enum err e = client_run(im->client, WAIT_MS);

	show_progress(im, false);
	if (e == ERR_OK)
		return ERR_OK;
	im->failed = ctl_say_error(im->ctl, e, "import");
	return e;
}

static enum err send_row(struct import *im, uint64_t line)
{
	struct sesi_cmd cmd = { .id = id_of(im),
		.actor = im->ctl->actor,
		.type = schema_catat_register_lama.code,
		.version = schema_catat_register_lama.version,
		.body = buf_str(&im->body) };
	struct pending *p;
	enum err e = ERR_OK;

	while ((p = pending_free(im)) == NULL && e == ERR_OK)
		e = wait_some(im);
	if (e != ERR_OK)
		return e;
	*p = (struct pending) { .import = im, .line = line, .is_used = true };
	e = client_begin_command(im->client, &cmd, im->ctl->within_ms, on_reply, p);
	if (e != ERR_OK) {
		p->is_used = false;
		im->failed = ctl_say_error(im->ctl, e, "import");
	}
	return e;
}

static enum err take_row(struct import *im, const struct csv_row *row)
{
	struct catat_register_lama c;
	struct problem why = { NULL, NULL };
	enum err e;

	im->result.rows++;
	arena_reset(&im->row_arena);
	buf_reset(&im->body);
	e = import_row(&im->columns, row, &im->row_arena, &c, &why);
	c.unit = str_of(im->result.unit);
	c.seri = str_of(im->result.series);
	if (e == ERR_OK)
		e = wire_encode(&schema_catat_register_lama, &c, &im->body, &why);
	if (e != ERR_OK) {
		import_result_refuse(&im->result, row->line, e, &why);
		return ERR_OK;
	}
	import_result_note_year(&im->result, c.tahun);
	return send_row(im, row->line);
}

static enum err on_row(void *self, const struct csv_row *row)
{
	struct import *im = self;

	if (row->err != ERR_OK && im->has_heading) {
		im->result.rows++;
		import_result_refuse(&im->result, row->line, row->err, &row->why);
		return ERR_OK;
	}
	if (!im->has_heading) {
		im->has_heading = true;
		if (row->err != ERR_OK) {
			im->heading = row->why;
			return row->err;
		}
		return import_heading(row, &im->ctl->arena, &im->columns, &im->heading);
	}
	return take_row(im, row);
}

/* --- the file --- */

static enum ctl_exit stopped(struct import *im)
{
	if (im->failed != CTL_DONE)
		return im->failed;
	return ctl_say(im->ctl, CTL_REFUSED, "baris judul: kolom %s: %s",
		im->heading.field == NULL ? "?" : im->heading.field,
		im->heading.rule == NULL ? "?" : im->heading.rule);
}

/* What spreadsheets write where the comma is a decimal sign. */
static char separator_of(const char *given, const char *text, size_t n)
{
	size_t commas = 0, semicolons = 0;

	if (given != NULL)
		return given[0];
	for (size_t i = 0; i < n && text[i] != '\n'; i++) {
		commas += text[i] == ',';
		semicolons += text[i] == ';';
	}
	return semicolons > commas ? ';' : ',';
}

static enum ctl_exit read_all(struct import *im, FILE *file, const char *separator)
{
	char piece[PIECE_BYTES];
	struct csv_reader *reader = NULL;
	enum err e = ERR_OK;
	size_t n;

	while (e == ERR_OK && (n = fread(piece, 1, sizeof piece, file)) > 0) {
		if (reader == NULL)
			reader = csv_open(separator_of(separator, piece, n), on_row, im);
		e = csv_feed(reader, str_bytes(piece, n));
		show_progress(im, false);
	}
	if (e == ERR_OK && ferror(file))
		im->failed =
			ctl_say(im->ctl, CTL_FAILED, "berkas tidak terbaca utuh (%s)", strerror(errno));
	if (e == ERR_OK && reader != NULL)
		e = csv_finish(reader);
	csv_close(&reader);
	/* What was sent is waited for, also when the rest of the file is not read. */
	while (client_under_way(im->client) > 0 && wait_some(im) == ERR_OK)
		;
	if (e != ERR_OK || im->failed != CTL_DONE)
		return stopped(im);
	return im->has_heading ? CTL_DONE : ctl_say(im->ctl, CTL_REFUSED, "berkas kosong");
}

static enum ctl_exit import_file(struct import *im, const char *path, const char *separator)
{
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
	enum ctl_exit code;

	if (file == NULL)
		return ctl_say(im->ctl, CTL_FAILED, "%s tidak dapat dibaca (%s)", path, strerror(errno));
	code = ctl_dial(im->ctl, "intake", &im->client);
	if (code == CTL_DONE) {
		code = read_all(im, file, separator);
		show_progress(im, true);
	}
	if (code == CTL_DONE)
		code = import_result_say(im->ctl, im->client, &im->result);
	if (im->client != NULL)
		client_close(&im->client);
	if (file != stdin)
		fclose(file);
	return code;
}

static enum ctl_exit run(struct ctl *ctl, int argc, char **argv)
{
	struct import *im = calloc(1, sizeof *im);
	const char *separator = ctl_option(&argc, argv, "--separator");
	enum ctl_exit code;

	if (im == NULL)
		abort();
	im->ctl = ctl;
	im->result.unit = ctl_option(&argc, argv, "--unit");
	im->result.series = ctl_option(&argc, argv, "--series");
	im->shows_progress = ctl_flag(&argc, argv, "--progress") || isatty(STDERR_FILENO);
	code = ctl_rest(ctl, argc, argv, 1, 1);
	if (im->result.series == NULL)
		im->result.series = "permohonan";
	if (code == CTL_DONE && im->result.unit == NULL)
		code = ctl_say(ctl, CTL_USAGE, "opsi wajib diberikan: --unit\n%s", ctl->usage);
	if (code == CTL_DONE && separator != NULL && strcmp(separator, ";") != 0 &&
		strcmp(separator, ",") != 0)
		code = ctl_say(ctl, CTL_USAGE, "--separator harus , atau ;");
	arena_init(&im->row_arena, ROW_ARENA_BYTES);
	buf_init(&im->body, BODY_BYTES);
	if (code == CTL_DONE)
		code = import_file(im, argv[1], separator);
	buf_clear(&im->body);
	arena_clear(&im->row_arena);
	import_result_clear(&im->result);
	free(im);
	return code;
}

int ctl_import(int argc, char **argv)
{
	struct ctl ctl;
	enum ctl_exit code;
	struct buf usage;
	char zero = '\0';

	buf_init(&usage, 64 * 1024);
	buf_print(&usage, "%s", usage_head);
	import_describe(&usage);
	buf_add(&usage, &zero, 1);
	if (ctl_open(&ctl, &argc, argv, usage.ptr, &code))
		code = run(&ctl, argc, argv);
	buf_clear(&usage);
	return ctl_end(&ctl, code);
}

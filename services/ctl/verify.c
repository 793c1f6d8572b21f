#include "ctl/verify.h"

#include "ctl/stopped.h"
#include "ctl/verbs.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
	"Penggunaan: ppidctl verify [LAYANAN ...] [--offline]\n"
	"Memeriksa setiap catatan: nomor, rantai, dan rahasia yang disegel terhadap komitmennya;\n"
	"pada federation juga salinan log simpul lain, cabang-cabang lama hanya dengan --offline.\n"
	"  --offline  layanan berhenti; penyimpanan dibuka langsung dengan kuncinya\n";

static void json_verdict(const char *service, const struct verdict *v, bool is_bad)
{
	struct buf out;

	buf_init(&out, 4096);
	buf_print(&out,
		"{\"layanan\":\"%s\",\"baik\":%s,\"catatan\":%" PRIu64 ",\"segel_baik\":%" PRIu64
		",\"segel_dihapus\":%" PRIu64 ",\"data_hilang\":%" PRIu64,
		service, is_bad ? "false" : "true", v->records, v->seals_good, v->seals_erased,
		v->seals_lost);
	if (v->bad_seq > 0)
		buf_print(&out, ",\"%s\":%" PRIu64, v->is_later ? "versi_lebih_baru" : "rusak", v->bad_seq);
	if (v->seal_seq > 0) {
		buf_print(&out, ",\"segel_seq\":%" PRIu64 ",\"segel_rusak\":", v->seal_seq);
		json_write_text(v->seal_what, &out);
	}
	if (v->mirrors > 0)
		buf_print(&out, ",\"salinan\":%" PRIu32 ",\"salinan_catatan\":%" PRIu64, v->mirrors,
			v->mirror_records);
	if (v->mirror_bad_seq > 0) {
		buf_print(&out, ",\"salinan_rusak\":%" PRIu64 ",\"salinan_cabang\":%" PRIu32,
			v->mirror_bad_seq, v->mirror_bad_branch);
		buf_print(&out, ",\"salinan_aliran\":");
		json_write_text(v->mirror_bad, &out);
	}
	buf_print(&out, "}\n");
	ctl_print(&out);
	buf_clear(&out);
}

static enum ctl_exit say_verdict(struct ctl *ctl, const char *service, const struct verdict *v)
{
	bool is_bad = v->bad_seq > 0 || v->seal_seq > 0 || v->mirror_bad_seq > 0;

	if (ctl->is_json) {
		json_verdict(service, v, is_bad);
		return is_bad ? CTL_REFUSED : CTL_DONE;
	}
	printf("%-13s %s  %" PRIu64 " catatan, %" PRIu64 " segel cocok, %" PRIu64
		   " dihapus dengan sah\n",
		service, is_bad ? "RUSAK" : "baik ", v->records, v->seals_good, v->seals_erased);
	if (v->bad_seq > 0 && v->is_later)
		printf("    catatan %" PRIu64
			   " dan sesudahnya ditulis versi program yang lebih baru: pakai "
			   "versi itu\n",
			v->bad_seq);
	else if (v->bad_seq > 0)
		printf("    catatan rusak pertama: %" PRIu64 "\n", v->bad_seq);
	if (v->seal_seq > 0)
		printf("    segel tidak cocok pertama: catatan %" PRIu64 ", %.*s\n", v->seal_seq,
			(int)v->seal_what.len, v->seal_what.ptr);
	if (v->seals_lost > 0)
		printf("    %" PRIu64
			   " isian hilang sejak pemulihan; lihat ppidctl ask data_hilang_daftar %s\n",
			v->seals_lost, service);
	if (v->mirrors > 0)
		printf("    %" PRIu32 " salinan log, %" PRIu64 " catatan\n", v->mirrors, v->mirror_records);
	if (v->mirror_bad_seq > 0)
		printf("    salinan rusak pertama: %.*s cabang %" PRIu32 " catatan %" PRIu64 "\n",
			(int)v->mirror_bad.len, v->mirror_bad.ptr, v->mirror_bad_branch, v->mirror_bad_seq);
	return is_bad ? CTL_REFUSED : CTL_DONE;
}

bool verify_progress(void *self, uint64_t done, uint64_t all)
{
	(void)self;
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r%" PRIu64 " dari %" PRIu64 " catatan", done, all);
	return true;
}

static void end_progress(void)
{
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r\033[K");
}

static enum ctl_exit verify_stopped(struct ctl *ctl, const struct service *service, void *self)
{
	struct stopped stopped;
	struct store_verdict got;
	struct verdict v;
	enum ctl_exit code = stopped_open(ctl, service, &stopped);
	enum err e;

	(void)self;
	if (code != CTL_DONE)
		return code;
	e = service_store_verify(service, stopped.store, verify_progress, NULL, &got);
	stopped_close(&stopped);
	end_progress();
	if (e != ERR_OK)
		return ctl_say_error(ctl, e, service->name);
	v = (struct verdict) { .records = got.records,
		.bad_seq = got.bad_seq,
		.is_later = got.is_later,
		.seals_good = got.seals_good,
		.seals_erased = got.seals_erased,
		.seal_seq = got.seal_seq,
		.seals_lost = got.seals_lost,
		.mirrors = got.mirrors,
		.mirror_records = got.mirror_records,
		.mirror_bad_seq = got.mirror_bad_seq,
		.mirror_bad_branch = got.mirror_bad_branch,
		.mirror_bad = str_of(got.mirror_bad) };
	if (got.seal_seq > 0) {
		char *what = arena_print(&ctl->arena, "%s (%s)", got.seal_table,
			got.is_missing ? "tidak ada" : "berubah");

		v.seal_what = str_of(what == NULL ? got.seal_table : what);
	}
	return say_verdict(ctl, service->name, &v);
}

static enum ctl_exit verify_one_running(struct ctl *ctl, const struct service *service, void *self)
{
	struct verdict v = { 0 };
	enum ctl_exit code = verify_running(ctl, service->name, &v);

	(void)self;
	end_progress();
	return code == CTL_DONE ? say_verdict(ctl, service->name, &v) : code;
}

static enum ctl_exit run(struct ctl *ctl, int argc, char **argv)
{
	bool is_offline = ctl_flag(&argc, argv, "--offline");
	enum ctl_exit code = ctl_rest(ctl, argc, argv, 0, 16);

	if (code != CTL_DONE)
		return code;
	return stopped_each(ctl, argv + 1, argc - 1, is_offline ? verify_stopped : verify_one_running,
		NULL);
}

int ctl_verify(int argc, char **argv)
{
	struct ctl ctl;
	enum ctl_exit code;

	if (ctl_open(&ctl, &argc, argv, usage, &code))
		code = run(&ctl, argc, argv);
	return ctl_end(&ctl, code);
}

#include "ctl/ctl.h"
#include "ctl/node_link.h"
#include "ctl/services.h"
#include "ctl/verbs.h"
#include "runtime/metrics.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { SERVICES_MAX = 16, ONE_ASK_MS = 3000, PAUSE_MS = 100 };

static const char usage[] =
	"Penggunaan: ppidctl status [LAYANAN ...] [--wait DETIK] [--metrics] [--json]\n"
	"  --wait DETIK  menunggu sampai semua layanan siap\n"
	"  --metrics     angka-angka dalam bentuk Prometheus\n";

struct answers {
	const char *names[SERVICES_MAX];
	struct keadaan_layanan states[SERVICES_MAX];
	bool is_there[SERVICES_MAX];
	uint32_t count;
};

/* A service that does not answer is a state, not an error. */
static enum ctl_exit ask_one(struct ctl *ctl, struct answers *a, uint32_t i)
{
	uint32_t within_ms = ctl->within_ms;
	struct keadaan q = { 0 };
	struct client *client = NULL;

	if (ctl_need_way(ctl) != CTL_DONE)
		return CTL_USAGE;
	ctl->within_ms = within_ms < ONE_ASK_MS ? within_ms : ONE_ASK_MS;
	a->is_there[i] = ctl_dial_quietly(ctl, a->names[i], &client) == ERR_OK &&
		ctl_ask_quietly(ctl, client, &schema_keadaan, &q, ctl->within_ms, NULL, &a->states[i]) ==
			ERR_OK;
	client_close(&client);
	ctl->within_ms = within_ms;
	return CTL_DONE;
}

static bool all_ready(const struct answers *a)
{
	for (uint32_t i = 0; i < a->count; i++)
		if (!a->is_there[i] || !a->states[i].siap)
			return false;
	return true;
}

static void print_followed(const struct keadaan_layanan *s, struct buf *out)
{
	for (uint32_t i = 0; i < s->mengikuti_len; i++) {
		const struct posisi *p = &s->mengikuti[i];
		uint64_t lag = p->has_kepala && p->kepala > p->seq ? p->kepala - p->seq : 0;

		buf_print(out, "    mengikuti %.*s sampai %llu, tertinggal %llu%s", (int)p->aliran.len,
			p->aliran.ptr, (unsigned long long)p->seq, (unsigned long long)lag,
			p->has_terhubung && !p->terhubung ? ", tidak terhubung" : "");
		if (p->has_berhenti)
			buf_print(out, ", BERHENTI: %.*s", (int)p->berhenti.len, p->berhenti.ptr);
		buf_print(out, "\n");
	}
}

static void print_one(const char *name, const struct keadaan_layanan *s, struct buf *out)
{
	buf_print(out,
		"%-13s %s  log %llu  perintah %llu  ditolak %llu  parkir %llu  surat %llu  kerja %llu\n",
		name, s->siap ? "siap  " : "belum ", (unsigned long long)s->kepala.seq,
		(unsigned long long)s->perintah_diterima, (unsigned long long)s->perintah_ditolak,
		(unsigned long long)s->parkir, (unsigned long long)s->surat_keluar,
		(unsigned long long)s->kerja_terbuka);
	if (s->dipagari)
		buf_print(out, "    DIPAGARI (%.*s): hanya membaca; lihat ppidctl node unfence\n",
			s->has_sebab_pagar ? (int)s->sebab_pagar.len : 0,
			s->has_sebab_pagar ? s->sebab_pagar.ptr : "");
	if (s->has_kepala_tercatat && s->kepala_tercatat > s->kepala.seq)
		buf_print(out,
			"    kurang %llu catatan; dicari pada simpul induk, dan terbuka sendiri bila semuanya "
			"kembali: tunggu dahulu\n",
			(unsigned long long)(s->kepala_tercatat - s->kepala.seq));
	if (s->has_sisa_tanpa_tanda)
		buf_print(out,
			"    SISA TANPA TANDA: %llu catatan pada simpul induk yang tidak terbukti berasal dari "
			"simpul ini;\n    lihat ppidctl node unfence --take-rest\n",
			(unsigned long long)s->sisa_tanpa_tanda);
	if (s->has_data_hilang)
		buf_print(out,
			"    DATA HILANG: %llu isian atau keputusan sejak pemulihan; lihat ppidctl ask "
			"data_hilang_daftar "
			"%s\n",
			(unsigned long long)s->data_hilang, name);
	if (s->jam_diragukan)
		buf_print(out,
			"    JAM DIRAGUKAN: nomor dan pewaktu menunggu; lihat ppidctl node clock --confirm\n");
	if (s->hanya_baca || !str_is(s->tingkat, "normal"))
		buf_print(out, "    penyimpanan %.*s%s, bebas %llu MiB\n", (int)s->tingkat.len,
			s->tingkat.ptr, s->hanya_baca ? ", hanya baca" : "",
			(unsigned long long)(s->disk_bebas >> 20));
	if (s->has_menunggu)
		buf_print(out, "    pewaktu menunggu aliran %.*s\n", (int)s->menunggu.len, s->menunggu.ptr);
	print_followed(s, out);
}

static void print_all(struct ctl *ctl, const struct answers *a, struct buf *out)
{
	if (ctl->is_json)
		buf_print(out, "[");
	for (uint32_t i = 0; i < a->count; i++) {
		if (ctl->is_json && i > 0)
			buf_print(out, ",");
		if (ctl->is_json && a->is_there[i])
			json_write(&schema_keadaan_layanan, &a->states[i], JSON_MASKED, out);
		else if (ctl->is_json)
			buf_print(out, "{\"layanan\":\"%s\",\"siap\":false,\"galat\":\"tidak_menjawab\"}",
				a->names[i]);
		else if (a->is_there[i]) {
			print_one(a->names[i], &a->states[i], out);
			if (strcmp(a->names[i], "federation") == 0)
				node_status_lines(ctl, out);
		} else
			buf_print(out, "%-13s tidak menjawab\n", a->names[i]);
	}
	if (ctl->is_json)
		buf_print(out, "]\n");
}

static void print_metrics(const struct answers *a, struct buf *out)
{
	struct keadaan_layanan there[SERVICES_MAX];
	uint32_t count = 0;

	for (uint32_t i = 0; i < a->count; i++)
		if (a->is_there[i])
			there[count++] = a->states[i];
	metrics_write(there, count, out);
}

static enum ctl_exit run(struct ctl *ctl, int argc, char **argv)
{
	const char *wait_text = ctl_option(&argc, argv, "--wait");
	bool is_metrics = ctl_flag(&argc, argv, "--metrics");
	struct answers *a = arena_take(&ctl->arena, sizeof *a);
	enum ctl_exit code = ctl_rest(ctl, argc, argv, 0, SERVICES_MAX);
	uint64_t wait_s = 0;
	time_us until;
	struct buf out;

	if (code != CTL_DONE || a == NULL)
		return code;
	if (wait_text != NULL && (!str_number(str_of(wait_text), &wait_s) || wait_s > 3600))
		return ctl_say(ctl, CTL_USAGE, "--wait harus 0 sampai dengan 3600 detik");
	for (int i = 1; i < argc; i++)
		a->names[a->count++] = argv[i];
	for (uint32_t i = 0; argc == 1 && i < all_services_count; i++)
		a->names[a->count++] = all_services[i]->name;
	until = host_steady(&ctl->host) + (time_us)wait_s * US_PER_SECOND;
	for (;;) {
		for (uint32_t i = 0; i < a->count && code == CTL_DONE; i++)
			code = ask_one(ctl, a, i);
		if (code != CTL_DONE || all_ready(a) || host_steady(&ctl->host) >= until)
			break;
		(void)nanosleep(&(struct timespec) { .tv_nsec = PAUSE_MS * 1000000L }, NULL);
	}
	if (code != CTL_DONE)
		return code;
	buf_init(&out, CTL_OUTPUT_MAX);
	if (is_metrics)
		print_metrics(a, &out);
	else
		print_all(ctl, a, &out);
	ctl_print(&out);
	buf_clear(&out);
	return all_ready(a) ? CTL_DONE : CTL_REFUSED;
}

int ctl_status(int argc, char **argv)
{
	struct ctl ctl;
	enum ctl_exit code;

	if (ctl_open(&ctl, &argc, argv, usage, &code))
		code = run(&ctl, argc, argv);
	return ctl_end(&ctl, code);
}

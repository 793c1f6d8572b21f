#include "ctl/ctl.h"
#include "ctl/node_link.h"
#include "ctl/services.h"
#include "ctl/verbs.h"

#include <stdio.h>
#include <string.h>

enum { REST_WITHIN_MS = 60000 };

static const char usage[] =
	"Penggunaan: ppidctl node identity [SIMPUL] [--address tcp://NAMA:PORT] [--out BERKAS]\n"
	"            ppidctl node invite BERKAS --unit UNIT [--unit ...] [--address tcp://NAMA:PORT]\n"
	"            ppidctl node accept SIMPUL --words \"delapan kata\"\n"
	"            ppidctl node join BERKAS [--words \"delapan kata\"]\n"
	"            ppidctl node leave SIMPUL\n"
	"            ppidctl node list\n"
	"            ppidctl node suspend|resume SIMPUL\n"
	"            ppidctl node revoke SIMPUL --reason ALASAN\n"
	"            ppidctl node replace BERKAS [--unit UNIT ...]\n"
	"            ppidctl node rotate [BERKAS] [--address tcp://NAMA:PORT] [--out BERKAS]\n"
	"            ppidctl node branches [--open]\n"
	"            ppidctl node orphans decide ALIRAN CABANG batal|dimasukkan_ulang\n"
	"            ppidctl node unfence --new-epoch --reason ALASAN [LAYANAN ...]\n"
	"            ppidctl node unfence --take-rest [LAYANAN ...]\n"
	"            ppidctl node clock --confirm [LAYANAN ...]\n"
	"  identity  identitas simpul ini sebagai teks, untuk dibawa ke simpul lain\n"
	"  invite    di induk: mengenal simpul anak dari identitasnya\n"
	"  accept    di induk: menerimanya, setelah kata-kata dicocokkan lewat jalan lain\n"
	"  join      di anak: menetapkan induk dari identitasnya; leave melepaskannya\n"
	"  list      simpul yang terhubung: keadaan, kontak terakhir, ketertinggalan, masalah\n"
	"  suspend   tidak menerima sambungannya sampai resume\n"
	"  revoke    kuncinya tidak pernah diterima lagi; ALASAN: hilang, dibobol, ditutup,\n"
	"            pindah_induk, lainnya\n"
	"  replace   simpul yang sama kembali dengan kunci baru\n"
	"  rotate    tanpa BERKAS: pemberitahuan kunci baru simpul ini; dengan BERKAS: mencatat milik\n"
	"            simpul lain\n"
	"  branches  riwayat yang bercabang dan catatan yatimnya; orphans decide memutuskannya\n"
	"  unfence   membuka layanan yang dipagari, dalam epoch baru: catatan yang hilang tetap "
	"hilang.\n"
	"            ALASAN: pemulihan, salinan, catatan_samping_hilang. Dengan --take-rest, tanpa "
	"epoch\n"
	"            baru: ekor log yang ada pada simpul induk diambil, walaupun tidak ada tanda "
	"tangan\n"
	"            simpul ini yang membuktikannya\n"
	"  clock     menyatakan bahwa jam mesin ini benar\n"
	"SIMPUL: nama atau id seperti pada list. Semua keputusan tercatat dalam log dengan akunnya:\n"
	"--as ID administrator simpul. unfence dan clock tanpa LAYANAN: semua yang memerlukannya.\n";

/* Sends the command to the services that are in the state it is for. */
struct decision {
	const struct schema *schema;
	const void *body;
	bool (*needs)(const struct keadaan_layanan *state);
	/* What goes with it, said before; NULL: nothing. */
	void (*warns)(struct ctl *ctl, const char *service, const struct keadaan_layanan *state);
};

static bool is_fenced(const struct keadaan_layanan *state)
{
	return state->dipagari;
}

static bool is_doubted(const struct keadaan_layanan *state)
{
	return state->jam_diragukan;
}

static enum ctl_exit decide_for(struct ctl *ctl, const char *service, const struct decision *d,
	uint32_t *done)
{
	struct keadaan question = { 0 };
	struct keadaan_layanan state;
	struct client *client = NULL;
	struct sesi_reply reply;
	enum ctl_exit code = ctl_dial(ctl, service, &client);

	if (code == CTL_DONE)
		code = ctl_ask(ctl, client, &schema_keadaan, &question, NULL, &state);
	if (code == CTL_DONE && d->needs(&state)) {
		if (d->warns != NULL)
			d->warns(ctl, service, &state);
		code = ctl_command(ctl, client, d->schema, d->body, (struct id) { { 0 } }, NULL, &reply);
		if (code == CTL_DONE) {
			(*done)++;
			if (!ctl->is_json)
				printf("%s: selesai, catatan %llu\n", service,
					(unsigned long long)(reply.has_first_seq ? reply.first_seq : 0));
		}
	}
	client_close(&client);
	return code;
}

static enum ctl_exit decide(struct ctl *ctl, const struct decision *d, char **names, int count)
{
	enum ctl_exit worst = CTL_DONE;
	uint32_t done = 0;

	for (int k = 0; k < count; k++)
		if (service_of_name(names[k]) == NULL)
			return ctl_say(ctl, CTL_USAGE, "layanan tidak dikenal: %s", names[k]);

	for (uint32_t i = 0; i < all_services_count; i++) {
		bool is_meant = count == 0;

		for (int k = 0; k < count; k++)
			is_meant = is_meant || strcmp(names[k], all_services[i]->name) == 0;
		if (is_meant) {
			enum ctl_exit code = decide_for(ctl, all_services[i]->name, d, &done);

			worst = code == CTL_DONE ? worst : code;
		}
	}
	if (ctl->is_json)
		printf("{\"layanan\":%u}\n", done);
	else if (done == 0 && worst == CTL_DONE)
		printf("Tidak ada layanan yang memerlukannya.\n");
	return worst;
}

static bool has_rest(const struct keadaan_layanan *state)
{
	return state->dipagari && state->has_sisa_tanpa_tanda;
}

/* The service answers "not now" until it has all of it; the client asks again. */
static enum ctl_exit take_rest(struct ctl *ctl, char **names, int count)
{
	struct buka_pagar command = { .alasan = ALASAN_EPOCH_PEMULIHAN,
		.has_ambil_sisa = true,
		.ambil_sisa = true };

	if (ctl->within_ms < REST_WITHIN_MS)
		ctl->within_ms = REST_WITHIN_MS;
	return decide(ctl, &(struct decision) { &schema_buka_pagar, &command, has_rest, NULL }, names,
		count);
}

static void warn_of_orphans(struct ctl *ctl, const char *service,
	const struct keadaan_layanan *state)
{
	if (state->has_kepala_tercatat && state->kepala_tercatat > state->kepala.seq)
		(void)ctl_say(ctl, CTL_DONE,
			"%s: %llu catatan belum kembali; yang masih ada pada simpul induk menjadi yatim di "
			"sana (ppidctl node branches)",
			service, (unsigned long long)(state->kepala_tercatat - state->kepala.seq));
}

static enum ctl_exit unfence(struct ctl *ctl, int argc, char **argv)
{
	bool is_new = ctl_flag(&argc, argv, "--new-epoch");
	bool takes_rest = ctl_flag(&argc, argv, "--take-rest");
	const char *reason = ctl_option(&argc, argv, "--reason");
	struct buka_pagar command = { 0 };
	uint32_t number;
	enum ctl_exit code = ctl_rest(ctl, argc, argv, 1, 17);

	if (code != CTL_DONE)
		return code;
	if (takes_rest && !is_new)
		return take_rest(ctl, argv + 2, argc - 2);
	if (!is_new || takes_rest)
		return ctl_say(ctl, CTL_USAGE,
			"layanan dibuka dengan epoch baru (--new-epoch) atau dengan sisa dari simpul induk "
			"(--take-rest)");
	if (reason == NULL || !enum_number(&enum_alasan_epoch, str_of(reason), &number))
		return ctl_say(ctl, CTL_USAGE, "--reason pemulihan, salinan atau catatan_samping_hilang");
	command.alasan = number;
	return decide(ctl,
		&(struct decision) { &schema_buka_pagar, &command, is_fenced, warn_of_orphans }, argv + 2,
		argc - 2);
}

static enum ctl_exit confirm_clock(struct ctl *ctl, int argc, char **argv)
{
	bool is_confirmed = ctl_flag(&argc, argv, "--confirm");
	struct konfirmasi_jam command = { 0 };
	enum ctl_exit code = ctl_rest(ctl, argc, argv, 1, 17);

	if (code != CTL_DONE)
		return code;
	if (!is_confirmed)
		return ctl_say(ctl, CTL_USAGE, "periksa jam mesin ini, lalu nyatakan dengan --confirm");
	return decide(ctl, &(struct decision) { &schema_konfirmasi_jam, &command, is_doubted, NULL },
		argv + 2, argc - 2);
}

static const struct {
	const char *name;
	node_part *run;
} parts[] = {
	{ "identity", node_identity },
	{ "invite", node_invite },
	{ "accept", node_accept },
	{ "join", node_join },
	{ "leave", node_leave },
	{ "list", node_list },
	{ "suspend", node_suspend },
	{ "resume", node_resume },
	{ "revoke", node_revoke },
	{ "replace", node_replace },
	{ "rotate", node_rotate },
	{ "branches", node_branches },
	{ "orphans", node_orphans },
	{ "unfence", unfence },
	{ "clock", confirm_clock },
};

static enum ctl_exit run(struct ctl *ctl, int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof parts / sizeof parts[0]; i++)
		if (strcmp(argv[1], parts[i].name) == 0)
			return parts[i].run(ctl, argc, argv);
	if (argc > 1)
		return ctl_say(ctl, CTL_USAGE, "tidak dikenal: %s; lihat ppidctl node --help", argv[1]);
	return ctl_say(ctl, CTL_USAGE, "sebutkan salah satu dari ini\n%s", usage);
}

int ctl_node(int argc, char **argv)
{
	struct ctl ctl;
	enum ctl_exit code;

	if (ctl_open(&ctl, &argc, argv, usage, &code))
		code = run(&ctl, argc, argv);
	return ctl_end(&ctl, code);
}

#include "ctl/ctl.h"
#include "ctl/services.h"
#include "ctl/verbs.h"

#include <stdio.h>
#include <string.h>

static const char usage[] =
	"Penggunaan: ppidctl node unfence --new-epoch --reason ALASAN [LAYANAN ...]\n"
	"            ppidctl node clock --confirm [LAYANAN ...]\n"
	"  unfence  membuka layanan yang dipagari, dalam epoch baru: catatan yang hilang tetap "
	"hilang.\n"
	"           ALASAN: pemulihan, salinan, catatan_samping_hilang\n"
	"  clock    menyatakan bahwa jam mesin ini benar\n"
	"Keduanya keputusan orang dan tercatat dalam log dengan akunnya: --as ID administrator "
	"simpul,\n"
	"setelah simpul mempunyai hak. Tanpa LAYANAN: semua yang memerlukannya.\n";

/* Sends the command to the services that are in the state it is for. */
struct decision {
	const struct schema *schema;
	const void *body;
	bool (*needs)(const struct keadaan_layanan *state);
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

static enum ctl_exit unfence(struct ctl *ctl, int argc, char **argv)
{
	bool is_new = ctl_flag(&argc, argv, "--new-epoch");
	const char *reason = ctl_option(&argc, argv, "--reason");
	struct buka_pagar command = { 0 };
	uint32_t number;
	enum ctl_exit code = ctl_rest(ctl, argc, argv, 1, 17);

	if (code != CTL_DONE)
		return code;
	if (!is_new)
		return ctl_say(ctl, CTL_USAGE, "layanan hanya dapat dibuka dengan epoch baru: --new-epoch");
	if (reason == NULL || !enum_number(&enum_alasan_epoch, str_of(reason), &number))
		return ctl_say(ctl, CTL_USAGE, "--reason pemulihan, salinan atau catatan_samping_hilang");
	command.alasan = number;
	return decide(ctl, &(struct decision) { &schema_buka_pagar, &command, is_fenced }, argv + 2,
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
	return decide(ctl, &(struct decision) { &schema_konfirmasi_jam, &command, is_doubted },
		argv + 2, argc - 2);
}

static enum ctl_exit run(struct ctl *ctl, int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "unfence") == 0)
		return unfence(ctl, argc, argv);
	if (argc > 1 && strcmp(argv[1], "clock") == 0)
		return confirm_clock(ctl, argc, argv);
	return ctl_say(ctl, CTL_USAGE, "unfence atau clock\n%s", usage);
}

int ctl_node(int argc, char **argv)
{
	struct ctl ctl;
	enum ctl_exit code;

	if (ctl_open(&ctl, &argc, argv, usage, &code))
		code = run(&ctl, argc, argv);
	return ctl_end(&ctl, code);
}

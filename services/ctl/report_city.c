/* The figures of a city: pages of reporting, and what federation says of the nodes that they come from. */
#include "ctl/report_city.h"

enum { PAGES_MAX = 100000, LINKS_WITHIN_MS = 3000 };

struct wish {
	struct laporan_kota question;
	const char *node;
	bool is_csv;
};

/* --- what federation knows; without it the figures are told all the same --- */

static enum err add_link(struct kota *k, const struct simpul_baris *row)
{
	const struct kota_simpul node = { .simpul = row->identitas.simpul,
		.nama = row->identitas.nama,
		.has_tautan = true,
		.terhubung = row->terhubung,
		.has_kontak = row->has_kontak,
		.kontak = row->kontak };
	enum err e;

	if (row->induk) /* what is above tells nothing downwards */
		return ERR_OK;
	e = kota_add_node(k, &node);
	if (row->status == STATUS_TAUTAN_DICABUT)
		return e;
	for (uint32_t i = 0; i < row->unit_len && e == ERR_OK; i++)
		e = kota_add_unit(k, node.simpul, row->unit[i]);
	return e;
}

static enum err add_links(struct ctl *ctl, struct client *client, struct kota *k)
{
	struct simpul_daftar question = { .has_simpul = false };
	struct str go_on = { NULL, 0 };
	enum err e = ERR_OK;

	do {
		struct simpul_daftar_jawab answer;

		e = ctl_ask_quietly(ctl, client, &schema_simpul_daftar, &question, LINKS_WITHIN_MS, &go_on,
			&answer);
		for (uint32_t i = 0; e == ERR_OK && i < answer.simpul_len; i++)
			e = add_link(k, &answer.simpul[i]);
	} while (e == ERR_OK && go_on.ptr != NULL);
	return e;
}

/* Names and last contacts of nodes further below, which have no link here. */
static enum err add_streams(struct ctl *ctl, struct client *client, struct kota *k)
{
	struct katalog_aliran question = { 0 };
	struct str go_on = { NULL, 0 };
	enum err e = ERR_OK;

	do {
		struct daftar_aliran answer;

		e = ctl_ask_quietly(ctl, client, &schema_katalog_aliran, &question, LINKS_WITHIN_MS, &go_on,
			&answer);
		for (uint32_t i = 0; e == ERR_OK && i < answer.aliran_len; i++) {
			const struct aliran_simpul *a = &answer.aliran[i];

			e = kota_add_node(k,
				&(struct kota_simpul) { .simpul = a->simpul,
					.nama = a->simpul_nama,
					.has_kontak = a->has_kontak,
					.kontak = a->kontak });
		}
	} while (e == ERR_OK && go_on.ptr != NULL);
	return e;
}

static void add_known(struct ctl *ctl, struct kota *k)
{
	uint32_t within_ms = ctl->within_ms;
	struct client *client = NULL;
	enum err e;

	if (ctl->within_ms > LINKS_WITHIN_MS)
		ctl->within_ms = LINKS_WITHIN_MS;
	e = ctl_dial_quietly(ctl, "federation", &client);
	if (e == ERR_OK)
		e = add_links(ctl, client, k);
	if (e == ERR_OK)
		e = add_streams(ctl, client, k);
	client_close(&client);
	ctl->within_ms = within_ms;
	if (e != ERR_OK)
		(void)ctl_say(ctl, CTL_DONE,
			"federation tidak menjawab: simpul tanpa data dan kontak terakhir tidak ditampilkan");
}

/* --- which node is meant --- */

/* Of our own node only its name is known before an answer; the first page says its id. */
static enum ctl_exit own_node(struct ctl *ctl, struct client *client,
	const struct laporan_kota *question, struct id *ret)
{
	struct laporan_kota_jawab page;
	struct str go_on = { NULL, 0 };
	enum ctl_exit code = ctl_ask(ctl, client, &schema_laporan_kota, question, &go_on, &page);

	if (code == CTL_DONE)
		*ret = page.simpul;
	return code;
}

static enum ctl_exit choose_node(struct ctl *ctl, struct client *client, const struct kota *k,
	struct wish *wish)
{
	struct str text = str_of(wish->node == NULL ? "" : wish->node);
	struct laporan_kota *q = &wish->question;
	uint32_t found = 0;
	struct id id;

	if (wish->node == NULL)
		return CTL_DONE;
	if (id_parse(text, &id) == ERR_OK)
		found = 1;
	for (uint32_t i = 0; i < k->simpul_len && found < 2; i++)
		if (str_equal(k->simpul_list[i].nama, text) &&
			(found == 0 || !id_equal(id, k->simpul_list[i].simpul))) {
			id = k->simpul_list[i].simpul;
			found++;
		}
	if (found == 0 && ctl->node != NULL && str_is(text, ctl->node)) {
		enum ctl_exit code = own_node(ctl, client, q, &id);

		if (code != CTL_DONE)
			return code;
		found = 1;
	}
	if (found != 1)
		return ctl_say(ctl, CTL_REFUSED,
			found == 0 ? "tidak ada simpul %s" : "beberapa simpul bernama %s; sebutkan id-nya",
			wish->node);
	q->has_simpul = true;
	q->simpul = id;
	return CTL_DONE;
}

/* Units that only a link names: those that were not asked for go. */
static void keep_wanted(struct kota *k, const struct laporan_kota *q)
{
	uint32_t len = 0;

	for (uint32_t i = 0; i < k->baris_len; i++)
		if ((!q->has_simpul || id_equal(q->simpul, k->baris[i].simpul)) &&
			(!q->has_unit || str_equal(q->unit, k->baris[i].unit)))
			k->baris[len++] = k->baris[i];
	k->baris_len = len;
}

/* --- the report --- */

static enum ctl_exit read_pages(struct ctl *ctl, struct client *client,
	const struct laporan_kota *question, struct kota *k)
{
	struct str go_on = { NULL, 0 };

	for (uint32_t n = 0; n < PAGES_MAX; n++) {
		struct laporan_kota_jawab page;
		enum ctl_exit code = ctl_ask(ctl, client, &schema_laporan_kota, question, &go_on, &page);
		enum err e = code == CTL_DONE ? kota_add(k, &page) : ERR_OK;

		if (e != ERR_OK)
			return ctl_say_error(ctl, e == ERR_INVALID ? ERR_CORRUPT : e, "laporan");
		if (code != CTL_DONE || go_on.ptr == NULL)
			return code;
	}
	return ctl_say(ctl, CTL_FAILED, "laporan tidak berakhir");
}

static enum ctl_exit read_city(struct ctl *ctl, struct wish *wish, struct kota *k)
{
	struct client *client = NULL;
	enum ctl_exit code = ctl_dial(ctl, "reporting", &client);
	struct kota_simpul own = { .nama = str_of(ctl->node == NULL ? "" : ctl->node) };

	if (code != CTL_DONE)
		return code;
	kota_begin(k, &ctl->arena);
	add_known(ctl, k);
	code = choose_node(ctl, client, k, wish);
	if (code == CTL_DONE) {
		keep_wanted(k, &wish->question);
		code = read_pages(ctl, client, &wish->question, k);
	}
	client_close(&client);
	own.simpul = k->simpul;
	if (code == CTL_DONE && (kota_add_node(k, &own) != ERR_OK || kota_end(k) != ERR_OK))
		code = ctl_say_error(ctl, ERR_LIMIT, "laporan");
	return code;
}

enum ctl_exit report_city(struct ctl *ctl, int argc, char **argv, const char *node)
{
	const char *period = ctl_option(&argc, argv, "--period");
	const char *unit = ctl_option(&argc, argv, "--unit");
	struct wish wish = { .node = node, .is_csv = ctl_flag(&argc, argv, "--csv") };
	struct kota *k = arena_take(&ctl->arena, sizeof *k);
	struct city city = { .kota = k, .unit = unit, .node = wish.node };
	enum ctl_exit code = ctl_rest(ctl, argc, argv, 0, 0);
	struct problem why;
	struct buf out;

	if (code != CTL_DONE || k == NULL)
		return code;
	if (period == NULL)
		return ctl_say(ctl, CTL_USAGE, "--period wajib diberikan\n%s", ctl->usage);
	if (wish.is_csv && ctl->is_json)
		return ctl_say(ctl, CTL_USAGE, "--json dan --csv tidak dapat bersama-sama");
	if (periode_parse(str_of(period), &city.periode, &why) != ERR_OK)
		return ctl_say(ctl, CTL_USAGE, "--period %s: %s", period, why.rule);
	wish.question = (struct laporan_kota) { .periode = str_of(period),
		.has_unit = unit != NULL,
		.unit = str_of(unit == NULL ? "" : unit) };
	code = read_city(ctl, &wish, k);
	if (code == CTL_DONE && k->baris_len == 0 && (unit != NULL || wish.node != NULL))
		code = ctl_say(ctl, CTL_REFUSED, "tidak ada unit yang sesuai");
	if (code != CTL_DONE)
		return code;
	buf_init(&out, CTL_OUTPUT_MAX);
	if (ctl->is_json)
		city_json(&city, &out);
	else if (wish.is_csv)
		city_csv(&city, &out);
	else
		city_text(&city, &out);
	ctl_print(&out);
	buf_clear(&out);
	return CTL_DONE;
}

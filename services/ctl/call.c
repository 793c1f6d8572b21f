#include "ctl/call_tcp.h"

#include "runtime/node_setting.h"
#include "runtime/version.h"

#include <assert.h>
#include <string.h>

enum { BODY_BYTES_MAX = 61440 };

/* What an outcome means to the person at the terminal. */
static const char *const status_words[] = {
	[SESI_STATUS_OK] = "selesai",
	[SESI_STATUS_DUP_OK] = "sudah dilakukan sebelumnya",
	[SESI_STATUS_REJECTED] = "ditolak",
	[SESI_STATUS_CONFLICT] = "bertentangan dengan keadaan sekarang",
	[SESI_STATUS_BUSY] = "layanan belum dapat melakukannya sekarang; tidak ada yang berubah",
	[SESI_STATUS_READONLY] = "penyimpanan sedang tidak dapat ditulis; tidak ada yang berubah",
	[SESI_STATUS_EXPIRED] = "tidak sempat dikerjakan; tidak ada yang berubah",
	[SESI_STATUS_UNKNOWN] = "hasil tidak diketahui; ulangi dengan id yang sama",
	[SESI_STATUS_DENIED] = "tidak berwenang",
	[SESI_STATUS_INVALID] = "isian tidak sah",
	[SESI_STATUS_TOO_OLD] = "id terlalu lama",
	[SESI_STATUS_NOT_FOUND] = "tidak ditemukan",
};

enum ctl_exit ctl_say_status(const struct ctl *ctl, enum sesi_status status, struct str field,
	struct str rule)
{
	const char *words = (size_t)status < sizeof status_words / sizeof status_words[0] &&
			status_words[status] != NULL
		? status_words[status]
		: "jawaban tidak dikenal";
	enum ctl_exit code = status == SESI_STATUS_UNKNOWN ? CTL_UNKNOWN
		: status == SESI_STATUS_BUSY || status == SESI_STATUS_READONLY ||
			status == SESI_STATUS_EXPIRED
		? CTL_FAILED
		: CTL_REFUSED;

	if (field.len > 0)
		return ctl_say(ctl, code, "%s: isian %.*s: %.*s", words, (int)field.len, field.ptr,
			(int)rule.len, rule.ptr);
	if (rule.len > 0)
		return ctl_say(ctl, code, "%s: %.*s", words, (int)rule.len, rule.ptr);
	return ctl_say(ctl, code, "%s", words);
}

enum ctl_exit ctl_say_error(const struct ctl *ctl, enum err e, const char *what)
{
	switch (e) {
	case ERR_TIMEOUT:
		return ctl_say(ctl, CTL_UNKNOWN, "%s: tidak ada jawaban; hasilnya tidak diketahui", what);
	case ERR_UNAVAILABLE:
		return ctl_say(ctl, CTL_FAILED, "%s: layanan tidak dapat dihubungi", what);
	case ERR_STATE:
		return ctl_say(ctl, CTL_FAILED, "%s: dihentikan", what);
	case ERR_OK:
	case ERR_INVALID:
	case ERR_DENIED:
	case ERR_NOT_FOUND:
	case ERR_LIMIT:
	case ERR_TOO_OLD:
	case ERR_CORRUPT:
	case ERR_READONLY:
	case ERR_IO:
		break;
	}
	return ctl_say(ctl, CTL_FAILED, "%s: gagal (%s)", what, err_name(e));
}

enum ctl_exit ctl_need_way(struct ctl *ctl)
{
	enum ctl_exit code;

	if (ctl->peers == NULL)
		return ctl_need(ctl, ctl->run, "PPID_RUN");
	code = ctl_need(ctl, ctl->keys, "PPID_KEYS");
	return code == CTL_DONE ? ctl_need(ctl, ctl->node, "PPID_NODE") : code;
}

/* *why stays as it is, or says more than the error does. */
static enum err dial(struct ctl *ctl, const char *service, struct client **ret, struct problem *why)
{
	struct client_options options = { .self = "ctl",
		.service = service,
		.version = version_number };
	struct client *client = NULL;
	char endpoint[NODE_PEER_MAX];
	enum err e = ctl->peers == NULL ? node_endpoint(ctl->run, service, endpoint)
									: node_peer_endpoint(ctl->peers, service, endpoint);

	_Static_assert(NODE_SOCKET_MAX <= NODE_PEER_MAX, "either fits");
	options.endpoint = endpoint;
	if (e == ERR_OK && ctl->peers != NULL)
		client = call_tcp_open(ctl, &options, &e, why);
	else if (e == ERR_OK)
		client = client_open(&options, &e);
	if (client == NULL)
		return e;
	e = client_connect(client, ctl->within_ms);
	if (e == ERR_OK)
		*ret = client;
	else {
		if (client_trouble(client) != NULL)
			*why = (struct problem) { "sambungan", client_trouble(client) };
		client_close(&client);
	}
	return e;
}

enum err ctl_dial_quietly(struct ctl *ctl, const char *service, struct client **ret)
{
	struct problem why = { NULL, NULL };

	return dial(ctl, service, ret, &why);
}

enum ctl_exit ctl_dial(struct ctl *ctl, const char *service, struct client **ret)
{
	struct problem why = { NULL, NULL };
	enum ctl_exit code = ctl_need_way(ctl);
	enum err e;

	if (code != CTL_DONE)
		return code;
	e = dial(ctl, service, ret, &why);
	if (e != ERR_OK && why.rule != NULL)
		return ctl_say(ctl, CTL_FAILED, "%s: layanan tidak dapat dihubungi (%s: %s)", service,
			why.field, why.rule);
	return e == ERR_OK ? CTL_DONE : ctl_say_error(ctl, e, service);
}

static enum ctl_exit encode(struct ctl *ctl, const struct schema *schema, const void *body,
	struct buf *out)
{
	struct problem why = { NULL, NULL };

	if (wire_encode(schema, body, out, &why) == ERR_OK)
		return CTL_DONE;
	return ctl_say_status(ctl, SESI_STATUS_INVALID, str_of(why.field == NULL ? "" : why.field),
		str_of(why.rule == NULL ? "" : why.rule));
}

static struct str optional(bool has, struct str s)
{
	return has ? s : (struct str) { "", 0 };
}

enum ctl_exit ctl_command(struct ctl *ctl, struct client *client, const struct schema *schema,
	const void *body, struct id id, void *reply, struct sesi_reply *ret)
{
	struct sesi_cmd cmd = { .id = id_is_zero(id) ? id_new(host_wall(&ctl->host)) : id,
		.actor = ctl->actor,
		.type = schema->code,
		.version = schema->version };
	struct problem why = { NULL, NULL };
	struct buf out;
	enum ctl_exit code;
	enum err e;

	buf_init(&out, BODY_BYTES_MAX);
	code = encode(ctl, schema, body, &out);
	if (code != CTL_DONE) {
		buf_clear(&out);
		return code;
	}
	cmd.body = buf_str(&out);
	e = client_command(client, &cmd, ctl->within_ms, &ctl->arena, ret);
	buf_clear(&out);
	if (e == ERR_TIMEOUT) {
		char text[ID_TEXT_MAX];

		id_text(cmd.id, text);
		return ctl_say(ctl, CTL_UNKNOWN, "%s: hasil tidak diketahui; ulangi dengan --id %s",
			schema->name, text);
	}
	if (e != ERR_OK)
		return ctl_say_error(ctl, e, schema->name);
	if (ret->status != SESI_STATUS_OK && ret->status != SESI_STATUS_DUP_OK)
		return ctl_say_status(ctl, ret->status, optional(ret->has_field, ret->field),
			optional(ret->has_rule, ret->rule));
	if (reply != NULL && schema->reply != NULL && ret->has_result &&
		wire_decode(schema->reply, ret->result, &ctl->arena, reply, &why) != ERR_OK)
		return ctl_say(ctl, CTL_FAILED, "%s: jawaban tidak terbaca", schema->name);
	return CTL_DONE;
}

static enum err ask(struct ctl *ctl, struct client *client, const struct schema *schema,
	const void *body, uint32_t within_ms, struct str *go_on, struct sesi_answer *ret)
{
	struct sesi_ask ask = { .type = schema->code, .version = schema->version, .actor = ctl->actor };
	struct problem why = { NULL, NULL };
	struct buf out;
	enum err e;

	buf_init(&out, BODY_BYTES_MAX);
	e = wire_encode(schema, body, &out, &why);
	if (e == ERR_OK) {
		ask.body = buf_str(&out);
		ask.has_go_on = go_on != NULL && go_on->ptr != NULL;
		if (ask.has_go_on)
			ask.go_on = *go_on;
		e = client_ask(client, &ask, within_ms, &ctl->arena, ret);
	}
	buf_clear(&out);
	return e;
}

static enum err take_answer(struct ctl *ctl, const struct schema *schema,
	const struct sesi_answer *got, struct str *go_on, void *answer)
{
	struct problem why = { NULL, NULL };
	enum err e =
		wire_decode(schema->reply, optional(got->has_body, got->body), &ctl->arena, answer, &why);

	if (e == ERR_OK && go_on != NULL)
		*go_on = got->has_go_on ? got->go_on : (struct str) { NULL, 0 };
	return e;
}

enum ctl_exit ctl_ask(struct ctl *ctl, struct client *client, const struct schema *schema,
	const void *body, struct str *go_on, void *answer)
{
	struct sesi_answer got;
	enum err e = ask(ctl, client, schema, body, ctl->within_ms, go_on, &got);

	if (e != ERR_OK)
		return ctl_say_error(ctl, e == ERR_TIMEOUT ? ERR_UNAVAILABLE : e, schema->name);
	if (got.status != SESI_STATUS_OK)
		return ctl_say_status(ctl, got.status, optional(got.has_field, got.field),
			optional(got.has_rule, got.rule));
	if (take_answer(ctl, schema, &got, go_on, answer) != ERR_OK)
		return ctl_say(ctl, CTL_FAILED, "%s: jawaban tidak terbaca", schema->name);
	return CTL_DONE;
}

enum err ctl_ask_quietly(struct ctl *ctl, struct client *client, const struct schema *schema,
	const void *body, uint32_t within_ms, struct str *go_on, void *answer)
{
	struct sesi_answer got;
	enum err e = ask(ctl, client, schema, body, within_ms, go_on, &got);

	if (e != ERR_OK)
		return e;
	if (got.status != SESI_STATUS_OK)
		return got.status == SESI_STATUS_BUSY ? ERR_UNAVAILABLE : ERR_STATE;
	return take_answer(ctl, schema, &got, go_on, answer);
}

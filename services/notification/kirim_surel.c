#include "notification/kirim_surel.h"

#include "domain/surel.h"
#include "notification/surel.h"
#include "runtime/worker.h"

#include <assert.h>
#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

enum { MAIL_BYTES_MAX = 512 * 1024, URL_MAX = 640, MAILBOX_MAX = SUREL_MAX + 3 };

/* How far the talk with the server has come. */
enum phase {
	PHASE_CONNECT, /* connection, greeting, TLS, login: nothing was said about this mail */
	PHASE_SENDER,
	PHASE_RECIPIENT,
	PHASE_DATA,
	PHASE_HANDED_OVER, /* the end of the mail is with curl: from here on it may have arrived */
};

struct attempt {
	const struct notification_settings *settings;
	const struct kirim_stop *stop;
	struct str mail;
	size_t sent;
	enum phase phase;
};

static size_t on_read(char *to, size_t size, size_t count, void *self)
{
	struct attempt *a = self;
	size_t room = size * count;
	size_t left = a->mail.len - a->sent;
	size_t n = left < room ? left : room;

	if (n == 0) {
		a->phase = PHASE_HANDED_OVER;
		return 0;
	}
	memcpy(to, a->mail.ptr + a->sent, n);
	a->sent += n;
	return n;
}

/* What the server writes outside of answers goes nowhere. */
static size_t on_write(const void *from, size_t size, size_t count, void *self)
{
	(void)from;
	(void)self;
	return size * count;
}

/* Follows which command is out; what is in them is not looked at. */
static int on_debug(CURL *curl, curl_infotype type, char *data, size_t size, void *self)
{
	static const struct {
		const char *begin;
		enum phase phase;
	} commands[] = {
		{ "MAIL FROM", PHASE_SENDER },
		{ "RCPT TO", PHASE_RECIPIENT },
		{ "DATA", PHASE_DATA },
	};
	struct attempt *a = self;

	(void)curl;
	if (type != CURLINFO_HEADER_OUT || a->phase == PHASE_HANDED_OVER)
		return 0;
	for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
		if (size >= strlen(commands[i].begin) &&
			memcmp(data, commands[i].begin, strlen(commands[i].begin)) == 0)
			a->phase = commands[i].phase;
	return 0;
}

/* A mail that is all handed over is waited for: its answer decides between sent and uncertain. */
static int on_progress(void *self, curl_off_t a1, curl_off_t a2, curl_off_t a3, curl_off_t a4)
{
	const struct attempt *a = self;

	(void)a1, (void)a2, (void)a3, (void)a4;
	return a->phase != PHASE_HANDED_OVER && a->stop != NULL && a->stop->is_stopping(a->stop->self);
}

static bool set_up(CURL *curl, struct attempt *a, const struct surel_keluar *mail,
	struct curl_slist **recipients)
{
	const struct notification_settings *s = a->settings;
	char url[URL_MAX], from[MAILBOX_MAX], to[MAILBOX_MAX];
	bool is_implicit = strcmp(s->tls, "tls") == 0;
	bool is_ok;

	(void)snprintf(url, sizeof url, "%s://%s:%u/%s", is_implicit ? "smtps" : "smtp", s->host,
		(unsigned)s->port, s->helo);
	(void)snprintf(from, sizeof from, "<%s>", s->from);
	(void)snprintf(to, sizeof to, "<%.*s>", (int)mail->kepada.len, mail->kepada.ptr);
	*recipients = curl_slist_append(NULL, to);
	is_ok = *recipients != NULL && curl_easy_setopt(curl, CURLOPT_URL, url) == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps") == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_PROXY, "") == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_USE_SSL,
			strcmp(s->tls, "none") == 0 ? (long)CURLUSESSL_NONE : (long)CURLUSESSL_ALL) ==
			CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_MAIL_FROM, from) == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, *recipients) == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L) == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_READFUNCTION, on_read) == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_READDATA, a) == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_write) == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, on_debug) == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_DEBUGDATA, a) == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L) == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress) == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_XFERINFODATA, a) == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L) == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)s->connect_ms) == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT,
			(long)((s->stall_ms + 999) / 1000)) == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L) == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)((s->stall_ms + 999) / 1000)) ==
			CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)s->total_ms) == CURLE_OK;
	if (is_ok && s->ca_file[0] != '\0')
		is_ok = curl_easy_setopt(curl, CURLOPT_CAINFO, s->ca_file) == CURLE_OK;
	if (is_ok && s->user[0] != '\0')
		is_ok = curl_easy_setopt(curl, CURLOPT_USERNAME, s->user) == CURLE_OK &&
			curl_easy_setopt(curl, CURLOPT_PASSWORD, s->password == NULL ? "" : s->password) ==
				CURLE_OK;
	return is_ok;
}

static struct hasil_surel result_of(enum hasil_kirim result, const char *reason, long code)
{
	return (struct hasil_surel) {
		.hasil = result,
		.has_sebab = reason != NULL,
		.sebab = reason == NULL ? str_of("") : str_of(reason),
		.has_kode_smtp = code > 0,
		.kode_smtp = code > 0 ? (uint32_t)code : 0,
	};
}

/* Why nothing was handed over, for officers. */
static const char *reason_of(CURLcode rc, enum phase phase)
{
	switch (rc) {
	case CURLE_COULDNT_RESOLVE_HOST:
		return "peladen_tidak_dikenal";
	case CURLE_COULDNT_CONNECT:
		return "tidak_tersambung";
	case CURLE_OPERATION_TIMEDOUT:
		return "peladen_diam";
	case CURLE_LOGIN_DENIED:
		return "masuk_ditolak";
	case CURLE_USE_SSL_FAILED:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
		return "tls_gagal";
	case CURLE_ABORTED_BY_CALLBACK:
		return "dihentikan";
	default:
		break;
	}
	switch (phase) {
	case PHASE_CONNECT:
		return "peladen_menolak";
	case PHASE_SENDER:
		return "pengirim_ditolak";
	case PHASE_RECIPIENT:
		return "penerima_ditolak";
	case PHASE_DATA:
	case PHASE_HANDED_OVER:
		break;
	}
	return "pesan_ditolak";
}

/* A refusal by code counts only where the server has said it about this mail; before that (greeting, TLS,
 * login) it is the server's or our own trouble, which passes. */
static struct hasil_surel judge(CURLcode rc, enum phase phase, long code)
{
	bool is_final = code >= 500 && code < 600;
	bool is_refusal = code >= 400 && code < 600;

	if (rc == CURLE_OK)
		return result_of(HASIL_KIRIM_TERKIRIM, NULL, code);
	if (phase == PHASE_HANDED_OVER && !is_refusal)
		return result_of(HASIL_KIRIM_TIDAK_PASTI,
			rc == CURLE_OPERATION_TIMEDOUT ? "jawaban_tidak_datang" : "terputus_setelah_pesan", 0);
	if (phase != PHASE_CONNECT && is_final && rc != CURLE_LOGIN_DENIED)
		return result_of(HASIL_KIRIM_TETAP, reason_of(rc, phase), code);
	return result_of(HASIL_KIRIM_SEMENTARA, reason_of(rc, phase), is_refusal ? code : 0);
}

static struct hasil_surel talk(struct attempt *a, const struct surel_keluar *mail)
{
	struct curl_slist *recipients = NULL;
	struct hasil_surel result = result_of(HASIL_KIRIM_SEMENTARA, "curl_gagal", 0);
	CURL *curl = curl_easy_init();
	long code = 0;
	CURLcode rc;

	if (curl == NULL)
		return result;
	if (set_up(curl, a, mail, &recipients)) {
		rc = curl_easy_perform(curl);
		(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
		result = judge(rc, a->phase, code);
	}
	curl_slist_free_all(recipients);
	curl_easy_cleanup(curl);
	return result;
}

struct hasil_surel kirim_sekarang(const struct notification_settings *settings,
	const struct surel_keluar *mail, const struct kirim_stop *stop)
{
	struct attempt a = { .settings = settings, .stop = stop };
	struct surel letter = {
		.from = str_of(settings->from),
		.from_name = str_of(settings->from_name),
		.to = mail->kepada,
		.to_name = mail->nama,
		.subject = mail->subjek,
		.body = mail->isi,
		.id = mail->permohonan_id,
		.number = mail->versi,
		.at = mail->pada,
	};
	struct hasil_surel result;
	struct problem why;
	struct buf out;

	buf_init(&out, MAIL_BYTES_MAX);
	if (surel_write(&letter, &out, &why) != ERR_OK)
		result = result_of(HASIL_KIRIM_TETAP, "alamat_tidak_sah", 0);
	else if (out.is_full)
		result = result_of(HASIL_KIRIM_TETAP, "terlalu_besar", 0);
	else {
		a.mail = buf_str(&out);
		result = talk(&a, mail);
	}
	buf_clear(&out);
	return result;
}

static bool worker_stops(const void *self)
{
	return worker_is_stopping(self);
}

/* A row of codes: far under the limit of a result. */
static void tell(struct worker *worker, const struct hasil_surel *result)
{
	enum err e = worker_result(worker, result);

	assert(e == ERR_OK);
}

void kirim_surel(struct worker *worker, const void *payload)
{
	const struct kirim_stop stop = { worker_stops, worker };
	struct hasil_surel result;
	enum err e = worker_sending(worker);

	if (e == ERR_UNAVAILABLE)
		return; /* stopping before anything left: it is begun again */
	if (e == ERR_STATE)
		result = result_of(HASIL_KIRIM_TIDAK_PASTI, "sudah_pernah_dikirim", 0);
	else if (e != ERR_OK)
		result = result_of(HASIL_KIRIM_SEMENTARA, "catatan_kirim_gagal", 0);
	else {
		result = result_of(HASIL_KIRIM_DIMULAI, NULL, 0);
		tell(worker, &result);
		result = kirim_sekarang(worker_settings(worker), payload, &stop);
	}
	tell(worker, &result);
}

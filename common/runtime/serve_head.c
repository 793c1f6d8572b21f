/* Heads of what is served here, signed by their origins. */
#include <sodium.h>
#include <string.h>

#include "base/log_line.h"
#include "runtime/serve.h"

enum { HEAD_STATEMENT_MAX = 256 };

/* The origin's signature: ours now, another's where its last one is of this very place. */
static enum err sign_head(struct runtime *r, const struct follow *f, const struct place *at,
	uint8_t signature[64], bool *ret_is_signed)
{
	struct mirror_head last;
	struct txn *txn = NULL;
	struct buf statement;
	enum err e;

	*ret_is_signed = false;
	if (id_is_zero(f->origin)) {
		if (r->o.sign == NULL || at->seq > mirror_proven(f).seq)
			return ERR_OK; /* what is signed here counts as ours for ever */
		buf_init(&statement, HEAD_STATEMENT_MAX);
		mirror_head_statement(str_of(f->mirror_name), at, &statement);
		*ret_is_signed = crypto_sign_detached(signature, NULL, (const unsigned char *)statement.ptr,
							 statement.len, r->o.sign->secret_key) == 0;
		buf_clear(&statement);
		return ERR_OK;
	}
	if (!f->has_mirror)
		return ERR_OK;
	e = txn_begin(r->store, KV_READ, &txn);
	if (e == ERR_OK)
		e = mirror_signed(txn, f, &last);
	txn_abort(&txn);
	if (e == ERR_OK && last.at.seq == at->seq && hash_equal(&last.at.hash, &at->hash)) {
		memcpy(signature, last.signature, sizeof last.signature);
		*ret_is_signed = true;
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

void serve_tell_head(struct runtime *r, struct peer *p, uint64_t corr, struct str name,
	const struct source *from, uint64_t rest)
{
	struct stream_place head = place_out(&from->head);
	struct str signature = { NULL, 0 };
	bool is_signed = false;
	uint8_t bytes[64];
	enum err e = ERR_OK;

	if (from->mirror != NULL && from->head.seq > 0)
		e = sign_head(r, from->mirror, &from->head, bytes, &is_signed);
	if (e != ERR_OK)
		log_line(LOG_WARN, "kepala_tanpa_tanda", "galat", err_name(e), NULL);
	if (is_signed)
		signature = str_bytes(bytes, sizeof bytes);
	e = session_copy_head(p->session, corr, name, &head, signature, rest);
	(void)e; /* a session that is down needs no answer */
}

void serve_head_asked(struct runtime *r, struct peer *p, const struct session_note *note)
{
	struct source from;
	enum err e = serve_source(r, p, note->stream, &from);

	if (e == ERR_OK) {
		serve_tell_head(r, p, note->corr, note->stream, &from, 0);
		return;
	}
	e = session_error(p->session, note->corr, SESI_CODE_UNKNOWN_STREAM, "no such stream here");
	(void)e;
}

void serve_tell_new(struct runtime *r, struct follow *mirror)
{
	struct source from = { mirror, mirror->mirror.head };

	for (struct peer *p = r->peers; p != NULL; p = p->next) {
		const struct remote_live *live = p->is_remote ? remote_of(r, p->node) : NULL;

		if (p->is_ready && (live == NULL || live->is.kind == REMOTE_PARENT))
			serve_tell_head(r, p, 0, str_of(mirror->mirror_name), &from, 0);
	}
}

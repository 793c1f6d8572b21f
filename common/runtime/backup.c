/* One cut of the node: hold, a snapshot at the cut, on at once; the copy is written beside the work. */
#include <stdio.h>
#include <string.h>

#include "base/log_line.h"
#include "runtime/view_state.h"

enum { HOLD_MS_MAX = 60000, PATH_BYTES_MAX = 512 };
#define SUFFIX ".mdb"

enum err backup_hold(struct view *view, const void *question, void *answer)
{
	const struct cadangan_tahan *q = question;
	struct cadangan_titik *a = answer;
	struct runtime *r = view->r;

	if (q->paling_lama_ms > HOLD_MS_MAX)
		return view_refuse(view, ERR_INVALID, "paling_lama_ms", "terlalu_lama");
	if (r->backup.snapshot != NULL)
		return view_refuse(view, ERR_STATE, NULL, "sedang_menyalin");
	r->backup.is_held = true;
	r->backup.until = r->steady + (time_us)q->paling_lama_ms * 1000;
	r->backup.is_done = false;
	*a = (struct cadangan_titik) { .kepala = own_place(r), .instansi = r->instance };
	return followed_places(view, &a->mengikuti, &a->mengikuti_len);
}

/* The name of a file that a copy may have: what is there already is never written to (kv.h), and what is made
 * is a store by its name. */
static enum err path_check(struct view *view, struct str file, char ret[PATH_BYTES_MAX + 1])
{
	size_t suffix = sizeof SUFFIX - 1;

	if (file.len > PATH_BYTES_MAX || file.len <= suffix || file.ptr[0] != '/' ||
		memchr(file.ptr, '\0', file.len) != NULL)
		return view_refuse(view, ERR_INVALID, "berkas", "bukan_jalur_mutlak");
	if (memcmp(file.ptr + file.len - suffix, SUFFIX, suffix) != 0)
		return view_refuse(view, ERR_INVALID, "berkas", "bukan_mdb");
	(void)snprintf(ret, PATH_BYTES_MAX + 1, "%.*s", (int)file.len, file.ptr);
	return ERR_OK;
}

static enum err start(struct runtime *r, const char *path)
{
	enum err e = kv_begin(store_kv(r->store), KV_READ, &r->backup.snapshot);

	if (e != ERR_OK)
		return e;
	if (r->o.copy_host.start == NULL) {
		runtime_copied(r, store_kv(r->store)->ops->copy(r->backup.snapshot, path, NULL));
		return r->backup.result;
	}
	e = r->o.copy_host.start(r->o.copy_host.self, r->backup.snapshot, path);
	if (e != ERR_OK)
		kv_abort(&r->backup.snapshot);
	return e;
}

enum err backup_copy(struct view *view, const void *question, void *answer)
{
	const struct cadangan_salin *q = question;
	struct cadangan_titik *a = answer;
	struct runtime *r = view->r;
	char path[PATH_BYTES_MAX + 1];
	enum err e = path_check(view, q->berkas, path);

	if (e != ERR_OK)
		return e;
	if (!r->backup.is_held || r->backup.snapshot != NULL)
		return view_refuse(view, ERR_STATE, NULL, "tidak_ditahan");
	*a = (struct cadangan_titik) { .kepala = own_place(r), .instansi = r->instance };
	e = followed_places(view, &a->mengikuti, &a->mengikuti_len);
	if (e == ERR_OK)
		e = start(r, path);
	r->backup.is_held = false;
	return e == ERR_OK ? e : view_refuse(view, e, "berkas", err_name(e));
}

void runtime_copied(struct runtime *r, enum err result)
{
	kv_abort(&r->backup.snapshot);
	r->backup.result = result;
	r->backup.is_done = true;
	if (result != ERR_OK)
		log_line(LOG_ERROR, "cadangan_gagal", "galat", err_name(result), NULL);
}

enum err backup_copied(struct view *view, const void *question, void *answer)
{
	struct cadangan_hasil *a = answer;

	(void)question;
	*a = (struct cadangan_hasil) { .selesai = view->r->backup.is_done };
	if (view->r->backup.is_done && view->r->backup.result != ERR_OK) {
		a->has_galat = true;
		a->galat = str_of(err_name(view->r->backup.result));
	}
	return ERR_OK;
}

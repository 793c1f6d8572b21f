/* The disk of a node above is shared by the nodes below: each has its own part, and none takes another's. What was
 * taken is never given back by itself, since a copy is evidence; a person raises the part, or ends the link. */
#include "base/log_line.h"
#include "runtime/engine.h"

void quota_load(struct runtime *r)
{
	struct remote_live *child = NULL;

	for (uint32_t n = 0; n < r->remote_count; n++)
		r->remotes[n].copies = 0;
	for (uint32_t n = 0; n < r->follow_count; n++) {
		struct follow *f = &r->follows[n];

		f->child = NULL;
		if (!f->is_mirrored || id_is_zero(f->via))
			continue;
		if (child == NULL || !id_equal(child->is.node, f->via)) /* those of one stand together */
			child = remote_of(r, f->via);
		f->child = child;
		if (child != NULL)
			child->copies += f->mirror.bytes;
	}
}

void quota_grew(struct runtime *r, const struct follow *f)
{
	bool was_used_up = quota_is_used_up(r, f);

	if (f->child == NULL)
		return;
	f->child->copies += f->now_mirror.bytes - f->mirror.bytes;
	if (!was_used_up && quota_is_used_up(r, f)) {
		remote_trouble(r, f->via, "kuota_habis");
		r->next_watch = r->steady; /* its streams are closed there */
	}
}

bool quota_is_used_up(const struct runtime *r, const struct follow *f)
{
	return f->child != NULL && r->o.child_bytes_max != 0 &&
		f->child->copies >= r->o.child_bytes_max;
}

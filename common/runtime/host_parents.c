#include "runtime/host_parents.h"

#include "base/log_line.h"

#include <assert.h>
#include <string.h>

static struct parent *parent_of(struct host_parents *parents, struct id node)
{
	for (uint32_t n = 0; n < parents->count; n++)
		if (id_equal(parents->list[n].node, node))
			return &parents->list[n];
	return NULL;
}

static bool is_same(const struct parent *p, const struct remote *r, uint32_t keys)
{
	return str_is(r->endpoint, p->endpoint) && p->key_count == keys &&
		memcmp(p->keys, r->keys, keys * sizeof p->keys[0]) == 0;
}

static void parent_dial(struct host_parents *parents, struct bus *bus, const struct remote *r)
{
	uint32_t keys = r->key_count < 2 ? r->key_count : 2;
	struct parent *p = parent_of(parents, r->node);
	enum err e;

	if (p != NULL && is_same(p, r, keys)) {
		p->is_listed = true;
		return;
	}
	if (p == NULL && parents->count < PARENTS_MAX)
		p = &parents->list[parents->count++];
	if (p == NULL || r->endpoint.len >= sizeof p->endpoint || keys == 0) {
		log_line(LOG_ERROR, "induk_tidak_dihubungi", "alamat", "di luar batas", NULL);
		return;
	}
	*p = (struct parent) { .node = r->node, .is_listed = true, .key_count = keys };
	memcpy(p->endpoint, r->endpoint.ptr, r->endpoint.len);
	memcpy(p->keys, r->keys, keys * sizeof p->keys[0]);
	e = node_stream_name(r->node, str_of("federation"), p->name);
	assert(e == ERR_OK);
	e = bus_dial_curve(bus, p->name, p->endpoint, p->keys, keys);
	if (e == ERR_OK)
		bus_dial_patience(bus, p->name, &parents->patience);
	else
		log_line(LOG_ERROR, "induk_tidak_dihubungi", "alamat", p->endpoint, "galat", err_name(e),
			NULL);
}

void host_parents_set(struct host_parents *parents, struct bus *bus, const struct remote *list,
	uint32_t count)
{
	for (uint32_t n = 0; n < parents->count; n++)
		parents->list[n].is_listed = false;
	for (uint32_t n = 0; n < count; n++)
		if (list[n].kind == REMOTE_PARENT && list[n].state == REMOTE_ALLOWED)
			parent_dial(parents, bus, &list[n]);
	for (uint32_t n = 0; n < parents->count;) {
		if (parents->list[n].is_listed) {
			n++;
			continue;
		}
		bus_undial(bus, parents->list[n].name);
		parents->list[n] = parents->list[--parents->count];
	}
}

const char *host_parents_trouble(struct host_parents *parents, struct bus *bus, struct id node,
	time_us *ret_since)
{
	const struct parent *p = parent_of(parents, node);

	return p == NULL ? NULL : bus_dial_trouble(bus, p->name, ret_since);
}

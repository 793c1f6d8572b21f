#include "store/sidecar_memory.h"

static enum err memory_head_get(void *self, struct sidecar_head *ret)
{
	const struct sidecar_memory *m = self;

	if (!m->has_head)
		return ERR_NOT_FOUND;
	*ret = m->head;
	return ERR_OK;
}

static enum err memory_head_put(void *self, const struct sidecar_head *head)
{
	struct sidecar_memory *m = self;

	m->head = *head;
	m->has_head = true;
	return ERR_OK;
}

static enum err memory_bound_get(void *self, struct str series, uint64_t *ret)
{
	const struct sidecar_memory *m = self;
	const struct bound *found = noted_bound(&m->noted, series);

	*ret = found == NULL ? 0 : found->value;
	return ERR_OK;
}

static enum err memory_bound_put(void *self, struct str series, uint64_t bound)
{
	struct sidecar_memory *m = self;

	return noted_bound_set(&m->noted, series, bound);
}

static enum err memory_sent_has(void *self, struct str key, bool *ret)
{
	const struct sidecar_memory *m = self;
	struct sent_key sent = sent_key_of(key);

	*ret = noted_has_sent(&m->noted, &sent);
	return ERR_OK;
}

static enum err memory_sent_add(void *self, struct str key)
{
	struct sidecar_memory *m = self;
	struct sent_key sent = sent_key_of(key);

	noted_add_sent(&m->noted, &sent);
	return ERR_OK;
}

static void memory_close(void *self)
{
	(void)self;
}

static const struct sidecar_ops memory_ops = {
	.head_get = memory_head_get,
	.head_put = memory_head_put,
	.bound_get = memory_bound_get,
	.bound_put = memory_bound_put,
	.sent_has = memory_sent_has,
	.sent_add = memory_sent_add,
	.close = memory_close,
};

void sidecar_memory_init(struct sidecar_memory *m)
{
	*m = (struct sidecar_memory) { 0 };
}

void sidecar_memory_clear(struct sidecar_memory *m)
{
	noted_clear(&m->noted);
	*m = (struct sidecar_memory) { 0 };
}

struct sidecar sidecar_of_memory(struct sidecar_memory *m)
{
	return (struct sidecar) { &memory_ops, m };
}

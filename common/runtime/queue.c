#include <stdlib.h>
#include <string.h>

#include "runtime/engine.h"

void queue_init(struct queue *q)
{
	*q = (struct queue) { .last = NULL };
	q->last = &q->first;
}

void queue_add(struct queue *q, struct input *i)
{
	i->next = NULL;
	*q->last = i;
	q->last = &i->next;
	q->count++;
	q->bytes += i->bytes;
}

void queue_add_first(struct queue *q, struct input *i)
{
	i->next = q->first;
	if (q->first == NULL)
		q->last = &i->next;
	q->first = i;
	q->count++;
	q->bytes += i->bytes;
}

struct input *queue_take(struct queue *q)
{
	struct input *i = q->first;

	if (i == NULL)
		return NULL;
	q->first = i->next;
	if (q->first == NULL)
		q->last = &q->first;
	q->count--;
	q->bytes -= i->bytes;
	i->next = NULL;
	return i;
}

void queue_clear(struct queue *q)
{
	struct input *i;

	while ((i = queue_take(q)) != NULL)
		input_free(i);
}

bool queues_are_full(const struct runtime *r)
{
	return r->waiting.bytes + r->held.bytes >= RUNTIME_QUEUE_BYTES_MAX;
}

static struct str keep(char **to, struct str s)
{
	struct str ret = { *to, s.len };

	if (s.ptr == NULL)
		return s;
	memcpy(*to, s.ptr, s.len);
	*to += s.len;
	return ret;
}

struct input *input_new(const struct input *pattern)
{
	size_t n = pattern->body.len + pattern->from.len + pattern->key.len + pattern->after_stream.len;
	struct input *i = malloc(sizeof *i + n + 1);
	char *at;

	if (i == NULL)
		abort();
	at = (char *)(i + 1);
	*i = *pattern;
	i->next = NULL;
	i->body = keep(&at, pattern->body);
	i->from = keep(&at, pattern->from);
	i->key = keep(&at, pattern->key);
	i->after_stream = keep(&at, pattern->after_stream);
	i->bytes = sizeof *i + n;
	return i;
}

void input_free(struct input *i)
{
	struct chunk *c = i->chunk;

	if (c == NULL) {
		free(i);
		return;
	}
	if (--c->left == 0)
		free(c);
}

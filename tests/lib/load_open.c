#include "lib/load_parts.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_MAX = 16 << 20 };

static bool grant(struct load *l, const char *role)
{
	char account[ID_TEXT_MAX];

	id_text(l->account, account);
	return processes_ctl(l->processes,
			   (const char *const[]) { "grant", "add", account, role, "*", "--as", account,
				   NULL }) == 0;
}

static void give_grants(struct load *l)
{
	struct processes *p = l->processes;
	bool is_good =
		processes_ctl(p,
			(const char *const[]) { "grant", "add", "new", "administrator", "*", NULL }) == 0;

	p->output[strcspn(p->output, "\n")] = '\0';
	is_good = is_good && id_parse(str_of(p->output), &l->account) == ERR_OK &&
		grant(l, "petugas_meja") && grant(l, "ppid");
	if (!is_good) {
		(void)fprintf(stderr, "no grants: %s\n", p->output);
		exit(1);
	}
}

static struct client *dial(struct load *l, unsigned at)
{
	char endpoint[FOLDER_MAX];
	struct client_options o = { .self = "ctl",
		.service = l->processes->rows[at].name,
		.endpoint = endpoint,
		.version = "test" };
	enum err e;
	struct client *c;

	processes_endpoint(l->processes, at, endpoint);
	c = client_open(&o, &e);
	if (c == NULL)
		abort();
	return c;
}

struct load *load_open(struct processes *p)
{
	struct load *l = calloc(1, sizeof *l);

	if (l == NULL || sodium_init() < 0)
		abort();
	l->processes = p;
	l->intake = processes_find(p, "intake");
	l->workflow = processes_find(p, "workflow");
	l->notification = processes_find(p, "notification");
	l->lodge_window = l->back_window = LOAD_WINDOW;
	randombytes_buf(l->tag, sizeof l->tag);
	arena_init(&l->arena, ARENA_MAX);
	give_grants(l);
	for (unsigned i = 0; i < p->count; i++)
		l->clients[i] = dial(l, i);
	load_next_unit(l);
	return l;
}

void load_close(struct load **load)
{
	struct load *l = *load;

	for (unsigned i = 0; i < l->processes->count; i++)
		client_close(&l->clients[i]);
	arena_clear(&l->arena);
	free(l->rows);
	free(l);
	*load = NULL;
}

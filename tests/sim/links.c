#include "sim/links.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "federation/identitas_simpul.h"
#include "federation/induk.h"
#include "federation/tautan.h"
#include "runtime/engine.h"
#include "sim/hostile.h"
#include "sim/nodes.h"

static void *take(struct arena *arena, size_t n)
{
	void *p = arena_take(arena, n);

	assert(p != NULL);
	return p;
}

/* The row of a node in the tables of another one's federation; false: none, or it is down. */
static bool row_of(struct sim_node *where, const struct table *table, const struct sim_node *of,
	struct arena *arena, void *ret)
{
	struct actor_host *h = node_host(where->world, where, str_of("federation"));
	struct txn *txn = NULL;
	enum err e;

	if (h == NULL || h->runtime == NULL)
		return false;
	e = txn_begin(runtime_store(h->runtime), KV_READ, &txn);
	if (e == ERR_OK)
		e = table_get(txn, table, node_key(&of->id), arena, ret);
	txn_abort(&txn);
	return e == ERR_OK;
}

static bool is_up(struct sim_node *node)
{
	struct actor_host *h = node_host(node->world, node, str_of("federation"));

	return h->runtime != NULL && h->runtime->fence == NULL;
}

static struct str words(const struct identitas_simpul *identity, struct arena *arena)
{
	char *text = take(arena, FINGERPRINT_TEXT_MAX);

	identity_words(identity, text);
	return str_of(text);
}

static struct wish wish(const struct schema *schema, void *message)
{
	return (struct wish) { "federation", schema, message };
}

/* At the child: the parent's identity came on paper. */
static bool join(struct wishes *s, struct arena *arena, struct wish *ret)
{
	struct sim_node *parent = s->node->parent;
	struct tetapkan_induk *c = take(arena, sizeof *c);
	struct catat_kunci_induk *rotated;
	struct induk row;

	if (parent == NULL)
		return false;
	sim_identity(parent, parent->generation, arena, &c->identitas);
	if (!row_of(s->node, &induk_table, parent, arena, &row) ||
		row.status != STATUS_INDUK_DITETAPKAN) {
		c->has_kata = true;
		c->kata = words(&c->identitas, arena);
		*ret = wish(&schema_tetapkan_induk, c);
		return true;
	}
	if (row.identitas.generasi >= parent->generation_told)
		return false;
	rotated = take(arena, sizeof *rotated);
	sim_identity(parent, row.identitas.generasi + 1, arena, &rotated->identitas);
	rotated->tanda_tangan_lama = sim_rotation_signature(parent, row.identitas.generasi + 1, arena);
	*ret = wish(&schema_catat_kunci_induk, rotated);
	return true;
}

static struct wish invite(const struct sim_node *child, struct arena *arena)
{
	struct undang_simpul *c = take(arena, sizeof *c);
	struct str *unit = take(arena, sizeof *unit);
	char *text = take(arena, 8);

	sim_identity(child, child->generation, arena, &c->identitas);
	(void)snprintf(text, 8, "UNIT%c", 'A' + (int)child->index % 26);
	*unit = str_of(text);
	c->unit = unit;
	c->unit_len = 1;
	return wish(&schema_undang_simpul, c);
}

static struct wish accept(const struct sim_node *child, const struct tautan *row,
	struct arena *arena)
{
	struct terima_simpul *c = take(arena, sizeof *c);

	c->simpul = child->id;
	c->kata = words(&row->identitas, arena);
	return wish(&schema_terima_simpul, c);
}

static struct wish rotate(const struct sim_node *child, uint32_t generation, struct arena *arena)
{
	struct putar_kunci_simpul *c = take(arena, sizeof *c);

	sim_identity(child, generation, arena, &c->identitas);
	c->tanda_tangan_lama = sim_rotation_signature(child, generation, arena);
	return wish(&schema_putar_kunci_simpul, c);
}

static struct wish replace(const struct sim_node *child, struct arena *arena)
{
	struct ganti_simpul *c = take(arena, sizeof *c);

	c->unit_len = 0;
	sim_identity(child, child->generation, arena, &c->identitas);
	return wish(&schema_ganti_simpul, c);
}

static struct wish about(const struct schema *schema, const struct sim_node *child,
	struct arena *arena)
{
	struct cabut_simpul *revoke = take(arena, sizeof *revoke);
	struct pulihkan_simpul *resume = take(arena, sizeof *resume);

	if (schema == &schema_cabut_simpul) {
		*revoke = (struct cabut_simpul) { child->id, ALASAN_PENCABUTAN_HILANG };
		return wish(schema, revoke);
	}
	resume->simpul = child->id; /* suspending says no more than that either */
	return wish(schema, resume);
}

/* At the parent, of an accepted child. */
static bool tend(struct sim_node *child, const struct tautan *row, struct arena *arena,
	struct wish *ret)
{
	if (row->identitas.generasi < child->generation_told)
		*ret = rotate(child, row->identitas.generasi + 1, arena);
	else if (child->link_wanted == LINK_SUSPENDED)
		*ret = about(&schema_tangguhkan_simpul, child, arena);
	else if (child->link_wanted == LINK_REVOKED)
		*ret = about(&schema_cabut_simpul, child, arena);
	else
		return false;
	return true;
}

/* At the parent. */
static bool host(struct sim_node *child, struct arena *arena, struct wish *ret)
{
	struct tautan row;

	if (!row_of(child->parent, &tautan_table, child, arena, &row)) {
		*ret = invite(child, arena);
		return true;
	}
	switch ((enum status_tautan)row.status) {
	case STATUS_TAUTAN_DIUNDANG:
	case STATUS_TAUTAN_MENUNGGU:
	case STATUS_TAUTAN_DIGANTI:
		*ret = accept(child, &row, arena);
		return true;
	case STATUS_TAUTAN_DITERIMA:
		return tend(child, &row, arena, ret);
	case STATUS_TAUTAN_DITANGGUHKAN:
		if (child->link_wanted != LINK_ACCEPTED)
			return false;
		*ret = about(&schema_pulihkan_simpul, child, arena);
		return true;
	case STATUS_TAUTAN_DICABUT:
		if (child->link_wanted != LINK_ACCEPTED ||
			row.identitas.generasi >= child->generation) /* other keys first */
			return false;
		*ret = replace(child, arena);
		return true;
	}
	return false;
}

bool links_next(struct wishes *s, struct arena *arena, struct wish *ret)
{
	struct world *w = s->world;

	if (!w->is_tree || !is_up(s->node))
		return false;
	if (join(s, arena, ret))
		return true;
	for (uint32_t n = 0; n < w->node_count; n++)
		if (w->nodes[n].parent == s->node && host(&w->nodes[n], arena, ret))
			return true;
	if (w->hostile != NULL && w->hostile->node.parent == s->node &&
		host(&w->hostile->node, arena, ret))
		return true;
	return false;
}

bool links_are_made(struct sim_node *node)
{
	struct arena arena;
	struct tautan below;
	struct induk above;
	bool is_made;

	if (node->parent == NULL)
		return true;
	arena_init(&arena, 1024 * 1024);
	is_made = row_of(node->parent, &tautan_table, node, &arena, &below) &&
		below.status == STATUS_TAUTAN_DITERIMA &&
		row_of(node, &induk_table, node->parent, &arena, &above) &&
		above.status == STATUS_INDUK_DITETAPKAN;
	arena_clear(&arena);
	return is_made;
}

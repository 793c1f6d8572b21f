#include "store/kv_tree.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* A key and its value, shared by all copies of its node. */
struct cell {
	uint64_t holders;
	size_t key_len;
	size_t value_len;
	char bytes[];
};

struct kv_node {
	uint64_t holders;
	uint64_t priority; /* a hash of the key: the shape follows from the content */
	struct kv_node *left;
	struct kv_node *right;
	struct cell *cell;
};

static void *take(size_t n)
{
	void *p = malloc(n);

	if (p == NULL)
		abort();
	return p;
}

static struct str cell_key(const struct cell *cell)
{
	return str_bytes(cell->bytes, cell->key_len);
}

static struct str cell_value(const struct cell *cell)
{
	return str_bytes(cell->bytes + cell->key_len, cell->value_len);
}

static uint64_t cell_size(const struct cell *cell)
{
	return cell->key_len + cell->value_len + KV_TREE_ROW_BYTES;
}

static struct cell *cell_make(struct str key, struct str value)
{
	struct cell *cell = take(sizeof *cell + key.len + value.len);

	*cell = (struct cell) { 1, key.len, value.len };
	memcpy(cell->bytes, key.ptr, key.len);
	if (value.len > 0)
		memcpy(cell->bytes + key.len, value.ptr, value.len);
	return cell;
}

static void cell_release(struct cell *cell)
{
	if (--cell->holders == 0)
		free(cell);
}

/* FNV-1a with a finisher: enough to keep the tree in balance, the same in every run. */
static uint64_t priority_of(struct str key)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < key.len; i++)
		h = (h ^ (uint8_t)key.ptr[i]) * UINT64_C(0x100000001b3);
	h ^= h >> 32;
	h *= UINT64_C(0xd6e8feb86659fd93);
	return h ^ (h >> 32);
}

static struct kv_node *node_hold(struct kv_node *node)
{
	if (node != NULL)
		node->holders++;
	return node;
}

static void node_release(struct kv_node *node)
{
	while (node != NULL && --node->holders == 0) {
		struct kv_node *right = node->right;

		node_release(node->left);
		cell_release(node->cell);
		free(node);
		node = right;
	}
}

/* The node, or where another version holds it too, a copy that is ours alone. */
static struct kv_node *node_own(struct kv_node *node)
{
	struct kv_node *copy;

	if (node->holders == 1)
		return node;
	copy = take(sizeof *copy);
	*copy = *node;
	copy->holders = 1;
	(void)node_hold(copy->left);
	(void)node_hold(copy->right);
	copy->cell->holders++;
	node->holders--;
	return copy;
}

static struct kv_node *rotate_right(struct kv_node *node)
{
	struct kv_node *up = node->left;

	node->left = up->right;
	up->right = node;
	return up;
}

static struct kv_node *rotate_left(struct kv_node *node)
{
	struct kv_node *up = node->right;

	node->right = up->left;
	up->left = node;
	return up;
}

/* Takes the cell. The child that comes back from below is always ours alone, so it may rotate. */
static struct kv_node *insert(struct kv_node *node, struct cell *cell, uint64_t priority)
{
	int order;

	if (node == NULL) {
		node = take(sizeof *node);
		*node = (struct kv_node) { 1, priority, NULL, NULL, cell };
		return node;
	}
	node = node_own(node);
	order = str_compare(cell_key(cell), cell_key(node->cell));
	if (order == 0) {
		cell_release(node->cell);
		node->cell = cell;
		return node;
	}
	if (order < 0) {
		node->left = insert(node->left, cell, priority);
		return node->left->priority > node->priority ? rotate_right(node) : node;
	}
	node->right = insert(node->right, cell, priority);
	return node->right->priority > node->priority ? rotate_left(node) : node;
}

/* One tree of two, all keys of a before all of b. */
static struct kv_node *join(struct kv_node *a, struct kv_node *b)
{
	if (a == NULL)
		return b;
	if (b == NULL)
		return a;
	if (a->priority > b->priority) {
		a = node_own(a);
		a->right = join(a->right, b);
		return a;
	}
	b = node_own(b);
	b->left = join(a, b->left);
	return b;
}

/* The key is there. */
static struct kv_node *take_out(struct kv_node *node, struct str key)
{
	struct kv_node *rest;
	int order = str_compare(key, cell_key(node->cell));

	node = node_own(node);
	if (order < 0) {
		node->left = take_out(node->left, key);
		return node;
	}
	if (order > 0) {
		node->right = take_out(node->right, key);
		return node;
	}
	rest = join(node->left, node->right);
	cell_release(node->cell);
	free(node);
	return rest;
}

static const struct cell *find(const struct kv_tree *tree, struct str key)
{
	const struct kv_node *node = tree->root;

	while (node != NULL) {
		int order = str_compare(key, cell_key(node->cell));

		if (order == 0)
			return node->cell;
		node = order < 0 ? node->left : node->right;
	}
	return NULL;
}

struct kv_tree kv_tree_share(const struct kv_tree *tree)
{
	(void)node_hold(tree->root);
	return *tree;
}

void kv_tree_release(struct kv_tree *tree)
{
	node_release(tree->root);
	*tree = (struct kv_tree) { NULL, 0, 0 };
}

bool kv_tree_get(const struct kv_tree *tree, struct str key, struct str *ret)
{
	const struct cell *cell = find(tree, key);

	if (cell == NULL)
		return false;
	*ret = cell_value(cell);
	return true;
}

void kv_tree_put(struct kv_tree *tree, struct str key, struct str value)
{
	const struct cell *old = find(tree, key);
	struct cell *cell = cell_make(key, value);

	if (old != NULL)
		tree->bytes -= cell_size(old);
	else
		tree->rows++;
	tree->bytes += cell_size(cell);
	tree->root = insert(tree->root, cell, priority_of(cell_key(cell)));
}

bool kv_tree_del(struct kv_tree *tree, struct str key)
{
	const struct cell *old = find(tree, key);

	if (old == NULL)
		return false;
	tree->bytes -= cell_size(old);
	tree->rows--;
	tree->root = take_out(tree->root, key);
	return true;
}

static void path_add(struct kv_path *path, const struct kv_node *node)
{
	assert(path->depth < KV_TREE_DEPTH_MAX);
	path->nodes[path->depth++] = node;
}

bool kv_tree_seek(const struct kv_tree *tree, struct str key, struct kv_path *path)
{
	const struct kv_node *node = tree->root;
	unsigned found = 0;

	path->depth = 0;
	while (node != NULL) {
		int order = str_compare(key, cell_key(node->cell));

		path_add(path, node);
		if (order <= 0)
			found = path->depth;
		if (order == 0)
			break;
		node = order < 0 ? node->left : node->right;
	}
	/* The last node at which the way went left is the first at or after the key. */
	path->depth = found;
	return found > 0;
}

bool kv_tree_last(const struct kv_tree *tree, struct kv_path *path)
{
	path->depth = 0;
	for (const struct kv_node *node = tree->root; node != NULL; node = node->right)
		path_add(path, node);
	return path->depth > 0;
}

/* Up, until a step comes from the left child (forward) or from the right one. */
static bool climb(struct kv_path *path, bool is_forward)
{
	while (path->depth > 1) {
		const struct kv_node *child = path->nodes[--path->depth];
		const struct kv_node *parent = path->nodes[path->depth - 1];

		if (child == (is_forward ? parent->left : parent->right))
			return true;
	}
	path->depth = 0;
	return false;
}

bool kv_tree_next(struct kv_path *path)
{
	const struct kv_node *node;

	if (path->depth == 0)
		return false;
	node = path->nodes[path->depth - 1]->right;
	if (node == NULL)
		return climb(path, true);
	for (; node != NULL; node = node->left)
		path_add(path, node);
	return true;
}

bool kv_tree_prev(struct kv_path *path)
{
	const struct kv_node *node;

	if (path->depth == 0)
		return false;
	node = path->nodes[path->depth - 1]->left;
	if (node == NULL)
		return climb(path, false);
	for (; node != NULL; node = node->right)
		path_add(path, node);
	return true;
}

struct kv_row kv_tree_row(const struct kv_path *path)
{
	const struct cell *cell;

	assert(path->depth > 0);
	cell = path->nodes[path->depth - 1]->cell;
	return (struct kv_row) { cell_key(cell), cell_value(cell) };
}

/* kv_tree - ordered rows that keep their old versions
 *
 * A treap whose nodes are shared between versions and counted: a change copies
 * the nodes on its path that another version still holds, and changes in place
 * those that are its own. So a snapshot costs one count, an abort is letting
 * go, and readers keep what they began with. For one thread. */
#ifndef STORE_KV_TREE_H
#define STORE_KV_TREE_H

#include "store/kv.h"

enum { KV_TREE_DEPTH_MAX = 160, KV_TREE_ROW_BYTES = 16 };

struct kv_node;

/* One version of a table. All zero is the empty table. */
struct kv_tree {
	struct kv_node *root;
	uint64_t rows;
	uint64_t bytes; /* keys, values and KV_TREE_ROW_BYTES a row */
};

/* A place in a version: the nodes from the root down to the present one. */
struct kv_path {
	const struct kv_node *nodes[KV_TREE_DEPTH_MAX];
	unsigned depth; /* 0: at no row */
};

/* Another holder of the same version. */
struct kv_tree kv_tree_share(const struct kv_tree *tree);
void kv_tree_release(struct kv_tree *tree);

/* False when there is no such row. */
bool kv_tree_get(const struct kv_tree *tree, struct str key, struct str *ret);
/* Copies key and value. */
void kv_tree_put(struct kv_tree *tree, struct str key, struct str value);
/* False when there was none. */
bool kv_tree_del(struct kv_tree *tree, struct str key);

/* Each sets the path, and answers false where there is no such row. */
bool kv_tree_seek(const struct kv_tree *tree, struct str key, struct kv_path *path);
bool kv_tree_last(const struct kv_tree *tree, struct kv_path *path);
bool kv_tree_next(struct kv_path *path);
bool kv_tree_prev(struct kv_path *path);
/* The row at the path, lent as long as the version is held. */
struct kv_row kv_tree_row(const struct kv_path *path);

#endif

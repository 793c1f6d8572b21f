/* node_link - the parts of the verb `ppidctl node` about links to other nodes
 *
 * Each takes argv with the verb and its own word in front. */
#ifndef CTL_NODE_LINK_H
#define CTL_NODE_LINK_H

#include "ctl/ctl.h"

typedef enum ctl_exit node_part(struct ctl *ctl, int argc, char **argv);

node_part node_identity, node_rotate;                          /* node_identity.c */
node_part node_invite, node_replace, node_join, node_leave;    /* node_link.c */
node_part node_accept, node_suspend, node_resume, node_revoke; /* node_link.c */
node_part node_list, node_branches, node_orphans;              /* node_list.c */

/* The identity in a file, or on standard input for "-"; said when it is none. */
enum ctl_exit node_read_identity(struct ctl *ctl, const char *path,
	struct identitas_simpul *ret) MUST_CHECK;
/* This node's own, from its key files. address NULL: it listens nowhere. */
enum ctl_exit node_own_identity(struct ctl *ctl, const char *address,
	struct identitas_simpul *ret) MUST_CHECK;
/* "NAME, eight words" for people, on standard error. */
void node_say_words(const struct ctl *ctl, const struct identitas_simpul *identity);

typedef enum ctl_exit node_row_fn(struct ctl *ctl, const struct simpul_baris *row, void *self);
/* Every linked node, page by page. */
enum ctl_exit node_each(struct ctl *ctl, struct client *client, node_row_fn *on_row,
	void *self) MUST_CHECK;
/* The linked node of this id or name; said when there is none. */
enum ctl_exit node_find(struct ctl *ctl, struct client *client, const char *text,
	struct simpul_baris *ret) MUST_CHECK;
/* The lines of `ppidctl status` about links; nothing where there are none or federation does not answer. */
void node_status_lines(struct ctl *ctl, struct buf *out);

#endif

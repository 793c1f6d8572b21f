/* restore_parent - a node of which nothing is left but its id: its logs are taken from the node above */
#ifndef CTL_RESTORE_PARENT_H
#define CTL_RESTORE_PARENT_H

#include "ctl/ctl.h"

/* Empty folders alone: the services whose logs go up start fenced, and fetch all of them. */
enum ctl_exit restore_parent(struct ctl *ctl) MUST_CHECK;

#endif

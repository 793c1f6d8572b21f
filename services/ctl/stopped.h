/* stopped - the store of a stopped service, opened by a tool with its ring */
#ifndef CTL_STOPPED_H
#define CTL_STOPPED_H

#include "ctl/ctl.h"
#include "runtime/service_store.h"

struct stopped {
	struct keyring ring;
	struct store *store;
};

/* Opens DATA/SERVICE with KEYS/SERVICE.ring; said when it runs or does not fit. */
enum ctl_exit stopped_open(struct ctl *ctl, const struct service *service,
	struct stopped *ret) MUST_CHECK;
void stopped_close(struct stopped *stopped);
/* The services named in argv, or all; said when one is unknown. */
enum ctl_exit stopped_each(struct ctl *ctl, char **names, int count,
	enum ctl_exit (*run)(struct ctl *ctl, const struct service *service, void *self),
	void *self) MUST_CHECK;

#endif

/* sidecar - what a service notes outside its store and outside every backup
 *
 * In PPID_STATE: the head it had (to see a store that was rolled back), the
 * store's instance id (to see a clone), the time last noted, the upper bounds
 * of numbers given, and the keys of what was sent. Written to a new file,
 * fsynced, renamed, folder fsynced. A vtable, so the simulator has its own. */
#ifndef STORE_SIDECAR_H
#define STORE_SIDECAR_H

#include "store/log.h"

struct sidecar_head {
	struct place head;
	struct id instance;
	uint64_t boots;
	time_us noted_at;
	bool is_clean; /* noted when it stopped: nothing came after this head */
};

struct sidecar_ops {
	/* ERR_NOT_FOUND: none there yet; ERR_CORRUPT; ERR_IO. */
	enum err (*head_get)(void *self, struct sidecar_head *ret);
	enum err (*head_put)(void *self, const struct sidecar_head *head);
	/* Upper bound of the numbers given in a series; 0 when none. */
	enum err (*bound_get)(void *self, struct str series, uint64_t *ret);
	enum err (*bound_put)(void *self, struct str series, uint64_t bound);
	/* Keys of what left the house (mail): appended and fsynced before the sending. */
	enum err (*sent_has)(void *self, struct str key, bool *ret);
	enum err (*sent_add)(void *self, struct str key);
	void (*close)(void *self);
};

struct sidecar {
	const struct sidecar_ops *ops;
	void *self;
};

/* Files in folder, named after the service. */
enum err sidecar_open(const char *folder, struct str service, struct sidecar *ret) MUST_CHECK;

#endif

/* kv_memory - what the simulator may do to the store in memory
 *
 * The twin keeps the contract of kv.h, for one thread, and is stricter where
 * LMDB is lenient by luck: a change to a table while a cursor is open on it
 * asserts at the cursor's next use. Here are the faults of a disk: full,
 * failing with known or unknown outcome, power lost, an old copy put back. */
#ifndef STORE_KV_MEMORY_H
#define STORE_KV_MEMORY_H

#include "store/kv.h"

enum kv_memory_fault {
	KV_FAULT_NONE,
	KV_FAULT_FULL,       /* ERR_READONLY, nothing happened, the store goes on */
	KV_FAULT_IO_LOST,    /* ERR_IO, the transaction is not there after the restart */
	KV_FAULT_IO_APPLIED, /* ERR_IO, it is there */
};

/* The committed state of one moment; later changes do not touch it. */
struct kv_image;

/* What happens to the next commit of a write transaction. */
void kv_memory_fail(struct kv *kv, enum kv_memory_fault fault);
/* How many bytes fit; 0: any number. Over it a put that needs more answers ERR_READONLY. */
void kv_memory_limit(struct kv *kv, uint64_t bytes);
/* Power off: from now on everything answers ERR_IO, until close; what was not committed is gone.
 * The committed state can still be taken as an image and put into a new store. */
void kv_memory_crash(struct kv *kv);
/* Bytes of the committed rows, and commits of write transactions since the opening. */
uint64_t kv_memory_bytes(const struct kv *kv);
uint64_t kv_memory_commits(const struct kv *kv);

/* Costs almost nothing: versions share what is equal. */
struct kv_image *kv_memory_image(const struct kv *kv);
/* The image becomes the committed state; the tables are those of the same list, in the same order
 * (a longer list has empty tables at its end). No transaction is open. */
void kv_memory_restore(struct kv *kv, const struct kv_image *image);
void kv_image_free(struct kv_image **image);

#endif

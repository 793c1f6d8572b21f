/* kv_file - a store on LMDB in a folder of its own, for tests of it: opened, filled and counted by rows
 *
 * Tables are log and state; rows of a number stand in state. */
#ifndef LIB_KV_FILE_H
#define LIB_KV_FILE_H

#include "lib/folder.h"
#include "store/kv.h"

enum { LOG, STATE, TABLES };
enum { MIB = 1 << 20 };

struct kv_file {
	char folder[FOLDER_MAX];
	char file[FOLDER_MAX];
	struct kv *kv;
};

/* The set-up and tear-down of a test, *state being the kv_file: a folder, nothing opened yet. */
int kv_file_begin(void **state);
int kv_file_end(void **state);

enum err kv_file_try_open(struct kv_file *f, uint64_t map_bytes, uint64_t grow_bytes);
/* With 64 MiB of map and no growth; asserts. */
void kv_file_open(struct kv_file *f);
uint64_t kv_file_bytes(const struct kv_file *f);
struct kv_txn *kv_file_txn(struct kv_file *f, enum kv_mode mode);
/* Rows number first to first + count - 1, each of bytes. */
enum err kv_file_put_rows(struct kv_txn *txn, unsigned first, unsigned count, size_t bytes);
void kv_file_commit_rows(struct kv_file *f, unsigned first, unsigned count, size_t bytes);
uint64_t kv_file_count_rows(struct kv_file *f);

#endif

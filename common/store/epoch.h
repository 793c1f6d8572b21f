/* epoch - the rows of a log's epochs, for the log alone
 *
 * BE32(n) -> simpan_epok, n from 0 upwards. There are few and the wanted one is
 * nearly always the last, so they are walked from the end. */
#ifndef STORE_EPOCH_H
#define STORE_EPOCH_H

#include "store/log.h"

/* Decides whether the walk ends at this epoch. end_seq: the last number of it that there can be. */
typedef bool epoch_wanted(const struct epoch *epoch, uint64_t end_seq, const void *wanted);

/* The last epoch that is wanted (NULL: the last of all) and its number; its reason is lent by
 * the transaction. ERR_NOT_FOUND, ERR_CORRUPT, ERR_IO. */
enum err epoch_find(struct kv_txn *txn, unsigned table, epoch_wanted *is_wanted, const void *wanted,
	struct epoch *ret, uint32_t *ret_number) MUST_CHECK;
/* The last one whose events begin before seq, or the first of all for seq 0. */
enum err epoch_of(struct kv_txn *txn, unsigned table, uint64_t seq, struct epoch *ret,
	uint32_t *ret_number) MUST_CHECK;
enum err epoch_get(struct kv_txn *txn, unsigned table, uint32_t number,
	struct epoch *ret) MUST_CHECK;
/* ERR_READONLY, ERR_IO. */
enum err epoch_add(struct kv_txn *txn, unsigned table, uint32_t number,
	const struct epoch *epoch) MUST_CHECK;
/* In place of the first one. */
enum err epoch_first(struct kv_txn *txn, unsigned table, const struct epoch *epoch) MUST_CHECK;

#endif

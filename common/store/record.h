/* record - one entry of an event log, as stored, hashed and shipped
 *
 * A msgpack array of fixed length, minimal integers:
 *   [v=1, seq, epoch bin16, ts, type, version, key bin, cause, actor bin16, seals, payload bin]
 *   cause = [kind, ...] as the rows below say
 *   seals = [[table, key bin, commitment bin32 | nil], ...]  nil: the record was erased
 * The bytes are the identity of the event: they are never decoded and encoded
 * again. Another layout raises v. (MESSAGING 2.5; seals: DESIGN 2, Vault.) */
#ifndef STORE_RECORD_H
#define STORE_RECORD_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/id.h"

enum { RECORD_BYTES_MAX = 60 * 1024, RECORD_SEALS_MAX = 64 };

enum cause_kind {
	CAUSE_COMMAND = 1, /* [1, id, body_hash] */
	CAUSE_LETTER = 2,  /* [2, id, body_hash, from] */
	CAUSE_EVENT = 3,   /* [3, stream, epoch, seq, hash] */
	CAUSE_TIMER = 4,   /* [4, key, due] */
	CAUSE_WORK = 5,    /* [5, key, slice] */
	CAUSE_SYSTEM = 6,  /* [6, what]  start of an epoch, fence, clock */
};

struct cause {
	enum cause_kind kind;
	struct id id;          /* command, letter */
	struct hash body_hash; /* command, letter: keyed */
	struct str from;       /* letter: the sending service; event: the stream; system: what */
	struct id epoch;       /* event */
	uint64_t seq;          /* event; work: the slice */
	struct hash hash;      /* event */
	struct str key;        /* timer, work */
	time_us due;           /* timer */
};

struct seal {
	uint32_t table; /* number of the vault table in the service's list */
	struct str key;
	bool is_erased;
	struct hash commitment; /* unless erased */
};

struct record {
	uint64_t seq;
	struct id epoch;
	time_us at;
	uint16_t type;
	uint16_t version;
	struct str key;
	struct cause cause;
	struct id actor;
	struct seal *seals;
	uint32_t seals_len;
	struct str payload;
};

/* Appends the record's bytes. ERR_LIMIT when over RECORD_BYTES_MAX or RECORD_SEALS_MAX. */
enum err record_encode(const struct record *r, struct buf *out) MUST_CHECK;
/* Strict: exactly this layout, minimal integers, no trailing bytes; ERR_CORRUPT.
 * A time is one of the years 1 to 9999. Strings point into the bytes, the seals come from the arena (ERR_LIMIT when
 * it is full). */
enum err record_decode(struct str bytes, struct arena *arena, struct record *ret) MUST_CHECK;
/* Number, epoch and time alone, for what only passes on; the rest is not looked at. ERR_CORRUPT. */
enum err record_peek(struct str bytes, struct record *ret) MUST_CHECK;
/* Whether what cannot be read is of a later layout, rather than damaged. */
bool record_is_later(struct str bytes);
/* h_n = BLAKE2b-256(key "lsp1-event", h_{n-1} || record_n) */
struct hash record_hash(const struct hash *before, struct str bytes);

#endif

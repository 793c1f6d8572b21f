/* session_streams - what a session knows of each stream, and how it finds one
 *
 * For the files of the session alone. A stream is found by the corr of its OPEN or
 * TAIL, and stays where it is in memory until it ends. */
#ifndef BUS_SESSION_STREAMS_H
#define BUS_SESSION_STREAMS_H

#include "bus/session_config.h"
#include "bus/session_note.h"

struct stream_name {
	char bytes[SESSION_STREAM_NAME_MAX];
	size_t len;
};

/* A mark of credit or of its use: totals since OPEN. */
struct amount {
	uint64_t bytes;
	uint64_t events;
};

/* A stream of the peer that we read. */
struct reading {
	uint64_t corr; /* of our OPEN or TAIL */
	struct stream_name name;
	bool is_open; /* OPENED has come */
	struct stream_place received;
	struct stream_place consumed;
	struct amount window; /* as the config said when it was opened */
	struct amount granted;
	struct amount used;
	struct amount done;
	bool is_ack_due;
	time_us acked_at;
};

/* A stream of ours that the peer reads. */
struct serving {
	uint64_t corr; /* of the peer's OPEN or TAIL */
	struct stream_name name;
	bool is_open; /* we said OPENED */
	bool is_copy; /* it came by TAIL */
	struct stream_place sent;
	struct amount granted;
	struct amount used;
	uint32_t payload_max;
	time_us head_at; /* when its head is due to be told */
};

/* The streams of one direction, found by their corr. */
struct stream_row {
	uint64_t corr;
	void *stream; /* struct reading or struct serving */
};

struct stream_table {
	struct stream_row *rows; /* corr upwards */
	uint32_t len;
	uint32_t room;
};

void *stream_table_find(const struct stream_table *t, uint64_t corr); /* NULL: no such stream */
/* Zeroed memory for a stream whose corr is not in the table yet. */
void *stream_table_add(struct stream_table *t, uint64_t corr, size_t bytes);
void stream_table_delete(struct stream_table *t, uint64_t corr);
void stream_table_clear(struct stream_table *t);

void stream_name_set(struct stream_name *name, struct str text);
struct str stream_name_str(const struct stream_name *name);

#endif

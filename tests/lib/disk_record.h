/* disk_record - what a program did to its data file, in order
 *
 * A file of entries, each followed by its bytes (writes and acks). Written by
 * preload_record.c, read by the maker of crash images. */
#ifndef LIB_DISK_RECORD_H
#define LIB_DISK_RECORD_H

#include <stdint.h>

enum disk_op {
	DISK_WRITE,         /* bytes at offset, in the cache of the system */
	DISK_WRITE_FLUSHED, /* bytes at offset, on the disk when it returned (O_DSYNC) */
	DISK_FLUSH,         /* everything written before is on the disk */
	DISK_LENGTH,        /* the file was given the length `offset` */
	DISK_ACK,           /* the program answered: bytes are the text of a number */
};

struct disk_entry {
	uint32_t op;
	uint32_t bytes;
	uint64_t offset;
};

#endif

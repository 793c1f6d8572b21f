/* file - whole small files, read at once and replaced safely
 *
 * A replaced file is the old one or the new one after any crash: written
 * beside, fsynced, renamed, the folder fsynced. */
#ifndef STORE_FILE_H
#define STORE_FILE_H

#include "base/buf.h"

/* Appends the file to out. ERR_NOT_FOUND; ERR_LIMIT: out cannot hold it; ERR_IO. */
enum err file_read(const char *path, struct buf *out) MUST_CHECK;
/* Whether nobody but its owner (us, or root) can read or write it. */
bool file_is_private(const char *path);
/* Replaces or makes it, mode 0600. ERR_READONLY: no room on the disk; ERR_IO. */
enum err file_replace(const char *path, struct str bytes) MUST_CHECK;
/* Writes all of it. Errors as file_replace. */
enum err file_write(int fd, struct str bytes) MUST_CHECK;
/* Makes the names in the folder of path durable. */
enum err file_sync_folder(const char *path) MUST_CHECK;

#endif

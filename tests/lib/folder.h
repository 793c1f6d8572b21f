/* folder - a folder for one test, made empty and removed with all in it */
#ifndef LIB_FOLDER_H
#define LIB_FOLDER_H

#include "base/base.h"

enum { FOLDER_MAX = 256 };

/* Under TMPDIR or /tmp. Ends the program when that is impossible. */
void folder_make(char ret_path[FOLDER_MAX]);
/* Removes the files in it, those of its folders, and the folder itself. */
void folder_remove(const char *path);
/* Removes what is in it. */
void folder_clear(const char *path);
/* path/name, in a buffer of the caller. */
const char *folder_file(const char *path, const char *name, char ret[FOLDER_MAX]);
/* Copies a file; false when it could not. */
bool folder_copy(const char *from, const char *to);

#endif

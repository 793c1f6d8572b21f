/* crash_point - named places where a test may end the process
 *
 * In the product they cost one comparison. PPID_CRASH=name:n (read once by
 * crash_setup) kills the process with SIGKILL at the n-th passage of the named
 * point. The simulator sets a hook of its own and counts passages. */
#ifndef BASE_CRASH_POINT_H
#define BASE_CRASH_POINT_H

#include "base/base.h"

typedef void crash_hook(void *self, const char *name);

/* Takes "name:n", or NULL for none. ERR_INVALID when it does not read so. */
enum err crash_setup(const char *text) MUST_CHECK;
/* The simulator's hook; NULL takes it away. */
void crash_hook_set(crash_hook *hook, void *self);
void crash_point(const char *name);

#endif

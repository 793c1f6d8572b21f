/* replay - the derived tables made again from the log, in their shadows */
#ifndef RUNTIME_REPLAY_H
#define RUNTIME_REPLAY_H

#include "runtime/service.h"

/* Folds the whole log into the shadows of the derived tables. ERR_CORRUPT, ERR_READONLY, ERR_IO. */
enum err replay_to_shadow(const struct service *service, struct store *store) MUST_CHECK;

#endif

/* load_parts - what the files of the load share among themselves */
#ifndef LIB_LOAD_PARTS_H
#define LIB_LOAD_PARTS_H

#include "base/buf.h"
#include "base/host.h"
#include "lib/load.h"

/* Ids that name their row: kind 'c' of a command, 'p' of the case it lodges. */
struct id load_id(const struct load *l, uint32_t row, char kind, time_us at);
/* Appends the body of a row's command and says which message it is. */
const struct schema *load_body(const struct load *l, uint32_t row, struct buf *out);

/* Waits until every service has followed to the end; parked inputs may remain. */
bool load_rest(struct load *l, uint32_t within_ms);
/* What an operator does with parked inputs: runs them. A parked command is then to be sent again. */
bool load_settle_parked(struct load *l);

#endif

/* aliran - the streams of other nodes that are mirrored here, and through which child they come
 *
 * Told by the engine of links when a child offers one that is not known; from
 * then on it is read whenever that child is there. Key: the stream's name. */
#ifndef FEDERATION_ALIRAN_H
#define FEDERATION_ALIRAN_H

#include "runtime/fold.h"

extern const struct table aliran_table;
extern const struct link_rows federation_links;

decide_fn decide_catat_aliran;
apply_fn apply_aliran_dikenal;

#endif

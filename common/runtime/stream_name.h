/* stream_name - "NODE-ID/SERVICE": a stream, or a peer, as seen from outside its node */
#ifndef RUNTIME_STREAM_NAME_H
#define RUNTIME_STREAM_NAME_H

#include "base/id.h"

enum { NODE_STREAM_MAX = 64 }; /* with its zero byte it has room in 65 */

/* ERR_LIMIT: the service's name is too long. */
enum err node_stream_name(struct id node, struct str service,
	char ret[NODE_STREAM_MAX + 1]) MUST_CHECK;
/* ERR_INVALID: it is not one. service is lent from the text. */
enum err node_stream_read(struct str name, struct id *ret_node, struct str *ret_service) MUST_CHECK;

#endif

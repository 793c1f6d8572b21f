/* zap_parts - between the list of guests and the thread that answers for it */
#ifndef BUS_ZAP_PARTS_H
#define BUS_ZAP_PARTS_H

#include <czmq.h>

#include "base/str.h"
#include "bus/zap.h"

#define ZAP_ADDRESS "inproc://zeromq.zap.01"
/* The property of a connection that tells its key, beside User-Id: 64 hexadecimal digits. */
#define ZAP_KEY_PROPERTY "Guest-Key"
enum { ZAP_KEY_TEXT_MAX = 2 * CURVE_KEY_BYTES + 1 };

/* zap.c: what the domain says of the key, its name where it is let in, and the knock noted where not. A domain that
 * is not there (any more, or not yet) lets nobody in for now. */
enum guest_state zap_judge(struct str domain, const struct curve_key *key, struct str address,
	char ret_name[ZAP_NAME_MAX]);

/* zap_answer.c: the thread; argument is the ROUTER, bound already, which it closes at the end. */
void zap_answer_main(zsock_t *pipe, void *argument);

#endif

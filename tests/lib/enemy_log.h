/* enemy_log - the log of a node below that speaks by hand, written as a test wants it */
#ifndef LIB_ENEMY_LOG_H
#define LIB_ENEMY_LOG_H

#include "lib/enemy.h"

struct follow;

/* An offer: its own log, which begins with e->head where that is set: a second epoch that began before any record. */
uint32_t enemy_offers_own(struct enemy *e, struct aliran_simpul *page, uint32_t room);
/* One record more, sent at once; of this time and layout. */
void enemy_writes(struct enemy *e);
void enemy_writes_record(struct enemy *e, time_us at, char layout);
/* Tells its head, signed by the node's key of this generation. */
void enemy_signs_and_tells(struct enemy *e, uint32_t generation);
/* The copy of it at the node above. */
struct follow *enemy_copy(struct enemy *e);

#endif

/* notification - contact cards, notices to requesters, and whether they arrived
 *
 * A notice is a row with a life of its own (pengiriman.c): it waits for the
 * contact card, is sent as work, tried again, given up, or left to a person
 * when nobody can know whether it arrived. Old registers send nothing. */
#ifndef NOTIFICATION_NOTIFICATION_H
#define NOTIFICATION_NOTIFICATION_H

#include "runtime/service.h"

extern const struct service notification_service;

#endif

/* federation - the links to other nodes: who belongs to whom, under which keys, with which streams
 *
 * Links are two machines (tautan_machine.c: nodes below, induk.c: the node above).
 * What travels over them is the runtime's work, by what `remotes` and `mirrors` of
 * the descriptor say. */
#ifndef FEDERATION_FEDERATION_H
#define FEDERATION_FEDERATION_H

#include "runtime/service.h"

extern const struct service federation_service;

#endif

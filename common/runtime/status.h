/* status - what the sender of a command or question is told of an error
 *
 * Each error has one status, whoever asks. What says nothing about the input
 * (damaged bytes of ours, a disk that fails) is UNKNOWN: ask again. */
#ifndef RUNTIME_STATUS_H
#define RUNTIME_STATUS_H

#include "proto/messages.h"

enum sesi_status status_of(enum err e);

#endif

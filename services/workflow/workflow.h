/* workflow - where every case stands, what may happen to it next, and by when
 *
 * The life of a case is a table (permohonan.c); policy (grants, units, rules,
 * days off) is kept here for all services of the node. */
#ifndef WORKFLOW_WORKFLOW_H
#define WORKFLOW_WORKFLOW_H

#include "runtime/service.h"

extern const struct service workflow_service;

#endif

/* reporting - facts without persons, and what they add up to
 *
 * Decides nothing: it follows intake and workflow, keeps one row a request and
 * sums of them, and answers questions about periods. README.md says how the
 * sums lie and why. */
#ifndef REPORTING_REPORTING_H
#define REPORTING_REPORTING_H

#include "runtime/service.h"

extern const struct service reporting_service;

#endif

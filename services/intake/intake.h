/* intake - the front desk: registers, the persons behind them, receipts, numbers
 *
 * Intake states facts and judges none of them: what came in, when, with which
 * number. Whatever state a case is in, workflow decides what follows. Persons
 * stand in the vault; log and derived tables have codes, dates and numbers. */
#ifndef INTAKE_INTAKE_H
#define INTAKE_INTAKE_H

#include "runtime/service.h"

extern const struct service intake_service;

#endif

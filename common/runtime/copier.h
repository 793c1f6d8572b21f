/* copier - the thread that writes a backup while the service goes on
 *
 * Implements struct copy_host for service_main: one copy at a time, on an actor
 * of the bus. The snapshot's transaction is the thread's alone until it tells
 * the result; then the service's thread ends it (runtime_copied). */
#ifndef RUNTIME_COPIER_H
#define RUNTIME_COPIER_H

#include "runtime/runtime.h"

struct bus;
struct copier;

struct copier *copier_open(struct bus *bus, const char *service);
struct copy_host copier_host(struct copier *copier);
/* Where the result goes; set once the runtime is open, which needs the copier first. */
void copier_attach(struct copier *copier, struct runtime *runtime);
/* Cancels a copy and waits until the thread has let go of the snapshot; tells nobody. Before runtime_close,
 * and before the bus closes. */
void copier_close(struct copier **copier);

#endif

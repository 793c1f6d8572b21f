/* services - the services of a node, by their descriptors
 *
 * Which service takes a message, and which tables a stopped store has, is said
 * there and nowhere else. */
#ifndef CTL_SERVICES_H
#define CTL_SERVICES_H

#include "runtime/service.h"

extern const struct service *const all_services[];
extern const uint32_t all_services_count;

/* NULL: no service has that name. */
const struct service *service_of_name(const char *name);
/* The service that takes this command or question; NULL: several do (the system's), or none. */
const struct service *service_of_message(const struct schema *schema);

#endif

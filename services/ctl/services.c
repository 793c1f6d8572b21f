#include "ctl/services.h"

#include "federation/federation.h"
#include "intake/intake.h"
#include "notification/notification.h"
#include "reporting/reporting.h"
#include "workflow/workflow.h"

#include <string.h>

const struct service *const all_services[] = {
	&intake_service,
	&workflow_service,
	&notification_service,
	&reporting_service,
	&federation_service,
};
const uint32_t all_services_count = sizeof all_services / sizeof all_services[0];

const struct service *service_of_name(const char *name)
{
	for (uint32_t i = 0; i < all_services_count; i++)
		if (strcmp(all_services[i]->name, name) == 0)
			return all_services[i];
	return NULL;
}

static bool takes(const struct service *service, const struct schema *schema)
{
	for (uint32_t i = 0; i < service->command_count; i++)
		if (service->commands[i].schema == schema)
			return true;
	for (uint32_t i = 0; i < service->question_count; i++)
		if (service->questions[i].schema == schema)
			return true;
	return false;
}

const struct service *service_of_message(const struct schema *schema)
{
	const struct service *found = NULL;

	for (uint32_t i = 0; i < all_services_count; i++) {
		if (!takes(all_services[i], schema))
			continue;
		if (found != NULL)
			return NULL;
		found = all_services[i];
	}
	return found;
}

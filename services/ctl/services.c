#include "ctl/services.h"

#if __has_include("intake/intake.c")
#include "intake/intake.h"
#define HAS_INTAKE
#endif
#if __has_include("notification/notification.c")
#include "notification/notification.h"
#define HAS_NOTIFICATION
#endif
#if __has_include("reporting/reporting.c")
#include "reporting/reporting.h"
#define HAS_REPORTING
#endif
#if __has_include("workflow/workflow.c")
#include "workflow/workflow.h"
#define HAS_WORKFLOW
#endif

#include <string.h>

const struct service *const all_services[] = {
#ifdef HAS_INTAKE
	&intake_service,
#endif
#ifdef HAS_WORKFLOW
	&workflow_service,
#endif
#ifdef HAS_NOTIFICATION
	&notification_service,
#endif
#ifdef HAS_REPORTING
	&reporting_service,
#endif
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

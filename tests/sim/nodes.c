#include "sim/nodes.h"

#include "intake/intake.h"
#include "notification/notification.h"
#include "notification/pengaturan.h"
#include "reporting/reporting.h"
#include "workflow/workflow.h"

#include <string.h>

const struct service *const sim_node[] = {
	&intake_service,
	&workflow_service,
	&notification_service,
	&reporting_service,
};
const uint32_t sim_node_count = sizeof sim_node / sizeof sim_node[0];

static const struct notification_settings mail = {
	.host = "mail.example.test",
	.port = 25,
	.tls = "none",
	.ca_file = "",
	.user = "",
	.from = "ppid@example.test",
	.from_name = "PPID",
	.helo = "ppid.example.test",
	.connect_ms = 1000,
	.stall_ms = 1000,
	.total_ms = 5000,
	.give_up_hours = 24,
};

const void *sim_settings(const struct service *service)
{
	return service == &notification_service ? &mail : NULL;
}

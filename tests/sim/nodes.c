#include "sim/nodes.h"

#include "intake/intake.h"
#include "workflow/workflow.h"

const struct service *const sim_node[] = { &intake_service, &workflow_service };
const uint32_t sim_node_count = sizeof sim_node / sizeof sim_node[0];

#include "runtime/main.h"
#include "workflow/workflow.h"

int main(int argc, char **argv)
{
	return service_main(&workflow_service, argc, argv);
}

#include "reporting/reporting.h"
#include "runtime/main.h"

int main(int argc, char **argv)
{
	return service_main(&reporting_service, argc, argv);
}

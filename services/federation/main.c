#include "federation/federation.h"
#include "runtime/main.h"

int main(int argc, char **argv)
{
	return service_main(&federation_service, argc, argv);
}

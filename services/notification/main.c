#include "notification/notification.h"
#include "runtime/main.h"

int main(int argc, char **argv)
{
	return service_main(&notification_service, argc, argv);
}

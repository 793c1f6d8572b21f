#include "bus/bus_log.h"

#include "base/log_line.h"

void bus_log_full(uint32_t links)
{
	log_line(LOG_WARN, "bus_full", "links", log_number(links), NULL);
}

void bus_log_endless(const char *endpoint)
{
	log_line(LOG_WARN, "bus_endless_message", "endpoint", endpoint, NULL);
}

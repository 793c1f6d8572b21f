#include "bus/bus_log.h"

#include "base/log_line.h"

void bus_log_full(uint32_t links)
{
	log_line(LOG_WARN, "bus_full", "links", log_number(links), NULL);
}

void bus_log_endless(const char *endpoint, const char *name)
{
	log_line(LOG_WARN, "bus_endless_message", "endpoint", endpoint, "peer", name, NULL);
}

void bus_log_nameless(const char *endpoint)
{
	log_line(LOG_WARN, "bus_nameless_peer", "endpoint", endpoint, NULL);
}

void bus_log_refused(const char *name)
{
	log_line(LOG_WARN, "bus_peer_revoked", "peer", name, NULL);
}

void bus_log_unbound(const char *endpoint)
{
	log_line(LOG_WARN, "bus_address_taken", "endpoint", endpoint, NULL);
}

/* Apart from everything that includes the C library's header of the same name, whose tcp_info has no bytes. */
#include "bus/tcp_count.h"

#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netdb.h>
#include <netinet/in.h>

uint64_t tcp_cookie(int fd)
{
	uint64_t cookie = 0;
	socklen_t size = sizeof cookie;

	return getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &size) == 0 ? cookie : 0;
}

bool tcp_address(int fd, char ret[TCP_ADDRESS_MAX])
{
	struct sockaddr_storage at;
	socklen_t size = sizeof at;

	return getpeername(fd, (struct sockaddr *)&at, &size) == 0 &&
		getnameinfo((struct sockaddr *)&at, size, ret, TCP_ADDRESS_MAX, NULL, 0, NI_NUMERICHOST) ==
		0;
}

bool tcp_count(int fd, struct tcp_count *ret)
{
	struct tcp_info info;
	socklen_t size = sizeof info;
	int unread = 0, queued = 0;

	(void)memset(&info, 0, sizeof info);
	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
		return false;
	if (ioctl(fd, SIOCINQ, &unread) != 0 || unread < 0)
		unread = 0;
	if (ioctl(fd, SIOCOUTQ, &queued) != 0 || queued < 0)
		queued = 0;
	*ret = (struct tcp_count) { .acked = info.tcpi_bytes_acked, .queued = (uint64_t)queued };
	if (info.tcpi_bytes_received > (uint64_t)unread)
		ret->received = info.tcpi_bytes_received - (uint64_t)unread;
	return true;
}

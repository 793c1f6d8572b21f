/* Signals: blocked before the first socket, since czmq takes any handled one for
 * the end of its loops, and read from a descriptor. The process has several
 * buses when several services are its threads; whichever reads a signal first
 * tells the others by the counter. */
#include "bus/bus_parts.h"

#include <signal.h>
#include <stdatomic.h>
#include <sys/signalfd.h>

static atomic_int last_signal;
static atomic_uint signals_read;

int signals_open(uint32_t *ret_seen)
{
	static const int ours[] = { SIGTERM, SIGINT, SIGHUP };
	/* Blocked and not read: none of them may interrupt a wait. */
	static const int others[] = { SIGPIPE, SIGUSR1, SIGUSR2, SIGXFSZ };
	sigset_t taken, blocked;

	sigemptyset(&taken);
	for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
		sigaddset(&taken, ours[i]);
	blocked = taken;
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		sigaddset(&blocked, others[i]);
	if (pthread_sigmask(SIG_BLOCK, &blocked, NULL) != 0)
		return -1;
	*ret_seen = atomic_load(&signals_read);
	return signalfd(-1, &taken, SFD_NONBLOCK | SFD_CLOEXEC);
}

int signals_next(int fd, uint32_t *seen)
{
	struct signalfd_siginfo info;

	if (read(fd, &info, sizeof info) == (ssize_t)sizeof info) {
		atomic_store(&last_signal, (int)info.ssi_signo);
		atomic_fetch_add(&signals_read, 1);
	}
	if (atomic_load(&signals_read) == *seen)
		return 0;
	*seen = atomic_load(&signals_read);
	return atomic_load(&last_signal);
}

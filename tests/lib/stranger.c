#include "lib/stranger.h"

#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <sys/eventfd.h>

enum { CALLERS_MAX = 256 };

struct stranger {
	enum stranger_manner manner;
	const char *text;
	int listen_fd, stop_fd;
	int callers[CALLERS_MAX];
	uint32_t caller_count;
	atomic_uint met;
	pthread_t thread;
};

static void say(const struct stranger *s, int fd)
{
	ssize_t n = send(fd, s->text, strlen(s->text), MSG_NOSIGNAL);

	(void)n; /* who hung up does not hear it */
}

static void greet(struct stranger *s, int fd)
{
	char bytes[64];

	atomic_fetch_add(&s->met, 1);
	if (s->manner == STRANGER_SPEAKS_FIRST)
		say(s, fd);
	if (s->manner == STRANGER_REPLIES && recv(fd, bytes, sizeof bytes, 0) > 0)
		say(s, fd);
	if (s->manner == STRANGER_SPEAKS_FIRST || s->manner == STRANGER_IS_SILENT) {
		if (s->caller_count < CALLERS_MAX) {
			s->callers[s->caller_count++] = fd;
			return;
		}
	}
	(void)close(fd);
}

static void *serve(void *argument)
{
	struct stranger *s = argument;
	struct pollfd items[2] = { { s->listen_fd, POLLIN, 0 }, { s->stop_fd, POLLIN, 0 } };

	while (poll(items, 2, -1) >= 0 && items[1].revents == 0) {
		int fd = accept4(s->listen_fd, NULL, NULL, SOCK_CLOEXEC);

		if (fd >= 0)
			greet(s, fd);
	}
	return NULL;
}

struct stranger *stranger_open(uint16_t port, enum stranger_manner manner, const char *text)
{
	struct stranger *s = calloc(1, sizeof *s);
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int yes = 1;

	s->manner = manner;
	s->text = text;
	s->stop_fd = eventfd(0, EFD_CLOEXEC);
	s->listen_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(setsockopt(s->listen_fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes), 0);
	/* Whoever had the port may give it back a moment later. */
	for (int i = 0; bind(s->listen_fd, (struct sockaddr *)&at, sizeof at) != 0; i++) {
		assert_true(i < 5000);
		(void)usleep(2000);
	}
	assert_int_equal(listen(s->listen_fd, 16), 0);
	assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
	return s;
}

uint32_t stranger_met(const struct stranger *s)
{
	return atomic_load(&s->met);
}

void stranger_close(struct stranger **stranger)
{
	struct stranger *s = *stranger;
	const uint64_t one = 1;

	assert_int_equal(write(s->stop_fd, &one, sizeof one), sizeof one);
	assert_int_equal(pthread_join(s->thread, NULL), 0);
	for (uint32_t i = 0; i < s->caller_count; i++)
		(void)close(s->callers[i]);
	(void)close(s->listen_fd);
	(void)close(s->stop_fd);
	free(s);
	*stranger = NULL;
}

#include "bench/zmtp.h"

#include "base/bytes.h"
#include "base/host.h"
#include "bench/node.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { GREETING_BYTES = 64, FLAG_MORE = 1, FLAG_LONG = 2, FLAG_COMMAND = 4, READY_MS = 10000 };

static void add(struct zmtp *z, const void *bytes, size_t len)
{
	bench_must(z->out_len + len <= ZMTP_BYTES_MAX, "the service does not read");
	memcpy(z->out + z->out_len, bytes, len);
	z->out_len += len;
}

static void add_frame(struct zmtp *z, struct str bytes, uint8_t flags)
{
	uint8_t head[9];

	if (bytes.len > UINT8_MAX) {
		head[0] = flags | FLAG_LONG;
		be64_put(head + 1, bytes.len);
		add(z, head, 9);
	} else {
		head[0] = flags;
		head[1] = (uint8_t)bytes.len;
		add(z, head, 2);
	}
	add(z, bytes.ptr, bytes.len);
}

/* Signature, version 3.0, mechanism NULL; then what socket we are. */
static void greet(struct zmtp *z)
{
	static const char ready[] = "\5READY\13Socket-Type\0\0\0\6DEALER\10Identity\0\0\0\0";
	uint8_t greeting[GREETING_BYTES] = { 0xff, [9] = 0x7f, [10] = 3 };

	memcpy(greeting + 12, "NULL", 4);
	add(z, greeting, sizeof greeting);
	add_frame(z, str_bytes(ready, sizeof ready - 1), FLAG_COMMAND);
}

void zmtp_open(struct zmtp *z, const char *endpoint)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	bench_must(strncmp(endpoint, "ipc://", 6) == 0 &&
			strlen(endpoint + 6) < sizeof address.sun_path,
		endpoint);
	(void)snprintf(address.sun_path, sizeof address.sun_path, "%s", endpoint + 6);
	*z = (struct zmtp) { .fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0) };
	z->in = malloc(ZMTP_BYTES_MAX);
	z->out = malloc(ZMTP_BYTES_MAX);
	bench_must(z->fd >= 0 && z->in != NULL && z->out != NULL, "a connection");
	bench_must(connect(z->fd, (struct sockaddr *)&address, sizeof address) == 0, endpoint);
	greet(z);
	zmtp_write(z);
	/* libzmq takes nothing more before it has said READY itself. */
	while (!z->is_ready) {
		struct pollfd wait = { .fd = z->fd, .events = POLLIN };

		bench_must(poll(&wait, 1, READY_MS) == 1, "no greeting comes");
		zmtp_read(z, NULL, NULL);
	}
}

void zmtp_close(struct zmtp *z)
{
	(void)close(z->fd);
	free(z->in);
	free(z->out);
}

void zmtp_add(struct zmtp *z, const struct frames *frames)
{
	bool has_payload = frames->payload.ptr != NULL;

	add_frame(z, frames->header, FLAG_MORE);
	add_frame(z, frames->body, has_payload ? FLAG_MORE : 0);
	if (has_payload)
		add_frame(z, frames->payload, 0);
}

enum err zmtp_send(void *self, const struct frames *frames)
{
	zmtp_add(self, frames);
	return ERR_OK;
}

time_us zmtp_clock(void)
{
	struct host host = host_system();

	return host_steady(&host);
}

void zmtp_write(struct zmtp *z)
{
	size_t done = 0;

	while (done < z->out_len) {
		ssize_t n = send(z->fd, z->out + done, z->out_len - done, MSG_NOSIGNAL);

		bench_must(n > 0 || errno == EINTR, "the service has gone");
		if (n > 0)
			done += (size_t)n;
	}
	z->out_len = 0;
}

/* The frame at `at`: its length with its head, or 0 when it is not whole yet. */
static size_t frame_at(const uint8_t *at, size_t len, struct str *ret)
{
	size_t head = len > 0 && (at[0] & FLAG_LONG) != 0 ? 9 : 2;
	uint64_t bytes;

	if (len < head)
		return 0;
	bytes = head == 9 ? be64_get(at + 1) : at[1];
	bench_must(bytes < ZMTP_BYTES_MAX - 64, "a frame that is too long");
	if (len - head < bytes)
		return 0;
	*ret = str_bytes(at + head, bytes);
	return head + bytes;
}

/* One whole message from `at`: its length, or 0 when it is not whole yet. */
static size_t message_at(const uint8_t *at, size_t len, struct frames *ret)
{
	struct str parts[3] = { { NULL, 0 }, { NULL, 0 }, { NULL, 0 } };
	size_t done = 0;

	for (size_t i = 0; i < 3; i++) {
		size_t n = frame_at(at + done, len - done, &parts[i]);
		uint8_t flags;

		if (n == 0)
			return 0;
		flags = at[done];
		done += n;
		if ((flags & FLAG_MORE) == 0)
			break;
	}
	*ret = (struct frames) { parts[0], parts[1], parts[2] };
	return done;
}

static size_t take_all(struct zmtp *z, zmtp_message_fn *on_message, void *self)
{
	size_t done = 0;

	if (!z->is_greeted && z->in_len < GREETING_BYTES)
		return 0;
	if (!z->is_greeted)
		done = GREETING_BYTES;
	z->is_greeted = true;
	for (;;) {
		struct frames frames;
		size_t n = message_at(z->in + done, z->in_len - done, &frames);

		if (n == 0)
			return done;
		if ((z->in[done] & FLAG_COMMAND) != 0)
			z->is_ready = true;
		else
			on_message(self, &frames);
		done += n;
	}
}

void zmtp_read(struct zmtp *z, zmtp_message_fn *on_message, void *self)
{
	ssize_t n = recv(z->fd, z->in + z->in_len, ZMTP_BYTES_MAX - z->in_len, MSG_DONTWAIT);
	size_t done;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	bench_must(n > 0, "the service has gone");
	z->in_len += (size_t)n;
	done = take_all(z, on_message, self);
	z->in_len -= done;
	memmove(z->in, z->in + done, z->in_len);
}

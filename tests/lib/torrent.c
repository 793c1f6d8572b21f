#include "lib/torrent.h"

#include <errno.h>
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
#include <sodium.h>

#include "base/bytes.h"

enum {
	FRAME_MAX = 70 * 1024,
	PILE_MAX = 32 * 1024,
	GREETING = 64,
	COMMAND = 4, /* flags of a ZMTP frame */
	LONG = 2,
	NONCE = 24,
	MAC = 16,
	KEY = CURVE_KEY_BYTES,
	COOKIE = 96,
	ON_THE_LINE = 9 + 16 + MAC + 1, /* that a part is more */
};

struct torrent {
	struct curve_pair own;
	struct curve_key server;
	struct torrent_plan plan;
	uint16_t port;
	bool is_dialer;
	int listen_fd, fd;
	/* of the present connection */
	uint64_t count;
	uint8_t secret[KEY], theirs[KEY]; /* short keys */
	uint8_t shared[crypto_box_BEFORENMBYTES];
	uint8_t in[FRAME_MAX], out[FRAME_MAX];
	uint8_t pile[PILE_MAX + FRAME_MAX]; /* parts that go out together */
	size_t piled;
	atomic_bool is_over;
	atomic_ullong sent;
	atomic_uint met;
	pthread_t thread;
};

static bool put(struct torrent *t, const uint8_t *bytes, size_t len)
{
	while (len > 0 && !atomic_load(&t->is_over)) {
		ssize_t n = send(t->fd, bytes, len, MSG_NOSIGNAL);
		struct pollfd end = { .fd = t->fd, .events = POLLRDHUP };

		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return false;
		if (n < 0 && poll(&end, 1, 0) > 0)
			return false; /* the other side has hung up, and its kernel takes no more */
		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
		}
	}
	return len == 0;
}

static bool take(struct torrent *t, uint8_t *bytes, size_t len)
{
	while (len > 0 && !atomic_load(&t->is_over)) {
		ssize_t n = recv(t->fd, bytes, len, 0);

		if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
			return false;
		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
		}
	}
	return len == 0;
}

static bool put_pile(struct torrent *t)
{
	bool is_out = put(t, t->pile, t->piled);

	t->piled = 0;
	return is_out;
}

/* The frame's body is in `out` from its tenth byte on. */
static bool put_frame(struct torrent *t, uint8_t flags, size_t len)
{
	t->out[0] = flags | LONG;
	be64_put(t->out + 1, len);
	memcpy(t->pile + t->piled, t->out, len + 9);
	t->piled += len + 9;
	return flags != COMMAND && t->piled < PILE_MAX ? true : put_pile(t);
}

/* A command is shorter than 256 bytes in both directions, but may come in either form. */
static bool take_frame(struct torrent *t, size_t *ret_len)
{
	uint8_t head[9];
	uint64_t len;

	if (!take(t, head, 2))
		return false;
	len = head[1];
	if ((head[0] & LONG) != 0) {
		if (!take(t, head + 2, 7))
			return false;
		len = be64_get(head + 1);
	}
	if (len > sizeof t->in)
		return false;
	*ret_len = len;
	return take(t, t->in, len);
}

static void nonce_of(uint8_t nonce[NONCE], const char *name, uint64_t count)
{
	memcpy(nonce, name, 16);
	be64_put(nonce + 16, count);
}

static bool greet(struct torrent *t)
{
	uint8_t ours[GREETING] = { 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f, 3, 0, 'C', 'U', 'R', 'V', 'E' };
	uint8_t theirs[GREETING];

	ours[32] = t->is_dialer ? 0 : 1;
	t->count = 1;
	t->piled = 0;
	return put(t, ours, sizeof ours) && take(t, theirs, sizeof theirs);
}

static size_t metadata(uint8_t *to, const char *type)
{
	static const char head[] = "\x0bSocket-Type\0\0\0\x06";
	static const char tail[] = "\x08Identity\0\0\0\0";

	memcpy(to, head, sizeof head - 1);
	memcpy(to + sizeof head - 1, type, 6);
	memcpy(to + sizeof head - 1 + 6, tail, sizeof tail - 1);
	return sizeof head - 1 + 6 + sizeof tail - 1;
}

static bool say_hello(struct torrent *t, const uint8_t short_public[KEY])
{
	uint8_t *body = t->out + 9, zeros[64] = { 0 }, nonce[NONCE];

	(void)memset(body, 0, 200);
	memcpy(body, "\5HELLO\1", 7);
	memcpy(body + 80, short_public, KEY);
	be64_put(body + 112, t->count);
	nonce_of(nonce, "CurveZMQHELLO---", t->count++);
	return crypto_box_easy(body + 120, zeros, sizeof zeros, nonce, t->server.bytes, t->secret) ==
		0 &&
		put_frame(t, COMMAND, 200);
}

static bool shake_as_dialer(struct torrent *t)
{
	uint8_t short_public[KEY], opened[KEY + COOKIE], plain[512], nonce[NONCE];
	uint8_t vouched[2 * KEY], *body = t->out + 9;
	size_t len;

	if (crypto_box_keypair(short_public, t->secret) != 0 || !say_hello(t, short_public) ||
		!take_frame(t, &len) || len != 168)
		return false;
	memcpy(nonce, "WELCOME-", 8);
	memcpy(nonce + 8, t->in + 8, 16);
	if (crypto_box_open_easy(opened, t->in + 24, 144, nonce, t->server.bytes, t->secret) != 0)
		return false;
	memcpy(t->theirs, opened, KEY);
	memcpy(vouched, short_public, KEY);
	memcpy(vouched + KEY, t->server.bytes, KEY);
	memcpy(plain, t->own.public_key.bytes, KEY);
	memcpy(nonce, "VOUCH---", 8);
	randombytes_buf(nonce + 8, 16);
	memcpy(plain + KEY, nonce + 8, 16);
	if (crypto_box_easy(plain + KEY + 16, vouched, sizeof vouched, nonce, t->theirs,
			t->own.secret_key.bytes) != 0)
		return false;
	len = KEY + 16 + sizeof vouched + MAC;
	len += metadata(plain + len, "DEALER");
	memcpy(body, "\x08INITIATE", 9);
	memcpy(body + 9, opened + KEY, COOKIE);
	be64_put(body + 9 + COOKIE, t->count);
	nonce_of(nonce, "CurveZMQINITIATE", t->count++);
	if (crypto_box_easy(body + 9 + COOKIE + 8, plain, len, nonce, t->theirs, t->secret) != 0 ||
		!put_frame(t, COMMAND, 9 + COOKIE + 8 + len + MAC))
		return false;
	return take_frame(t, &len) && len > 6 && memcmp(t->in, "\5READY", 6) == 0;
}

static bool shake_as_listener(struct torrent *t)
{
	uint8_t welcome[KEY + COOKIE] = { 0 }, plain[128], nonce[NONCE], *body = t->out + 9;
	size_t len;

	if (!take_frame(t, &len) || len != 200 || crypto_box_keypair(welcome, t->secret) != 0)
		return false;
	memcpy(t->theirs, t->in + 80, KEY);
	memcpy(nonce, "WELCOME-", 8);
	randombytes_buf(nonce + 8, 16);
	memcpy(body, "\7WELCOME", 8);
	memcpy(body + 8, nonce + 8, 16);
	if (crypto_box_easy(body + 24, welcome, sizeof welcome, nonce, t->theirs,
			t->own.secret_key.bytes) != 0 ||
		!put_frame(t, COMMAND, 24 + sizeof welcome + MAC) || !take_frame(t, &len))
		return false; /* who it is we do not ask */
	len = metadata(plain, "ROUTER");
	memcpy(body, "\5READY", 6);
	be64_put(body + 6, t->count);
	nonce_of(nonce, "CurveZMQREADY---", t->count++);
	return crypto_box_easy(body + 14, plain, len, nonce, t->theirs, t->secret) == 0 &&
		put_frame(t, COMMAND, 14 + len + MAC);
}

static bool put_part(struct torrent *t, size_t bytes, bool has_more)
{
	uint8_t *body = t->out + 9, *plain = body + 16 + MAC, nonce[NONCE];

	memcpy(body, "\7MESSAGE", 8);
	be64_put(body + 8, t->count);
	nonce_of(nonce, t->is_dialer ? "CurveZMQMESSAGEC" : "CurveZMQMESSAGES", t->count++);
	(void)memset(plain, 0, bytes + 1);
	plain[0] = has_more ? 1 : 0;
	return crypto_box_easy_afternm(body + 16, plain, bytes + 1, nonce, t->shared) == 0 &&
		put_frame(t, 0, 16 + MAC + 1 + bytes);
}

/* One connection, to its end. */
static void flood(struct torrent *t)
{
	bool is_up = greet(t) && (t->is_dialer ? shake_as_dialer(t) : shake_as_listener(t));

	is_up = is_up && crypto_box_beforenm(t->shared, t->theirs, t->secret) == 0;
	if (is_up)
		atomic_fetch_add(&t->met, 1);
	for (uint32_t i = 0; is_up && i < t->plan.wholes; i++)
		is_up = put_part(t, 1, true) && put_part(t, 1, false);
	for (uint64_t i = 0; is_up && !t->plan.is_deaf && (t->plan.parts == 0 || i < t->plan.parts);
		 i++) {
		is_up = put_part(t, t->plan.part_bytes, true);
		if (is_up)
			atomic_fetch_add(&t->sent, t->plan.part_bytes + ON_THE_LINE);
	}
	is_up = is_up && put_pile(t);
	while (is_up && t->plan.is_deaf && !atomic_load(&t->is_over))
		is_up = poll(&(struct pollfd) { .fd = t->fd, .events = POLLRDHUP }, 1, 100) == 0;
	while (is_up && !atomic_load(&t->is_over))
		is_up = take(t, t->in, 1);
}

static int next_connection(struct torrent *t)
{
	struct timeval patience = { 0, 100000 };
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons(t->port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd;

	if (t->is_dialer) {
		fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (fd >= 0 && connect(fd, (struct sockaddr *)&at, sizeof at) != 0) {
			(void)close(fd);
			fd = -1;
		}
	} else {
		fd = accept4(t->listen_fd, NULL, NULL, SOCK_CLOEXEC);
	}
	if (fd >= 0) {
		(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	}
	return fd;
}

static void *run(void *argument)
{
	struct torrent *t = argument;

	while (!atomic_load(&t->is_over)) {
		t->fd = next_connection(t);
		if (t->fd < 0) {
			(void)usleep(10000);
			continue;
		}
		flood(t);
		(void)close(t->fd);
	}
	return NULL;
}

static struct torrent *begin(uint16_t port, const struct curve_pair *own,
	const struct torrent_plan *plan)
{
	struct torrent *t = calloc(1, sizeof *t);

	assert_non_null(t);
	assert_true(plan->part_bytes <= 64 * 1024);
	t->own = *own;
	t->plan = *plan;
	t->port = port;
	t->listen_fd = -1;
	return t;
}

struct torrent *torrent_dial(uint16_t port, const struct curve_pair *own,
	const struct curve_key *server, const struct torrent_plan *plan)
{
	struct torrent *t = begin(port, own, plan);

	t->server = *server;
	t->is_dialer = true;
	assert_int_equal(pthread_create(&t->thread, NULL, run, t), 0);
	return t;
}

struct torrent *torrent_listen(uint16_t port, const struct curve_pair *own,
	const struct torrent_plan *plan)
{
	struct torrent *t = begin(port, own, plan);
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int yes = 1;

	t->listen_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	assert_int_equal(setsockopt(t->listen_fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes), 0);
	assert_int_equal(bind(t->listen_fd, (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(listen(t->listen_fd, 16), 0);
	assert_int_equal(pthread_create(&t->thread, NULL, run, t), 0);
	return t;
}

uint64_t torrent_sent(const struct torrent *t)
{
	return atomic_load(&t->sent);
}

uint32_t torrent_met(const struct torrent *t)
{
	return atomic_load(&t->met);
}

void torrent_close(struct torrent **torrent)
{
	struct torrent *t = *torrent;

	atomic_store(&t->is_over, true);
	assert_int_equal(pthread_join(t->thread, NULL), 0);
	if (t->listen_fd >= 0)
		(void)close(t->listen_fd);
	free(t);
	*torrent = NULL;
}

/* The thread that libzmq asks before it lets a connection in (ZeroMQ RFC 27). It asks once a handshake, after
 * the peer has proved that it has the secret key. */
#include "bus/zap_parts.h"

#include <signal.h>
#include <string.h>

#include <sodium.h>

/* Address and delimiter, then a question of mechanism CURVE: these frames and no other number of them. */
enum question_frame {
	ADDRESS,
	DELIMITER,
	VERSION,
	REQUEST,
	DOMAIN,
	PEER_ADDRESS,
	PEER_IDENTITY,
	MECHANISM,
	KEY,
	QUESTION_FRAMES
};

enum {
	REQUEST_MAX = 255,
	LATER_MAX = 256, /* answers that wait; one more is given at once */
	/* A 300 that comes while libzmq 4.3.4 is still asking makes it hang up, as it does on a peer with a wrong key;
	 * one that comes later makes it silent until the handshake's time is over. The peer can tell the two
	 * apart only if it is always the second. */
	LATER_MS = 100,
};

/* An answer that waits. */
struct later {
	zframe_t *address; /* NULL: the row is free */
	char request[REQUEST_MAX];
	size_t request_bytes;
	int64_t at;
};

struct answerer {
	zsock_t *socket;
	struct later later[LATER_MAX];
};

static void frames_clear(zframe_t *frames[QUESTION_FRAMES])
{
	for (size_t i = 0; i < QUESTION_FRAMES; i++)
		zframe_destroy(&frames[i]);
}

/* The whole message is taken; the frames that it has. Their number. */
static uint32_t question_take(zsock_t *from, zframe_t *frames[QUESTION_FRAMES])
{
	uint32_t count = 0;
	bool has_more = true;

	while (has_more) {
		zframe_t *frame = zframe_recv(from);

		if (frame == NULL)
			return 0;
		has_more = zframe_more(frame) != 0;
		if (count < QUESTION_FRAMES)
			frames[count] = frame;
		else
			zframe_destroy(&frame);
		count++;
	}
	return count;
}

static bool is_understood(zframe_t *frames[QUESTION_FRAMES], uint32_t count)
{
	return count == QUESTION_FRAMES && zframe_streq(frames[VERSION], "1.0") &&
		zframe_size(frames[REQUEST]) <= REQUEST_MAX && zframe_streq(frames[MECHANISM], "CURVE") &&
		zframe_size(frames[KEY]) == CURVE_KEY_BYTES;
}

static void put(zsock_t *to, struct str bytes, bool has_more)
{
	zframe_t *frame = zframe_new(bytes.ptr, bytes.len);

	(void)zframe_send(&frame, to, has_more ? ZFRAME_MORE : 0);
	zframe_destroy(&frame);
}

/* Takes the address. */
static void answer_send(zsock_t *to, zframe_t **address, struct str request, const char *code,
	const char *name, struct str properties)
{
	(void)zframe_send(address, to, ZFRAME_MORE);
	zframe_destroy(address);
	put(to, str_of(""), true);
	put(to, str_of("1.0"), true);
	put(to, request, true);
	put(to, str_of(code), true);
	put(to, str_of(""), true);
	put(to, str_of(name), true);
	put(to, properties, false);
}

static void refuse_question(zsock_t *to, zframe_t **address, struct str request, const char *code)
{
	answer_send(to, address, request, code, "", (struct str) { "", 0 });
}

/* One property: length and name, length as 4 bytes and value. */
static struct str key_property(const struct curve_key *key, char to[128])
{
	const size_t name = strlen(ZAP_KEY_PROPERTY);

	to[0] = (char)name;
	memcpy(to + 1, ZAP_KEY_PROPERTY, name);
	memcpy(to + 1 + name, "\0\0\0\x40", 4);
	sodium_bin2hex(to + 5 + name, ZAP_KEY_TEXT_MAX, key->bytes, sizeof key->bytes);
	return (struct str) { to, 5 + name + ZAP_KEY_TEXT_MAX - 1 };
}

/* Takes the address. */
static void answer_later(struct answerer *a, zframe_t **address, struct str request)
{
	struct later *l = a->later;

	while (l < a->later + LATER_MAX && l->address != NULL)
		l++;
	if (l == a->later + LATER_MAX) {
		refuse_question(a->socket, address, request, "300");
		return;
	}
	l->address = *address;
	*address = NULL;
	memcpy(l->request, request.ptr, request.len);
	l->request_bytes = request.len;
	l->at = zclock_mono() + LATER_MS;
}

/* Gives the answers that are due; how long the next has to wait, or -1. */
static long tend_later(struct answerer *a)
{
	int64_t now = zclock_mono();
	long wait = -1;

	for (struct later *l = a->later; l < a->later + LATER_MAX; l++) {
		if (l->address == NULL)
			continue;
		if (now >= l->at)
			refuse_question(a->socket, &l->address, (struct str) { l->request, l->request_bytes },
				"300");
		else if (wait < 0 || l->at - now < wait)
			wait = (long)(l->at - now);
	}
	return wait;
}

static struct str part(zframe_t *frame)
{
	return str_bytes(zframe_data(frame), zframe_size(frame));
}

static void judge(struct answerer *a, zframe_t *frames[QUESTION_FRAMES])
{
	struct str request = part(frames[REQUEST]);
	char name[ZAP_NAME_MAX], property[128];
	struct curve_key key;

	memcpy(key.bytes, zframe_data(frames[KEY]), sizeof key.bytes);
	switch (zap_judge(part(frames[DOMAIN]), &key, part(frames[PEER_ADDRESS]), name)) {
	case GUEST_ALLOWED:
		answer_send(a->socket, &frames[ADDRESS], request, "200", name,
			key_property(&key, property));
		return;
	case GUEST_WAITING:
		answer_later(a, &frames[ADDRESS], request);
		return;
	case GUEST_REVOKED:
		refuse_question(a->socket, &frames[ADDRESS], request, "400");
		return;
	}
}

static void answer(struct answerer *a)
{
	zframe_t *frames[QUESTION_FRAMES] = { NULL };
	uint32_t count = question_take(a->socket, frames);

	if (is_understood(frames, count)) {
		judge(a, frames);
	} else if (count > DELIMITER) {
		/* Another mechanism, or nothing that libzmq would ask: nobody is let in by it. */
		bool has_request = count > REQUEST && zframe_size(frames[REQUEST]) <= REQUEST_MAX;

		refuse_question(a->socket, &frames[ADDRESS],
			has_request ? part(frames[REQUEST]) : (struct str) { "", 0 }, "400");
	}
	frames_clear(frames);
}

void zap_answer_main(zsock_t *pipe, void *argument)
{
	struct answerer a = { .socket = argument };
	zmq_pollitem_t items[] = { { zsock_resolve(pipe), 0, ZMQ_POLLIN, 0 },
		{ zsock_resolve(a.socket), 0, ZMQ_POLLIN, 0 } };
	sigset_t all;

	sigfillset(&all);
	(void)pthread_sigmask(SIG_BLOCK, &all, NULL);
	zsock_signal(pipe, 0);
	/* Nobody sends by the pipe but zactor_destroy. */
	while (items[0].revents == 0) {
		if (items[1].revents != 0)
			answer(&a);
		items[1].revents = 0;
		if (zmq_poll(items, 2, tend_later(&a)) < 0 && zmq_errno() != EINTR)
			break;
	}
	for (size_t i = 0; i < LATER_MAX; i++)
		zframe_destroy(&a.later[i].address);
	/* Closing gives the address back a moment later, and the next zap_open may come before it. */
	(void)zsock_unbind(a.socket, ZAP_ADDRESS);
	zsock_destroy(&a.socket);
}

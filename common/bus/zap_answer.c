/* The thread that libzmq asks before it lets a connection in (ZeroMQ RFC 27). It asks once a handshake, after
 * the peer has proved that it has the secret key. */
#include "bus/zap_parts.h"

#include <signal.h>
#include <string.h>

#include <sodium.h>

/* A question of mechanism CURVE: these frames and no other number of them. */
enum question_frame {
	VERSION,
	REQUEST,
	DOMAIN,
	ADDRESS,
	IDENTITY,
	MECHANISM,
	KEY,
	QUESTION_FRAMES
};
enum { REQUEST_MAX = 255 };

/* True: a question to be judged; false: not one that we understand. The whole message is taken. */
static bool question_take(zsock_t *from, zframe_t *frames[QUESTION_FRAMES])
{
	uint32_t count = 0;
	bool has_more = true;

	while (has_more) {
		zframe_t *frame = zframe_recv(from);

		if (frame == NULL)
			return false;
		has_more = zframe_more(frame) != 0;
		if (count < QUESTION_FRAMES)
			frames[count] = frame;
		else
			zframe_destroy(&frame);
		count++;
	}
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

static void answer_send(zsock_t *to, struct str request, const char *code, const char *name,
	struct str properties)
{
	put(to, str_of("1.0"), true);
	put(to, request, true);
	put(to, str_of(code), true);
	put(to, str_of(""), true);
	put(to, str_of(name), true);
	put(to, properties, false);
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

static void answer(zsock_t *socket)
{
	zframe_t *frames[QUESTION_FRAMES] = { NULL };
	const struct str nothing = { "", 0 };

	if (question_take(socket, frames)) {
		struct str request = str_bytes(zframe_data(frames[REQUEST]), zframe_size(frames[REQUEST]));
		struct str domain = str_bytes(zframe_data(frames[DOMAIN]), zframe_size(frames[DOMAIN]));
		char name[ZAP_NAME_MAX], property[128];
		struct curve_key key;

		memcpy(key.bytes, zframe_data(frames[KEY]), sizeof key.bytes);
		switch (zap_judge(domain, &key, name)) {
		case GUEST_ALLOWED:
			answer_send(socket, request, "200", name, key_property(&key, property));
			break;
		case GUEST_WAITING:
			answer_send(socket, request, "300", "", nothing);
			break;
		case GUEST_REVOKED:
			answer_send(socket, request, "400", "", nothing);
			break;
		}
	} else {
		/* Another mechanism, or nothing that libzmq would ask: nobody is let in by it. */
		struct str request = frames[REQUEST] == NULL || zframe_size(frames[REQUEST]) > REQUEST_MAX
			? nothing
			: str_bytes(zframe_data(frames[REQUEST]), zframe_size(frames[REQUEST]));

		answer_send(socket, request, "400", "", nothing);
	}
	for (size_t i = 0; i < QUESTION_FRAMES; i++)
		zframe_destroy(&frames[i]);
}

void zap_answer_main(zsock_t *pipe, void *argument)
{
	zsock_t *socket = argument;
	zmq_pollitem_t items[] = { { zsock_resolve(pipe), 0, ZMQ_POLLIN, 0 },
		{ zsock_resolve(socket), 0, ZMQ_POLLIN, 0 } };
	sigset_t all;

	sigfillset(&all);
	(void)pthread_sigmask(SIG_BLOCK, &all, NULL);
	zsock_signal(pipe, 0);
	/* Nobody sends by the pipe but zactor_destroy. */
	while (items[0].revents == 0) {
		if (items[1].revents != 0)
			answer(socket);
		items[1].revents = 0;
		if (zmq_poll(items, 2, -1) < 0 && zmq_errno() != EINTR)
			break;
	}
	/* Closing gives the address back a moment later, and the next zap_open may come before it. */
	(void)zsock_unbind(socket, ZAP_ADDRESS);
	zsock_destroy(&socket);
}

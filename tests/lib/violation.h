/* violation - two sessions at a stage of their life, and a message between them that ought not to be there
 *
 * A scene is opened at its stage; a violation puts its message under way to one
 * side, and violations_react delivers it and looks at what that side does. */
#ifndef LIB_VIOLATION_H
#define LIB_VIOLATION_H

#include "lib/pair.h"
#include "proto/messages.h"

enum { NO_ERROR = 0 };
enum { LIVES = 0, ENDS = 1 };

/* Where the sessions are when the violation comes. */
enum stage {
	WAITING, /* nothing was said: the listener waits for HELLO */
	GREETED, /* HELLO is under way: the dialer waits for WELCOME */
	READY,
	READING, /* the dialer reads a stream of the listener, 5 of 20 records received */
};

struct scene {
	struct pair p;
	struct history h;
	uint64_t number; /* of the session */
	uint64_t corr;   /* of the OPEN */
	struct sesi_hello hello;
	struct sesi_welcome welcome;
	struct sesi_events events; /* the next ones, in order: 6 to 8 */
	struct str payload;
};

typedef void put_fn(struct scene *s);

struct violation {
	const char *sentence;
	enum stage stage;
	put_fn *put;
	int to;
	uint32_t answer; /* code of the ERROR that comes back */
	int end;         /* whether the session of that side is over */
};

/* Each violation in a scene of its own; asserts the answer and whether the session lives. */
void violations_react(const struct violation *violations, size_t count);

/* Until pair_clear of its pair. */
void scene_open(struct scene *s, enum stage stage);
/* A header of the scene's session. */
struct header scene_header(const struct scene *s, enum session_type type, uint64_t corr);
/* A message under way to the side, without payload; body NULL: an empty map. */
void scene_put(struct scene *s, int to, enum session_type type, uint64_t corr,
	const struct schema *schema, const void *body);
/* The scene's events and payload, to the dialer. */
void scene_put_events(struct scene *s);
/* The code of the ERROR that the side sent, 0 when it sent none. */
uint32_t scene_answer(struct scene *s, int from);

#endif

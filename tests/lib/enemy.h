/* enemy - a node below with a key that was accepted, which speaks by hand
 *
 * The node above is a harness's federation, with a way of its own between its
 * runtime and the enemies: their sessions are real ones, what they say is what
 * the test has them say. A test that asks for what is not there fails by cmocka. */
#ifndef LIB_ENEMY_H
#define LIB_ENEMY_H

#include "federation/aliran.h"
#include "lib/harness.h"
#include "runtime/runtime.h"
#include "runtime/stream_name.h"

#define MINUTE (60 * US_PER_SECOND)

enum { ENEMIES_MAX = 600, MESSAGES_MAX = 4096, CHILD = 1, SIBLING = 2 };

struct scene;

/* A node below that speaks by hand: its sessions are real ones, what it says is not. */
struct enemy {
	struct scene *scene;
	uint64_t link;
	struct session *session; /* NULL: dropped */
	struct arena arena;
	struct id node;
	char name[NODE_STREAM_MAX + 1];
	/* Fills the page that it answers katalog_aliran with; NULL: an empty one. */
	uint32_t (*offer)(struct enemy *e, struct aliran_simpul *page, uint32_t room);
	bool is_endless; /* every page has a go-on key */
	uint32_t asked, opened, heads, replies, errors, answers;
	uint64_t opened_bytes; /* credit of all streams opened */
	uint64_t backlog;      /* bytes that it has not taken of what was sent to it, says the line */
	uint64_t events;       /* that it was sent */
	uint32_t turn, closed, commands;
	const char *refuses; /* rule by which it refuses commands; NULL: it takes them */
	uint64_t corr;       /* of the stream opened last */
	struct place head;   /* of its own log, as far as it was sent */
	enum sesi_status status;
	char rule[64];
	struct str body, go_on; /* of the last answer */
};

struct message {
	struct enemy *e;
	bool is_up; /* to the runtime */
	struct frames frames;
};

struct scene {
	struct harness *h;
	struct runtime *r;
	struct transport below; /* the harness's own */
	struct enemy enemies[ENEMIES_MAX];
	uint32_t count;
	struct message messages[MESSAGES_MAX];
	uint32_t first, last;
};

/* The set-up and tear-down of a test, *state being the scene: CHILD is a node that was accepted. */
int scene_begin(void **state);
int scene_end(void **state);
#define AT_SCENE(f) cmocka_unit_test_setup_teardown(f, scene_begin, scene_end)

/* Until nothing is under way; what answers for ever does so for a bounded time. */
void scene_settle(struct scene *s);
/* Time goes by, second by second. */
void scene_pass(struct scene *s, time_us by);

/* One more connection of this node, without a word on it; or with a greeting. */
struct enemy *enemy_connect(struct scene *s, uint32_t node);
struct enemy *enemy_meet(struct scene *s, uint32_t node);

/* A stream of the n-th node below the enemy, under a key of this generation. */
struct aliran_simpul enemy_stream_below(struct enemy *e, uint32_t n, uint32_t generation);
/* Signs the head of an entry by a key that follows from the number, and names the key. */
void enemy_signs(struct enemy *e, struct aliran_simpul *entry, const struct place *head,
	uint32_t key);
/* An offer: streams that it never offered before. */
uint32_t enemy_offers_new_ones(struct enemy *e, struct aliran_simpul *page, uint32_t room);
/* go_on: of the answer before, or ptr NULL; after: only once this stream has been read far; NULL: now. */
void enemy_asks_catalogue(struct enemy *e, struct str go_on, const char *after);

/* What the node above says is wrong with this node; empty: nothing. */
const char *scene_trouble(struct scene *s, uint32_t node);
/* Events in the log of its federation, rows of one of its tables. */
uint32_t scene_events(struct scene *s);
uint64_t scene_rows(struct scene *s, const struct table *table);

#endif

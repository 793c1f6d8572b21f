/* harness_parts - the insides of struct harness, for its own files */
#ifndef LIB_HARNESS_PARTS_H
#define LIB_HARNESS_PARTS_H

#include "base/buf.h"
#include "bus/session.h"
#include "lib/harness.h"
#include "runtime/runtime.h"
#include "store/kv_memory.h"
#include "store/sidecar_memory.h"

enum {
	HARNESS_NODES_MAX = 8,
	HARNESS_LINKS_MAX = 256,
	HARNESS_TALKERS_MAX = 64,
	HARNESS_TICKETS_MAX = 65536,
	HARNESS_LETTERS_MAX = 65536,
	HARNESS_WORKS_MAX = 256,
	HARNESS_HISTORY_MAX = 8192,
	HARNESS_STREAMS_MAX = 24,
	HARNESS_ROUNDS_MAX = 200000,
};

struct harness_node {
	struct harness *h;
	const struct service *service;
	const void *settings;
	struct keyring ring;
	struct sidecar_memory sidecar;
	struct kv_image *image;  /* of a service that is down; NULL: empty */
	struct runtime *runtime; /* NULL: down */
	bool is_dying;           /* its crash point was met: nothing leaves it any more */
	const char *crash_point;
	uint32_t crash_in;
};

/* One who speaks for the harness: a client of a service, or a service that is played. */
struct harness_talker {
	struct harness *h;
	const char *name;
	struct session *session; /* NULL: not connected */
	uint64_t link;
};

struct harness_side {
	struct harness_node *node; /* or */
	struct harness_talker *talker;
};

struct harness_link {
	uint64_t number;
	struct harness_side sides[2]; /* the dialer first */
	bool is_up;
};

struct harness_message {
	struct harness_message *next;
	uint64_t link;
	int to;
	struct frames frames;
};

struct harness_ticket {
	struct harness_talker *talker;
	uint64_t corr;
	struct harness_reply reply;
};

struct harness_letter_kept {
	struct str to;
	struct id id;
	uint32_t type;
	struct str body;
};

struct harness_work_kept {
	struct harness_node *node;
	const struct work_kind *kind;
	struct str key, payload;
	uint32_t slice;
	bool is_done;
};

/* The stream of a service that is played, or of another node, by way of federation that is played. */
struct harness_history {
	const char *name;
	struct id epoch;
	struct stream_place *places; /* [0] is the genesis */
	struct str *records;
	uint32_t count;
};

struct harness {
	struct arena arena;
	time_us wall, steady;
	const char *speaker;
	struct harness_node nodes[HARNESS_NODES_MAX];
	uint32_t node_count;
	struct harness_node *turning;
	struct harness_link links[HARNESS_LINKS_MAX];
	uint32_t link_count;
	uint64_t last_link;
	struct harness_talker talkers[HARNESS_TALKERS_MAX];
	uint32_t talker_count;
	struct harness_history histories[HARNESS_STREAMS_MAX];
	uint32_t history_count;
	const char *away; /* nobody plays this service now; NULL: all are there */
	struct harness_message *first, **last;
	struct harness_ticket *tickets;
	uint32_t ticket_count;
	struct harness_letter_kept *letters;
	uint32_t letter_count;
	struct harness_work_kept works[HARNESS_WORKS_MAX];
	uint32_t work_count;
	uint32_t ids;
};

struct harness_node *harness_node(const struct harness *h, const char *name);
/* Like it, NULL when there is none. */
struct harness_node *harness_node_find(const struct harness *h, struct str name);
struct str harness_keep(struct harness *h, struct str s);

/* harness_link.c */
struct transport harness_transport(struct harness_node *node);
/* Links that somebody wants and that are not there are made; sides of dead ones hear it. */
void harness_links_mend(struct harness *h);
void harness_links_of_node_down(struct harness *h, struct harness_node *node);
struct harness_link *harness_link_make(struct harness *h, struct harness_side dialer,
	struct harness_side listener);
/* Gives every message under way to whom it is for; whether there were any. */
bool harness_deliver(struct harness *h);
enum err harness_post(struct harness *h, uint64_t link, bool from_dialer,
	const struct frames *frames);
void harness_messages_clear(struct harness *h);

/* harness_talk.c */
void harness_talker_connect(struct harness *h, struct harness_talker *t, uint64_t link,
	bool is_dialer);
void harness_talker_frames(struct harness_talker *t, const struct frames *frames);
void harness_talker_down(struct harness_talker *t);
void harness_talkers_tick(struct harness *h);
/* harness_stream.c: what is sent is everything that the follower gave credit for. */
void harness_stream_open(struct harness_talker *t, const struct session_note *note);
void harness_stream_serve(struct harness_talker *t);
void harness_stream_head(struct harness_talker *t, uint64_t corr, struct str stream);
/* Which streams of other nodes there are. */
void harness_stream_catalogue(struct harness_talker *t, uint64_t corr);
/* The service that is played under this name, for whoever dials it: one talker a link. */
struct harness_talker *harness_player(struct harness *h, const char *name);

#endif

/* ctl - what the verbs share: options, the way to a service, words for outcomes
 *
 * A verb is int ctl_NAME(int argc, char **argv): ctl_open takes the options
 * that all verbs have out of argv, ctl_flag and ctl_option the verb's own,
 * ctl_rest says what is left. Results go to standard output (--json: for
 * machines), everything else to standard error. */
#ifndef CTL_CTL_H
#define CTL_CTL_H

#include "base/arena.h"
#include "base/buf.h"
#include "bus/client.h"
#include "runtime/test_clock.h"
#include "wire/json.h"
#include "wire/schema.h"

enum ctl_exit {
	CTL_DONE = 0,
	CTL_REFUSED = 1, /* a rule says no, or something wrong was found */
	CTL_UNKNOWN = 2, /* the outcome is not known: repeat with the same id */
	CTL_USAGE = 100,
	CTL_FAILED = 111, /* no contact, a file, the disk */
};

enum {
	CTL_PATH_MAX = 4096,
	CTL_OUTPUT_MAX = 64 * 1024 * 1024,
	CTL_ARENA_MAX = 256 * 1024 * 1024,
};

struct ctl {
	const char *verb;
	const char *usage;
	bool is_json;
	bool has_actor; /* --as or PPID_ACTOR; else the operator of this machine */
	struct id actor;
	uint32_t within_ms;
	const char *data, *run, *state, *keys, *node; /* NULL: not known */
	const char *peers; /* NULL: services are reached by their sockets in run */
	struct test_clock clock;
	struct host host; /* ids take their time from here */
	struct arena arena;
};

/* usage: what --help prints. False: *ret_code is the verb's exit code already (help was printed, or an option
 * is wrong). Either way the verb ends by ctl_end. */
bool ctl_open(struct ctl *ctl, int *argc, char **argv, const char *usage,
	enum ctl_exit *ret_code) MUST_CHECK;
enum ctl_exit ctl_end(struct ctl *ctl, enum ctl_exit code);

/* Takes "--name" out of argv: whether it was there. */
bool ctl_flag(int *argc, char **argv, const char *name);
/* Takes "--name VALUE" or "--name=VALUE"; NULL: not there. */
const char *ctl_option(int *argc, char **argv, const char *name);
/* Between least and most arguments are left beside the verb, none of them an option; else the usage is said. */
enum ctl_exit ctl_rest(struct ctl *ctl, int argc, char **argv, int least, int most) MUST_CHECK;
/* A setting that the verb needs, by its environment name; said when missing. */
enum ctl_exit ctl_need(struct ctl *ctl, const char *value, const char *name) MUST_CHECK;

/* "ppidctl VERB: ..." on standard error; gives code back. */
enum ctl_exit ctl_say(const struct ctl *ctl, enum ctl_exit code, const char *format, ...)
	PRINTF(3, 4);
/* Prints the buffer on standard output and empties it. */
void ctl_print(struct buf *out);
/* The whole file ("-": standard input) into the arena; said when it cannot be read. */
enum ctl_exit ctl_read_file(struct ctl *ctl, const char *path, size_t most,
	struct str *ret) MUST_CHECK;
/* Writes a file whole or not at all (new, fsync, rename), with this mode. */
enum ctl_exit ctl_write_file(struct ctl *ctl, const char *path, struct str bytes,
	unsigned mode) MUST_CHECK;

/* What a connection needs is known: PPID_RUN, or over TCP PPID_KEYS and PPID_NODE; said when missing. */
enum ctl_exit ctl_need_way(struct ctl *ctl) MUST_CHECK;
/* The id of the node that is meant; said when its name is none. */
enum ctl_exit ctl_own_node(struct ctl *ctl, struct id *ret) MUST_CHECK;
/* A connection that is up; said when nobody answers. */
enum ctl_exit ctl_dial(struct ctl *ctl, const char *service, struct client **ret) MUST_CHECK;
enum err ctl_dial_quietly(struct ctl *ctl, const char *service, struct client **ret) MUST_CHECK;
/* Sends a command (zero id: a new one) and waits; says what a refusal says. reply (of schema->reply) may be
 * NULL; place of its first event in *ret. */
enum ctl_exit ctl_command(struct ctl *ctl, struct client *client, const struct schema *schema,
	const void *body, struct id id, void *reply, struct sesi_reply *ret) MUST_CHECK;
/* Asks; *go_on (ptr NULL: from the start) leads to the next page and is NULL after the last. */
enum ctl_exit ctl_ask(struct ctl *ctl, struct client *client, const struct schema *schema,
	const void *body, struct str *go_on, void *answer) MUST_CHECK;
/* The same without a word: ERR_OK and the answer, or why not. */
enum err ctl_ask_quietly(struct ctl *ctl, struct client *client, const struct schema *schema,
	const void *body, uint32_t within_ms, struct str *go_on, void *answer) MUST_CHECK;
/* Says a status that is no success, with field and rule (may be empty). */
enum ctl_exit ctl_say_status(const struct ctl *ctl, enum sesi_status status, struct str field,
	struct str rule);
enum ctl_exit ctl_say_error(const struct ctl *ctl, enum err e, const char *what);

#endif

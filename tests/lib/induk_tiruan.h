/* induk_tiruan - a node above, played by hand, that a restored node asks for the lost end of its log
 *
 * Workflow and federation of the node are real, in a harness; their log went on
 * for INDUK_LOST records after a backup, the node above has all of them under
 * the node's signature, and the node was restored. A test changes what the node
 * above has before they meet. */
#ifndef LIB_INDUK_TIRUAN_H
#define LIB_INDUK_TIRUAN_H

#include "bus/session.h"
#include "lib/harness_parts.h"
#include "lib/kantor.h"
#include "runtime/engine.h"

enum { INDUK_MESSAGES_MAX = 256, INDUK_RECORDS_MAX = 128, INDUK_ID = 3, INDUK_LOST = 3 };

/* Federation and workflow of a node, and the node above, which speaks by hand. */
struct induk_tiruan {
	struct kantor k;
	struct runtime *r; /* federation's */
	struct transport below;
	struct sign_pair sign;
	struct session *session;
	struct arena arena;
	struct frames up[INDUK_MESSAGES_MAX], down[INDUK_MESSAGES_MAX];
	uint32_t up_count, down_count;
	/* its copy: [0] is where the log stood when it was backed up */
	struct stream_place places[INDUK_RECORDS_MAX];
	struct str records[INDUK_RECORDS_MAX];
	uint32_t count;
	uint32_t signed_count; /* so many of them are under the last signature */
	uint8_t signature[64];
	uint32_t tails, opened;
	bool names_key;   /* as software of now does: whose key made the signature */
	uint64_t claimed; /* the head that it says it has; 0: the one it has */
};

/* The set-up and tear-down of a test, *state being the node above. */
int induk_begin(void **state);
int induk_end(void **state);

/* They are connected, and say what they have to say; or no more. */
void induk_meet(struct induk_tiruan *a);
void induk_part(struct induk_tiruan *a);
void induk_run(struct induk_tiruan *a);
/* Some seconds, in which everybody asks for what he waits for. */
void induk_pass(struct induk_tiruan *a);
/* One record of its own making at this place of its copy, with the chain as it has to be. */
void induk_add(struct induk_tiruan *a, uint32_t at);

struct runtime *induk_workflow(struct induk_tiruan *a);
struct place induk_head_of(struct induk_tiruan *a); /* of workflow's log */
/* What its state says of records that nothing proves. */
uint64_t induk_unproven(struct induk_tiruan *a);
/* How the node above is named; "". */
const char *induk_trouble(struct induk_tiruan *a);
enum sesi_status induk_take_rest(struct induk_tiruan *a, struct id actor);

#endif

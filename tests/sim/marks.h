/* marks - what the simulated persons are called and have typed bears a mark, and no log shows one
 *
 * Which fields are a person's own the schema says (prose that is not published, and pii); they are filled
 * from its rows, the optional ones too, so that a field that comes to be is looked for without a word here. */
#ifndef SIM_MARKS_H
#define SIM_MARKS_H

#include "lib/gen.h"
#include "sim/wishes.h"

/* Whether the message can hold what a person is called or has typed. */
bool marks_has(const struct schema *s);
/* Every such field of the message gets a mark. */
void marks_fill(struct gen *g, const struct schema *s, void *message);
/* A command or a question of the service that can hold some, chosen by chance and filled; false: it has none.
 * `of` and `unit` stand in it where it asks for them. */
bool marks_command(struct world *w, struct gen *g, const struct service *service, struct id of,
	struct str unit, struct wish *ret);
bool marks_question(struct gen *g, const struct service *service, struct str unit,
	struct wish *ret);
/* From a client: which marks it really sent, as bytes. */
void marks_sent(struct world *w, const struct frames *frames);
/* Between nodes, and to and from federation in all it says: no frame has one. */
void marks_look(struct world *w, const char *where, const struct frames *frames);
/* At rest: no record of any log and of any copy has one. */
void marks_check(struct world *w);

#endif

/* serve - what a peer reads here: between the files that serve it */
#ifndef RUNTIME_SERVE_H
#define RUNTIME_SERVE_H

#include "runtime/engine.h"

/* Which stream is meant, and how far it goes. */
struct source {
	struct follow *mirror; /* NULL: the own log */
	struct place head;
};

/* ERR_NOT_FOUND: there is none, or it is nothing for the peer. */
enum err serve_source(struct runtime *r, const struct peer *p, struct str name,
	struct source *ret) MUST_CHECK;
/* serve_head.c: its head, with the signature of its origin where there is one. rest: of a copy, so many records
 * beyond were not sent. */
void serve_tell_head(struct runtime *r, struct peer *p, uint64_t corr, struct str name,
	const struct source *from, uint64_t rest);
void serve_head_asked(struct runtime *r, struct peer *p, const struct session_note *note);

#endif

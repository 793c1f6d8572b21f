/* lacak - what the log knows of a tracking code: its hash with the case
 *
 * The code has 80 random bits, so an unkeyed hash can stand in a log that other
 * nodes read; with the case in it the same code would hash differently
 * elsewhere. Letters count as capitals, blanks and hyphens not at all: people
 * type codes from paper. */
#ifndef DOMAIN_LACAK_H
#define DOMAIN_LACAK_H

#include "base/hash.h"
#include "base/id.h"

enum { LACAK_CODE_MAX = 32 }; /* bytes of a code as typed; more is cut, and matches nothing */

/* BLAKE2b-256("lacak" | id | code). */
struct hash lacak_hash(struct id permohonan, struct str code);

#endif

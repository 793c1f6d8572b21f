/* tautan - the link to a node below: one row a node, keyed by its id
 *
 * Its life is a table (tautan_machine.c). Which keys it may come with is said
 * there and nowhere else; a key that was ever known of a node is known for ever
 * (kunci_dikenal), so that a revoked one comes back under nobody's name. */
#ifndef FEDERATION_TAUTAN_H
#define FEDERATION_TAUTAN_H

#include "runtime/fold.h"
#include "runtime/machine.h"

extern const struct table tautan_table;
extern const struct table kunci_dikenal_table;
extern const struct machine tautan_machine;

#define TIMER_KUNCI_LAMA "kunci_lama"
/* Both keys are good for so long after a rotation. */
#define OLD_KEY_KEPT_US (INT64_C(30) * US_PER_DAY)
/* No more than two rotations of a node in such a time. */
#define ROTATIONS_US (INT64_C(60) * US_PER_SECOND)

/* What the guards look at: the row, and how the identity that a message brings stands to what is known. */
struct tautan_subject {
	struct tautan row; /* status STATE_NONE: there is none */
	bool is_self, is_parent, is_full;
	bool has_name_clash, has_unit_clash; /* of another node that is not revoked */
	bool has_own_key;                    /* one of its keys is known of this node */
	bool has_foreign_key;                /* of another one, or it lapsed */
};

/* The key of a node's row; lent from the id. */
struct str node_key(const struct id *id);

decide_fn decide_tautan;           /* every command about a node below */
decide_fn decide_kunci_lama_habis; /* the timer */

apply_fn apply_simpul_diundang;
apply_fn apply_simpul_terlihat;
apply_fn apply_simpul_diterima;
apply_fn apply_simpul_ditangguhkan;
apply_fn apply_simpul_dipulihkan;
apply_fn apply_simpul_dicabut;
apply_fn apply_simpul_diganti;
apply_fn apply_kunci_simpul_diputar;
apply_fn apply_kunci_lama_berakhir;

#endif

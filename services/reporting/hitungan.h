/* hitungan - the one table of reports: a fact a request, and the sums of all facts
 *
 * A project function may read and write one table, so facts and sums share it,
 * apart by the first byte of their keys. A request counts in the sums of its
 * channel, month and unit; when its fact changes, the sums follow.
 * The node stands in every key: what one node tells reaches no row of another. */
#ifndef REPORTING_HITUNGAN_H
#define REPORTING_HITUNGAN_H

#include "runtime/fold.h"

extern const struct table hitungan_table;

/* Lent from the struct. */
struct hitungan_key {
	char bytes[192];
	size_t len;
};
struct str hitungan_key_str(const struct hitungan_key *key);
/* node: zero is one's own, here and below. */
struct hitungan_key hitungan_fact_key(struct id node, struct id id);
/* The units that other nodes have registered: of all nodes, of one, and one of them. */
struct hitungan_key hitungan_names_key(void);
struct hitungan_key hitungan_node_names_key(struct id node);
struct hitungan_key hitungan_name_key(struct id node, struct str unit);
enum err hitungan_name_key_read(struct str key, struct id *ret_node,
	struct str *ret_unit) MUST_CHECK;

/* Sums of one node, month (counted from year 0) and unit; the own node's stand first. */
enum hitungan_kind { HITUNGAN_HARI = 'h', HITUNGAN_KANAL = 'k', HITUNGAN_POKOK = 'p' };
/* All sums; all units of a month; a unit of a month. */
struct hitungan_key hitungan_sums_key(void);
struct hitungan_key hitungan_month_key(struct id node, uint32_t month);
struct hitungan_key hitungan_unit_key(struct id node, uint32_t month, struct str unit);
/* Behind all sums of the node; behind what is counted of the unit but its subjects. */
struct hitungan_key hitungan_node_end(struct id node);
struct hitungan_key hitungan_unit_end(struct id node, uint32_t month, struct str unit);
/* What the key of a sum says; texts are lent from it. */
struct hitungan_sum {
	struct id node;
	uint32_t month;
	struct str unit;
	enum hitungan_kind kind;
	uint32_t number; /* of hari, kanal */
	struct str text; /* of pokok */
};
enum err hitungan_key_read(struct str key, struct hitungan_sum *ret) MUST_CHECK; /* ERR_CORRUPT */

/* The month of a day, as in the keys. */
uint32_t hitungan_month(date_days date);

/* The sums change as the fact did; before: all zero when there was none. */
enum err hitungan_move(struct projection *p, const struct fakta_layanan *before,
	const struct fakta_layanan *now) MUST_CHECK;

#endif

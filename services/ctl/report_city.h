/* report_city - the figures of a city in their three forms
 *
 * A row a unit, with the moment up to which its node has told: nodes work alone
 * for days, and what they did meanwhile is in no sum. */
#ifndef CTL_REPORT_CITY_H
#define CTL_REPORT_CITY_H

#include "ctl/ctl.h"
#include "domain/kota.h"

struct city {
	const struct kota *kota;
	struct periode periode;
	const char *unit; /* as asked for; NULL: all */
	const char *node;
};

void city_json(const struct city *c, struct buf *out);
void city_csv(const struct city *c, struct buf *out);
void city_text(const struct city *c, struct buf *out);

/* `ppidctl report --city`: argv without that flag. node: name or id of the one that is asked for; NULL: all. */
enum ctl_exit report_city(struct ctl *ctl, int argc, char **argv, const char *node) MUST_CHECK;

#endif

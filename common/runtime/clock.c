/* The clock: never before the last record, and doubted when wall and steady time part. */
#include "base/log_line.h"
#include "runtime/engine.h"

static void doubt(struct runtime *r, const char *why, time_us by)
{
	if (!r->is_doubted)
		log_line(LOG_ERROR, "jam_diragukan", "sebab", why, "selisih_detik",
			log_number(by / US_PER_SECOND), NULL);
	r->is_doubted = true;
}

void clock_read(struct runtime *r)
{
	time_us wall = host_wall(&r->o.host);
	time_us steady = host_steady(&r->o.host);
	time_us apart = (wall - r->wall_seen) - (steady - r->steady_seen);
	time_us last = store_log(r->store)->last_at;

	if (apart > CLOCK_STEP_US || apart < -CLOCK_STEP_US) {
		doubt(r, "melompat", apart);
		r->wall_seen = wall;
		r->steady_seen = steady;
	}
	r->steady = steady;
	r->now = wall > last ? wall : last;
}

/* At start there is only the past to compare with: the last record, and the time last noted. */
void clock_start(struct runtime *r, bool has_noted)
{
	time_us last = store_log(r->store)->last_at;

	r->wall_seen = host_wall(&r->o.host);
	r->steady_seen = host_steady(&r->o.host);
	clock_read(r);
	if (last > 0 && r->wall_seen < last)
		doubt(r, "di_belakang_catatan_terakhir", r->wall_seen - last);
	if (has_noted && r->wall_seen > r->noted.noted_at + CLOCK_GAP_US)
		doubt(r, "jauh_melewati_waktu_terakhir", r->wall_seen - r->noted.noted_at);
}

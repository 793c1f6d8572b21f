#include "runtime/metrics.h"

static void write_line(const char *name, const struct keadaan_layanan *s, uint64_t value,
	struct buf *out)
{
	buf_print(out, "ppid_%s{node=\"%.*s\",service=\"%.*s\"} %llu\n", name, (int)s->simpul.len,
		s->simpul.ptr, (int)s->layanan.len, s->layanan.ptr, (unsigned long long)value);
}

/* How far a follower is behind, for each stream whose head it has heard. */
static void write_lags(const struct keadaan_layanan *s, struct buf *out)
{
	for (uint32_t i = 0; i < s->mengikuti_len; i++) {
		const struct posisi *p = &s->mengikuti[i];

		if (!p->has_kepala)
			continue;
		buf_print(out,
			"ppid_follow_lag{node=\"%.*s\",service=\"%.*s\",stream=\"%.*s\",consumer=\"%.*s\"} "
			"%llu\n",
			(int)s->simpul.len, s->simpul.ptr, (int)s->layanan.len, s->layanan.ptr,
			(int)p->aliran.len, p->aliran.ptr, p->has_konsumen ? (int)p->konsumen.len : 0,
			p->has_konsumen ? p->konsumen.ptr : "",
			(unsigned long long)(p->kepala > p->seq ? p->kepala - p->seq : 0));
	}
}

void metrics_write(const struct keadaan_layanan *services, uint32_t count, struct buf *out)
{
#define X(field, name, type, help) \
	buf_print(out, "# HELP ppid_%s %s\n# TYPE ppid_%s %s\n", name, help, name, #type); \
	for (uint32_t i = 0; i < count; i++) \
		write_line(name, &services[i], (uint64_t)services[i].field, out);
	METRICS(X)
#undef X
	buf_print(out,
		"# HELP ppid_follow_lag events a follower is behind\n# TYPE ppid_follow_lag gauge\n");
	for (uint32_t i = 0; i < count; i++)
		write_lags(&services[i], out);
}

#include "ctl/import_result.h"

static const char *const status_codes[] = {
	[SESI_STATUS_REJECTED] = "REJECTED",
	[SESI_STATUS_CONFLICT] = "CONFLICT",
	[SESI_STATUS_BUSY] = "BUSY",
	[SESI_STATUS_READONLY] = "READONLY",
	[SESI_STATUS_EXPIRED] = "EXPIRED",
	[SESI_STATUS_DENIED] = "DENIED",
	[SESI_STATUS_INVALID] = "INVALID",
	[SESI_STATUS_TOO_OLD] = "TOO_OLD",
	[SESI_STATUS_NOT_FOUND] = "NOT_FOUND",
};

static const char *code_of(enum sesi_status status)
{
	if ((size_t)status < sizeof status_codes / sizeof status_codes[0] &&
		status_codes[status] != NULL)
		return status_codes[status];
	return "UNKNOWN";
}

void import_result_clear(struct import_result *r)
{
	refused_clear(&r->refused);
}

void import_result_note_year(struct import_result *r, uint32_t year)
{
	for (uint32_t i = 0; i < r->year_count; i++)
		if (r->years[i] == year)
			return;
	if (r->year_count < IMPORT_YEARS_MAX)
		r->years[r->year_count++] = year;
}

void import_result_add(struct import_result *r, uint64_t line, enum err e,
	const struct sesi_reply *reply)
{
	static const struct str none = { "", 0 };

	if (e != ERR_OK && e != ERR_INVALID) {
		r->unknown++;
		refused_add(&r->refused, line, "UNKNOWN", none, str_of(err_name(e)));
	} else if (e == ERR_INVALID) {
		refused_add(&r->refused, line, "INVALID", none, none);
	} else if (reply->status == SESI_STATUS_OK) {
		r->taken++;
	} else if (reply->status == SESI_STATUS_DUP_OK) {
		r->known++;
	} else {
		refused_add(&r->refused, line, code_of(reply->status),
			reply->has_field ? reply->field : none, reply->has_rule ? reply->rule : none);
	}
}

void import_result_refuse(struct import_result *r, uint64_t line, enum err e,
	const struct problem *why)
{
	refused_add(&r->refused, line, err_name(e), str_of(why->field == NULL ? "" : why->field),
		str_of(why->rule == NULL ? "" : why->rule));
}

static void print_gap(const struct ctl *ctl, uint32_t year, const struct rentang_nomor *r,
	const char *before, struct buf *out)
{
	unsigned long long from = r->dari, to = r->sampai;

	if (ctl->is_json)
		buf_print(out, "%s{\"tahun\":%u,\"dari\":%llu,\"sampai\":%llu}", before, year, from, to);
	else if (from == to)
		buf_print(out, "nomor kosong tahun %u: %llu\n", year, from);
	else
		buf_print(out, "nomor kosong tahun %u: %llu sampai %llu\n", year, from, to);
}

static enum ctl_exit print_gaps(struct ctl *ctl, struct client *client, struct import_result *r,
	struct buf *out)
{
	const char *before = "";

	if (ctl->is_json)
		buf_print(out, ",\"nomor_kosong\":[");
	for (uint32_t i = 0; i < r->year_count; i++) {
		struct nomor_kosong q = { .unit = str_of(r->unit),
			.seri = str_of(r->series),
			.tahun = r->years[i] };
		struct str go_on = { NULL, 0 };

		do {
			struct nomor_kosong_jawab a;
			enum ctl_exit code = ctl_ask(ctl, client, &schema_nomor_kosong, &q, &go_on, &a);

			if (code != CTL_DONE)
				return code;
			for (uint32_t k = 0; k < a.rentang_len; k++, before = ",")
				print_gap(ctl, r->years[i], &a.rentang[k], before, out);
			q.has_setelah = true;
			q.setelah = a.sampai;
		} while (go_on.ptr != NULL);
	}
	if (ctl->is_json)
		buf_print(out, "]");
	return CTL_DONE;
}

enum ctl_exit import_result_say(struct ctl *ctl, struct client *client, struct import_result *r)
{
	enum ctl_exit code;
	struct buf out;

	refused_sort(&r->refused);
	buf_init(&out, CTL_OUTPUT_MAX);
	if (ctl->is_json) {
		buf_print(&out,
			"{\"baris\":%llu,\"dicatat\":%llu,\"sudah_ada\":%llu,\"tidak_diketahui\":%llu,"
			"\"ditolak\":",
			(unsigned long long)r->rows, (unsigned long long)r->taken, (unsigned long long)r->known,
			(unsigned long long)r->unknown);
		refused_json(&r->refused, &out);
	} else {
		refused_print(&r->refused, &out);
		buf_print(&out, "%llu baris: %llu dicatat, %llu sudah ada, %zu ditolak\n",
			(unsigned long long)r->rows, (unsigned long long)r->taken, (unsigned long long)r->known,
			r->refused.count);
	}
	code = print_gaps(ctl, client, r, &out);
	if (ctl->is_json)
		buf_print(&out, "}\n");
	ctl_print(&out);
	buf_clear(&out);
	if (r->unknown > 0)
		return CTL_UNKNOWN;
	return r->refused.count > 0 ? CTL_REFUSED : code;
}

/* metrics - the figures of a service as Prometheus text
 *
 * Made from the answer to the question keadaan, so that whoever asks the
 * services (ppidctl, the gateway) can print them. METRICS is one of the two
 * macro lists of the project. */
#ifndef RUNTIME_METRICS_H
#define RUNTIME_METRICS_H

#include "base/buf.h"
#include "proto/messages.h"

/* clang-format off */
/*        field              name                       type     help */
#define METRICS(X) \
	X(siap,              "ready",                   gauge,   "1 when the service serves") \
	X(dipagari,          "fenced",                  gauge,   "1 when the store was rolled back or cloned") \
	X(jam_diragukan,     "clock_doubted",           gauge,   "1 while the clock is in doubt") \
	X(hanya_baca,        "readonly",                gauge,   "1 while the store takes no writes") \
	X(kepala.seq,        "log_head",                counter, "sequence of the last event") \
	X(perintah_diterima, "commands_accepted_total", counter, "commands accepted since the start") \
	X(perintah_ditolak,  "commands_refused_total",  counter, "commands refused since the start") \
	X(ulangan,           "commands_repeated_total", counter, "commands answered again") \
	X(batch,             "batches_total",           counter, "transactions since the start") \
	X(peristiwa_diikuti, "events_followed_total",   counter, "followed events since the start") \
	X(parkir,            "parked",                  gauge,   "inputs that wait for a person") \
	X(surat_keluar,      "outbox_letters",          gauge,   "letters not taken yet") \
	X(pewaktu_terlambat, "timers_late",             gauge,   "timers past their due time") \
	X(kerja_terbuka,     "work_open",               gauge,   "pieces of work not done yet") \
	X(map_terpakai,      "store_used_bytes",        gauge,   "bytes of the store in use") \
	X(map_bytes,         "store_map_bytes",         gauge,   "bytes the store can hold") \
	X(berkas_bytes,      "store_file_bytes",        gauge,   "size of the store's file") \
	X(disk_bebas,        "disk_free_bytes",         gauge,   "free space on its disk")
/* clang-format on */

/* The figures of several services: one head for each metric, one line a service. */
void metrics_write(const struct keadaan_layanan *services, uint32_t count, struct buf *out);

#endif

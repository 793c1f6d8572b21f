/* kirim_surel - the worker that hands one mail to the mail server
 *
 * The only user of libcurl. Its result says what can be known: taken, to be
 * tried again, refused for good, or uncertain, which is when the whole mail was
 * handed over and the answer did not come. */
#ifndef NOTIFICATION_KIRIM_SUREL_H
#define NOTIFICATION_KIRIM_SUREL_H

#include "base/str.h"
#include "notification/pengaturan.h"
#include "proto/messages.h"

struct worker;

/* For the descriptor: payload is a struct surel_keluar; reports struct hasil_surel. */
void kirim_surel(struct worker *worker, const void *payload);

/* One attempt, without a worker around it. is_stopping (may be NULL) is asked now and then: true ends an
 * attempt whose mail was not handed over yet. */
struct kirim_stop {
	bool (*is_stopping)(const void *self);
	const void *self;
};
struct hasil_surel kirim_sekarang(const struct notification_settings *settings,
	const struct surel_keluar *mail, const struct kirim_stop *stop);

#endif

/* pengaturan - the settings of notification: the mail server, and how long to try */
#ifndef NOTIFICATION_PENGATURAN_H
#define NOTIFICATION_PENGATURAN_H

#include "runtime/setting.h"

struct notification_settings {
	const char *host;
	uint64_t port;
	const char *tls;      /* none, starttls or tls */
	bool is_plain_ok;     /* none, to another machine */
	const char *ca_file;  /* empty: the system's */
	const char *user;     /* empty: no login */
	const char *password; /* NULL: none */
	const char *from;
	const char *from_name;
	const char *helo; /* the name we say we are */
	uint64_t connect_ms;
	uint64_t stall_ms; /* without a byte moving */
	uint64_t total_ms;
	uint64_t give_up_hours;
};

enum { NOTIFICATION_SETTINGS = 14 };
extern const struct setting notification_setting_rows[NOTIFICATION_SETTINGS];

/* For the descriptor: the words and addresses that the rows cannot check. */
enum err notification_settings_check(const void *settings, struct problem *why) MUST_CHECK;

#endif

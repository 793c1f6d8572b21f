/* main - what the main function of every service is
 *
 * Options: --check, --describe, --help, --version; without one it serves until
 * SIGTERM or SIGINT. Exit codes: 0 asked to stop (or the option is done), 100
 * wrong configuration (do not restart), 111 failed (restart). */
#ifndef RUNTIME_MAIN_H
#define RUNTIME_MAIN_H

#include "runtime/service.h"

enum exit_code { EXIT_STOPPED = 0, EXIT_CONFIGURATION = 100, EXIT_FAILED = 111 };

/* Says in the log what is wrong in the configuration: EXIT_CONFIGURATION. */
enum exit_code wrong_configuration(const char *what, const char *detail);

int service_main(const struct service *service, int argc, char **argv);

/* Prints the service from its own tables: settings, tables, messages, life cycles, memory. */
void service_describe(const struct service *service, struct buf *out);
/* Whether the tables of the service keep their own rules: ERR_INVALID with sentences in out. */
enum err service_check(const struct service *service, struct buf *out) MUST_CHECK;

#endif

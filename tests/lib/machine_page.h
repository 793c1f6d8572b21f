/* machine_page - what every machine's test asks: that its table makes sense, and that the page shows it */
#ifndef LIB_MACHINE_PAGE_H
#define LIB_MACHINE_PAGE_H

#include "runtime/machine.h"

/* machine_check finds nothing; fails with what it found. */
void machine_assert_sense(const struct machine *machine);
/* services/README.md shows the table as `program --describe` prints it. */
void machine_assert_page(const struct machine *machine, const char *program);

#endif

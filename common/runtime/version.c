#include "runtime/version.h"

const char version_number[] = PPID_VERSION;
const char version_commit[] = PPID_COMMIT;

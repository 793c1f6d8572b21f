#!/bin/bash
# The verb `ppidctl deadline` against dates counted by another program.
set -euo pipefail
cd "$(dirname "$0")/../.."
exec python3 tests/e2e/deadline.py "${TEST_BIN:-build/release/bin}/ppidctl"

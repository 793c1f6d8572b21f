"""debian - modules that need Debian's Python packages: where this Python has them not, the test runs by the one that has"""

import importlib
import os
import sys

DEBIANS = "/usr/bin/python3"


def need(*names):
    try:
        return [importlib.import_module(name) for name in names]
    except ImportError as why:
        if sys.executable == DEBIANS:
            sys.exit(f"{why}: run scripts/deps test")
        os.execv(DEBIANS, [DEBIANS, *sys.argv])

"""The priority of threads that may wait."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Final

NICE: Final = 10
"""Added to the niceness of a thread that may wait: it gets about a tenth of a core that another one wants, too."""


def let_others_first() -> None:
    """Give the current thread less of a core that others want, on Linux, where a priority is a thread's own."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.nice(NICE)

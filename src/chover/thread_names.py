"""Names of threads, as ps, top and perf show them."""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path
from typing import Final

LONGEST: Final = 15
"""Characters that Linux keeps of a name."""


def show_name() -> None:
    """Give the current thread's name to the kernel, on Linux. Since 3.14 Python does that itself.

    Without it all threads are called like the process, and nobody can tell which of them needs the CPU.
    """
    with contextlib.suppress(OSError):
        Path(f"/proc/self/task/{threading.get_native_id()}/comm").write_text(threading.current_thread().name[:LONGEST])

"""How many files this process may open, which is how many connections it can have."""

from __future__ import annotations

import sys
from typing import Final

SPARE_FILES: Final = 100
"""Open files that a server needs beside a connection for each."""


def raise_limit(connections: int) -> None:
    """As far as ``connections`` ask for it and the system allows it without asking anybody."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - Windows has none

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + SPARE_FILES
    if _enough(soft, wanted):
        return
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted if _enough(hard, wanted) else hard, hard))
    except (ValueError, OSError):
        return  # what stays too little is told


def shortage(connections: int) -> str:
    """What is wrong and what to do, in one line, where there are too few for ``connections``; else empty."""
    if sys.platform == "win32":
        return ""
    import resource  # noqa: PLC0415 - Windows has none

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if _enough(soft, connections):
        return ""
    return (
        f"this process may open {soft} files, and limits.connections is {connections}:"
        " raise LimitNOFILE (systemd) or ulimit -n, or lower the setting"
    )


def _enough(limit: int, wanted: int) -> bool:
    # RLIM_INFINITY is -1.
    return limit < 0 or limit >= wanted

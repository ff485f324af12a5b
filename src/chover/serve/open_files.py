"""The limit on open files, which limits the number of connections."""

from __future__ import annotations

import sys
from typing import Final

SPARE_FILES: Final = 100
"""Open files that a server needs besides one for each connection."""


def raise_limit(connections: int) -> None:
    """Raise the limit as far as ``connections`` require and the system allows without privileges."""
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
    """What is wrong and what to do, in one line, if ``connections`` need more files; otherwise empty."""
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

"""A restart in place: the same process runs the program again, with its listening sockets and open connections.

Only the next run of this process can read the state (descriptor_message.py).
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from typing import Final

import msgspec

from chover.edge.inheritance import Inheritance, ListeningSocket, OpenConnection, OpenSocket
from chover.serve import descriptor_message

_VARIABLE: Final = "CHOVER_HANDOVER"

_log = logging.getLogger(__name__)


async def require_runnable() -> None:
    """Raises ValueError with one line if the program on the disk cannot replace this one."""
    if sys.platform == "win32":
        raise ValueError("Windows cannot hand connections on: stop the server, then start it again")
    trial = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "import chover.serve", stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    _, complaint = await trial.communicate()
    if trial.returncode:
        why = complaint.decode(errors="replace").strip().rpartition("\n")[2]
        raise ValueError(f"the installed program does not start ({why}): repair it first; this server goes on")


class ProcessHandover(msgspec.Struct, frozen=True):
    """What the next run gets."""

    listening: list[ListeningSocket]
    connections: list[OpenConnection]

    def run_again(self) -> None:
        """Replace the program of this process by a new run of its own command line; does not return."""
        kept: list[OpenSocket] = [*self.listening, *self.connections]
        for one in kept:
            os.set_inheritable(one.descriptor, True)
        os.environ[_VARIABLE] = str(descriptor_message.written(self))
        sys.stdout.flush()
        sys.stderr.flush()
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - it is this very command


def inherited() -> Inheritance:
    """What the previous run has left open; empty if this is the first one."""
    try:
        handed = descriptor_message.taken(_VARIABLE, ProcessHandover)
    except descriptor_message.BadMessage as error:
        _log.error("the connections of the last run cannot be taken over (%s): everybody has to connect again", error)
        return Inheritance()
    return Inheritance() if handed is None else Inheritance(handed.listening, handed.connections)

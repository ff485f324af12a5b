"""The process that runs the terminal client for SSH callers: ``python -m chover.ssh_worker LEVEL FORMAT WORKER FILE``.

The server starts it when somebody connects (edge/ssh/worker_pool.py), with the number of an open socket for messages
about callers, and the host key on standard input. It ends when the server closes that socket, or is gone.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import signal
import socket
import sys
from functools import partial
from typing import TYPE_CHECKING, Final

from chover import server_log

if TYPE_CHECKING:
    from chover.edge.ssh.server import SshHandler

_log = logging.getLogger(__name__)

NICE: Final = 5
"""The chat comes first; but scrolling must not stall if the machine has other work."""


def main(level: str, form: server_log.Form, worker: str, number: str) -> None:
    # The signals are meant for the server, which ends us when it has ended.
    for deaf_to in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(deaf_to, signal.SIG_IGN)
    key = sys.stdin.buffer.read()
    server_log.begin(level, form, int(worker))
    # Importing takes 0.6 s, and in this process only the caller waits for it.
    from chover.client.served import ServedUi, Turns  # noqa: PLC0415
    from chover.edge.loop import loop_factory  # noqa: PLC0415
    from chover.edge.ssh.server import SshHandler  # noqa: PLC0415

    # Not earlier: asyncssh looks for libraries with programs and files of its own.
    _confine()

    async def serve() -> None:
        handler = await SshHandler.open(key, partial(ServedUi, Turns()))
        await _serve(socket.socket(fileno=int(number)), handler)

    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(serve())


def _confine() -> None:
    from chover.edge.ssh.confinement import confine  # noqa: PLC0415 - deaf to signals first

    means = confine()
    if means:
        _log.debug("confined by %s", " and ".join(means))
    elif sys.platform == "linux":
        _log.warning(
            "neither Landlock nor seccomp is available to confine SSH processes; this kernel is older than 5.13"
        )


def _step_back() -> None:
    """Lower our priority and leave one core to the server, which has to wait even so if all cores are busy."""
    with contextlib.suppress(AttributeError, OSError):  # not every system lets a process do so
        os.nice(NICE)
        cores = os.sched_getaffinity(0)
        os.sched_setaffinity(0, cores - {min(cores)} or cores)


async def _serve(sock: socket.socket, handler: SshHandler) -> None:
    from chover.edge.ssh.worker import Worker  # noqa: PLC0415

    gc.collect()
    gc.freeze()
    # Not earlier: somebody waits for the imports, which take half a second of one core.
    _step_back()
    await Worker(sock, handler).run()


if __name__ == "__main__":
    main(*sys.argv[1:])  # type: ignore[arg-type]  # the server writes them

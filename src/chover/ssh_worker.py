"""The process in which callers over SSH see the terminal client: ``python -m chover.ssh_worker LEVEL FORMAT NUMBER``.

Started by the server when somebody calls (edge/ssh/worker_pool.py), with the number of an open socket on which
it is told who calls, and the host key on standard input. It ends when the server closes that socket, or is gone.
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
"""Those who chat come first; but who scrolls does not stand still where the machine has other work, too."""


def main(level: str, form: server_log.Form, number: str) -> None:
    # They are meant for the server, which ends us when it has ended.
    for deaf_to in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(deaf_to, signal.SIG_IGN)
    key = sys.stdin.buffer.read()
    server_log.begin(level, form)
    # 0.6 s, and in this process it keeps nobody waiting but who has just called.
    from chover.client.served import ServedUi, Turns  # noqa: PLC0415
    from chover.edge.loop import loop_factory  # noqa: PLC0415
    from chover.edge.ssh.server import SshHandler  # noqa: PLC0415

    # Not before: asyncssh looks for libraries with programs and files of its own.
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
        _log.warning("neither Landlock nor seccomp is there to confine what speaks SSH; this kernel is older than 5.13")


def _step_back() -> None:
    """Be less important than the server, and leave one core to it: where all are busy even who is important waits."""
    with contextlib.suppress(AttributeError, OSError):  # not every system lets a process do so
        os.nice(NICE)
        cores = os.sched_getaffinity(0)
        os.sched_setaffinity(0, cores - {min(cores)} or cores)


async def _serve(sock: socket.socket, handler: SshHandler) -> None:
    from chover.edge.ssh.worker import Worker  # noqa: PLC0415

    gc.collect()
    gc.freeze()
    # Not before: somebody waits for the imports, which are half a second of one core.
    _step_back()
    await Worker(sock, handler).run()


if __name__ == "__main__":
    main(*sys.argv[1:])  # type: ignore[arg-type]  # the server writes them

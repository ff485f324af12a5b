"""Makes the SSH door ready off the loop, when the port listens already, and takes callers through it."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from chover.edge.visit import Visit
from chover.ports import FaceFactory

if TYPE_CHECKING:
    from asyncssh import SSHKey

    from chover.edge.hall import Hall
    from chover.edge.ssh.door import Door

log: Final = logging.getLogger(__name__)


class SshKeeper:
    """The SSH door of a server; ``directory`` is where its key is kept.

    ``faces`` is called by a thread and gives what makes the client that callers see.
    """

    def __init__(self, directory: Path, faces: Callable[[], FaceFactory]) -> None:
        self._directory = directory
        self._faces = faces
        self._making: asyncio.Task[Door] | None = None

    def start(self, hall: Hall) -> None:
        """Begin to make it ready, in a thread: asyncssh and the key take half a second."""
        if not self._making:
            self._making = asyncio.get_running_loop().create_task(self._make(hall))
            self._making.add_done_callback(_made)

    async def _make(self, hall: Hall) -> Door:
        key, face = await asyncio.to_thread(self._warm)
        from chover.edge.ssh.door import Door  # noqa: PLC0415 - imported by the thread, and only looked up here

        return await Door.open(hall, key, face)

    def _warm(self) -> tuple[SSHKey, FaceFactory]:
        from chover.edge.ssh import door, hostkey  # noqa: F401, PLC0415 - this is the thread

        return hostkey.load(self._directory), self._faces()

    async def fingerprint(self) -> str:
        """SHA-256 of the host key, as ssh shows it; empty when there is no SSH here."""
        door = await self._ready()
        return door.fingerprint if door else ""

    async def serve(self, visit: Visit, sock: socket.socket) -> bool:
        """Speak SSH with a visitor until it is known who that is; false where SSH could not be opened."""
        door = await self._ready()
        if door:
            await door.serve(visit, sock)
        return door is not None

    async def _ready(self) -> Door | None:
        assert self._making
        await asyncio.wait([self._making])
        return None if self._making.cancelled() or self._making.exception() else self._making.result()

    async def close(self) -> None:
        """Wait for the thread, if it still runs, and for whoever is still leaving."""
        if self._making and (door := await self._ready()):
            await door.close()


def _made(making: asyncio.Task[Door]) -> None:
    if not making.cancelled() and (error := making.exception()):
        log.error("SSH is not spoken: %s", error, exc_info=None if type(error).__name__ == "BadHostKey" else error)

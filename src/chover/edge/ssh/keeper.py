"""Makes the SSH door ready off the loop, when the port listens already, and takes callers through it."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from chover.edge.visit import Visit
from chover.edge.warming import IMPORTING
from chover.ports import FaceFactory

if TYPE_CHECKING:
    from chover.edge.hall import Hall
    from chover.edge.ssh.door import Door
    from chover.edge.ssh.hostkey import HostKey

log: Final = logging.getLogger(__name__)


class SshKeeper:
    """The SSH door of a server; ``directory`` is where its key is kept.

    ``faces`` is called by a thread and gives what makes the client that callers see.
    """

    def __init__(self, directory: Path, faces: Callable[[], FaceFactory]) -> None:
        self._directory = directory
        self._faces = faces
        self._key: asyncio.Task[HostKey | None] | None = None
        self._making: asyncio.Task[Door | None] | None = None

    def start(self, hall: Hall) -> None:
        """Begin to make it ready, in a thread: asyncssh and the client take half a second, the key comes first."""
        if not self._making:
            loop = asyncio.get_running_loop()
            self._key = loop.create_task(asyncio.to_thread(_host_key, self._directory))
            self._making = loop.create_task(self._make(hall, self._key))

    async def _make(self, hall: Hall, loading: asyncio.Task[HostKey | None]) -> Door | None:
        key = await loading
        if key is None:
            return None
        try:
            face = await asyncio.to_thread(self._warm)
            from chover.edge.ssh.door import Door  # noqa: PLC0415 - imported by the thread, and only looked up here

            return await Door.open(hall, key, face)
        except Exception:
            log.exception("SSH is not spoken")
            return None

    def _warm(self) -> FaceFactory:
        with IMPORTING:
            from chover.edge.ssh import door  # noqa: F401, PLC0415 - this is the thread

            return self._faces()

    async def fingerprint(self) -> str:
        """SHA-256 of the host key, as ssh shows it; empty when there is no SSH here."""
        key = await asyncio.shield(self._key) if self._key else None
        return key.fingerprint if key else ""

    async def ready(self) -> Door | None:
        """Wait until there is a door; None where it could not be opened."""
        return await asyncio.shield(self._making) if self._making else None

    async def serve(self, visit: Visit, sock: socket.socket) -> bool:
        """Speak SSH with a visitor until it is known who that is; false where SSH could not be opened."""
        door = await self.ready()
        if door:
            await door.serve(visit, sock)
        return door is not None

    async def close(self) -> None:
        """Wait for the thread, if it still runs, and for whoever is still leaving."""
        if door := await self.ready():
            await door.close()


def _host_key(directory: Path) -> HostKey | None:
    with IMPORTING:
        from chover.edge.ssh import hostkey  # noqa: PLC0415 - this is the thread

    try:
        return hostkey.load(directory)
    except hostkey.BadHostKey as error:
        log.error("SSH is not spoken: %s", error)  # noqa: TRY400 - it says all there is to say
        return None

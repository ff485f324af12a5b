"""Makes the SSH door ready off the loop, when somebody calls for the first time, and takes callers through it."""

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
        self._hall: Hall | None = None
        self._key: asyncio.Task[HostKey | None] | None = None
        self._making: asyncio.Task[Door | None] | None = None

    def start(self, hall: Hall) -> None:
        """Begin to read the host key, in a thread: it is shown before anybody calls."""
        self._hall = hall
        self._key = asyncio.get_running_loop().create_task(asyncio.to_thread(_host_key, self._directory))

    async def _door(self) -> Door | None:
        """The door; None where it could not be opened.

        asyncssh and the client are 13 MiB and half a second: only a server that is called over SSH pays for them.
        """
        if self._hall is None:
            return None
        if self._making is None:
            self._making = asyncio.get_running_loop().create_task(self._make(self._hall))
        return await asyncio.shield(self._making)

    async def _make(self, hall: Hall) -> Door | None:
        key = await self._loaded_key()
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

    async def _loaded_key(self) -> HostKey | None:
        return await asyncio.shield(self._key) if self._key else None

    async def fingerprint(self) -> str:
        """SHA-256 of the host key, as ssh shows it; empty when there is no SSH here."""
        key = await self._loaded_key()
        return key.fingerprint if key else ""

    async def serve(self, visit: Visit, sock: socket.socket) -> bool:
        """Speak SSH with a visitor until it is known who that is; false where SSH could not be opened."""
        door = await self._door()
        if door:
            await door.serve(visit, sock)
        return door is not None

    async def close(self) -> None:
        """Wait for the threads, if they still run, and for whoever is still leaving."""
        await self._loaded_key()
        if self._making and (door := await asyncio.shield(self._making)):
            await door.close()


def _host_key(directory: Path) -> HostKey | None:
    with IMPORTING:
        from chover.edge.ssh import hostkey  # noqa: PLC0415 - this is the thread

    try:
        return hostkey.load(directory)
    except hostkey.BadHostKey as error:
        log.error("SSH is not spoken: %s", error)  # noqa: TRY400 - it says all there is to say
        return None

"""Prepares the web handler off the loop, when the port is already listening."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from chover.edge.accepted import AcceptedConnection
from chover.edge.background_import import IMPORTING
from chover.edge.listener_context import ListenerContext

if TYPE_CHECKING:
    from chover.edge.web.site import Site

log: Final = logging.getLogger(__name__)


class WebServer:
    """The web side of one listener, from the start of its preparation to its end."""

    def __init__(self, shared: ListenerContext) -> None:
        self._shared = shared
        self._making: asyncio.Task[Site] | None = None

    def start(self) -> None:
        """Start to prepare it in a thread: aiohttp and the files of the web client take a fifth of a second."""
        if self._making is None or _failed(self._making):
            self._making = asyncio.get_running_loop().create_task(self._make())
            self._making.add_done_callback(_made)

    async def _make(self) -> Site:
        await asyncio.to_thread(_import_aiohttp)
        from chover.edge.web.site import Site  # noqa: PLC0415 - imported by the thread, and only looked up here

        return await Site.open(self._shared)

    async def ready(self) -> None:
        """Wait until it is ready. Raises the exception if its preparation failed."""
        self.start()
        assert self._making
        await asyncio.shield(self._making)

    def handler(self, accepted: AcceptedConnection) -> asyncio.Protocol:
        """The HTTP protocol for a connection; only when it is ready."""
        assert self._making
        return self._making.result().handler(accepted)

    async def close(self) -> None:
        """Wait for the thread if it is still running, and end open requests."""
        if self._making:
            await asyncio.wait([self._making])
            if not self._making.cancelled() and not self._making.exception():
                await self._making.result().close()


def _import_aiohttp() -> None:
    with IMPORTING:
        from chover.edge.web import pages, site  # noqa: F401, PLC0415 - this is the thread

    pages.version()


def _failed(making: asyncio.Task[Site]) -> bool:
    """Whether it failed. The reason (such as too many open files) may be gone: the next request tries again."""
    return making.done() and (making.cancelled() or making.exception() is not None)


def _made(making: asyncio.Task[Site]) -> None:
    if not making.cancelled() and (error := making.exception()):
        log.error("the web server could not be started", exc_info=error)

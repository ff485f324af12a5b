"""The request to stop, whoever makes it."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from typing import Final

from chover.ports import Observer

STOPPING: Final = "The server is shutting down"
RESTARTING: Final = "The server is restarting"


class Shutdown:
    """Begun once, by a signal, an operator or the embedding program."""

    def __init__(self, observer: Observer | None) -> None:
        self._observer = observer
        self._begun = asyncio.Event()
        self.reason = STOPPING
        """What clients are told."""
        self.cause = ""
        """What the log is told: who or what has begun it."""
        self.restarting = False
        """Whether the program is to run again, in the same process."""

    def begin(self, reason: str = "", cause: str = "the program that runs it wants it") -> None:
        """Returns at once; a later reason replaces an earlier one, and a restart that has begun becomes a stop."""
        self.restarting = False
        self.reason = reason or STOPPING
        self.cause = cause
        if self._observer is not None and not self._begun.is_set():
            self._observer.stopping()
        self._begun.set()

    def begin_by_signal(self, number: signal.Signals) -> None:
        self.begin(cause=f"signal {number.name}")

    def begin_restart(self) -> None:
        """As ``begin``, and then the program runs again. A shutdown that has begun stays one."""
        if not self._begun.is_set():
            self.begin(RESTARTING, "an operator wants a restart")
            self.restarting = True

    def begin_from_any_thread(self, loop: asyncio.AbstractEventLoop) -> None:
        """As ``begin``, on the server's loop; does nothing once that is closed."""
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(self.begin)

    async def wait(self) -> None:
        """Returns when it has begun."""
        await self._begun.wait()

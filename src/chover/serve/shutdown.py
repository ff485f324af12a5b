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
    """Can begin once: by a signal, an operator or the embedding program."""

    def __init__(self, observer: Observer | None) -> None:
        self._observer = observer
        self._begun = asyncio.Event()
        self.reason = STOPPING
        """What clients are told."""
        self.cause = ""
        """The cause, for the log."""
        self.restarting = False
        """Whether the program runs again afterwards, in the same process."""

    def begin(self, reason: str = "", cause: str = "the program that runs it wants it") -> None:
        """Begin the shutdown; returns at once.

        A reason that is given later replaces an earlier one; without one, as by a signal, the earlier one is told. A
        restart becomes a stop.
        """
        if reason or self.restarting:
            self.reason = reason or STOPPING
        self.restarting = False
        self.cause = cause
        if self._observer is not None and not self._begun.is_set():
            self._observer.stopping()
        self._begun.set()

    def begin_by_signal(self, number: signal.Signals) -> None:
        self.begin(cause=f"signal {number.name}")

    def begin_restart(self) -> None:
        """Like ``begin``, and the program runs again afterwards. A shutdown that has begun remains one."""
        if not self._begun.is_set():
            self.begin(RESTARTING, "an operator wants a restart")
            self.restarting = True

    def begin_from_any_thread(self, loop: asyncio.AbstractEventLoop) -> None:
        """Like ``begin``, on the server's loop; does nothing if that is closed."""
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(self.begin)

    async def wait(self) -> None:
        """Wait until it has begun."""
        await self._begun.wait()

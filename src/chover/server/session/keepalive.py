"""Ends sessions that do not register in time or no longer answer, and sends PING to silent peers."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol

from chover.config import LimitSettings
from chover.engine.model import User


class Watched(Protocol):
    """A session, as far as its silence is concerned."""

    user: User | None

    @property
    def limits(self) -> LimitSettings: ...
    @property
    def server(self) -> str: ...
    def send(self, data: bytes) -> None: ...
    def end(self, reason: str) -> None: ...


class Keepalive:
    """One timer for each session."""

    __slots__ = ("_alarm", "_asked", "_heard", "_session")

    def __init__(self, session: Watched) -> None:
        self._session = session
        self._alarm: asyncio.TimerHandle | None = None
        self._asked = False
        self._heard = time.monotonic()

    def heard(self) -> None:
        """The peer has sent something."""
        self._heard = time.monotonic()
        self._asked = False

    @property
    def silent_seconds(self) -> float:
        """How long the peer has sent nothing."""
        return time.monotonic() - self._heard

    def go_on(self, silent_seconds: float, seconds: float) -> None:
        """Watch a peer that has been silent for so long already, as if it had been watched all the time."""
        self._heard = time.monotonic() - silent_seconds
        self.watch(max(seconds - silent_seconds, 0.0))

    def watch(self, seconds: float) -> None:
        """Check again after so many seconds."""
        self.stop()
        self._alarm = asyncio.get_running_loop().call_later(seconds, self._look)

    def stop(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    def _look(self) -> None:
        session = self._session
        limits = session.limits
        silent = self.silent_seconds
        if session.user is None:
            session.end(f"Registration timed out: NICK and USER are expected within {limits.registration_seconds:g} s")
        elif silent < limits.ping_seconds:
            self.watch(limits.ping_seconds - silent)
        elif self._asked:
            session.end(f"Ping timeout: {silent:.0f} seconds")
        else:
            self._asked = True
            session.send(f"PING :{session.server}\r\n".encode())
            self.watch(limits.ping_seconds)

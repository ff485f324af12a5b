"""Ends sessions that do not register in time or no longer answer, and sends PING to silent peers."""

from __future__ import annotations

import time
from typing import Protocol

from chover.config import LimitSettings
from chover.engine.model import User
from chover.server.session.alarms import NEVER, Alarms


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
    """Watches one session; nearly all the time it only waits."""

    __slots__ = ("_alarms", "_asked", "_due", "_heard", "_session")

    def __init__(self, session: Watched, alarms: Alarms) -> None:
        self._session = session
        self._alarms = alarms
        self._due = NEVER
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
        self._due = self._alarms.begin(seconds, self)

    def stop(self) -> None:
        self._alarms.clear(self._due, self)
        self._due = NEVER

    def ring(self) -> None:
        """The time is over."""
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

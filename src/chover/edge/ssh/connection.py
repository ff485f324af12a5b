"""One SSH connection, bounded where asyncssh is not: what is kept for a caller does not grow with what is sent."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import asyncssh
from asyncssh.packet import SSHPacket


class Valve:
    """Whether a caller is read from: not while there is a reason to wait."""

    def __init__(self, pipe: asyncio.Transport) -> None:
        self._pipe = pipe
        self._reasons = 0

    def shut(self) -> None:
        self._reasons += 1
        if self._reasons == 1 and not self._pipe.is_closing():
            self._pipe.pause_reading()

    def open(self) -> None:
        """For the reason that shut it."""
        self._reasons -= 1
        if not self._reasons and not self._pipe.is_closing():
            self._pipe.resume_reading()


class SshConnection(asyncssh.SSHServerConnection):
    """Nothing more is read from a caller who does not take the answers, or about whom something is being found out."""

    valve: Valve

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.valve = Valve(cast("asyncio.Transport", transport))
        super().connection_made(transport)

    def pause_writing(self) -> None:
        self.valve.shut()

    def resume_writing(self) -> None:
        self.valve.open()

    @contextmanager
    def finding_out(self) -> Iterator[None]:
        """While a key or a password is looked up: asyncssh would collect whatever comes meanwhile."""
        self.valve.shut()
        try:
            yield
        finally:
            self.valve.open()


def take_no_variables(channel: asyncssh.SSHServerChannel[str]) -> None:
    """Refuse each variable (RFC 4254, 6.4). asyncssh would keep them all, however many, and asks nobody."""

    def refuse(packet: SSHPacket) -> bool:  # noqa: ARG001
        return False

    # It finds what handles a request by this name; tests/edge/ssh/test_connection.py sees when that changes.
    channel._process_env_request = refuse  # type: ignore[method-assign] # noqa: SLF001

"""One SSH connection, with limits that asyncssh lacks: memory for a caller does not grow with what is sent."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final, cast

import asyncssh
from asyncssh.packet import SSHPacket

_LANGUAGE_NAMES: Final = (b"LC_ALL", b"LC_MESSAGES", b"LANG")
_LOCALE: Final = re.compile(rb"[A-Za-z0-9_.@-]{1,40}")
"""A locale such as de_DE.UTF-8."""


class Valve:
    """Whether a caller's data is read: not while there is a reason to wait."""

    def __init__(self, pipe: asyncio.Transport) -> None:
        self._pipe = pipe
        self._reasons = 0

    def shut(self) -> None:
        self._reasons += 1
        if self._reasons == 1 and not self._pipe.is_closing():
            self._pipe.pause_reading()

    def open(self) -> None:
        """Remove the reason."""
        self._reasons -= 1
        if not self._reasons and not self._pipe.is_closing():
            self._pipe.resume_reading()


class SshConnection(asyncssh.SSHServerConnection):
    """Stops reading from a caller who does not accept the answers, or whose identity is being checked."""

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
        """A context for looking up a key or a password: asyncssh would buffer whatever arrives meanwhile."""
        self.valve.shut()
        try:
            yield
        finally:
            self.valve.open()


def take_languages(channel: asyncssh.SSHServerChannel[str]) -> Mapping[str, str]:
    """Refuse each variable (RFC 4254, 6.4) but those about the language, which are in the returned mapping.

    asyncssh would store all of them, without a limit and without asking.
    """
    taken: dict[str, str] = {}

    def take(packet: SSHPacket) -> bool:
        name, value = packet.get_string(), packet.get_string()
        packet.check_end()
        if name not in _LANGUAGE_NAMES or not _LOCALE.fullmatch(value):
            return False
        taken[name.decode()] = value.decode()
        return True

    # asyncssh finds the handler of a request by this name; tests/edge/ssh/test_connection.py notices if that changes.
    channel._process_env_request = take  # type: ignore[method-assign] # noqa: SLF001
    return taken

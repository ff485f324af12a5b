"""From bytes to messages: one per line, however the bytes arrive."""

from __future__ import annotations

from typing import Final

from chover.i18n import _
from chover.wire.message import Message, ProtocolError, parse

LINE_BYTES: Final = 16384
"""Longest line accepted from a server: 8,191 bytes of tags and 512 of message are allowed."""


class Splitter:
    """Takes bytes as they arrive, and gives complete lines."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, chunk: bytes) -> list[Message]:
        """The complete messages. Raises ProtocolError for a line that does not end."""
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        if len(self._rest) > LINE_BYTES:
            raise ProtocolError("INPUT_TOO_LONG", _("the server sent a line without an end"))
        return [message for line in lines if (message := _parsed(line)) is not None]


def _parsed(line: bytes) -> Message | None:
    try:
        return parse(line.rstrip(b"\r").decode(errors="replace"))
    except ProtocolError:
        return None

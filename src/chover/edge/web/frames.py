"""Lines of a session as WebSocket frames (RFC 6455, 5.2): one line per frame, without its end.

https://ircv3.net/specs/extensions/websocket
"""

from __future__ import annotations

import struct
from typing import Final

_SMALL: Final = 125
"""The largest payload length that fits into the second byte of a frame, inclusive."""
_TWO_BYTES: Final = 65535


class Framer:
    """Makes frames of one kind. All readers of a channel get the same bytes object, so it is framed only once."""

    __slots__ = ("_framed", "_kind", "_lines")

    def __init__(self, kind: int) -> None:
        self._kind = kind
        self._lines = b""
        self._framed = b""

    def frame(self, lines: bytes) -> bytes:
        """The frames of one or more whole lines, each ended by CR LF."""
        if lines is not self._lines:
            self._framed = b"".join([self._head(len(line)) + line for line in lines.split(b"\r\n") if line])
            self._lines = lines
        return self._framed

    def _head(self, length: int) -> bytes:
        if length <= _SMALL:
            return bytes((self._kind, length))
        if length <= _TWO_BYTES:
            return struct.pack("!BBH", self._kind, 126, length)
        return struct.pack("!BBQ", self._kind, 127, length)


TEXT: Final = Framer(0x81)
"""Final frame, opcode 1. Sessions write encoded text, so it is UTF-8, as a text frame must be."""
BINARY: Final = Framer(0x82)
"""Final frame, opcode 2."""

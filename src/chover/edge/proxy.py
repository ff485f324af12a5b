"""The PROXY protocol, versions 1 and 2: a header in which a proxy reports the client's address.

https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt, section 2
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import struct
from typing import Final, NamedTuple

V1_BYTES: Final = 107
"""Longest header of version 1, CR LF included."""
V2_BYTES: Final = 16 + 2048
"""Longest header of version 2: its fixed part, and more than what proxies add to the addresses."""
_SIGNATURE: Final = b"\r\n\r\n\0\r\nQUIT\n"
_FIRST_PAUSE: Final = 0.005
_LONGEST_PAUSE: Final = 0.2


class NoHeader(ConnectionError):
    """The bytes are not a valid header; the text says what is wrong with them."""


class Header(NamedTuple):
    """``length`` in bytes; ``address`` is empty if the proxy speaks for itself."""

    length: int
    address: str
    port: int


def parse(first: bytes) -> Header | None:
    """The header in the first bytes; None while it is incomplete. Raises NoHeader."""
    if first.startswith(_SIGNATURE):
        return _parse_v2(first)
    if first.startswith(b"PROXY "):
        return _parse_v1(first)
    if _SIGNATURE.startswith(first) or b"PROXY ".startswith(first):
        return None
    raise NoHeader("it does not begin with a PROXY header")


def _parse_v1(first: bytes) -> Header | None:
    line, end, _ = first[:V1_BYTES].partition(b"\r\n")
    if not end:
        if len(first) >= V1_BYTES:
            raise NoHeader("its PROXY line is too long")
        return None
    words = line.decode("ascii", "replace").split(" ")
    length = len(line) + 2
    if words[1] == "UNKNOWN":
        return Header(length, "", 0)
    if len(words) != 6 or words[1] not in {"TCP4", "TCP6"}:
        raise NoHeader("its PROXY line does not describe a TCP connection")
    return Header(length, _address(words[2], 4 if words[1] == "TCP4" else 6), _port(words[4]))


def _address(word: str, version: int) -> str:
    try:
        # Without a zone, which has a meaning only on the proxy and may be any text.
        address = ipaddress.ip_address(word.partition("%")[0])
    except ValueError as error:
        raise NoHeader("its PROXY header names no address") from error
    if address.version != version:
        raise NoHeader("its PROXY header names an address of another family")
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)


def _port(word: str) -> int:
    if not (word.isascii() and word.isdigit() and int(word) <= 65535):
        raise NoHeader("its PROXY header names no port")
    return int(word)


def _parse_v2(first: bytes) -> Header | None:
    if len(first) < 16:
        return None
    command, family, size = struct.unpack_from("!BBH", first, 12)
    length = 16 + size
    if command >> 4 != 2 or command & 15 > 1 or length > V2_BYTES:
        raise NoHeader("its PROXY header has an unknown version")
    if len(first) < length:
        return None
    if command & 15 == 0 or family >> 4 not in {1, 2}:
        return Header(length, "", 0)  # LOCAL: a health check of the proxy; or neither IPv4 nor IPv6
    return _addresses(first[16:length], length, 4 if family >> 4 == 1 else 16)


def _addresses(block: bytes, length: int, width: int) -> Header:
    if len(block) < 2 * width + 4:
        raise NoHeader("its PROXY header is too short for its addresses")
    (port,) = struct.unpack_from("!H", block, 2 * width)
    return Header(length, _address(str(ipaddress.ip_address(block[:width])), 4 if width == 4 else 6), port)


async def take_header(sock: socket.socket, seconds: float) -> Header:
    """Read exactly the header; what follows stays unread. Raises OSError: NoHeader, TimeoutError, or a lost peer.

    As in protocol detection, bytes are peeked at until they suffice, and a reader would fire all the time meanwhile.
    """
    pause = _FIRST_PAUSE
    async with asyncio.timeout(seconds):
        while True:
            if header := parse(_peek(sock)):
                sock.recv(header.length)
                return header
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)


def _peek(sock: socket.socket) -> bytes:
    try:
        first = sock.recv(V2_BYTES, socket.MSG_PEEK)
    except BlockingIOError:
        return b""
    if not first:
        raise NoHeader("it was closed before its PROXY header was complete")
    return first

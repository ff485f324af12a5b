"""The table of protocols: which first bytes mean which, and what is sent if a protocol is not available.

To add a protocol, add a row here and an entry in the listener's openers.
"""

from __future__ import annotations

import enum
import re
import struct
from collections.abc import Callable
from typing import Final, NamedTuple

from chover.wire.hello import HELLO_BYTES, may_become_hello, parse_hello
from chover.wire.message import LINE_BYTES

PEEK_BYTES: Final = 64
"""How many bytes are peeked at: more than the longest signature and a hello."""


class Protocol(enum.StrEnum):
    TLS = "tls"
    SSH = "ssh"
    HTTP2 = "h2"
    HTTP = "http"
    PROXY = "proxy"
    IRC = "irc"
    LEGACY = "legacy"
    """The clients of the original ChatOverSockets."""


class Unsure(enum.Enum):
    """More bytes are needed."""

    SIGNATURE = enum.auto()
    """So far it is a prefix of another protocol's signature, or of a hello."""
    LINE = enum.auto()
    """It may be the beginning of a hello, of a line, or of text."""


EVERY: Final[frozenset[str]] = frozenset(Protocol)
INSIDE_TLS: Final = frozenset({Protocol.IRC, Protocol.HTTP, Protocol.HTTP2})
"""The original's clients do not use TLS, and SSH is not wrapped in it."""


def _nothing(_port: int) -> bytes:
    return b""


def _tls_alert(_port: int) -> bytes:
    """A fatal alert, handshake_failure (RFC 8446, 6.2)."""
    return b"\x15\x03\x01\x00\x02\x02\x28"


def _http_501(port: int) -> bytes:
    body = f"The web is not spoken on this port. Connect an IRC client to port {port}, with or without TLS.\n"
    head = (
        "HTTP/1.1 501 Not Implemented\r\nContent-Type: text/plain; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return (head + body).encode()


def _http2_goaway(_port: int) -> bytes:
    """An empty SETTINGS frame, then GOAWAY with HTTP_1_1_REQUIRED (RFC 9113, 6.5, 6.8 and 7)."""
    settings = bytes(3) + b"\x04" + bytes(5)
    return settings + b"\0\0\x08\x07" + bytes(5) + struct.pack("!II", 0, 0xD)


def _ssh_disconnect(port: int) -> bytes:
    """An identification, then SSH_MSG_DISCONNECT with SERVICE_NOT_AVAILABLE (RFC 4253, 4.2, 6 and 11.1)."""
    reason = f"This chat server has no SSH. Connect an IRC client to port {port}, with or without TLS.".encode()
    payload = struct.pack("!BII", 1, 7, len(reason)) + reason + bytes(4)
    padding = 8 - (5 + len(payload)) % 8 + 8
    packet = struct.pack("!IB", 1 + len(payload) + padding, padding) + payload + bytes(padding)
    return b"SSH-2.0-chover\r\n" + packet


def _no_proxy(_port: int) -> bytes:
    return (
        b"ERROR :The PROXY protocol is not accepted here: switch it off in your proxy, or have the server's operator"
        b" list its address in server.trusted_proxies\r\n"
    )


def _tls_only(_port: int) -> bytes:
    return b"ERROR :Plain IRC is not spoken on this port: connect with TLS\r\n"


class ProtocolRow(NamedTuple):
    protocol: Protocol
    begins: tuple[bytes, ...]
    refusal: Callable[[int], bytes]
    """What is sent if the protocol is not available, given the port; empty: the connection is closed silently."""


ROWS: Final = (
    ProtocolRow(Protocol.TLS, (b"\x16",), _tls_alert),
    ProtocolRow(Protocol.SSH, (b"SSH-",), _ssh_disconnect),
    ProtocolRow(Protocol.HTTP2, (b"PRI * HTTP/2",), _http2_goaway),
    ProtocolRow(
        Protocol.HTTP,
        (b"GET ", b"POST ", b"HEAD ", b"PUT ", b"PATCH ", b"DELETE ", b"OPTIONS ", b"CONNECT ", b"TRACE "),
        _http_501,
    ),
    ProtocolRow(Protocol.PROXY, (b"PROXY ", b"\r\n\r\n\0\r\nQUIT\n"), _no_proxy),
    ProtocolRow(Protocol.IRC, (), _tls_only),
    ProtocolRow(Protocol.LEGACY, (), _nothing),
)
REFUSALS: Final = {row.protocol: row.refusal for row in ROWS}
_SIGNATURES: Final = tuple((begin, row.protocol) for row in ROWS for begin in row.begins)
_BEGINS_IRC: Final = re.compile(rb"(?:CAP|NICK|PASS|USER)[ \r\n]", re.IGNORECASE)


def choose(first: bytes, *, hello: bool = True) -> Protocol | Unsure:
    """The protocol of a client that sends first.

    ``first`` contains at least one byte; ``hello`` is false if the original's clients are not expected.
    """
    if b"\n" in first and first[HELLO_BYTES - 1 : HELLO_BYTES] != b"\0" and _BEGINS_IRC.match(first):
        # Most clients: what is asked below would take them a fiftieth of their registration.
        return Protocol.IRC
    if hello and parse_hello(first):
        return Protocol.LEGACY
    for begin, protocol in _SIGNATURES:
        if first.startswith(begin):
            return protocol
    if any(begin.startswith(first) for begin, _ in _SIGNATURES):
        return Unsure.SIGNATURE
    if hello and b"\n" not in first and may_become_hello(first):
        return _unsure_of_hello(first)
    return Protocol.IRC


def _unsure_of_hello(first: bytes) -> Protocol | Unsure:
    if b"\0" in first:
        return Unsure.SIGNATURE
    return Protocol.IRC if _BEGINS_IRC.match(first) else Unsure.LINE


def choose_late(first: bytes) -> Protocol | Unsure:
    """The protocol of a client that was silent at first.

    A person with a raw connection ends lines, and the original's client never does. So only a complete line that begins
    like a registration is IRC. Anything else that does not begin like another protocol is a guest's text.
    """
    verdict = choose(first)
    if verdict not in {Protocol.IRC, Unsure.LINE}:
        return verdict
    if b"\n" in first:
        return Protocol.IRC if _BEGINS_IRC.match(first) else Protocol.LEGACY
    most = LINE_BYTES if _BEGINS_IRC.match(first) else HELLO_BYTES
    return Unsure.LINE if len(first) < most else Protocol.LEGACY

"""Certificates of clients: who is asked for one, and what is read from it (SASL EXTERNAL).

A client's certificate is a key that its owner made. Nobody has signed it, and only its fingerprint identifies the
owner. OpenSSL still proves that the client has the key. The standard library cannot be told to ignore the chain, so one
function of OpenSSL is called through ctypes (docs/decisions/0007-client-certificates.md).
"""

from __future__ import annotations

import asyncio
import ctypes
import hashlib
import socket
import ssl
import sys
from typing import Final, NamedTuple

from chover.edge.tls.challenges import ALPN

_RECORD_HEAD: Final = 5
_RECORD_BYTES: Final = 16384
"""Longest TLS record (RFC 8446, 5.1)."""
_WEB: Final = (b"\x08http/1.1", b"\x02h2")
"""The protocols of the web, as a ClientHello offers them (RFC 7301, 3.1)."""
_ACME: Final = bytes([len(ALPN)]) + ALPN.encode()
"""The same of a certificate authority that looks whether a domain leads here (RFC 8737)."""
_FIRST_PAUSE: Final = 0.005
_LONGEST_PAUSE: Final = 0.2

_VERIFY: Final = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)


_ANY_CHAIN: Final = _VERIFY(lambda _store, _argument: 1)


class Offered(NamedTuple):
    """The protocols in a ClientHello that make a difference here."""

    http: bool
    """It comes from a browser, which may open a dialog when it is asked for a certificate."""
    acme: bool
    """It comes from a certificate authority."""


class CannotAsk(RuntimeError):
    """Python does not allow asking clients for certificates; the text says why."""


def ask_for_any(context: ssl.SSLContext) -> None:
    """Ask clients for a certificate from now on. They need not have one, and any is accepted. Raises CannotAsk."""
    if sys.implementation.name != "cpython":
        raise CannotAsk(f"{sys.implementation.name} keeps its TLS contexts elsewhere than CPython")
    library = _library()
    # In CPython, since 2.7, the first field of a context's own is OpenSSL's pointer.
    inside = ctypes.c_void_p.from_address(id(context) + object.__basicsize__)
    if library.SSL_CTX_get_options(inside) & 0xFFFFFFFF != context.options & 0xFFFFFFFF:
        raise CannotAsk("this CPython keeps its TLS contexts otherwise than expected")
    library.SSL_CTX_set_cert_verify_callback(inside, _ANY_CHAIN, None)
    context.verify_mode = ssl.CERT_OPTIONAL


def _library() -> ctypes.CDLL:
    """The same OpenSSL that ``ssl`` uses: another one of that name would not know the context."""
    import _ssl  # noqa: PLC0415 - private, and wanted for its file only

    where = getattr(_ssl, "__file__", None)
    if not where:
        raise CannotAsk("OpenSSL is built into this Python and cannot be reached")
    try:
        library = ctypes.CDLL(where)
        version, options = library.OpenSSL_version_num, library.SSL_CTX_get_options
        ask = library.SSL_CTX_set_cert_verify_callback
    except (OSError, AttributeError) as error:
        raise CannotAsk(f"OpenSSL cannot be reached through {where}") from error
    version.restype = ctypes.c_ulong
    options.restype, options.argtypes = ctypes.c_uint64, [ctypes.c_void_p]
    ask.restype, ask.argtypes = None, [ctypes.c_void_p, _VERIFY, ctypes.c_void_p]
    if version() != ssl.OPENSSL_VERSION_NUMBER:
        raise CannotAsk(f"{where} leads to another OpenSSL than the one that is used")
    return library


async def offered_by(sock: socket.socket) -> Offered:
    """What the unread ClientHello offers.

    Waits for the complete first record, without a time limit of its own. Raises OSError if the peer leaves.
    """
    pause = _FIRST_PAUSE
    while (offers := offered(_peek(sock))) is None:
        await asyncio.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)
    return offers


def offered(first: bytes) -> Offered | None:
    """What the first record of a connection offers; None while it is incomplete."""
    if len(first) < _RECORD_HEAD:
        return None
    length = int.from_bytes(first[3:_RECORD_HEAD])
    if first[1] != 3 or length > _RECORD_BYTES:
        return Offered(http=False, acme=False)  # no handshake; OpenSSL says so
    hello = first[: _RECORD_HEAD + length]
    if len(hello) < _RECORD_HEAD + length:
        return None
    return Offered(any(name in hello for name in _WEB), _ACME in hello)


def _peek(sock: socket.socket) -> bytes:
    try:
        first = sock.recv(_RECORD_HEAD + _RECORD_BYTES, socket.MSG_PEEK)
    except BlockingIOError:
        return b""
    if not first:
        raise ConnectionAbortedError("it was closed before its ClientHello was complete")
    return first


def fingerprint_of(tls: ssl.SSLObject | None) -> str:
    """SHA-256 of the certificate that the client has shown, in hex; empty without one."""
    shown = tls.getpeercert(binary_form=True) if tls is not None else None
    return hashlib.sha256(shown).hexdigest() if shown else ""

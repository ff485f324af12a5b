"""Opening listening sockets, on IPv4 and IPv6."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import socket
import sys
from collections.abc import Sequence
from typing import Final, NamedTuple

BACKLOG: Final = 16_384
"""Connections that may wait to be accepted: everybody, when all come back after a restart. A system may allow fewer.

Without a place there, a client tries again after 1, 3 and 7 seconds, and its connection may be reset.
"""
_TRIES: Final = 10
"""Attempts to find a port that is free on both families, when any port will do."""
_NO_SUCH_FAMILY: Final = frozenset({errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL, errno.EPROTONOSUPPORT})
# Notice a peer that has vanished within about two minutes; the system's default is two hours. TCP_KEEPALIVE is what
# macOS calls TCP_KEEPIDLE.
_KEEPALIVE: Final = (("TCP_KEEPIDLE", 60), ("TCP_KEEPALIVE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4))


class CannotListen(Exception):
    """Listening is not possible. The text is one line that says why and what to do, with the flags of chover serve."""


class Address(NamedTuple):
    host: str
    port: int


class _Candidate(NamedTuple):
    family: socket.AddressFamily
    host: str


_EVERYWHERE: Final = (_Candidate(socket.AF_INET, "0.0.0.0"), _Candidate(socket.AF_INET6, "::"))  # noqa: S104 - asked for


SPREADS: Final = sys.platform == "linux"
"""Whether the system spreads the connections to an address over the sockets that share it (SO_REUSEPORT)."""


INHERITED: Final = sys.platform == "linux"
"""Whether connections have the options that the listening socket had at their handshake: that saves five calls each."""


async def open_sets(host: str, port: int, sets: int) -> list[list[socket.socket]]:
    """The same as open_sockets for several processes: as many sets of sockets for the same addresses.

    It is one set where the system does not spread connections: then all processes accept from that one.
    """
    first = await open_sockets(host, port, shared=True)
    return [first, *([_listen_beside(sock) for sock in first] for _ in range(sets - 1 if SPREADS else 0))]


async def open_sockets(host: str, port: int, *, shared: bool = False) -> list[socket.socket]:
    """Listening sockets for every address of ``host``; '' means all addresses of this machine.

    ``port`` 0 chooses a free one, the same for all of them. ``shared``: more sockets of this user may share the
    addresses from then on. Raises CannotListen.
    """
    if not 0 <= port <= 65535:
        raise CannotListen(f"{port} is not a port: choose one from 1 to 65535")
    candidates = await _candidates(host) if host else _EVERYWHERE
    for attempt in range(_TRIES):
        try:
            return _listen_on_all(candidates, port, shared=shared)
        except OSError as error:
            if port or error.errno != errno.EADDRINUSE or attempt == _TRIES - 1:
                raise CannotListen(_explain(error, host, port)) from error
    raise AssertionError("the last try returns or raises")


async def _candidates(host: str) -> Sequence[_Candidate]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise CannotListen(
            f"The host {host} is not known here: use one of this machine's addresses, or none for all"
        ) from error
    return tuple(dict.fromkeys(_Candidate(family, str(address[0])) for family, _, _, _, address in found))


def _listen_on_all(candidates: Sequence[_Candidate], port: int, *, shared: bool) -> list[socket.socket]:
    """One socket for each address. A family that this machine lacks is left out if another one is available."""
    opened: list[socket.socket] = []
    for candidate in candidates:
        try:
            opened.append(_listen(candidate, port or (opened[0].getsockname()[1] if opened else 0), shared=shared))
        except OSError as error:
            if error.errno in _NO_SUCH_FAMILY and (opened or candidate is not candidates[-1]):
                continue
            for sock in opened:
                sock.close()
            raise
    return opened


def _listen(candidate: _Candidate, port: int, *, shared: bool = False, beside: bool = False) -> socket.socket:
    # The protocol is given, because asyncio sets TCP_NODELAY only on sockets that are known to be TCP.
    sock = socket.socket(candidate.family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # elsewhere it would let two servers share a port
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if candidate.family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        if beside:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        sock.bind((candidate.host, port))
        if shared and SPREADS:
            # Only now: with it the bind would succeed beside another server of this user.
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        # Before anybody connects: a connection has what the socket had at its handshake.
        tune(sock)
        sock.listen(BACKLOG)
    except BaseException:
        sock.close()
        raise
    return sock


def _listen_beside(sock: socket.socket) -> socket.socket:
    """One more socket that listens on the same address."""
    host, port = sock.getsockname()[:2]
    return _listen(_Candidate(sock.family, host), port, beside=True)


def _explain(error: OSError, host: str, port: int) -> str:
    where = f"{host or 'this machine'}, port {port}"
    match error.errno:
        case errno.EADDRINUSE:
            return f"Port {port} is taken: another program listens on it. Stop that one, or choose another with --port"
        case errno.EACCES | errno.EPERM:
            return f"Listening on port {port} is not allowed for this user: choose one above 1023 with --port"
        case errno.EADDRNOTAVAIL:
            return f"{host} is not an address of this machine: use one of its own with --host, or none for all"
        case _:
            return f"Cannot listen on {where}: {error.strerror or error}. Choose another with --host and --port"


def tune_accepted(sock: socket.socket) -> None:
    """Set what a connection does not have from the tuned socket on which it was accepted."""
    if INHERITED:
        sock.setblocking(False)
    else:
        tune(sock)


def tune(sock: socket.socket) -> None:
    """Set the options of a connection, or of a listening socket. Some fail if a peer is already gone."""
    sock.setblocking(False)
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in _KEEPALIVE:
            if hasattr(socket, name):
                sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def numeric(host: str) -> str:
    """An address as Peer needs it: IPv4 never written as IPv6, no zone."""
    return host.removeprefix("::ffff:").partition("%")[0] if "." in host else host.partition("%")[0]

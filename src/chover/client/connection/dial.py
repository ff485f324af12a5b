"""Reaching a server: its address, TLS or not, and whether it speaks IRC at all.

TLS comes first. Plain text is for this machine, or on request (ARCHITECTURE.md, "Certificates").
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import os
import socket
import ssl
from typing import Final

import msgspec

from chover.client.connection.registration import GREETING
from chover.client.connection.trust import KnownServers, pin_of
from chover.i18n import N_, _
from chover.wire.address import host_and_port

PORT: Final = 55555
REACH_SECONDS: Final = 10.0
"""Longest wait for a connection, and for the first data on it."""
SILENCE_SECONDS: Final = 0.8
"""A server that is silent for twice this long is taken for one of the original, within 2 s of the start."""
NEAR_SECONDS: Final = 0.25
"""Silence is only meaningful if the round trip is shorter than this."""

_READ: Final = 65536
_TLS_ALERT: Final = 0x15
_ORIGINAL: Final = N_(
    "this is a server of the original ChatOverSockets, which does not speak IRC. Join it with the "
    "original's script, or ask its operator to run chover"
)


class Unreachable(Exception):
    """A connection could not be made; the text says why in one line."""


class OriginalServer(Unreachable):
    """A server of the original ChatOverSockets."""


class NeedsTLS(Unreachable):
    """The server closes the connection or sends an alert when it gets plain text."""


class ServerAddress(msgspec.Struct, frozen=True):
    """Where to connect. ``tls`` None: TLS, except on this machine."""

    host: str
    port: int = PORT
    tls: bool | None = None

    @property
    def local(self) -> bool:
        """Whether it is on this machine."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    def __str__(self) -> str:
        return host_and_port(self.host, self.port)


def parse_server(text: str, *, tls: bool | None = None) -> ServerAddress:
    """``HOST``, ``HOST:PORT``, ``[::1]:PORT`` or "" for this machine. Raises ValueError with what is wrong."""
    host, port = text, ""
    if text.startswith("["):
        host, _bracket, rest = text[1:].partition("]")
        port = rest.removeprefix(":")
    elif text.count(":") == 1:
        host, _colon, port = text.partition(":")
    if port and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise ValueError(
            _(
                "{port} is not a port: use a number from 1 to 65535, as in {example}",
                port=repr(port),
                example=f"{host or 'chat.example'}:{PORT}",
            )
        )
    return at(host, int(port or PORT), tls=tls)


def at(host: str, port: int, *, tls: bool | None = None) -> ServerAddress:
    """An address that stands for every interface of the server ("", 0.0.0.0, ::) means this machine to a client."""
    return ServerAddress({"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port, tls)  # noqa: S104 - nothing is bound


def answers(server: ServerAddress) -> bool:
    """Whether anything listens there. Blocks, but on this machine for practically no time."""
    try:
        with socket.create_connection((server.host, server.port), NEAR_SECONDS):
            return True
    except OSError:
        return False


class ServerLink(msgspec.Struct):
    """A connection on which the greeting was sent; ``first`` is the beginning of the answer."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    first: bytes = b""
    pinned: str = ""
    """The pin of the key, if it was seen for the first time."""


async def dial(server: ServerAddress, known: KnownServers, *, met: bool = False) -> ServerLink:
    """Connect and send the greeting. ``met``: this server has spoken IRC before, so it is only slow if it is silent.

    Raises Unreachable (and its subclasses), or trust.Untrusted.
    """
    try:
        if server.tls is None and not server.local:
            return await _dial_tls_or_explain(server, known, met=met)
        if server.tls:
            return await _greet(server, await _open_tls(server, known), REACH_SECONDS)
        return await _dial_local(server, known, met=met)
    except TimeoutError:
        raise Unreachable(_("{server} does not answer.", server=server)) from None
    except ssl.SSLError as error:
        raise Unreachable(
            _("No TLS connection with {server}: {error}.", server=server, error=error.reason or error)
        ) from None
    except OSError as error:
        raise Unreachable(_("No connection to {server}: {error}.", server=server, error=_why(error))) from error


async def connect(server: ServerAddress, known: KnownServers) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection without any data sent yet, with TLS if ``server.tls``. Raises Unreachable, or trust.Untrusted."""
    try:
        if server.tls:
            link = await _open_tls(server, known)
            return link.reader, link.writer
        async with asyncio.timeout(REACH_SECONDS):
            return await asyncio.open_connection(server.host, server.port)
    except TimeoutError:
        raise Unreachable(_("{server} does not answer.", server=server)) from None
    except ssl.SSLError as error:
        raise Unreachable(
            _("No TLS connection with {server}: {error}.", server=server, error=error.reason or error)
        ) from None
    except OSError as error:
        raise Unreachable(_("No connection to {server}: {error}.", server=server, error=_why(error))) from error


def _why(error: OSError) -> str:
    """The system's own words: asyncio replaces them and repeats the address."""
    known = isinstance(error, ConnectionError) and error.errno
    return os.strerror(error.errno) if known and error.errno else error.strerror or str(error)


async def _dial_local(server: ServerAddress, known: KnownServers, *, met: bool) -> ServerLink:
    try:
        return await _dial_plain(server, met=met)
    except NeedsTLS as refusal:
        if server.tls is False:
            raise
        try:
            return await _greet(server, await _open_tls(server, known), REACH_SECONDS)
        except (ssl.SSLError, OSError):
            raise refusal from None


async def _dial_plain(server: ServerAddress, *, met: bool, patience: float = 2 * SILENCE_SECONDS) -> ServerLink:
    begun = asyncio.get_running_loop().time()
    async with asyncio.timeout(REACH_SECONDS):
        link = ServerLink(*await asyncio.open_connection(server.host, server.port))
    near = asyncio.get_running_loop().time() - begun < NEAR_SECONDS
    judging = near and not met
    try:
        return await _greet(server, link, patience if judging else REACH_SECONDS)
    except TimeoutError:
        if judging:
            raise OriginalServer(
                _("{server} accepts connections but does not answer: {what}.", server=server, what=_(_ORIGINAL))
            ) from None
        raise


async def _greet(server: ServerAddress, link: ServerLink, patience: float) -> ServerLink:
    """Send the greeting and wait for data; closes the connection if it is not usable."""
    try:
        link.writer.write(GREETING.encode() + b"\r\n")
        async with asyncio.timeout(patience):
            link.first = await link.reader.read(_READ)
        _judge(server, link.first)
    except ConnectionError:
        hang_up(link)
        _judge(server, b"")
    except BaseException:
        hang_up(link)
        raise
    return link


def _judge(server: ServerAddress, first: bytes) -> None:
    """Raises an exception that names the other end's protocol, if it is not IRC."""
    if first.startswith(b"[") or " ❯ ".encode() in first:
        raise OriginalServer(f"{server}: {_(_ORIGINAL)}.")
    if not first or first[0] == _TLS_ALERT:
        raise NeedsTLS(_("{server} closed the connection without a word.", server=server))


def hang_up(link: ServerLink) -> None:
    """Close now, without waiting for the other side to accept everything."""
    transport = link.writer.transport
    with contextlib.suppress(OSError):
        transport.abort()


# ---- TLS


async def _dial_tls_or_explain(server: ServerAddress, known: KnownServers, *, met: bool) -> ServerLink:
    """Connect with TLS. While it stays silent, find out in plain text whether this is a server of the original."""
    attempt = asyncio.ensure_future(_open_tls(server, known))
    probe: asyncio.Future[None] | None = None
    try:
        await asyncio.wait([attempt], timeout=None if met else SILENCE_SECONDS)
        if not attempt.done():
            probe = asyncio.ensure_future(_probe(server))
            await asyncio.wait([attempt, probe], return_when=asyncio.FIRST_COMPLETED)
            if not attempt.done() and isinstance(probe.exception(), OriginalServer):
                await probe
        return await _greet(server, await attempt, REACH_SECONDS)
    except (ConnectionRefusedError, ssl.SSLCertVerificationError):
        raise
    except (ssl.SSLError, ConnectionError):
        # It answered a TLS hello with something else.
        await _probe(server)
        raise
    finally:
        await _drop(attempt, probe)


async def _probe(server: ServerAddress) -> None:
    """Raises Unreachable with what a server without TLS is; returns if that cannot be determined."""
    try:
        hang_up(await _dial_plain(server, met=False, patience=SILENCE_SECONDS))
    except (NeedsTLS, TimeoutError, OSError):
        return
    raise Unreachable(
        _(
            "{server} does not speak TLS: ask its operator for it. Other machines are reached with TLS only.",
            server=server,
        )
    )


async def _drop(*tasks: asyncio.Future[ServerLink] | asyncio.Future[None] | None) -> None:
    for task in tasks:
        if task is not None and not task.done():
            task.cancel()
    await asyncio.gather(*[task for task in tasks if task is not None], return_exceptions=True)


async def _open_tls(server: ServerAddress, known: KnownServers) -> ServerLink:
    """A connection with a certificate that is valid, or a key that was pinned.

    Raises trust.Untrusted, ssl.SSLError, OSError.
    """
    pin = known.pin(str(server))
    if pin is None:
        return await _open_first(server, known)
    link = await _connect_tls(server, verify=False)
    shown = _pin(link)
    if shown == pin:
        return link
    hang_up(link)
    try:
        return await _connect_tls(server, verify=True)
    except ssl.SSLCertVerificationError:
        raise known.changed(str(server), pin, shown) from None


async def _open_first(server: ServerAddress, known: KnownServers) -> ServerLink:
    try:
        return await _connect_tls(server, verify=True)
    except ssl.SSLCertVerificationError:
        link = await _connect_tls(server, verify=False)
    link.pinned = _pin(link)
    known.remember(str(server), link.pinned)
    return link


async def _connect_tls(server: ServerAddress, *, verify: bool) -> ServerLink:
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    async with asyncio.timeout(REACH_SECONDS):
        return ServerLink(*await asyncio.open_connection(server.host, server.port, ssl=context))


def _pin(link: ServerLink) -> str:
    certificate = link.writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    return pin_of(certificate or b"")

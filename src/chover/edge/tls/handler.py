"""The TLS handler: keeps the certificate ready, off the loop, and starts the protocol inside."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from pathlib import Path
from types import ModuleType
from typing import Final, NamedTuple, cast

from chover.config import Config
from chover.edge.accepted import AcceptedConnection
from chover.edge.background_import import IMPORTING
from chover.edge.irc import IrcHandler
from chover.edge.listener_context import ListenerContext
from chover.edge.protocols import INSIDE_TLS, REFUSALS, Protocol, choose
from chover.edge.rejection import Rejection
from chover.edge.tls.challenges import AcmeChallenges
from chover.edge.tls.client_certificate import CannotAsk, ask_for_any, fingerprint_of, offered_by
from chover.edge.tls.errors import CertificateError
from chover.edge.tls.pair import ACME_FILE, Pair
from chover.edge.web.server import WebServer

log: Final = logging.getLogger(__name__)

LEAST_SECONDS: Final = 0.001
"""For TLS to be ended politely where nothing may be waited for."""

ALPN: Final = ("http/1.1", "irc")
_FIRST_BYTES: Final = 64


class TlsIdentity(NamedTuple):
    """How this server identifies itself."""

    context: ssl.SSLContext
    pin: str
    """Base64 of the SHA-256 of the public key (SubjectPublicKeyInfo). It stays the same if a certificate is renewed."""
    fingerprint: str
    """SHA-256 of the certificate, hex pairs joined by colons, as irssi and WeeChat expect it."""
    warning: str = ""
    """One line for the operator, or empty."""
    asking: ssl.SSLContext | None = None
    """The context that asks for a client certificate; None if Python does not allow that."""
    since: float = 0.0
    """When the certificate becomes valid, in seconds since 1970."""
    expires: float = 0.0
    """When the certificate expires, in seconds since 1970."""
    self_signed: bool = False
    """Whether no authority vouches for it: browsers warn, and other programs must be given its key."""
    names: tuple[str, ...] = ()
    """The host names that it is valid for."""


class TlsCertificates:
    """The certificate and its TLS context.

    Without ``certificate``, a self-signed pair is created in ``directory`` at first start and kept. ``key`` may be left
    out if the certificate's file contains it.
    """

    def __init__(
        self, directory: Path, certificate: Path | None = None, key: Path | None = None, domain: str = ""
    ) -> None:
        """``domain``: an authority signs the server's own key for it (acme.py); until then it is self-signed."""
        self._directory = directory
        self._certificate = certificate
        self._key = key
        self._domain = domain
        self.challenges = AcmeChallenges()
        self._loading: asyncio.Task[TlsIdentity] | None = None
        self._identity: TlsIdentity | None = None

    def start(self) -> None:
        """Start to prepare it in a thread: imports, keys and the context take a tenth of a second."""
        if not self._loading:
            self._loading = asyncio.get_running_loop().create_task(asyncio.to_thread(self.load))
            self._loading.add_done_callback(self._loaded)

    def _loaded(self, loading: asyncio.Task[TlsIdentity]) -> None:
        if loading.cancelled():
            return
        if error := loading.exception():
            # Every caller is told, and a server that is starting ends with this message.
            log.debug("TLS is not available: %s", error)
        else:
            self._identity = loading.result()

    @property
    def name(self) -> str:
        """What to call the certificate: its file, or that it is the server's own."""
        return str(self._certificate or "self-signed")

    @property
    def identity(self) -> TlsIdentity | None:
        """The identity; None until it is ready."""
        return self._identity

    async def ready(self) -> TlsIdentity:
        """The current identity. Raises CertificateError."""
        if self._identity:
            return self._identity
        self.start()
        assert self._loading
        return await asyncio.shield(self._loading)

    async def reload(self) -> list[str]:
        """Reload certificate and key for new connections. Returns what changed, one line each.

        Raises CertificateError; then everything stays as it was.
        """
        return self.use(await self.read())

    async def read(self) -> TlsIdentity:
        """Read the current certificate and key, for ``use``. Raises CertificateError."""
        return await asyncio.to_thread(self.load)

    def use(self, after: TlsIdentity) -> list[str]:
        """Use an identity for new connections. Returns what changed, one line each."""
        before, self._identity = self._identity, after
        lines = [after.warning] if after.warning else []
        if not before or before.fingerprint != after.fingerprint:
            lines.append(f"TLS certificate: SHA-256 {after.fingerprint}, public key {after.pin}")
        return lines

    async def close(self) -> None:
        """Wait for the thread if it is still running."""
        if self._loading:
            await asyncio.wait([self._loading])

    def load(self) -> TlsIdentity:
        """Read certificate and key; blocks. Raises CertificateError, also while they are being written."""
        # Importing cryptography takes 60 ms: this runs in a thread, when the listener is already listening.
        with IMPORTING:
            from chover.edge.tls import certificate  # noqa: PLC0415

        pair = self._pair(certificate)
        before = certificate.contents(pair)
        shown = certificate.check(pair)
        plain, asking = _context(pair.certificate, pair.key), _asking(pair.certificate, pair.key)
        if certificate.contents(pair) != before:
            # OpenSSL reads the files itself, so make sure that it used what was checked.
            raise CertificateError(f"{pair.certificate} or its key is being written: try again when both are there")
        return TlsIdentity(
            plain, shown.pin, shown.fingerprint, shown.warning, asking,
            shown.since, shown.expires, shown.self_signed, shown.names,
        )  # fmt: skip

    def _pair(self, certificate: ModuleType) -> Pair:
        if self._certificate:
            return Pair(self._certificate, self._key or self._certificate)
        own: Pair = certificate.keep_self_signed(self._directory)
        signed = self._directory / ACME_FILE
        return Pair(signed, own.key) if self._domain and certificate.covers(signed, self._domain) else own


def certificates_of(config: Config) -> TlsCertificates:
    """The certificates that the settings name, or the server's own."""
    certificate, key = [Path(name).expanduser() if name else None for name in (config.tls.cert, config.tls.key)]
    return TlsCertificates(config.server.data_path, certificate, key, config.tls.domain)


def _context(certificate: Path, key: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(list(ALPN))
    try:
        context.load_cert_chain(certificate, key, password=lambda: "")
    except (OSError, ValueError) as error:
        raise CertificateError(f"{certificate} cannot be used with {key}: {error}. Give a PEM pair") from error
    return context


def _asking(certificate: Path, key: Path) -> ssl.SSLContext | None:
    context = _context(certificate, key)
    try:
        ask_for_any(context)
    except CannotAsk as error:
        log.warning("clients cannot log in by certificate (SASL EXTERNAL): %s", error)
        return None
    return context


async def _context_for(certificates: TlsCertificates, sock: socket.socket) -> ssl.SSLContext:
    identity, proof = await certificates.ready(), certificates.challenges.tls
    if identity.asking is None and proof is None:
        return identity.context
    offered = await offered_by(sock)
    if offered.acme and proof is not None:
        return proof
    return identity.context if offered.http or identity.asking is None else identity.asking


async def enter_tls(
    shared: ListenerContext,
    web: WebServer,
    certificates: TlsCertificates,
    accepted: AcceptedConnection,
    sock: socket.socket,
) -> None:
    """Do the handshake for a ClientHello that is still unread. Raises OSError if it fails."""
    seconds = shared.settings.handshake_seconds
    try:
        async with asyncio.timeout(seconds):
            context = await _context_for(certificates, sock)
    except CertificateError as error:
        raise ConnectionAbortedError(str(error)) from error
    accepted.tls = True
    await asyncio.get_running_loop().connect_accepted_socket(
        lambda: InsideTls(shared, web, accepted),
        sock,
        ssl=context,
        ssl_handshake_timeout=seconds,
        # asyncio and uvloop do not take 0.
        ssl_shutdown_timeout=max(shared.settings.close_seconds, LEAST_SECONDS),
    )


class InsideTls(asyncio.Protocol):
    """Waits for the first decrypted bytes and then switches to the protocol that they mean."""

    def __init__(self, shared: ListenerContext, web: WebServer, accepted: AcceptedConnection) -> None:
        self._shared = shared
        self._web = web
        self._accepted = accepted
        self._first = b""
        self._door_opens: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._accepted.end = self._transport.abort
        self._accepted.fingerprint = fingerprint_of(transport.get_extra_info("ssl_object"))
        self._give_up_in(self._shared.settings.quiet_seconds)

    def _give_up_in(self, seconds: float) -> None:
        self._timer = asyncio.get_running_loop().call_later(seconds, self._transport.abort)

    def data_received(self, data: bytes) -> None:
        if not self._first:
            self._timer.cancel()
            self._give_up_in(self._shared.settings.undecided_seconds)
        self._first += data
        if self._door_opens:
            return
        verdict = choose(self._first[:_FIRST_BYTES], hello=False)
        if isinstance(verdict, Protocol):
            self._timer.cancel()
            if verdict is Protocol.HTTP:
                self._door_opens = asyncio.get_running_loop().create_task(self._open_http())
            else:
                self._give_way(self._handler_for(verdict if verdict in INSIDE_TLS else Protocol.IRC))

    async def _open_http(self) -> None:
        # Soon after the start it may not be ready; data waits in the peer's socket meanwhile.
        self._transport.pause_reading()
        try:
            await self._web.ready()
        except Exception:  # noqa: BLE001 - logged where it was made
            self._transport.abort()
            return
        if not self._transport.is_closing():
            self._transport.resume_reading()
            self._give_way(self._web.handler(self._accepted))

    def _handler_for(self, protocol: Protocol) -> asyncio.Protocol:
        if protocol is Protocol.IRC:
            return IrcHandler(self._shared.host, self._accepted, self._shared.settings.close_seconds)
        return Rejection(self._accepted, REFUSALS[protocol](self._accepted.here))

    def _give_way(self, protocol: asyncio.Protocol) -> None:
        self._transport.set_protocol(protocol)
        protocol.connection_made(self._transport)
        protocol.data_received(self._first)

    def connection_lost(self, _exc: Exception | None) -> None:
        self._timer.cancel()
        self._accepted.leave()

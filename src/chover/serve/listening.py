"""Where the server listens, and where others find it."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from chover.config import Config, ListenerSettings
from chover.edge.announce import Announcer
from chover.edge.inheritance import Inheritance, ListeningSocket, OpenConnection
from chover.edge.listener import (
    Address,
    Bind,
    Listener,
    ListenerLimits,
    Protocol,
    SshWorkerPool,
    TlsCertificates,
)
from chover.edge.public_address import link_of, local_ip, place_of
from chover.ports import NewInvitation
from chover.serve.assignment import Assignment
from chover.serve.reload import Reloader
from chover.server.host import ChatHost
from chover.server.operators import privileges
from chover.wire.address import host_and_port
from chover.wire.invite import InvitationLink

HANDS_SOCKETS_ON: Final = hasattr(socket, "send_fds")
"""Windows cannot pass sockets, so SSH is not available there."""
WEB_PORTS: Final = (443, 80)
"""Where the authority of a domain's certificate looks (RFC 8737, 3; RFC 8555, 8.3)."""
SSH_WORKER: Final = (sys.executable, "-P", "-m", "chover.ssh_worker")
"""-P: do not import files from the directory where the server was started."""


class Ready(msgspec.Struct):
    """Where the server listens, and how it is identified."""

    bound: list[tuple[str, int]]
    local_ip: str
    """Its address in the local network, or its domain."""
    spki: str
    sha256: str
    ssh: str
    """The fingerprint of the SSH host key, as ssh shows it; empty if SSH is not available."""
    data_dir: str
    operators: bool
    """Whether anybody could become an operator of the server."""
    stop: Callable[[], None]
    """Begins the graceful shutdown; may be called from any thread."""
    site: str = ""
    """The URL that browsers can open without a warning: web.url, or its domain, or the name in its certificate."""
    invitation: NewInvitation | None = None
    """For the first people, where somebody watches the start of a server without accounts."""


class InvitationLinks:
    """Makes links from invitation tokens, with the server's address and identity."""

    def __init__(self, reloader: Reloader, tls: TlsCertificates) -> None:
        self._reloader = reloader
        self._tls = tls
        self.port = 0
        """The port that the server listens on, once it does."""

    async def link(self, token: str) -> InvitationLink:
        identity = await self._tls.ready()
        return link_of(self._reloader.config, self.port, token, identity.pin, self_signed=identity.self_signed)

    async def pin(self) -> str:
        """The pin that other programs need to trust the server's key, or "" if an authority vouches for it."""
        link = await self.link("")
        return link.pin if link.browsers_warn else ""


class Listening:
    """The ports of a server that has booted, and its announcement in the local network."""

    def __init__(
        self,
        config: Config,
        host: ChatHost,
        binds: list[Bind],
        tls: TlsCertificates,
        inherited: Inheritance,
        assignment: Assignment | None = None,
    ) -> None:
        self._config = config
        self._host = host
        self._tls = tls
        self._certificates = [tls, *[bind.tls for bind in binds if bind.tls is not None]]
        self._announces = assignment is None or assignment.is_first
        self._shared = {one.descriptor for sockets in assignment.sets for one in sockets} if assignment else set()
        worker = str(assignment.number if assignment else 0)
        command = (*SSH_WORKER, config.server.log_level, config.log.format, worker)
        self._ssh = SshWorkerPool(config.server.data_path, command) if HANDS_SOCKETS_ON else None
        self._inherited = inherited
        self._listener = Listener(host, binds, tls, _limits(config), self._ssh, inherited)
        self._announcer: Announcer
        self._bound: list[Address] = []
        self._configure_listener(config)

    async def open(self) -> int:
        """Open the ports. Returns the first of them. Raises CannotListen."""
        self._bound = await self._listener.open()
        port = self._bound[0].port
        self._host.node.reached_at = place_of(self._config, port)
        self._announcer = Announcer([host for host, number in self._bound if number == port], port)
        return port

    async def take_over(self) -> None:
        """Continue with the connections that the last run has left open, and close the rest."""
        await self._listener.take_over()
        self._inherited.close()

    async def ready(self, stop: Callable[[], None]) -> Ready:
        """Wait for the certificates and host keys. Raises CertificateError."""
        identity, domain = await self._tls.ready(), self._config.tls.domain
        return Ready(
            [(address.host, address.port) for address in self._bound],
            domain or local_ip(),
            identity.pin,
            identity.fingerprint,
            await self._ssh.fingerprint() if self._ssh else "",
            str(self._config.server.data_path),
            privileges.there_are(self._host.node),
            stop,
            self._site(identity.self_signed),
        )

    def _site(self, self_signed: bool) -> str:
        if self._config.web.url:
            return self._config.web.url
        waits = "   (warns until the certificate is there, which the log says)" if self_signed else ""
        known = self._config.tls.domain or not self_signed
        return f"https://{self._host.node.reached_at}{waits}" if known else ""

    @property
    def addresses(self) -> list[str]:
        """The addresses that the server listens on, in the usual notation."""
        return [host_and_port(host, port) for host, port in self._bound]

    async def certified(self) -> None:
        """Wait for the certificates of all listeners. Raises CertificateError."""
        for certificates in self._certificates:
            await certificates.ready()

    async def web_ready(self) -> None:
        """Wait until the web server is imported and ready."""
        await self._listener.web_ready()

    async def reconfigure(self, config: Config) -> None:
        self._configure_listener(config)
        if self._announces:
            await self._announcer.follow(config)

    def _configure_listener(self, config: Config) -> None:
        self._listener.trust(config.server.trusted_proxies)
        self._listener.origins = config.web.origins
        server = config.server
        names = (
            server.server_name,
            server.address,
            server.host,
            config.tls.domain,
            *(row.host for row in config.listeners),
        )
        self._listener.follow_web(config.web.url, config.web.metrics_token, names)

    def accept_from(self, descriptors: set[int]) -> None:
        """Accept from these of the sockets that several processes share."""
        self._listener.accept_from(descriptors, self._shared)

    def stop_accepting(self) -> asyncio.Future[None]:
        """Stop accepting connections and announcing the server.

        The future is done when the announcement is withdrawn.
        """
        self._listener.stop_accepting()
        return asyncio.ensure_future(self._announcer.close())

    def hand_over_listening(self) -> list[ListeningSocket]:
        """Stop accepting: new connections wait for the next run."""
        return self._listener.hand_over_listening()

    def hand_over_connections(self) -> list[OpenConnection]:
        """The connections that can continue in the next run; they end here."""
        return self._listener.hand_over_connections()

    async def close(self, grace_seconds: float) -> None:
        await self._listener.close(grace_seconds)


def metrics_bind(config: Config, number: int) -> list[Bind]:
    """Where a worker is asked for its own figures, on this machine; none if the settings name no port."""
    if not config.web.worker_metrics_port:
        return []
    return [Bind("127.0.0.1", config.web.worker_metrics_port + number - 1, frozenset({Protocol.HTTP}))]


def binds_of(config: Config) -> list[Bind]:
    """The addresses to listen on: ``server`` first, then each of ``listeners``."""
    first = Bind(config.server.host, config.server.port, proxy=config.server.proxy)
    taken = {first.port, *(row.port for row in config.listeners)}
    more = WEB_PORTS if config.tls.domain and config.tls.acme_listen else ()
    optional = [Bind(config.server.host, port, optional=True) for port in more if port not in taken]
    return [first, *[_bind(row, config) for row in config.listeners], *optional]


def _bind(row: ListenerSettings, config: Config) -> Bind:
    tls = None
    if row.tls_cert:
        tls = TlsCertificates(config.server.data_path, Path(row.tls_cert).expanduser(), Path(row.tls_key).expanduser())
    # With the PROXY protocol, only the peer decides whether it is used.
    return Bind(row.host, row.port, frozenset(map(Protocol, row.protocols)) | {Protocol.PROXY}, tls, row.proxy)


def _limits(config: Config) -> ListenerLimits:
    limits = config.limits
    return ListenerLimits(
        quiet_total=limits.quiet,
        quiet_per_address=limits.quiet_per_address,
        quiet_seconds=limits.quiet_seconds,
        close_seconds=config.server.drain_seconds,
    )

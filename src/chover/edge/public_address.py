"""The address at which others reach this server, for links."""

from __future__ import annotations

import socket

from chover.config import Config
from chover.wire.address import host_and_port
from chover.wire.invite import InvitationLink


def local_ip() -> str:
    """The address of this machine in the local network, found without sending anything."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Connecting a datagram socket only consults the routing table. The address belongs to nobody (RFC 5737).
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def public_place(config: Config, port: int) -> tuple[str, int]:
    """Host and port for others: ``server.address``, or the domain or name if it has one, or this machine.

    ``port`` is the one that the server listens on.
    """
    server = config.server
    host, given = server.split_address
    return host or config.tls.domain or server.name or _own_host(server.host), given or port


def _own_host(host: str) -> str:
    """The address that the server listens on, if it is only one."""
    return local_ip() if host in {"", "0.0.0.0", "::"} else host  # noqa: S104 - compared


def place_of(config: Config, port: int) -> str:
    """The same in the form for a link."""
    return host_and_port(*public_place(config, port))


def link_of(config: Config, port: int, token: str, pin: str, *, self_signed: bool) -> InvitationLink:
    """The link of an invitation; ``port`` is the one that the server listens on."""
    host, port = public_place(config, port)
    return InvitationLink(host, port, token, pin, config.web.url.rstrip("/"), self_signed)

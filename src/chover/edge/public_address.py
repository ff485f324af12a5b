"""Where others reach this server: what stands in a link that is given away."""

from __future__ import annotations

import socket

from chover.config import Config
from chover.wire.address import host_and_port
from chover.wire.invite import InvitationLink


def local_ip() -> str:
    """The address by which others in the local network reach this machine, found without sending anything."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Connecting a datagram socket only asks the routing table. The address is nobody's (RFC 5737).
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def public_place(config: Config, port: int) -> tuple[str, int]:
    """Host and port for others: ``server.address``, or else the server's name if it was given one, or this machine.

    ``port`` is the one that is listened on.
    """
    server = config.server
    host, given = server.split_address
    return host or server.name or _own_host(server.host), given or port


def _own_host(host: str) -> str:
    """What is listened on, when that is one address."""
    return local_ip() if host in {"", "0.0.0.0", "::"} else host  # noqa: S104 - compared


def place_of(config: Config, port: int) -> str:
    """The same as it stands in a link."""
    return host_and_port(*public_place(config, port))


def link_of(config: Config, port: int, token: str, pin: str, *, self_signed: bool) -> InvitationLink:
    """The link of an invitation; ``port`` is the one that is listened on."""
    host, port = public_place(config, port)
    return InvitationLink(host, port, token, pin, config.web.url.rstrip("/"), self_signed)

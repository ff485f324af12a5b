"""WEBIRC: a gateway reports its client's address (https://ircv3.net/specs/extensions/webirc)."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Final

import msgspec

from chover.config import GatewaySettings
from chover.ports import Denied, Refused
from chover.server.session.command import Command
from chover.server.session.waits import tell
from chover.wire.message import Message, parse_tags

if TYPE_CHECKING:
    from chover.server.session.session import Session

REFUSED: Final = "Invalid WebIRC password"
"""The same answer to every failed attempt, whatever is wrong."""


async def webirc(session: Session, message: Message) -> None:
    """Closes the connection of an untrusted gateway, as the specification requires."""
    password, _, _, address, *options = message.params
    if session.user is not None or not session.registration.untouched:
        session.end("WEBIRC must be the first command")
        return
    gateway = _gateway(session)
    try:
        if gateway is None:
            session.end(REFUSED)
            return
        opens = session.node.accounts.login.opens
        await opens(gateway.password, f"gateway {gateway.name}", password, session.peer, tell(session))
        _bring(session, str(ipaddress.ip_address(address)), parse_tags(" ".join(options).replace(" ", ";")))
    except Denied as denied:
        session.end(REFUSED if denied.code != "PLAINTEXT_REFUSED" else str(denied))
    except ValueError:
        session.end(f"WEBIRC has no valid address: {address}")
    except Refused as refused:
        session.end(str(refused))


def _gateway(session: Session) -> GatewaySettings | None:
    """The gateway that may connect from the session's address; not through a proxy."""
    peer = session.peer
    if peer.via or not peer.address:
        return None
    from_ = ipaddress.ip_address(peer.address)
    for gateway in session.node.config.gateways:
        if any(from_ in ipaddress.ip_network(network, strict=False) for network in gateway.addresses):
            return gateway
    return None


def _bring(session: Session, address: str, options: dict[str, str]) -> None:
    """Count the connection as the client's from now on. It is secure only if both hops are. Raises Refused."""
    peer = session.peer
    session.node.gate.move(peer.address, address)
    session.registration.gateway = peer.address
    port = options.get("remote-port", "")
    session.peer = msgspec.structs.replace(
        peer,
        address=address,
        port=int(port) if port.isascii() and port.isdigit() and len(port) <= 5 else 0,
        tls=peer.tls and "secure" in options,
        via=peer.address,
    )


ROWS: Final = (
    Command(
        "WEBIRC",
        webirc,
        "WEBIRC <password> <gateway> <hostname> <ip> [:options]",
        "lets a gateway name the person whom it connects",
        4,
        before=True,
    ),
)

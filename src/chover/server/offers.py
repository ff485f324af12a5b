"""Which capabilities this server offers, as its settings have it, with their values."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from chover.wire.capabilities import CAPABILITIES

if TYPE_CHECKING:
    from chover.server.node import Node
    from chover.server.session import Session


def offered(node: Node) -> dict[str, str]:
    """Each capability's value, empty for none, in the order of CAP LS."""
    values = {row.name: _VALUES[row.name](node) if row.name in _VALUES else row.value for row in CAPABILITIES.values()}
    return {name: value for name, value in values.items() if value is not None}


def sts(session: Session) -> str:
    """https://ircv3.net/specs/extensions/sts: the policy for this connection, empty for none.

    Not for who is on this machine, whose name for it no certificate has, nor behind a proxy, which has its own.
    """
    config, peer = session.node.config, session.peer
    if not config.sts.enabled or peer.via or peer.door != "irc":
        return ""
    if peer.tls:
        return f"duration={config.sts.duration}"
    here = not peer.address or ipaddress.ip_address(peer.address).is_loopback
    return "" if here else f"port={config.sts.port or config.server.port}"


def _sasl(node: Node) -> str | None:
    """https://ircv3.net/specs/extensions/sasl-3.2"""
    return ",".join(node.accounts.mechanisms) or None


def _registration(node: Node) -> str | None:
    """https://ircv3.net/specs/extensions/account-registration"""
    settings = node.config.accounts
    if settings.registration == "off":
        return None
    before = ["before-connect"] if settings.register_before_connect else []
    return ",".join([*before, *(["email-required"] if settings.email_required else [])])


_VALUES: Final[dict[str, Callable[[Node], str | None]]] = {
    "sasl": _sasl,
    "draft/account-registration": _registration,
}
"""The capabilities that depend on settings; None: it is not offered."""

"""The capabilities that this server offers, according to its settings, with their values."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from chover.config import Config
from chover.ports import Accounts
from chover.ports.push import Push
from chover.server.profile import metadata
from chover.wire.capabilities import CAPABILITIES, Cap, lines_of, offer

if TYPE_CHECKING:
    from chover.server.session.session import Node, Session


class Offering(Protocol):
    """What the offer depends on."""

    @property
    def config(self) -> Config: ...
    @property
    def accounts(self) -> Accounts: ...
    @property
    def push(self) -> Push | None: ...


class OfferInputs(NamedTuple):
    """The same before there is a node."""

    config: Config
    accounts: Accounts
    push: Push | None


def offered(given: Offering) -> dict[str, str]:
    """Each capability's value, empty for none, in the order of CAP LS."""
    values = {row.name: _VALUES[row.name](given) if row.name in _VALUES else row.value for row in CAPABILITIES.values()}
    return {name: value for name, value in values.items() if value is not None}


def sts(session: Session) -> str:
    """https://ircv3.net/specs/extensions/sts: the policy for this connection, empty for none.

    Not for clients on this machine, whose name for it is in no certificate.
    Not behind a proxy either, which has its own policy.
    """
    config, peer = session.node.config, session.peer
    if not config.sts.enabled or peer.via or peer.protocol != "irc":
        return ""
    if peer.tls:
        return f"duration={config.sts.duration}"
    here = not peer.address or ipaddress.ip_address(peer.address).is_loopback
    return "" if here else f"port={config.sts.port or config.server.port}"


def renew(node: Node) -> None:
    """Announce removed, new and changed capabilities after a reload of the settings.

    https://ircv3.net/specs/extensions/capability-negotiation ("cap-notify")
    """
    before, now = node.offered, offered(node)
    node.offered = now
    gone = [name for name in before if name not in now]
    new = {name: value for name, value in now.items() if name not in before or before[name] != value}
    for session in list(node.sessions) if gone or new else ():
        if Cap.CAP_NOTIFY in session.caps:
            _tell(session, "DEL", " ".join(gone))
            _tell(session, "NEW", offer(new, values=session.cap_version >= 302))
        for name in gone:
            session.change_caps(session.caps & ~CAPABILITIES[name].cap)


def _tell(session: Session, sub: str, listed: str) -> None:
    for line in lines_of(listed) if listed else ():
        session.send(f":{session.node.name} CAP {session.nick_or_star} {sub} :{line}\r\n".encode())


def _sasl(given: Offering) -> str | None:
    """https://ircv3.net/specs/extensions/sasl-3.2"""
    return ",".join(given.accounts.login.mechanisms) or None


def _registration(given: Offering) -> str | None:
    """https://ircv3.net/specs/extensions/account-registration"""
    settings = given.config.accounts
    if settings.registration == "off":
        return None
    before = ["before-connect"] if settings.register_before_connect else []
    return ",".join([*before, *(["email-required"] if settings.email_required else [])])


def _metadata(given: Offering) -> str | None:
    return metadata.capability(given.config)


def _push(given: Offering) -> str | None:
    return "" if given.push is not None else None


def _previews(given: Offering) -> str | None:
    return "" if given.config.outgoing.previews else None


_VALUES: Final[dict[str, Callable[[Offering], str | None]]] = {
    "sasl": _sasl,
    "draft/account-registration": _registration,
    "draft/metadata-3": _metadata,
    "draft/metadata-2": _metadata,
    "draft/webpush": _push,
    "soju.im/webpush": _push,
    "chover.chat/previews": _previews,
}
"""The capabilities that depend on settings; None: it is not offered."""

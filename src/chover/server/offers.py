"""Which capabilities this server offers, as its settings have it, with their values."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from chover.server import metadata
from chover.wire.capabilities import CAPABILITIES

if TYPE_CHECKING:
    from chover.server.node import Node


def offered(node: Node) -> dict[str, str]:
    """Each capability's value, empty for none, in the order of CAP LS."""
    values = {row.name: _VALUES[row.name](node) if row.name in _VALUES else row.value for row in CAPABILITIES.values()}
    return {name: value for name, value in values.items() if value is not None}


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


def _metadata(node: Node) -> str | None:
    return metadata.capability(node.config)


_VALUES: Final[dict[str, Callable[[Node], str | None]]] = {
    "sasl": _sasl,
    "draft/account-registration": _registration,
    "draft/metadata-3": _metadata,
}
"""The capabilities that depend on settings; None: it is not offered."""

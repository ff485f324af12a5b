"""What the server tells somebody who has not connected yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chover.ports.host import Introduction

if TYPE_CHECKING:
    from chover.config import Config


class Configured(Protocol):
    """What has the settings that are in force."""

    @property
    def config(self) -> Config: ...


def introduction(node: Configured) -> Introduction:
    """The server's name and welcome, and which ways in there are, by the settings that are in force."""
    config = node.config
    accounts = config.accounts
    return Introduction(
        name=config.server.network,
        welcome=config.server.motd,
        guests=not accounts.required,
        registration=accounts.registration,
        email_required=accounts.email_required,
        mail=bool(config.mail.host),
    )

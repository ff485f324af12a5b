"""The command table: every command there is, with what is checked before it runs. HELP is made from it."""

from __future__ import annotations

from typing import Final

from chover.server.command import Command
from chover.server.commands import (
    accounts,
    bans,
    batches,
    blocking,
    devices,
    gateways,
    history,
    invitations,
    joining,
    messages,
    modes,
    monitor,
    operators,
    registration,
    search,
    server,
    users,
    who,
)
from chover.server.services import table as services

FAMILIES: Final = (
    registration, accounts, invitations, joining, modes, messages, batches, history, search, devices,
    who, users, blocking, monitor, operators, bans, gateways, server, services,
)  # fmt: skip

COMMANDS: Final[dict[str, Command]] = {row.name: row for family in FAMILIES for row in family.ROWS}

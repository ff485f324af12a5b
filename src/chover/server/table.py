"""The command table: every command there is, with what is checked before it runs. HELP is made from it."""

from __future__ import annotations

from typing import Final

from chover.server.command import Command
from chover.server.commands import (
    accounts,
    afterwards,
    bans,
    batches,
    blocking,
    catchup,
    devices,
    drafts,
    gateways,
    history,
    invitations,
    joining,
    manual,
    messages,
    metadata,
    modes,
    monitor,
    operators,
    push,
    registration,
    relaying,
    reports,
    search,
    server,
    users,
    who,
)
from chover.server.services import table as services
from chover.server.session import Session

FAMILIES: Final = (
    registration, accounts, invitations, joining, modes, messages, afterwards, batches, drafts, relaying, history,
    search, catchup, devices, who, users, blocking, monitor, metadata, push, reports, operators, bans, gateways, server,
    manual, services,
)  # fmt: skip

COMMANDS: Final[dict[str, Command[Session]]] = {row.name: row for family in FAMILIES for row in family.ROWS}

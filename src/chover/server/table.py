"""The command table: every command, with what is checked before it runs. HELP is made from it."""

from __future__ import annotations

from typing import Final

from chover.server.commands.administration import bans, manual, operators, server
from chover.server.commands.channels import joining, modes
from chover.server.commands.connection import accounts, devices, gateways, invitations, push, registration
from chover.server.commands.conversations import (
    batches,
    catchup,
    drafts,
    edits,
    emoji,
    history,
    messages,
    pins,
    previews,
    relaying,
    scheduling,
    search,
    threads,
)
from chover.server.commands.people import blocking, metadata, monitor, reports, users, who
from chover.server.services import table as services
from chover.server.session.command import Command
from chover.server.session.session import Session

FAMILIES: Final = (
    registration, accounts, invitations, joining, modes, messages, edits, batches, drafts, relaying, history,
    search, catchup, threads, previews, emoji, pins, scheduling, devices, who, users, blocking, monitor, metadata, push,
    reports, operators, bans, gateways, server, manual, services,
)  # fmt: skip

COMMANDS: Final[dict[str, Command[Session]]] = {row.name: row for family in FAMILIES for row in family.ROWS}

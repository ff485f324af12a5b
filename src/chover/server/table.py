"""The command table: every command there is, with what is checked before it runs. HELP is made from it."""

from __future__ import annotations

from typing import Final

from chover.server.command import Command
from chover.server.commands import history, joining, messages, modes, registration, server, users

COMMANDS: Final[dict[str, Command]] = {
    row.name: row for family in (registration, joining, modes, messages, history, users, server) for row in family.ROWS
}

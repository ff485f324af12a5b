"""Messages that are sent later, and reminders: what the account has of them (docs/protocol.md). No I/O."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from chover.client.lines import from_iso
from chover.wire.capabilities import VENDOR
from chover.wire.message import Message
from chover.wire.plain import harmless

OFFERED: Final = f"{VENDOR}/scheduled"
MOST: Final = 200
"""More are not kept: a server has at most 50."""
_WORDS: Final = 8


class ScheduledRow(msgspec.Struct, frozen=True):
    """One of them. ``due`` in milliseconds since 1970."""

    id: str
    conversation: str
    kind: str
    """``say`` or ``remind``."""
    state: str
    """``waiting``, ``due`` or ``refused``."""
    due: int
    msgid: str
    """The message that is answered, or that the reminder is about."""
    author: str
    text: str
    why: str = ""
    """Why it was refused."""


class ScheduledRows:
    """``rows`` are all of them, the next one first."""

    def __init__(self) -> None:
        self.rows: list[ScheduledRow] = []
        self._told: set[str] = set()

    def begin(self) -> None:
        """A new connection: the server sends them again, if there are any."""
        self.rows = []

    @property
    def open(self) -> int:
        """How many wait for the person: past reminders, and messages that were not sent."""
        return sum(row.state != "waiting" for row in self.rows)

    def take(self, messages: Iterable[Message]) -> list[ScheduledRow]:
        """The complete list. Returns what the person was not told of yet."""
        reasons = {m.params[0]: m.params[3] for m in messages if m.params[2:3] == ["why"] and len(m.params) > 3}
        rows = [row for message in messages if (row := _row(message, reasons)) is not None]
        self.rows = rows[:MOST]
        new = [row for row in self.rows if row.state != "waiting" and row.id not in self._told]
        self._told = {row.id for row in self.rows if row.state != "waiting"}
        return new


def _row(message: Message, reasons: dict[str, str]) -> ScheduledRow | None:
    """None for a line that is none of them."""
    if len(message.params) < _WORDS or message.command != "SCHEDULED":
        return None
    number, target, kind, state, when, msgid, author, text = message.params[:_WORDS]
    due = from_iso(when.removeprefix("timestamp=")) or 0
    return ScheduledRow(
        number, harmless(target), kind, state, due, "" if msgid == "*" else msgid,
        "" if author == "*" else harmless(author), text, harmless(reasons.get(number, "")),
    )  # fmt: skip

"""Preferences about conversations and people: this program's, and the account's. No I/O."""

from __future__ import annotations

from typing import Final

from chover.client.lines import key
from chover.engine.metadata import (
    BLOCKED,
    HIGHLIGHTS,
    MUTED,
    NOTIFY,
    PINNED,
    PINS,
    THREADS,
    UNREAD,
    phrases,
    thread_markers,
)

OWN: Final = "*"

Rows = dict[str, dict[str, str]]
"""By folded name, then by key."""


class Preferences:
    """The current preferences, in the four sets; ``own`` are this program's, ``told`` the account's."""

    def __init__(self) -> None:
        self.own: Rows = {}
        self.told: Rows = {}
        self.follows = False
        """Whether the account's preferences apply."""
        self.complete = False
        """Whether the server has sent all of them, on this connection."""
        self.remade()

    def remade(self) -> None:
        """Apply a change."""
        rows = self.told if self.follows else self.own
        self.pinned = _with(rows, PINNED)
        self.muted = _with(rows, MUTED)
        self.ignored = _with(rows, BLOCKED)
        self.notify = {name: row[NOTIFY] for name, row in rows.items() if NOTIFY in row}
        self.highlights = phrases(rows.get(OWN, {}).get(HIGHLIGHTS, ""))
        """Words that mention us, besides our names."""
        self.unread = {name: int(row[UNREAD]) for name, row in rows.items() if row.get(UNREAD, "").isdigit()}
        """From when on conversations are unread again, in milliseconds since 1970."""
        self.threads = {name: thread_markers(row[THREADS]) for name, row in rows.items() if THREADS in row}
        """Up to when threads were read by themselves, by the msgid of their beginning."""
        self.pins = {name: row[PINS].split() for name, row in rows.items() if PINS in row}

    def ignores(self, nick: str, account: str = "") -> bool:
        return bool(self.ignored) and (key(nick) in self.ignored or (bool(account) and key(account) in self.ignored))


def _with(rows: Rows, which: str) -> frozenset[str]:
    return frozenset(name for name, row in rows.items() if which in row)


def put(rows: Rows, name: str, which: str, value: str | None) -> None:
    row = rows.setdefault(name, {})
    if value is None:
        row.pop(which, None)
    else:
        row[which] = value
    if not row:
        del rows[name]

"""A service: a nick that nobody else can use, and its verbs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, NamedTuple

from chover.server.access.read_budget import Reading

if TYPE_CHECKING:
    from chover.server.session.session import Session

Run = Callable[["Session", list[str]], Awaitable[None] | None]


class Verb(NamedTuple):
    """``run`` gets the words after the verb; the table ensures that there are at least ``least``."""

    name: str
    run: Run
    usage: str
    meaning: str
    least: int = 0
    before: bool = False
    """May be used by the service's command (/NS …) before registration."""


class Service(NamedTuple):
    """``alias`` is a short command for it; ``otherwise`` is the verb for text that begins with none."""

    nick: str
    alias: str
    meaning: str
    verbs: dict[str, Verb]
    otherwise: str = ""
    reads: Reading | None = None
    """What its verbs read, which has its own budget (server/access/read_budget.py)."""

    def say(self, session: Session, text: str) -> None:
        """Add a line to the answer to the current command."""
        session.say_as(f"{self.nick}!{self.nick}@{session.node.name}", "NOTICE", session.nick_or_star, text)


def verbs(*rows: Verb) -> dict[str, Verb]:
    """The verbs by their names, in upper case."""
    return {row.name: row for row in rows}

"""What a service is: a nick that nobody takes, and its verbs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, NamedTuple

from chover.server.access.read_budget import Reading

if TYPE_CHECKING:
    from chover.server.session.session import Session

Run = Callable[["Session", list[str]], Awaitable[None] | None]


class Verb(NamedTuple):
    """``run`` is given the words behind the verb; the table has seen to it that there are ``least`` of them."""

    name: str
    run: Run
    usage: str
    meaning: str
    least: int = 0
    before: bool = False
    """May be used by the service's command (/NS …) before registration."""


class Service(NamedTuple):
    """``alias`` is a short command for it; ``otherwise`` the verb of words that begin with none."""

    nick: str
    alias: str
    meaning: str
    verbs: dict[str, Verb]
    otherwise: str = ""
    reads: Reading | None = None
    """What its verbs read, which has a budget of its own (server/access/read_budget.py)."""

    def say(self, session: Session, text: str) -> None:
        """A line of the answer to the command that runs."""
        session.say_as(f"{self.nick}!{self.nick}@{session.node.name}", "NOTICE", session.nick_or_star, text)


def verbs(*rows: Verb) -> dict[str, Verb]:
    """By their names, which are upper-case."""
    return {row.name: row for row in rows}

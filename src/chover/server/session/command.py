"""A row of the command table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Generic, NamedTuple, TypeVar

from chover.server.access.read_budget import Reading
from chover.wire.message import Message


class Fault(Exception):
    """Why a request cannot be answered: the code of its FAIL line, its context, its text."""

    def __init__(self, code: str, *context: str, text: str) -> None:
        super().__init__(text)
        self.code, self.context, self.text = code, context, text


S = TypeVar("S")
"""What a session is: the table of commands stands below it."""


class Command(NamedTuple, Generic[S]):
    """What is checked before the handler runs, and what HELP says.

    A handler that waits for the store is a coroutine function; until it is done the session's next command waits.
    """

    name: str
    run: Callable[[S, Message], Awaitable[None] | None]
    usage: str
    meaning: str
    least: int = 0
    """Parameters without which it is answered with 461."""
    before: bool = False
    """May be used before registration."""
    unless: Callable[[Message], bool] | None = None
    """Which of its lines may be used before registration all the same."""
    pipelined: int = 0
    """With at least so many parameters, the first of them one target, it may run while earlier messages of this session
    are still being written; 0: never."""
    reads: Reading | None = None
    """What it reads, which has a budget of its own (server/access/read_budget.py)."""


def targets(text: str) -> list[str]:
    """A comma-separated list, each name once."""
    return list(dict.fromkeys(word for word in text.split(",") if word))

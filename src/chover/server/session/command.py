"""A row of the command table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Generic, NamedTuple, TypeVar

from chover.server.access.read_budget import Reading
from chover.wire.message import Message


class Fault(Exception):
    """Why a request failed: the code of its FAIL line, its context, its text."""

    def __init__(self, code: str, *context: str, text: str) -> None:
        super().__init__(text)
        self.code, self.context, self.text = code, context, text


S = TypeVar("S")
"""The type of the session: the command table is in a lower layer."""


class Command(NamedTuple, Generic[S]):
    """What is checked before the handler runs, and what HELP says.

    A handler that waits for the store is a coroutine function; the session's next command waits until it is done.
    """

    name: str
    run: Callable[[S, Message], Awaitable[None] | None]
    usage: str
    meaning: str
    least: int = 0
    """With fewer parameters it is answered with 461."""
    before: bool = False
    """Whether it may be used before registration."""
    unless: Callable[[Message], bool] | None = None
    """Which of its lines may be used before registration nevertheless."""
    pipelined: int = 0
    """With at least so many parameters, the first of them one target, it may run while earlier messages of this session
    are still being written; 0: never."""
    reads: Reading | None = None
    """What it reads, which has its own budget (server/access/read_budget.py)."""


def targets(text: str) -> list[str]:
    """A comma-separated list, each name once."""
    return list(dict.fromkeys(word for word in text.split(",") if word))

"""Tells a client whose password check is delayed how long it has to wait."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Waiter(Protocol):
    """The session whose attempt has to wait."""

    @property
    def nick_or_star(self) -> str: ...
    @property
    def server(self) -> str: ...
    def say_as(self, source: str, command: str, /, *params: str) -> None: ...
    def flush(self) -> None: ...


def tell(session: Waiter) -> Callable[[int], None]:
    """A function to call with the number of seconds."""

    def told(seconds: int) -> None:
        text = f"Wrong passwords or codes were tried before: this one is checked in up to {seconds} s, please wait"
        session.say_as(session.server, "NOTICE", session.nick_or_star, text)
        session.flush()

    return told

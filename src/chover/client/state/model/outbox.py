"""Messages to be sent, until the server has acknowledged or refused them. No I/O.

Each message keeps its nonce when it is sent again, so the server keeps it only once (ARCHITECTURE.md, "Sending twice is
harmless").
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import msgspec
from msgspec.structs import replace

CAPACITY: Final = 1000
"""The maximum number of waiting messages; after that, senders have to wait."""
WINDOW: Final = 32
"""The maximum number of unacknowledged messages on the wire, so that little is repeated after a lost connection."""


class Full(Exception):
    """No room: wait for acknowledgements."""


class Pending(msgspec.Struct):
    nonce: str
    target: str
    text: str
    sent: bool = False
    """Whether it was written to the current connection."""
    action: bool = False
    reply_to: str = ""
    """The msgid of the message that it answers."""
    at: int = 0
    """When it was added, in milliseconds since 1970."""
    reason: str = ""
    """Why the server refused it."""


class Outbox:
    def __init__(self, capacity: int = CAPACITY, window: int = WINDOW) -> None:
        self._pending: dict[str, Pending] = {}
        self._capacity = capacity
        self._window = window

    def __len__(self) -> int:
        return len(self._pending)

    def __iter__(self) -> Iterator[Pending]:
        return iter(list(self._pending.values()))

    def __contains__(self, nonce: str) -> bool:
        return nonce in self._pending

    @property
    def full(self) -> bool:
        return len(self._pending) >= self._capacity

    def add(self, nonce: str, target: str, text: str, *, action: bool = False, reply_to: str = "", at: int = 0) -> None:
        """Add a message. Raises Full at the capacity."""
        if self.full:
            raise Full
        self._pending[nonce] = Pending(nonce, target, text, action=action, reply_to=reply_to, at=at)

    def settle(self, nonce: str) -> Pending | None:
        """Take out an acknowledged or refused message; None if it is not here (any more)."""
        return self._pending.pop(nonce, None)

    def due(self, ready: Callable[[str], bool]) -> Iterator[Pending]:
        """What to write now, in order, as far as the window allows; marks it as sent.

        ``ready`` tells whether a target can be written to. Order is kept per target: one that is not ready holds back
        only its own messages.
        """
        room = self._window - sum(pending.sent for pending in self._pending.values())
        for pending in self._pending.values():
            if room <= 0:
                return
            if not pending.sent and ready(pending.target):
                pending.sent = True
                room -= 1
                yield pending

    def divide(self, pending: Pending, texts: list[str]) -> list[Pending]:
        """Replace a message that is too long by several. Each has its attributes, and the first keeps its nonce."""
        nonces = [pending.nonce, *[f"{pending.nonce}-{at}" for at in range(2, len(texts) + 1)]]
        parts = [replace(pending, nonce=nonce, text=text) for nonce, text in zip(nonces, texts, strict=True)]
        kept = [each for each in self._pending.values() if each.nonce not in nonces[1:]]
        inside = [part for each in kept for part in (parts if each is pending else [each])]
        self._pending = {each.nonce: each for each in inside}
        return parts

    def lost(self) -> None:
        """The connection is gone: unacknowledged messages have to be sent again."""
        for pending in self._pending.values():
            pending.sent = False

    def renamed(self, before: str, after: str, same: Callable[[str, str], bool]) -> None:
        """Messages to ``before`` go to ``after`` now."""
        for pending in self._pending.values():
            if same(pending.target, before):
                pending.target = after

    def oldest(self, target: str, same: Callable[[str, str], bool]) -> Pending | None:
        """The first open message to ``target``: the one that an answer without a label refers to."""
        return next((p for p in self._pending.values() if p.sent and same(p.target, target)), None)

    def first_sent(self) -> Pending | None:
        """The first open message that was written: a server answers in order."""
        return next((p for p in self._pending.values() if p.sent), None)

    def longest_sent(self, least: int) -> Pending | None:
        """The longest open message that was written, if it has at least ``least`` bytes."""
        sent = [p for p in self._pending.values() if p.sent and len(p.text.encode()) >= least]
        return max(sent, key=lambda p: len(p.text.encode()), default=None)

"""What was given to be sent, until the server has acknowledged or refused it. No I/O.

Each message has a nonce and keeps it when it is sent again, so that the server keeps it once (ARCHITECTURE.md,
"Sending twice is harmless").
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import msgspec
from msgspec.structs import replace

CAPACITY: Final = 1000
"""Most messages waiting at once; whoever sends more has to wait."""
WINDOW: Final = 32
"""Most messages on the wire without an acknowledgement: what is sent again after a lost connection stays small."""


class Full(Exception):
    """No room: wait for acknowledgements."""


class Pending(msgspec.Struct):
    nonce: str
    target: str
    text: str
    sent: bool = False
    """Written to the present connection."""
    action: bool = False
    reply_to: str = ""
    """The msgid of the message that is answered."""
    at: int = 0
    """When it was given, in milliseconds since 1970."""
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
        """Raises Full at the capacity."""
        if self.full:
            raise Full
        self._pending[nonce] = Pending(nonce, target, text, action=action, reply_to=reply_to, at=at)

    def settle(self, nonce: str) -> Pending | None:
        """Take out what was acknowledged or refused; None if it is not (or no longer) here."""
        return self._pending.pop(nonce, None)

    def due(self, ready: Callable[[str], bool]) -> Iterator[Pending]:
        """What to write now, in the order given, as far as the window allows; marks it as sent.

        ``ready`` says of a target whether it can be written to. Order is kept per target: one that is not ready
        holds back its own messages only.
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
        """Put several messages in the place of one that is too long; each has its attributes, the first its nonce."""
        nonces = [pending.nonce, *[f"{pending.nonce}-{at}" for at in range(2, len(texts) + 1)]]
        parts = [replace(pending, nonce=nonce, text=text) for nonce, text in zip(nonces, texts, strict=True)]
        kept = [each for each in self._pending.values() if each.nonce not in nonces[1:]]
        inside = [part for each in kept for part in (parts if each is pending else [each])]
        self._pending = {each.nonce: each for each in inside}
        return parts

    def lost(self) -> None:
        """The connection is gone: what was sent and not acknowledged is to be sent again."""
        for pending in self._pending.values():
            pending.sent = False

    def renamed(self, before: str, after: str, same: Callable[[str, str], bool]) -> None:
        """What was written to ``before`` is for ``after`` now."""
        for pending in self._pending.values():
            if same(pending.target, before):
                pending.target = after

    def oldest(self, target: str, same: Callable[[str, str], bool]) -> Pending | None:
        """The first message written to ``target`` and still open: whom an answer without a label means."""
        return next((p for p in self._pending.values() if p.sent and same(p.target, target)), None)

    def first_sent(self) -> Pending | None:
        """The first that was written and is still open: a server answers in the order in which it was asked."""
        return next((p for p in self._pending.values() if p.sent), None)

    def longest_sent(self, least: int) -> Pending | None:
        """Of those that were written and are still open the longest, if it has ``least`` bytes."""
        sent = [p for p in self._pending.values() if p.sent and len(p.text.encode()) >= least]
        return max(sent, key=lambda p: len(p.text.encode()), default=None)

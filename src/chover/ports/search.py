"""What the server needs from an index of what was said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from chover.engine.events import Event
from chover.engine.ids import LogId, UserId


class Scope(msgspec.Struct, frozen=True):
    """Where somebody may look: logs, each with the first seq that they may read, and the private ones of a user."""

    logs: Mapping[LogId, int] = {}
    user: UserId = UserId("")
    """Whose private conversations are looked at, too; empty: nobody's."""


class Query(msgspec.Struct, frozen=True):
    """What is looked for; everything that is given must fit."""

    text: str = ""
    """All words, "phrases", -without, begin*; the last word may be one that is still being typed."""
    sender: str = ""
    """The nick or the account's name under which it was said, folded or not."""
    after: int = 0
    """Milliseconds since 1970, inclusive, as the next; 0: no bound."""
    before: int = 0
    names: Sequence[str] = ()
    """Words and phrases of which one must be there (engine/mentions.py), or else it answers a message of ``to``."""
    to: UserId = UserId("")
    """To whom that happens: what they said themselves does not count."""


class UnreadCount(msgspec.Struct, frozen=True):
    """What nobody has read in a log: how many messages, and the first of them."""

    log: LogId
    count: int
    msgid: str
    at: int
    """Milliseconds since 1970."""


class Search(Protocol):
    """Finds what was said; its contract is tests/store/contract_of_search.py.

    It follows the logs by itself, and looks also at what it has not come to yet. Messages to a rank only, and those
    held back for operators, are no history and are not found. What was deleted is not found from then on.
    """

    async def find(self, query: Query, scope: Scope, limit: int, *, oldest: bool = False) -> list[Event]:
        """Up to ``limit`` messages, the newest of them or the oldest, in ascending order of time.

        Raises StoreError.
        """

    async def count(self, query: Query, scope: Scope, most: int) -> int:
        """How many there are, counted up to ``most``. Raises StoreError."""

    async def unread(
        self, logs: Mapping[LogId, int], read: Mapping[LogId, int], reader: UserId, most: int
    ) -> list[UnreadCount]:
        """Of each of these logs that has something new for a reader what that is, counted up to ``most``.

        ``logs`` gives the first seq that they may read, ``read`` the moment up to which they have (ms since 1970,
        inclusive). What stands before something they said themselves is read. Raises StoreError.
        """

    async def settled(self) -> None:
        """Wait until all that is in the logs now is in the index, and what was deleted is in none of its files."""

"""What the server needs from a search index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import msgspec

from chover.engine.events import Event
from chover.engine.ids import LogId, UserId


class Scope(msgspec.Struct, frozen=True):
    """Where somebody may search: logs with the first seq that they may read, and a user's private conversations."""

    logs: Mapping[LogId, int] = {}
    user: UserId = UserId("")
    """The user whose private conversations are searched, too; empty: nobody's."""


class Query(msgspec.Struct, frozen=True):
    """What to search for. A message has to match everything that is given."""

    text: str = ""
    """All words, "phrases", -without, begin*; the last word may still be incomplete."""
    sender: str = ""
    """The sender's nick or account name at the time, folded or not."""
    after: int = 0
    """In milliseconds since 1970, inclusive, like ``before``; 0: no bound."""
    before: int = 0
    names: Sequence[str] = ()
    """Words and phrases (engine/mentions.py). A message has to contain one of them, or answer a message of ``to``."""
    to: UserId = UserId("")
    """The user who is mentioned or answered: their own messages do not match."""
    replies_to: Sequence[str] = ()
    """Msgids. A message has to reply to one of them."""
    in_threads_of: UserId = UserId("")
    """A message has to be a reply that this user has written, or a reply to a message of theirs."""


class UnreadCount(msgspec.Struct, frozen=True):
    """The unread messages of a log: how many there are, and the first of them."""

    log: LogId
    count: int
    msgid: str
    at: int
    """Milliseconds since 1970."""


class Search(Protocol):
    """Finds messages. Its contract is tests/store/contract_of_search.py.

    It follows the logs by itself, and includes messages that it has not indexed yet. Messages to some ranks only, and
    those held for operators, are not part of the history and are not found. A deleted message is never found again.
    """

    async def find(self, query: Query, scope: Scope, limit: int, *, oldest: bool = False) -> list[Event]:
        """Up to ``limit`` messages, the newest or the oldest ones, in ascending order of time.

        Raises StoreError.
        """

    async def count(self, query: Query, scope: Scope, most: int) -> int:
        """The number of matches, counted up to ``most``. Raises StoreError."""

    async def unread(
        self, logs: Mapping[LogId, int], read: Mapping[LogId, int], reader: UserId, most: int
    ) -> list[UnreadCount]:
        """The unread messages of each of these logs that has some, counted up to ``most``.

        ``logs`` gives the first seq that the reader may read, ``read`` the time up to which they have read (ms since
        1970, inclusive). Messages before one of their own count as read. Raises StoreError.
        """

    def heard(self, events: Iterable[Event]) -> None:
        """These are committed, as the bus says: they need not be read to be indexed. Cheap."""

    async def settled(self) -> None:
        """Wait until everything in the logs is in the index, and none of its files contains a deleted message."""

"""What the server needs from a store: the truth."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import msgspec

from chover.engine.append import Append
from chover.engine.events import Event
from chover.engine.ids import ChannelId, LogId, UserId
from chover.ports.records import Records
from chover.ports.reports import Reports
from chover.ports.search import Search


class Committed(msgspec.Struct, frozen=True):
    """It is durable; each kept event has its ``seq`` and ``at``."""


class Repeated(msgspec.Struct, frozen=True):
    """The nonce stands in the log already; nothing was inserted. ``original`` is what was kept then."""

    original: Event


class Conflict(msgspec.Struct, frozen=True):
    """The rules changed since the decision; nothing was inserted. Decide again."""

    log: LogId


class Vanished(msgspec.Struct, frozen=True):
    """What the append is about was deleted, or is too old: nothing was inserted."""


class Failed(msgspec.Struct, frozen=True):
    """Nothing was inserted, and ``reason`` is fit for people: what happened and what to do."""

    reason: str


Outcome = Committed | Repeated | Conflict | Vanished | Failed


class StoreError(Exception):
    """The store cannot be opened or read; the text is one line that says what to do."""


class Direction(enum.Enum):
    BEFORE = "before"
    AFTER = "after"


class Selector(msgspec.Struct, frozen=True):
    """A point in a log: exactly one of the three. None of them means the log's end (BEFORE) or beginning (AFTER)."""

    msgid: str = ""
    at: int = 0
    """Milliseconds since 1970, exclusive in the direction asked."""
    seq: int = 0


class MemberRow(msgspec.Struct, frozen=True):
    channel: ChannelId
    user: UserId
    nick: str
    username: str
    host: str
    account: str
    modes: str
    joined_at: int
    since: int = 0
    """The place in the log of the join."""


class ListRow(msgspec.Struct, frozen=True):
    """An entry of a channel's list mode (ban, …)."""

    channel: ChannelId
    mode: str
    mask: str
    set_by: str
    set_at: int
    account: UserId = UserId("")


class ChannelRow(msgspec.Struct, frozen=True):
    """A channel as it stands. ``modes`` maps flag letters to their parameter, empty for flags without one."""

    id: ChannelId
    name: str
    created_at: int
    head: int
    rules_version: int
    modes: dict[str, str] = {}
    topic: str = ""
    topic_by: str = ""
    topic_at: int = 0
    said: bool = False
    """Whether its log holds a message."""
    visibility: str = ""
    retention_days: int = 0


class AccessRow(msgspec.Struct, frozen=True):
    """An account and its rank in a registered channel."""

    channel: ChannelId
    account: UserId
    name: str
    role: str


class SinceRow(msgspec.Struct, frozen=True):
    """At which place in a channel's log an account came first."""

    channel: ChannelId
    account: UserId
    since: int


class MetadataRow(msgspec.Struct, frozen=True):
    channel: ChannelId
    key: str
    value: str


class FormerRow(msgspec.Struct, frozen=True):
    """A name that a channel had until ``at``, in ms since 1970, and that leads to it still."""

    channel: ChannelId
    name: str
    at: int


class Snapshot(msgspec.Struct):
    """Everything that a boot needs: the state tables, not the log."""

    channels: list[ChannelRow]
    members: list[MemberRow]
    lists: list[ListRow]
    access: list[AccessRow] = []
    since: list[SinceRow] = []
    metadata: list[MetadataRow] = []
    former: list[FormerRow] = []
    """The oldest first."""
    newest: int = 0
    """The time of the newest event, in ms since 1970; 0 without any."""


class Store(Protocol):
    """The truth. Its contract is tests/store/contract.py."""

    @property
    def records(self) -> Records:
        """What is kept for the operators."""

    @property
    def reports(self) -> Reports:
        """What people told those who look after channels and the server."""

    @property
    def search(self) -> Search: ...

    def load(self) -> Snapshot:
        """The state of all open channels. Called once, before anything is appended."""

    def append(self, group: Sequence[Append], done: Callable[[list[Outcome]], None]) -> None:
        """Keep a group in order, each member of it whole or not at all, all in one transaction.

        Returns at once. ``done`` is called later on the event loop with one outcome for each, in order, when what is
        Committed is as durable as the settings promise. Groups finish in the order in which they were given.
        """

    async def page(
        self,
        log: LogId,
        start: Selector,
        direction: Direction,
        limit: int,
        *,
        messages_only: bool,
        stop: Selector | None = None,
        first: int = 1,
    ) -> list[Event]:
        """Up to ``limit`` events next to ``start``, itself excluded, in ascending order; [] for an unknown msgid's log.

        BEFORE gives those nearest before it, AFTER those nearest after it; nothing at or beyond ``stop``.
        ``messages_only``: messages as they read now, and what was done to them (Redacted, Edited).
        Several events under one msgid are one point. What lies before the seq ``first`` is as if it were not there.
        Raises KeyError with the msgid of ``start`` or ``stop`` when that is not in this log.
        """

    async def conversations(
        self, user: UserId, channels: Mapping[LogId, int], after: int, until: int, direction: Direction, limit: int
    ) -> list[Event]:
        """The newest message of each private conversation of ``user`` and of each of these channels' logs.

        ``channels`` gives for each log the first seq that may be read.

        Only where it lies between the two moments (milliseconds since 1970, both exclusive); up to ``limit``, AFTER
        those nearest ``after``, BEFORE those nearest ``until``; in ascending order of time.
        """

    async def find(self, log: LogId, msgid: str) -> Event | None:
        """The message, or the kept TAGMSG, under a msgid in this log; None for none, and for a deleted one."""

    async def said_by(self, user: UserId, limit: int) -> list[Event]:
        """Messages and kept TAGMSGs of somebody that stand anywhere, in closed channels, too; up to ``limit``."""

    async def reactions(self, log: LogId, first: int, last: int, after: int) -> list[Event]:
        """The reactions that stand, of the messages from seq ``first`` to ``last``, given after the seq ``after``.

        In the order of the messages, those of one message in the order in which they were given.
        """

    async def reacted(self, log: LogId, place: int, user: UserId) -> set[str]:
        """What somebody has reacted with to the message at a place, and not taken back."""

    async def between(self, log: LogId, after: int, until: int) -> list[Event]:
        """All events with ``after < seq <= until``, ascending: what fills a gap."""

    async def head(self, log: LogId) -> int:
        """The seq of the log's last event, 0 for an empty one."""

    async def heads(self, logs: Sequence[LogId]) -> dict[LogId, int]:
        """The heads of those logs that are not empty."""

    async def log_ids(self) -> list[LogId]:
        """All that were ever begun, in that order; those of closed channels, too."""

    async def retain(self, days: int, now: int) -> int:
        """Drop events older than ``days`` (0: keep all) and move the logs' first seq; how many went. ``now`` in ms.

        A channel that keeps them for a shorter time drops them earlier.
        """

    async def probe(self) -> None:
        """Write something that means nothing, as durably as an append, behind what waits. Raises StoreError."""

    def secret(self, name: str) -> bytes:
        """32 random bytes that stay the same for this data directory, made at first use."""

    async def close(self) -> None:
        """Finish what was given, write everything to disk, close."""

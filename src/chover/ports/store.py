"""What the server needs from a store, which is the source of truth."""

from __future__ import annotations

import enum
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

import msgspec

from chover.engine.append import Append
from chover.engine.events import Event
from chover.engine.ids import ChannelId, LogId, UserId
from chover.ports.bus import Cluster
from chover.ports.records import Records
from chover.ports.reports import Reports
from chover.ports.search import Search


class Committed(msgspec.Struct, frozen=True):
    """The append is durable; each kept event has its ``seq`` and ``at``."""


class Repeated(msgspec.Struct, frozen=True):
    """The log contains the nonce already; nothing was inserted. ``original`` is the event kept then."""

    original: Event


class Conflict(msgspec.Struct, frozen=True):
    """The rules changed since the decision; nothing was inserted. Decide again."""

    log: LogId


class Vanished(msgspec.Struct, frozen=True):
    """The event that the append refers to was deleted, or is too old; nothing was inserted."""


class Failed(msgspec.Struct, frozen=True):
    """Nothing was inserted. ``reason`` can be shown to people: what happened and what to do."""

    reason: str


Outcome = Committed | Repeated | Conflict | Vanished | Failed


class StoreError(Exception):
    """The store cannot be opened or read. The text is one line that says what to do."""


class Direction(enum.Enum):
    BEFORE = "before"
    AFTER = "after"


class Selector(msgspec.Struct, frozen=True):
    """A point in a log: at most one of the three. None of them means the log's end (BEFORE) or beginning (AFTER)."""

    msgid: str = ""
    at: int = 0
    """In milliseconds since 1970, exclusive in the direction of the query."""
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
    """The place of the join in the log."""


class ListRow(msgspec.Struct, frozen=True):
    """An entry of a channel's list mode (ban, …)."""

    channel: ChannelId
    mode: str
    mask: str
    set_by: str
    set_at: int
    account: UserId = UserId("")
    until: int = 0
    """When it ends, in ms since 1970; 0: never."""


class ChannelRow(msgspec.Struct, frozen=True):
    """The current state of a channel. ``modes`` maps flag letters to their parameter, empty for flags without one."""

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
    """Whether its log contains a message."""
    visibility: str = ""
    retention_days: int = 0


class AccessRow(msgspec.Struct, frozen=True):
    """An account and its rank in a registered channel."""

    channel: ChannelId
    account: UserId
    name: str
    role: str


class SinceRow(msgspec.Struct, frozen=True):
    """The place in a channel's log at which an account first joined."""

    channel: ChannelId
    account: UserId
    since: int


class MetadataRow(msgspec.Struct, frozen=True):
    channel: ChannelId
    key: str
    value: str


class FormerRow(msgspec.Struct, frozen=True):
    """A former name of a channel, used until ``at`` (ms since 1970). It still leads to the channel."""

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
    """The time of the newest event, in ms since 1970; 0 if there is none."""


Going = Callable[[Sequence[Event]], Awaitable[None]]
"""Told of messages that retention is about to drop."""


class LogHeads(Protocol):
    """How far the logs go, and what has changed in them, for nodes that share a store."""

    async def head(self, log: LogId) -> int:
        """The seq of the log's last event, 0 for an empty one."""

    async def heads(self, logs: Sequence[LogId]) -> dict[LogId, int]:
        """The heads of those logs that are not empty."""

    async def moved(self, mark: str) -> tuple[dict[LogId, int], str]:
        """The heads of the logs that have grown since a mark was given, and the mark to ask with next time.

        An empty mark gives all logs that are not empty. A log may be named again though nothing has come since.
        """

    async def changes(self, pieces: Mapping[LogId, tuple[int, int]]) -> list[Event]:
        """What changes the state (not EventKind.talk) with ``after < seq <= until``, of each log in its order."""


class Store(LogHeads, Protocol):
    """The source of truth. Its contract is tests/store/contract.py."""

    @property
    def records(self) -> Records:
        """What is kept for the operators."""

    @property
    def reports(self) -> Reports:
        """The reports to operators of channels and of the server."""

    @property
    def search(self) -> Search: ...

    cluster: Cluster
    """The nodes that share it."""

    async def load(self) -> Snapshot:
        """The state of all open channels. Called once, before anything is appended."""

    def append(self, group: Sequence[Append], done: Callable[[list[Outcome]], None]) -> None:
        """Keep a group in order in one transaction. Each member is kept whole or not at all.

        Returns at once. ``done`` is called later on the event loop with one outcome for each member, in order. By then,
        everything Committed is as durable as the settings promise. Groups finish in the order in which they were given.
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
        """Up to ``limit`` events next to ``start``, which is excluded, in ascending order; [] for an unknown log.

        BEFORE gives those nearest before it, AFTER those nearest after it; nothing at or beyond ``stop``.
        ``messages_only``: messages as they read now, and changes to them (Redacted, Edited). Several events with one
        msgid are one point. Events before the seq ``first`` are treated as absent. Raises KeyError with the msgid of
        ``start`` or ``stop`` if it is not in this log.
        """

    async def conversations(
        self, user: UserId, channels: Mapping[LogId, int], after: int, until: int, direction: Direction, limit: int
    ) -> list[Event]:
        """The newest message of each private conversation of ``user`` and of each of these channels' logs.

        ``channels`` gives the first seq that may be read, for each log.

        Only messages between the two times count (milliseconds since 1970, both exclusive). Up to ``limit`` are
        returned: AFTER those nearest ``after``, BEFORE those nearest ``until``; in ascending order of time.
        """

    async def find(self, log: LogId, msgid: str) -> Event | None:
        """The message or kept TAGMSG with a msgid in this log; None if it does not exist or was deleted."""

    async def said_by(self, user: UserId, limit: int) -> list[Event]:
        """Up to ``limit`` messages and kept TAGMSGs of a user in any log, including closed channels."""

    async def reactions(self, log: LogId, first: int, last: int, after: int) -> list[Event]:
        """The current reactions to the messages from seq ``first`` to ``last`` that were added after the seq ``after``.

        They are in the order of the messages, and for one message in the order in which they were added.
        """

    async def reacted(self, log: LogId, place: int, user: UserId) -> set[str]:
        """A user's current reactions to the message at a place."""

    async def between(self, log: LogId, after: int, until: int, by: UserId | None = None) -> list[Event]:
        """All events with ``after < seq <= until``, ascending; used to fill a gap. ``by``: only those of one user."""

    async def log_ids(self) -> list[LogId]:
        """All logs in the order in which they were begun, including those of closed channels."""

    async def retain(self, days: int, now: int, going: Going | None = None) -> int:
        """Delete events older than ``days`` (0: keep all) and move the logs' first seq. Returns how many.

        ``now`` in ms. A channel with a shorter retention deletes them earlier. ``going`` is given the messages with the
        address of a file, some at a time, before they are deleted.
        """

    async def probe(self) -> None:
        """Write a dummy value as durably as an append, behind everything queued. Raises StoreError."""

    async def secret(self, name: str) -> bytes:
        """32 random bytes, made at first use, that never change for this data directory."""

    async def close(self) -> None:
        """Complete all pending work, write everything to disk, and close."""

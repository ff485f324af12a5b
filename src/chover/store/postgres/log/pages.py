"""Reading: pages of a log, gaps in it, heads of logs, and the state for a boot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

import asyncpg

from chover.engine import rows
from chover.engine.events import Event
from chover.engine.ids import ChannelId, LogId, UserId
from chover.engine.kinds import kinds_where
from chover.ports import (
    AccessRow,
    ChannelRow,
    Direction,
    FormerRow,
    ListRow,
    MemberRow,
    MetadataRow,
    Selector,
    SinceRow,
    Snapshot,
)
from chover.store.postgres.connections import Connections, Transaction

EVENT: Final = "seq, at, msgid, kind, version, actor, nonce, data"
"""The columns that ``event_of`` takes."""
# Word for word the condition of the index event_told, or it could not be used.
TOLD: Final = f"kind IN {kinds_where(lambda kind: kind.message)}"
"""Messages, and what was done to them."""
_ORDER: Final = {Direction.BEFORE: "DESC", Direction.AFTER: "ASC"}
_PAGES: Final = {
    (direction, only): f"""
        SELECT {EVENT} FROM event WHERE {TOLD if only else "true"} AND log_no = $1 AND seq > $2 AND seq <= $3
        ORDER BY seq {_ORDER[direction]} LIMIT $4"""  # noqa: S608 - constants
    for direction in Direction
    for only in (False, True)
}
_BETWEEN: Final = f"""
    SELECT {EVENT} FROM event WHERE log_no = (SELECT no FROM log WHERE id = $1) AND seq > $2 AND seq <= $3
    AND ($4::text IS NULL OR actor = $4) ORDER BY seq"""  # noqa: S608 - constants
# Word for word the condition of the index event_change.
CHANGE: Final = f"kind NOT IN {kinds_where(lambda kind: kind.talk)}"
_CHANGES: Final = f"""
    SELECT log.id, found.* FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS piece (id, after, until)
    JOIN log ON log.id = piece.id
    CROSS JOIN LATERAL (
        SELECT {EVENT} FROM event WHERE {CHANGE} AND log_no = log.no AND seq > after AND seq <= until ORDER BY seq
    ) AS found"""  # noqa: S608 - constants
_LINKING: Final = f"""
    SELECT log.id, found.* FROM unnest($1::bigint[], $2::bigint[], $3::bigint[])
        WITH ORDINALITY AS piece (no, first, last, place)
    JOIN log ON log.no = piece.no
    CROSS JOIN LATERAL (
        SELECT {EVENT} FROM event
        WHERE log_no = piece.no AND seq BETWEEN first AND last AND kind = 'said' AND position('/files/' IN data) > 0
    ) AS found ORDER BY place, seq"""  # noqa: S608 - constants

UNDER_WAY: Final = timedelta(seconds=60)
"""No transaction that appends takes longer from its first statement to its end …"""
BRIEFLY: Final = timedelta(seconds=3)
"""… and few take longer than this: what was touched before that is looked at only every THOROUGH."""
THOROUGH: Final = timedelta(seconds=15)
TOUCHED: Final = timedelta(seconds=1)
"""``log.touched`` lags by so much: it stands in an index, and is not written with each message."""
_BEGINNING: Final = datetime(1971, 1, 1, tzinfo=UTC)
_MOVED: Final = "SELECT id, head FROM log WHERE head > 0 AND touched >= $1"
_LOG_NO: Final = "SELECT no FROM log WHERE id = $1"
# What one append left in a log has one msgid: it is one point, with a first and a last seq.
_AT_MSGID: Final = {
    Direction.BEFORE: "SELECT min(seq) FROM event WHERE msgid = $1 AND log_no = $2",
    Direction.AFTER: "SELECT max(seq) FROM event WHERE msgid = $1 AND log_no = $2",
}
# The first seq at or after a moment, by halving: time never runs back within a log, and seqs have no holes. The limit
# makes PostgreSQL look up one row for each step.
_MOMENT: Final = """
    WITH RECURSIVE search (low, high) AS (
        SELECT first_seq, head + 1 FROM log WHERE no = $1
        UNION ALL
        SELECT CASE WHEN at < $2 THEN seq + 1 ELSE low END, CASE WHEN at < $2 THEN high ELSE seq END
        FROM search CROSS JOIN LATERAL (
            SELECT seq, at FROM event WHERE log_no = $1 AND seq = (low + high) / 2 LIMIT 1) AS middle
        WHERE low < high)
    SELECT low FROM search WHERE low = high"""
_HEADS: Final = "SELECT id, head FROM log WHERE id = ANY ($1) AND head > 0"

# The first of the two ids of a pair is found by its log's id, the second by an index of its own (log_pair).
_CONVERSATIONS: Final = f"""
    SELECT talk.id, newest.* FROM (
        SELECT no, id FROM log WHERE id = ANY ($1)
        UNION SELECT no, id FROM log WHERE id > 'p' || $3 || ':' AND id < 'p' || $3 || ';'
        UNION SELECT no, id FROM log WHERE split_part(id, ':', 2) = $3 AND position(':' IN id) > 0
    ) AS talk
    CROSS JOIN LATERAL (
        SELECT {EVENT} FROM event WHERE log_no = talk.no AND {TOLD} AND kind = 'said' ORDER BY seq DESC LIMIT 1
    ) AS newest
    LEFT JOIN unnest($1::text[], $2::bigint[]) AS readable (id, first) ON readable.id = talk.id
    WHERE seq >= coalesce(first, 1) AND at > $4 AND at < $5
    ORDER BY at {{order}}, talk.no {{order}} LIMIT $6"""  # noqa: S608 - constants
_LATEST: Final = {direction: _CONVERSATIONS.format(order=_ORDER[direction]) for direction in Direction}

_CHANNELS: Final = """
    SELECT channel.id, name, created_at, head, rules_version, topic, topic_by, topic_at, said,
        visibility, retention_days
    FROM channel JOIN log ON log.id = channel.id WHERE closed_at IS NULL ORDER BY created_at, channel.id"""
_OPEN: Final = "channel IN (SELECT id FROM channel WHERE closed_at IS NULL)"
_MODES: Final = f"SELECT channel, mode, arg FROM channel_mode WHERE {_OPEN} ORDER BY channel, mode"  # noqa: S608 - a constant
_MEMBERS: Final = f"""
    SELECT channel, member, nick, username, host, account, modes, joined_at, since
    FROM membership WHERE {_OPEN} ORDER BY channel, joined_at, member"""  # noqa: S608 - a constant
_ACCESS: Final = f"SELECT channel, account, name, role FROM channel_access WHERE {_OPEN} ORDER BY channel, account"  # noqa: S608 - a constant
_SINCE: Final = f"SELECT channel, account, since FROM channel_since WHERE {_OPEN} ORDER BY channel, account"  # noqa: S608 - a constant
_METADATA: Final = f"SELECT channel, key, value FROM channel_metadata WHERE {_OPEN} ORDER BY channel, key"  # noqa: S608 - a constant
_FORMER: Final = f"SELECT channel, name, at FROM channel_former WHERE {_OPEN} ORDER BY at, name"  # noqa: S608 - a constant
_LISTS: Final = f"""
    SELECT channel, mode, mask, set_by, set_at, account, until
    FROM channel_list WHERE {_OPEN} ORDER BY channel, mode, set_at, mask"""  # noqa: S608 - a constant
_NEWEST: Final = "SELECT coalesce(max(last_at), 0) FROM log WHERE head >= first_seq"

_ALL: Final = (1 << 63) - 1


def event_of(log: LogId, row: Iterable[Any]) -> Event:
    """The event of a row of EVENT."""
    seq, at, msgid, kind, version, actor, nonce, data = row
    return rows.decode(log, seq, at, msgid, kind, version, actor, data.encode(), nonce or "")


def with_log(row: asyncpg.Record) -> Event:
    """The event of a row with the id of its log in front."""
    log, *rest = row
    return event_of(LogId(log), rest)


async def page(
    db: Connections,
    log: LogId,
    start: Selector,
    direction: Direction,
    limit: int,
    messages_only: bool,
    stop: Selector | None = None,
    first: int = 1,
) -> list[Event]:
    """See Store.page."""
    no = await db.value(_LOG_NO, log)
    if no is None:
        return []
    after, until = await _bounds(LogPart(db, no, first), start, direction, stop)
    found = await db.fetch(_PAGES[direction, messages_only], no, after, until, max(limit, 0))
    events = [event_of(log, row) for row in found]
    return events if direction is Direction.AFTER else events[::-1]


async def conversations(
    db: Connections,
    user: UserId,
    channels: Mapping[LogId, int],
    after: int,
    until: int,
    direction: Direction,
    limit: int,
) -> list[Event]:
    """See Store.conversations."""
    logs, firsts = list(channels), list(channels.values())
    found = await db.fetch(_LATEST[direction], logs, firsts, user, after, until, max(limit, 0))
    events = [with_log(row) for row in found]
    return events if direction is Direction.AFTER else events[::-1]


async def between(db: Connections, log: LogId, after: int, until: int, by: UserId | None = None) -> list[Event]:
    """See Store.between."""
    return [event_of(log, row) for row in await db.fetch(_BETWEEN, log, after, until, by)]


async def changes(db: Connections, pieces: Mapping[LogId, tuple[int, int]]) -> list[Event]:
    """See Store.changes."""
    columns = [list(pieces), [after for after, _ in pieces.values()], [until for _, until in pieces.values()]]
    return [with_log(row) for row in await db.fetch(_CHANGES, *columns)]


async def linking(db: Connections, pieces: Sequence[tuple[int, int, int]]) -> list[Event]:
    """The messages with the address of a file, of pieces of logs: number, first and last seq, both inclusive."""
    columns = [list(column) for column in zip(*pieces, strict=True)]
    return [with_log(row) for row in await db.fetch(_LINKING, *columns)]


async def log_ids(db: Connections) -> list[LogId]:
    """See Store.log_ids."""
    return [LogId(row[0]) for row in await db.fetch("SELECT id FROM log WHERE head > 0 ORDER BY no")]


async def moved(db: Connections, mark: str) -> tuple[dict[LogId, int], str]:
    """See Store.moved. A mark has two moments on the database's clock: of the last look, and of the last thorough one.

    What was under way at a look had been touched before, and was not to be seen. So a look begins BRIEFLY before the
    last one, and a thorough look UNDER_WAY before the last thorough one: nothing takes longer, so nothing is missed.
    """
    now: datetime = await db.value("SELECT clock_timestamp()")
    last, thorough = map(datetime.fromisoformat, mark.split()) if mark else (_BEGINNING, _BEGINNING)
    since = last - BRIEFLY
    if now - thorough >= THOROUGH:
        since, thorough = min(since, thorough - UNDER_WAY), now
    heads = {LogId(log): head for log, head in await db.fetch(_MOVED, since - TOUCHED)}
    return heads, f"{now.isoformat()} {thorough.isoformat()}"


async def heads(db: Connections, logs: Sequence[LogId]) -> dict[LogId, int]:
    """See Store.heads."""
    return {LogId(log): head for log, head in await db.fetch(_HEADS, list(logs))}


async def until_moment(db: Connections, no: int, moment: int) -> int:
    """The last seq before ``moment`` (ms since 1970, exclusive); first_seq - 1 if there is none."""
    return int(await db.value(_MOMENT, no, moment)) - 1


class LogPart(NamedTuple):
    """A log from one place on; what lies before it is as if it were not there."""

    db: Connections
    no: int
    first: int


async def _bounds(log: LogPart, start: Selector, direction: Direction, stop: Selector | None) -> tuple[int, int]:
    """``after < seq <= until``."""
    low, high = (stop, start) if direction is Direction.BEFORE else (start, stop)
    after = await _after(log, low) if low else 0
    return max(after, log.first - 1), await _before(log, high) if high else _ALL


async def _before(log: LogPart, point: Selector) -> int:
    """The last seq before a point."""
    if point.at:
        return await until_moment(log.db, log.no, point.at)
    seq = await _seq(log, point, Direction.BEFORE)
    return seq - 1 if seq else _ALL


async def _after(log: LogPart, point: Selector) -> int:
    """The last seq that is not after a point."""
    if point.at:
        return await until_moment(log.db, log.no, point.at + 1)
    return await _seq(log, point, Direction.AFTER)


async def _seq(log: LogPart, point: Selector, side: Direction) -> int:
    """The seq that a selector names, 0 for none. Raises KeyError for a msgid that is not there."""
    if not point.msgid:
        return point.seq
    seq = await log.db.value(_AT_MSGID[side], point.msgid, log.no)
    if seq is None or seq < log.first:
        raise KeyError(point.msgid)
    return int(seq)


async def load(db: Transaction) -> Snapshot:
    """See Store.load; in a transaction that sees one moment."""
    modes: dict[str, dict[str, str]] = {}
    for channel, mode, arg in await db.fetch(_MODES):
        modes.setdefault(channel, {})[mode] = arg
    channels = [
        ChannelRow(ChannelId(cid), name, created, head, moved, modes.get(cid, {}), *rest)
        for cid, name, created, head, moved, *rest in await db.fetch(_CHANNELS)
    ]
    return Snapshot(
        channels,
        [MemberRow(*row) for row in await db.fetch(_MEMBERS)],
        [ListRow(*row) for row in await db.fetch(_LISTS)],
        [AccessRow(*row) for row in await db.fetch(_ACCESS)],
        [SinceRow(*row) for row in await db.fetch(_SINCE)],
        [MetadataRow(*row) for row in await db.fetch(_METADATA)],
        [FormerRow(*row) for row in await db.fetch(_FORMER)],
        await db.fetchval(_NEWEST),
    )

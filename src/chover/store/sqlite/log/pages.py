"""Reading: pages of a log, gaps in it, heads of logs, and the state for a boot.

Each query is answered by a statement that returns one row, a page as one JSON array. Python's sqlite3 releases the
interpreter lock for each row, so a busy event loop would delay a page of a hundred rows a hundred times (see
batches.py).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import msgspec

from chover.engine import rows
from chover.engine.events import TALK, Event
from chover.engine.ids import ChannelId, LogId, UserId
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
from chover.store.sqlite.log import places
from chover.store.sqlite.log.places import HEAD, SPAN, until_moment

_PAGE: Final = """
    SELECT json_group_array(json_array(seq, at, msgid, kind, version, actor, nonce, data)) FROM (
        {some})"""
_EVERYTHING: Final = "SELECT * FROM event WHERE log_no = ?1 AND seq > ?2 AND seq <= ?3 ORDER BY seq {order} LIMIT ?4"
_MESSAGES: Final = f"""
        SELECT event.* FROM {places.messages()}
        WHERE part.log_no = ?1 AND part.span BETWEEN ?2 / {SPAN} AND ?3 / {SPAN} AND +seq > ?2 AND +seq <= ?3
        ORDER BY part.span {{order}}, seq {{order}} LIMIT ?4"""  # noqa: S608 - constants
_ORDER: Final = {Direction.BEFORE: "DESC", Direction.AFTER: "ASC"}
_PAGES: Final = {
    (direction, only): _PAGE.format(some=some.format(order=_ORDER[direction]))
    for direction in Direction
    for only, some in ((False, _EVERYTHING), (True, _MESSAGES))
}

_BY: Final = """
    SELECT json_group_array(json_array(seq, at, msgid, kind, version, actor, nonce, data)) FROM (
        SELECT * FROM event WHERE log_no = ? AND seq > ? AND seq <= ? AND actor = ? ORDER BY seq)"""
_LINKING: Final = """
    SELECT json_group_array(json_array(seq, at, msgid, kind, version, actor, nonce, data)) FROM (
        SELECT * FROM event WHERE log_no = ? AND seq >= ? AND seq <= ? AND kind = 'said' AND instr(data, '/files/'))"""
_LOG_NO: Final = "SELECT no FROM log WHERE id = ?"
# All events that one append left in a log have one msgid: it is one point, with a first and a last seq.
_AT_MSGID: Final = f"{places.named()} SELECT min(seq), max(seq) FROM named"  # noqa: S608 - a constant

_HEADS: Final = f"""
    SELECT json_group_array(json_array(id, {HEAD})) FROM log
    WHERE id IN (SELECT value FROM json_each(?)) AND {HEAD} > 0"""  # noqa: S608 - constants

# Logs of private conversations: the first of the two ids is found by the log's id, the second by an index (log_pair).
_CONVERSATIONS: Final = f"""
    SELECT json_group_array(json_array(id, json_array(seq, at, msgid, kind, version, actor, nonce, data))) FROM (
        SELECT log.id AS id, event.* FROM log JOIN event ON log_no = no
            AND seq = (
                SELECT seq FROM {places.messages()} WHERE part.log_no = log.no AND kind = 'said'
                ORDER BY part.span DESC, seq DESC LIMIT 1)
        WHERE seq >= coalesce(json_extract(?1, '$."' || log.id || '"'), 1) AND no IN (
            SELECT no FROM log WHERE id IN (SELECT key FROM json_each(?1))
            UNION SELECT no FROM log WHERE id > 'p' || ?2 || ':' AND id < 'p' || ?2 || ';'
            UNION SELECT no FROM log WHERE substr(id, instr(id, ':') + 1) = ?2 AND instr(id, ':') > 0)
        AND at > ?3 AND at < ?4 ORDER BY at {{order}}, no {{order}} LIMIT ?5)"""  # noqa: S608 - a constant
_LATEST: Final = {direction: _CONVERSATIONS.format(order=_ORDER[direction]) for direction in Direction}

_CHANNELS: Final = f"""
    SELECT channel.id, name, created_at, {HEAD}, state_head, topic, topic_by, topic_at, said,
        visibility, retention_days
    FROM channel JOIN log ON log.id = channel.id WHERE closed_at IS NULL ORDER BY created_at, channel.id"""  # noqa: S608 - a constant
_OPEN: Final = "channel IN (SELECT id FROM channel WHERE closed_at IS NULL)"
_MODES: Final = f"SELECT channel, mode, arg FROM channel_mode WHERE {_OPEN} ORDER BY channel, mode"  # noqa: S608 - a constant
_MEMBERS: Final = f"""
    SELECT channel, user, nick, username, host, account, modes, joined_at, since
    FROM membership WHERE {_OPEN} ORDER BY channel, joined_at, user"""  # noqa: S608 - a constant
_ACCESS: Final = """
    SELECT channel, account, channel_access.name, role FROM channel_access JOIN channel ON channel.id = channel
    WHERE closed_at IS NULL ORDER BY channel, account"""
_SINCE: Final = f"SELECT channel, account, since FROM channel_since WHERE {_OPEN} ORDER BY channel, account"  # noqa: S608 - a constant
_METADATA: Final = f"SELECT channel, key, value FROM channel_metadata WHERE {_OPEN} ORDER BY channel, key"  # noqa: S608 - a constant
_FORMER: Final = f"SELECT channel, name, at FROM channel_former WHERE {_OPEN} ORDER BY at, name"  # noqa: S608 - a constant
_LISTS: Final = f"""
    SELECT channel, mode, mask, set_by, set_at, account, until
    FROM channel_list WHERE {_OPEN} ORDER BY channel, mode, set_at, mask"""  # noqa: S608 - a constant

_ALL: Final = (1 << 63) - 1


class EventRow(msgspec.Struct, array_like=True):
    seq: int
    at: int
    msgid: str
    kind: str
    version: int
    actor: str
    nonce: str | None
    data: str

    def event(self, log: LogId) -> Event:
        raw, nonce = self.data.encode(), self.nonce or ""
        return rows.decode(log, self.seq, self.at, self.msgid, self.kind, self.version, self.actor, raw, nonce)


rows_of: Final = msgspec.json.Decoder(list[EventRow]).decode
rows_of_logs: Final = msgspec.json.Decoder(list[tuple[str, EventRow]]).decode
_ids: Final = msgspec.json.Decoder(list[LogId]).decode
_heads: Final = msgspec.json.Decoder(list[tuple[str, int]]).decode


def page(
    db: sqlite3.Connection,
    log: LogId,
    start: Selector,
    direction: Direction,
    limit: int,
    messages_only: bool,
    stop: Selector | None = None,
    first: int = 1,
) -> list[Event]:
    """See Store.page."""
    found = db.execute(_LOG_NO, (log,)).fetchone()
    if found is None:
        return []
    after, until = _bounds(Readable(db, log, found[0], first), start, direction, stop)
    return _read(db, _PAGES[direction, messages_only], (found[0], after, until, max(limit, 0)), log)


def conversations(
    db: sqlite3.Connection,
    user: UserId,
    channels: Mapping[LogId, int],
    after: int,
    until: int,
    direction: Direction,
    limit: int,
) -> list[Event]:
    """See Store.conversations."""
    logs = msgspec.json.encode(channels).decode()
    (text,) = db.execute(_LATEST[direction], (logs, user, after, until, max(limit, 0))).fetchone()
    found = [row.event(LogId(log)) for log, row in rows_of_logs(text)]
    return found if direction is Direction.AFTER else found[::-1]


def between(db: sqlite3.Connection, log: LogId, after: int, until: int, by: UserId | None = None) -> list[Event]:
    found = db.execute(_LOG_NO, (log,)).fetchone()
    if found is None:
        return []
    if by is not None:
        return _read(db, _BY, (found[0], after, until, by), log)
    return _read(db, _PAGES[Direction.AFTER, False], (found[0], after, until, -1), log)


def changes(db: sqlite3.Connection, pieces: Mapping[LogId, tuple[int, int]]) -> list[Event]:
    """See Store.changes. Nobody asks while the server is alone, so it has no index."""
    return [
        event
        for log, (after, until) in pieces.items()
        for event in between(db, log, after, until)
        if type(event.body) not in TALK
    ]


def linking(db: sqlite3.Connection, log_no: int, first: int, last: int) -> list[Event]:
    """The messages from ``first`` to ``last``, both inclusive, with the address of a file."""
    (log,) = db.execute("SELECT id FROM log WHERE no = ?", (log_no,)).fetchone()
    return _read(db, _LINKING, (log_no, first, last), log)


def log_ids(db: sqlite3.Connection) -> list[LogId]:
    """See Store.log_ids."""
    (text,) = db.execute("SELECT json_group_array(id) FROM (SELECT id FROM log ORDER BY no)").fetchone()
    return _ids(text)


def heads(db: sqlite3.Connection, logs: Sequence[LogId]) -> dict[LogId, int]:
    (text,) = db.execute(_HEADS, (msgspec.json.encode(list(logs)).decode(),)).fetchone()
    return {LogId(log): head for log, head in _heads(text)}


def _read(db: sqlite3.Connection, sql: str, values: tuple[int | str, ...], log: LogId) -> list[Event]:
    (text,) = db.execute(sql, values).fetchone()
    found = rows_of(text)
    found.sort(key=lambda row: row.seq)
    return [row.event(log) for row in found]


class Readable(NamedTuple):
    """A log from one place on; everything before it is treated as absent."""

    db: sqlite3.Connection
    id: LogId
    no: int
    first: int


def _bounds(log: Readable, start: Selector, direction: Direction, stop: Selector | None) -> tuple[int, int]:
    """``after < seq <= until``."""
    low, high = (stop, start) if direction is Direction.BEFORE else (start, stop)
    after = _after(log, low) if low else 0
    return max(after, log.first - 1), _before(log, high) if high else _ALL


def _before(log: Readable, point: Selector) -> int:
    """The last seq before a point."""
    if point.at:
        return until_moment(log.db, log.no, point.at)
    seq = _seq(log, point, Direction.BEFORE)
    return seq - 1 if seq else _ALL


def _after(log: Readable, point: Selector) -> int:
    """The last seq that is not after a point."""
    return until_moment(log.db, log.no, point.at + 1) if point.at else _seq(log, point, Direction.AFTER)


def _seq(log: Readable, point: Selector, side: Direction) -> int:
    """The seq that a selector names, 0 for none. Raises KeyError for an unknown msgid."""
    if not point.msgid:
        return point.seq
    first, last = log.db.execute(_AT_MSGID, (places.asked([(log.id, point.msgid)]),)).fetchone()
    seq = first if side is Direction.BEFORE else last
    if seq is None or seq < log.first:
        raise KeyError(point.msgid)
    return int(seq)


def load(db: sqlite3.Connection) -> Snapshot:
    """See Store.load."""
    modes: dict[str, dict[str, str]] = {}
    for channel, mode, arg in db.execute(_MODES):
        modes.setdefault(channel, {})[mode] = arg
    channels = [
        ChannelRow(ChannelId(cid), name, created, head, moved, modes.get(cid, {}), topic, by, at, bool(said), *rest)
        for cid, name, created, head, moved, topic, by, at, said, *rest in db.execute(_CHANNELS)
    ]
    members = [MemberRow(ChannelId(channel), UserId(user), *rest) for channel, user, *rest in db.execute(_MEMBERS)]
    lists = [ListRow(ChannelId(channel), *rest) for channel, *rest in db.execute(_LISTS)]
    access = [AccessRow(ChannelId(channel), UserId(who), *rest) for channel, who, *rest in db.execute(_ACCESS)]
    since = [SinceRow(ChannelId(channel), UserId(who), seq) for channel, who, seq in db.execute(_SINCE)]
    metadata = [MetadataRow(ChannelId(channel), *rest) for channel, *rest in db.execute(_METADATA)]
    former = [FormerRow(ChannelId(channel), *rest) for channel, *rest in db.execute(_FORMER)]
    return Snapshot(channels, members, lists, access, since, metadata, former, newest(db))


def newest(db: sqlite3.Connection) -> int:
    """The time of the newest event in ms since 1970, 0 if there is none."""
    # Time never runs back within a log, and there are few logs.
    sql = "SELECT max((SELECT at FROM event WHERE log_no = no ORDER BY seq DESC LIMIT 1)) FROM log"
    return int(db.execute(sql).fetchone()[0] or 0)

"""Reading: pages of a log, gaps in it, where logs stand, and the state for a boot.

Each question is answered by statements of one row, a page as one JSON array: Python's sqlite3 gives the interpreter
lock away for each row, and a busy event loop would make a page of a hundred wait a hundred times (see batches.py).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

import msgspec

from chover.engine import events
from chover.engine.events import Event
from chover.engine.ids import ChannelId, LogId, UserId
from chover.ports import AccessRow, ChannelRow, Direction, ListRow, MemberRow, MetadataRow, Selector, Snapshot

_PAGE: Final = """
    SELECT json_group_array(json_array(seq, at, msgid, kind, version, actor, nonce, data)) FROM (
        SELECT * FROM event WHERE log_no = ? AND seq > ? AND seq <= ? {only} ORDER BY seq {order} LIMIT ?)"""
_ONLY: Final = {False: "", True: "AND kind = 'said'"}
_ORDER: Final = {Direction.BEFORE: "DESC", Direction.AFTER: "ASC"}
_PAGES: Final = {
    (direction, only): _PAGE.format(only=_ONLY[only], order=_ORDER[direction])
    for direction in Direction
    for only in _ONLY
}

_LOG_NO: Final = "SELECT no FROM log WHERE id = ?"
# What one append left in a log has one msgid: it is one point, with a first and a last seq.
_AT_MSGID: Final = {
    Direction.BEFORE: "SELECT min(seq) FROM event WHERE msgid = ? AND log_no = ?",
    Direction.AFTER: "SELECT max(seq) FROM event WHERE msgid = ? AND log_no = ?",
}
_HEAD: Final = "coalesce((SELECT max(seq) FROM event WHERE log_no = log.no), first_seq - 1)"
# The first seq at or after a moment, by halving: time never runs back within a log, and seqs have no holes.
_MOMENT: Final = f"""
    WITH RECURSIVE search (low, high) AS (
        SELECT first_seq, {_HEAD} + 1 FROM log WHERE no = ?1
        UNION ALL
        SELECT iif(at < ?2, seq + 1, low), iif(at < ?2, high, seq)
        FROM search CROSS JOIN event WHERE low < high AND log_no = ?1 AND seq = (low + high) / 2)
    SELECT low FROM search WHERE low = high"""  # noqa: S608 - a constant

_HEADS: Final = f"""
    SELECT json_group_array(json_array(id, {_HEAD})) FROM log
    WHERE id IN (SELECT value FROM json_each(?)) AND {_HEAD} > 0"""  # noqa: S608 - constants

# The first of the two ids of a pair is found by its log's id, the second by an index of its own (log_pair).
_CONVERSATIONS: Final = """
    SELECT json_group_array(json_array(id, json_array(seq, at, msgid, kind, version, actor, nonce, data))) FROM (
        SELECT log.id AS id, event.* FROM log JOIN event ON log_no = no
            AND seq = (SELECT max(seq) FROM event WHERE log_no = no AND kind = 'said')
        WHERE no IN (
            SELECT no FROM log WHERE id IN (SELECT value FROM json_each(?1))
            UNION SELECT no FROM log WHERE id > 'p' || ?2 || ':' AND id < 'p' || ?2 || ';'
            UNION SELECT no FROM log WHERE substr(id, instr(id, ':') + 1) = ?2 AND instr(id, ':') > 0)
        AND at > ?3 AND at < ?4 ORDER BY at {order}, no {order} LIMIT ?5)"""
_LATEST: Final = {direction: _CONVERSATIONS.format(order=_ORDER[direction]) for direction in Direction}

_CHANNELS: Final = f"""
    SELECT channel.id, name, created_at, {_HEAD}, state_head, topic, topic_by, topic_at, said
    FROM channel JOIN log ON log.id = channel.id WHERE closed_at IS NULL ORDER BY created_at, channel.id"""  # noqa: S608 - a constant
_OPEN: Final = "channel IN (SELECT id FROM channel WHERE closed_at IS NULL)"
_MODES: Final = f"SELECT channel, mode, arg FROM channel_mode WHERE {_OPEN} ORDER BY channel, mode"  # noqa: S608 - a constant
_MEMBERS: Final = f"""
    SELECT channel, user, nick, username, host, account, modes, joined_at
    FROM membership WHERE {_OPEN} ORDER BY channel, joined_at, user"""  # noqa: S608 - a constant
_ACCESS: Final = """
    SELECT channel, account, channel_access.name, role FROM channel_access JOIN channel ON channel.id = channel
    WHERE closed_at IS NULL ORDER BY channel, account"""
_METADATA: Final = f"SELECT channel, key, value FROM channel_metadata WHERE {_OPEN} ORDER BY channel, key"  # noqa: S608 - a constant
_LISTS: Final = f"""
    SELECT channel, mode, mask, set_by, set_at
    FROM channel_list WHERE {_OPEN} ORDER BY channel, mode, set_at, mask"""  # noqa: S608 - a constant

_ALL: Final = (1 << 63) - 1


class Row(msgspec.Struct, array_like=True):
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
        return events.decode(log, self.seq, self.at, self.msgid, self.kind, self.version, self.actor, raw, nonce)


_rows: Final = msgspec.json.Decoder(list[Row]).decode
_rows_of_logs: Final = msgspec.json.Decoder(list[tuple[str, Row]]).decode
_heads: Final = msgspec.json.Decoder(list[tuple[str, int]]).decode


def page(
    db: sqlite3.Connection,
    log: LogId,
    start: Selector,
    direction: Direction,
    limit: int,
    messages_only: bool,
    stop: Selector | None = None,
) -> list[Event]:
    """See Store.page."""
    found = db.execute(_LOG_NO, (log,)).fetchone()
    if found is None:
        return []
    after, until = _bounds(db, found[0], start, direction, stop)
    return _read(db, _PAGES[direction, messages_only], (found[0], after, until, max(limit, 0)), log)


def conversations(
    db: sqlite3.Connection,
    user: UserId,
    channels: Sequence[LogId],
    after: int,
    until: int,
    direction: Direction,
    limit: int,
) -> list[Event]:
    """See Store.conversations."""
    logs = msgspec.json.encode(list(channels)).decode()
    (text,) = db.execute(_LATEST[direction], (logs, user, after, until, max(limit, 0))).fetchone()
    found = [row.event(LogId(log)) for log, row in _rows_of_logs(text)]
    return found if direction is Direction.AFTER else found[::-1]


def between(db: sqlite3.Connection, log: LogId, after: int, until: int) -> list[Event]:
    found = db.execute(_LOG_NO, (log,)).fetchone()
    return [] if found is None else _read(db, _PAGES[Direction.AFTER, False], (found[0], after, until, -1), log)


def heads(db: sqlite3.Connection, logs: Sequence[LogId]) -> dict[LogId, int]:
    (text,) = db.execute(_HEADS, (msgspec.json.encode(list(logs)).decode(),)).fetchone()
    return {LogId(log): head for log, head in _heads(text)}


def _read(db: sqlite3.Connection, sql: str, values: tuple[int, ...], log: LogId) -> list[Event]:
    (text,) = db.execute(sql, values).fetchone()
    rows = _rows(text)
    rows.sort(key=lambda row: row.seq)
    return [row.event(log) for row in rows]


def until_moment(db: sqlite3.Connection, no: int, moment: int) -> int:
    """The last seq before ``moment`` (milliseconds since 1970, exclusive); first_seq - 1 when there is none."""
    (seq,) = db.execute(_MOMENT, (no, moment)).fetchone()
    return int(seq) - 1


def _bounds(
    db: sqlite3.Connection, no: int, start: Selector, direction: Direction, stop: Selector | None
) -> tuple[int, int]:
    """``after < seq <= until``."""
    if direction is Direction.BEFORE:
        return _after(db, no, stop) if stop else 0, _before(db, no, start)
    return _after(db, no, start), _before(db, no, stop) if stop else _ALL


def _before(db: sqlite3.Connection, no: int, point: Selector) -> int:
    """The last seq before a point."""
    if point.at:
        return until_moment(db, no, point.at)
    seq = _seq(db, no, point, Direction.BEFORE)
    return seq - 1 if seq else _ALL


def _after(db: sqlite3.Connection, no: int, point: Selector) -> int:
    """The last seq that is not after a point."""
    return until_moment(db, no, point.at + 1) if point.at else _seq(db, no, point, Direction.AFTER)


def _seq(db: sqlite3.Connection, no: int, point: Selector, side: Direction) -> int:
    """The seq that a selector names, 0 for none."""
    if not point.msgid:
        return point.seq
    (seq,) = db.execute(_AT_MSGID[side], (point.msgid, no)).fetchone()
    if seq is None:
        raise KeyError(point.msgid)
    return int(seq)


def load(db: sqlite3.Connection) -> Snapshot:
    """See Store.load."""
    modes: dict[str, dict[str, str]] = {}
    for channel, mode, arg in db.execute(_MODES):
        modes.setdefault(channel, {})[mode] = arg
    channels = [
        ChannelRow(ChannelId(cid), name, created, head, moved, modes.get(cid, {}), topic, by, at, bool(said))
        for cid, name, created, head, moved, topic, by, at, said in db.execute(_CHANNELS)
    ]
    members = [MemberRow(ChannelId(channel), UserId(user), *rest) for channel, user, *rest in db.execute(_MEMBERS)]
    lists = [ListRow(ChannelId(channel), *rest) for channel, *rest in db.execute(_LISTS)]
    access = [AccessRow(ChannelId(channel), UserId(who), *rest) for channel, who, *rest in db.execute(_ACCESS)]
    metadata = [MetadataRow(ChannelId(channel), *rest) for channel, *rest in db.execute(_METADATA)]
    return Snapshot(channels, members, lists, access, metadata)

"""Saves what can still be read of a damaged database into a new one.

SQLite stops a statement at the first damaged page. So each table is read in the order of its key from both ends. A log
has numbered places and is also read beyond each damage. Lost places of a log are kept as deleted messages, because seqs
have no holes.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from chover.engine.events import Blanked, Event, Source
from chover.engine.ids import LogId, UserId
from chover.engine.rows import decode, encode
from chover.ports import Recovered, StoreError
from chover.store.sqlite import database, faults
from chover.store.sqlite.log.places import find_again

_PAGE: Final = 100
_FARTHEST: Final = 1 << 24
"""How many places after the last readable one are searched for the next."""
_EVENT: Final = "seq, at, msgid, kind, version, actor, nonce, data"
_AFTER: Final = f"SELECT {_EVENT} FROM event WHERE log_no = ? AND seq >= ? ORDER BY seq LIMIT ?"  # noqa: S608 - no input
_AS_THEY_STAND: Final = f"SELECT log_no, {_EVENT} FROM event NOT INDEXED ORDER BY rowid {{order}}"  # noqa: S608 - no input
_KEEP_EVENT: Final = f"INSERT OR IGNORE INTO event (log_no, {_EVENT}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - no input

Row = tuple[Any, ...]


class _DamagedTable(NamedTuple):
    name: str
    columns: str
    keys: str

    def read(self, db: sqlite3.Connection) -> tuple[list[Row], bool]:
        """The rows, and whether some between them could not be read."""
        every = f"SELECT {self.columns} FROM {self.name} ORDER BY "  # noqa: S608 - the schema's own names
        forth, whole = _until_damage(db, every + self.keys)
        if whole:
            return forth, True
        back = ", ".join(f"{key} DESC" for key in self.keys.split(", "))
        return [*forth, *_until_damage(db, every + back)[0]], False


def recover(source: Path, target: Path) -> Recovered:
    """Create ``target`` from ``source`` and its log file, which stay unchanged. Raises StoreError."""
    copy = target.with_name("damaged.db")
    try:
        _copy(source, copy)
        with closing(_opened(copy)) as damaged, closing(_made(target)) as db:
            return _recover(damaged, db)
    except sqlite3.Error as error:
        raise StoreError(f"nothing of {source} can be read: {faults.reason(error)}; restore a backup") from error
    finally:
        for path in (copy, *(copy.with_name(f"{copy.name}-{end}") for end in ("wal", "shm"))):
            path.unlink(missing_ok=True)


def _copy(source: Path, copy: Path) -> None:
    """Copy the database first, because SQLite changes a database that it opens."""
    shutil.copyfile(source, copy)
    wal = source.with_name(f"{source.name}-wal")
    if wal.exists():
        shutil.copyfile(wal, copy.with_name(f"{copy.name}-wal"))


def _opened(copy: Path) -> sqlite3.Connection:
    db = database.connect(copy)
    try:
        _require_version(database.version_of(db, copy))
    except BaseException:
        db.close()
        raise
    return db


def _require_version(version: str | None) -> None:
    if version != database.VERSION:
        raise StoreError(
            f"it has schema {version or 'none'}, and {database.VERSION} is wanted:"
            " recover it with the version that wrote it, or restore a backup"
        )


def _made(target: Path) -> sqlite3.Connection:
    database.touch(target)
    db = database.connect(target)
    database.create(db)
    return db


def _recover(damaged: sqlite3.Connection, db: sqlite3.Connection) -> Recovered:
    db.execute("BEGIN IMMEDIATE")
    incomplete = [table.name for table in _tables(db) if not _carry(damaged, db, table)]
    logs = db.execute("SELECT no, id, state_head FROM log").fetchall()
    for no, log, _ in logs:
        _keep_events(db, ((no, *row) for row in _events(damaged, no, log)))
    # And through the table itself, in case the index of the places is damaged.
    _keep_events(db, _in_table(damaged, {no: log for no, log, _ in logs}))
    (places,) = db.execute("SELECT count(*) FROM event").fetchone()
    lost = sum(_fill(db, *log) for log in logs)
    find_again(db)
    db.execute("COMMIT")
    problem = db.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if problem != "ok":
        raise StoreError(f"what was recovered is damaged, too ({problem}): restore a backup")
    return Recovered(places, lost, tuple(incomplete))


def _tables(db: sqlite3.Connection) -> Iterator[_DamagedTable]:
    """All tables of the schema except the events, whose places are searched one by one, and what follows from them."""
    names = db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").fetchall()
    for (name,) in names:
        if name not in {"event", "alembic_version", "message_span", "untimed_msgid"}:
            rows = db.execute(f"PRAGMA table_info({name})").fetchall()
            keys = sorted((place, column) for _, column, _, _, _, place in rows if place)
            yield _DamagedTable(name, ", ".join(row[1] for row in rows), ", ".join(column for _, column in keys))


def _carry(damaged: sqlite3.Connection, db: sqlite3.Connection, table: _DamagedTable) -> bool:
    """Copy a table. Returns whether all of it was read."""
    rows, whole = table.read(damaged)
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        db.executemany(f"INSERT OR IGNORE INTO {table.name} ({table.columns}) VALUES ({marks})", rows)  # noqa: S608 - no input
    return whole


def _until_damage(db: sqlite3.Connection, sql: str) -> tuple[list[Row], bool]:
    rows: list[Row] = []
    try:
        rows.extend(db.execute(sql))
    except sqlite3.DatabaseError:
        return rows, False
    return rows, True


# ---- logs


def _in_table(db: sqlite3.Connection, logs: Mapping[int, LogId]) -> Iterator[Row]:
    """What stands before the first damage and after the last one, with the numbers of their logs."""
    for order in ("", "DESC"):
        try:
            for row in db.execute(_AS_THEY_STAND.format(order=order)):
                if row[0] in logs and _is_sound(logs[row[0]], row[1:]):
                    yield row
        except sqlite3.DatabaseError:
            continue
        return


def _events(db: sqlite3.Connection, no: int, log: LogId) -> Iterator[Row]:
    """All places of a log that can be read, ascending."""
    start, page = 0, _PAGE
    while True:
        rows = _page(db, no, start, page)
        if rows is None and page > 1:
            page = 1  # What stands before the damage is read one by one.
            continue
        if rows is None:
            start, page = _beyond(db, no, start), _PAGE
            if not start:
                return
            continue
        if not rows:
            return
        yield from (row for row in rows if _is_sound(log, row))
        start = rows[-1][0] + 1


def _page(db: sqlite3.Connection, no: int, start: int, limit: int) -> list[Row] | None:
    """One page of events; None if it runs into damage."""
    try:
        return db.execute(_AFTER, (no, start, limit)).fetchall()
    except sqlite3.DatabaseError:
        return None


def _beyond(db: sqlite3.Connection, no: int, start: int) -> int:
    """The first readable place after a damage; 0 for none."""
    step = 1
    while not _page(db, no, start + step, 1):
        step *= 2
        if step > _FARTHEST:
            return 0
    low, high = start + step // 2, start + step
    while low + 1 < high:
        middle = (low + high) // 2
        low, high = (low, middle) if _page(db, no, middle, 1) else (middle, high)
    return high


def _is_sound(log: LogId, row: Row) -> bool:
    """Whether a row is a valid event, and not garbage from a damaged page."""
    seq, at, msgid, kind, version, actor, nonce, data = row
    try:
        decode(log, int(seq), int(at), str(msgid), str(kind), int(version), str(actor), data.encode(), nonce or "")
    except (msgspec.MsgspecError, ValueError, TypeError, AttributeError):
        return False
    return True


def _keep_events(db: sqlite3.Connection, rows: Iterator[Row]) -> None:
    db.executemany(_KEEP_EVENT, rows)


def _fill(db: sqlite3.Connection, no: int, log: LogId, state_head: int) -> int:
    """Put a deleted message into each hole, up to the last event included in the state. Returns how many."""
    (first,) = db.execute("SELECT first_seq FROM log WHERE no = ?", (no,)).fetchone()
    held = {
        seq: (at, msgid) for seq, at, msgid in db.execute("SELECT seq, at, msgid FROM event WHERE log_no = ?", (no,))
    }
    last = max([state_head, *held])
    holes = [seq for seq in range(first, last + 1) if seq not in held]
    near = held[min(held)] if held else (0, "")
    data = encode(Event(log, Source(UserId(""), "", "", ""), Blanked())).decode()
    missing = set(holes)
    for seq in range(first, last + 1):
        if seq in missing:
            # It gets the msgid of its neighbour: several events with one msgid are one point of the log.
            db.execute(_KEEP_EVENT, (no, seq, *near, "blanked", 1, "", None, data))
        else:
            near = held[seq]
    return len(holes)

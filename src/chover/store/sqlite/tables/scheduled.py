"""Messages to be said later and reminders, in the same database as the logs."""

from __future__ import annotations

import sqlite3
from functools import partial
from typing import Final

import msgspec

from chover.engine.ids import UserId
from chover.ports.registry import ScheduledItem, ScheduledState
from chover.store.sqlite.tables.rows import Rows
from chover.store.table_rows import SCHEDULED

_ALL: Final = f"SELECT {SCHEDULED} FROM scheduled"  # noqa: S608 - no input
_PUT: Final = f"""
    INSERT OR IGNORE INTO scheduled ({SCHEDULED}) SELECT ?, id, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM account WHERE id = ?"""  # noqa: S608 - no input
_COUNT: Final = "SELECT count(*) FROM scheduled WHERE account = ?"


class SqliteScheduled(Rows):
    """Implements ports.registry.ScheduledItems."""

    async def of(self, account: UserId) -> list[ScheduledItem]:
        rows = await self._rows(f"{_ALL} WHERE account = ? ORDER BY due, id", account)
        return [ScheduledItem(*row) for row in rows]

    async def due(self, now: int, limit: int) -> list[ScheduledItem]:
        rows = await self._rows(f"{_ALL} WHERE state = 'waiting' AND due <= ? ORDER BY due, id LIMIT ?", now, limit)
        return [ScheduledItem(*row) for row in rows]

    async def next_due(self) -> int | None:
        row = await self._first("SELECT min(due) FROM scheduled WHERE state = 'waiting'")
        return row[0] if row else None

    async def put(self, item: ScheduledItem, most: int) -> bool:
        return await self._write(partial(_put, item=item, most=most))

    async def settle(self, item: str, state: ScheduledState, why: str = "") -> bool:
        sql = "UPDATE scheduled SET state = ?, why = ? WHERE id = ? AND state = 'waiting'"
        return bool(await self._change(sql, state, why, item))

    async def note_told(self, item: str) -> bool:
        return bool(await self._change("UPDATE scheduled SET told = 1 WHERE id = ? AND told = 0", item))

    async def remove(self, account: UserId, item: str) -> bool:
        return bool(await self._change("DELETE FROM scheduled WHERE id = ? AND account = ?", item, account))

    async def purge(self, before: int) -> int:
        return await self._change("DELETE FROM scheduled WHERE state <> 'waiting' AND due < ?", before)


def _put(db: sqlite3.Connection, item: ScheduledItem, most: int) -> bool:
    number, account, *rest = msgspec.structs.astuple(item)
    (held,) = db.execute(_COUNT, (account,)).fetchone()
    return held < most and bool(db.execute(_PUT, (number, *rest, account)).rowcount)

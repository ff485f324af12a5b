"""Push subscriptions, in the same database as the logs."""

from __future__ import annotations

import sqlite3
from functools import partial
from typing import Final

import msgspec

from chover.ports.push import UNSURE_MS, PushCursor, Subscription
from chover.store.sqlite.tables.rows import Rows
from chover.store.table_rows import PUSH, cursor_of, rows_of

_PUT: Final = f"INSERT OR REPLACE INTO push ({PUSH}) SELECT id, ?, ?, ?, ?, ? FROM account WHERE id = ?"  # noqa: S608 - no input
_MANY: Final = """
    DELETE FROM push WHERE account = ?1 AND endpoint NOT IN
    (SELECT endpoint FROM push WHERE account = ?1 ORDER BY at DESC, endpoint LIMIT ?2)"""
_ADVANCE: Final = """
    INSERT INTO push_place (log, place, at, mark) VALUES (?, ?, ?, ?)
    ON CONFLICT (log) DO UPDATE SET place = excluded.place, at = excluded.at, mark = excluded.mark
    WHERE excluded.place > push_place.place"""


class SqlitePush(Rows):
    """Implements ports.push.PushRows."""

    async def all(self) -> list[Subscription]:
        rows = self._rows_now(f"SELECT {PUSH} FROM push ORDER BY at, endpoint")  # noqa: S608 - no input
        return [Subscription(*row) for row in rows]

    async def put(self, subscription: Subscription, most: int) -> None:
        await self._write(partial(_put, subscription=subscription, most=most))

    async def drop(self, endpoint: str) -> bool:
        return bool(await self._change("DELETE FROM push WHERE endpoint = ?", endpoint))

    async def cursor(self) -> PushCursor | None:
        return cursor_of(await self._rows("SELECT log, place, at, mark FROM push_place"))

    async def advance(self, cursor: PushCursor) -> None:
        await self._write(partial(_advance, cursor=cursor))


def _advance(db: sqlite3.Connection, cursor: PushCursor) -> None:
    db.executemany(_ADVANCE, rows_of(cursor))
    db.execute("DELETE FROM push_place WHERE log <> '' AND at < ?", (cursor.at - UNSURE_MS,))


def _put(db: sqlite3.Connection, subscription: Subscription, most: int) -> None:
    account, *rest = msgspec.structs.astuple(subscription)
    db.execute(_PUT, (*rest, account))
    db.execute(_MANY, (account, most))

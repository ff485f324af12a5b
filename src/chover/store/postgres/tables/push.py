"""Push subscriptions, in the same database as the logs."""

from __future__ import annotations

from typing import Final

import msgspec

from chover.ports.push import UNSURE_MS, PushCursor, Subscription
from chover.store.postgres.tables.rows import PostgresRows, replacing
from chover.store.table_rows import PUSH, cursor_of, rows_of

_ALL: Final = f"SELECT {PUSH} FROM push ORDER BY at, endpoint"  # noqa: S608 - no input
# One subscription of an account at a time, so that each sees how many there are.
_LOCK: Final = "SELECT 1 FROM account WHERE id = $1 FOR NO KEY UPDATE"
_PUT: Final = f"""
    INSERT INTO push (account, endpoint, p256dh, auth, caps, at) VALUES ($1, $2, $3, $4, $5, $6)
    {replacing("endpoint", "account, p256dh, auth, caps, at")}"""  # noqa: S608 - no input
_MANY: Final = """
    DELETE FROM push WHERE account = $1 AND endpoint NOT IN
    (SELECT endpoint FROM push WHERE account = $1 ORDER BY at DESC, endpoint LIMIT $2)"""
_ADVANCE: Final = """
    INSERT INTO push_place (log, place, at, mark)
    SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[])
    ON CONFLICT (log) DO UPDATE SET place = excluded.place, at = excluded.at, mark = excluded.mark
    WHERE excluded.place > push_place.place"""


class PostgresPush(PostgresRows):
    """Implements ports.push.PushRows."""

    async def all(self) -> list[Subscription]:
        return [Subscription(*row) for row in await self._db.fetch(_ALL)]

    async def put(self, subscription: Subscription, most: int) -> None:
        async with self._db.transaction() as db:
            if await db.fetchval(_LOCK, subscription.account) is not None:
                await db.execute(_PUT, *msgspec.structs.astuple(subscription))
                await db.execute(_MANY, subscription.account, most)

    async def drop(self, endpoint: str) -> bool:
        return bool(await self._db.execute("DELETE FROM push WHERE endpoint = $1", endpoint))

    async def cursor(self) -> PushCursor | None:
        return cursor_of(map(tuple, await self._db.fetch("SELECT log, place, at, mark FROM push_place")))

    async def advance(self, cursor: PushCursor) -> None:
        async with self._db.transaction() as db:
            await db.execute(_ADVANCE, *map(list, zip(*rows_of(cursor), strict=True)))
            await db.execute("DELETE FROM push_place WHERE log <> '' AND at < $1", cursor.at - UNSURE_MS)

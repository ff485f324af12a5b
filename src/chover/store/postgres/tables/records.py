"""Bans, the audit log and the connection log, in the same database as the logs."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_network
from typing import Any, Final

import msgspec

from chover import names
from chover.ports import AuditEntry, Ban, ConnectionQuery, ConnectionRecord
from chover.store.postgres.connections import Connections, Transaction
from chover.store.postgres.tables.rows import PostgresRows, places, replacing
from chover.store.table_rows import (
    AUDIT,
    BAN,
    CONNECTION,
    audit_values,
    ban_values,
    connection_values,
    packed,
)

_BANS: Final = f"SELECT {BAN}, no FROM ban WHERE expires_at = 0 OR expires_at > $1 ORDER BY no"  # noqa: S608 - no input
# A ban replaces an earlier one of the same target, under a number that was never given before.
_ADD_BAN: Final = f"""
    INSERT INTO ban ({BAN}) VALUES ({places(BAN)})
    {replacing("kind, what", "no, by, at, expires_at, reason, note")} RETURNING no"""  # noqa: S608 - no input
_NOTE: Final = f"INSERT INTO audit ({AUDIT}) VALUES ({places(AUDIT)})"  # noqa: S608 - no input
_AUDITED: Final = f"SELECT {AUDIT} FROM audit WHERE at < $1 OR $1 = 0 ORDER BY no DESC LIMIT $2"  # noqa: S608 - no input
_KEPT: Final = f"{CONNECTION}, packed, node"
_KEEP: Final = f"""
    INSERT INTO visit ({_KEPT}) VALUES ({places(_KEPT)})
    {replacing("no", CONNECTION)}"""  # noqa: S608 - no input
_VISITS: Final = f"SELECT {CONNECTION} FROM visit WHERE {{where}} ORDER BY since DESC, no DESC"  # noqa: S608 - no input
_LAST: Final = "SELECT greatest((SELECT max(no) FROM visit), nextval('visit_run'))"
CHUNK: Final = 500
"""Rows that are fetched at a time while hosts are compared."""


class PostgresRecords(PostgresRows):
    """Implements ports.Records; its contract is tests/store/contract_of_records.py.

    ``node`` is the node whose connections are kept.
    """

    def __init__(self, db: Connections, node: str = "") -> None:
        super().__init__(db)
        self._node = node

    # ---- bans ----------------------------------------------------------------------------------------------------

    async def bans(self, now: int) -> list[Ban]:
        return [Ban(*row) for row in await self._db.fetch(_BANS, now)]

    async def add_ban(self, ban: Ban, entry: AuditEntry) -> Ban:
        async with self._db.transaction() as db:
            no = await db.fetchval(_ADD_BAN, *ban_values(ban))
            await _note(db, entry)
        return msgspec.structs.replace(ban, no=no)

    async def lift_ban(self, no: int, entry: AuditEntry) -> bool:
        async with self._db.transaction() as db:
            found = await db.fetchval("DELETE FROM ban WHERE no = $1 RETURNING no", no)
            if found is not None:
                await _note(db, entry)
        return found is not None

    # ---- the audit log -------------------------------------------------------------------------------------------

    async def note(self, entry: AuditEntry) -> None:
        await self._db.execute(_NOTE, *audit_values(entry))

    async def audit_entries(self, limit: int, before: int = 0) -> list[AuditEntry]:
        return [AuditEntry(*row) for row in await self._db.fetch(_AUDITED, before, limit)]

    # ---- the connection log --------------------------------------------------------------------------------------

    async def keep_connections(self, connections: Sequence[ConnectionRecord]) -> None:
        async with self._db.transaction() as db:
            await db.executemany(_KEEP, [(*connection_values(one), self._node) for one in connections])

    async def connections(self, sought: ConnectionQuery, limit: int) -> list[ConnectionRecord]:
        where, values = _conditions(sought)
        sql = _VISITS.format(where=where)
        if sought.host:
            return await self._hosts_like(sql, values, sought.host, limit)
        return [ConnectionRecord(*row) for row in await self._db.fetch(f"{sql} LIMIT {int(limit)}", *values)]

    async def _hosts_like(self, sql: str, values: list[Any], mask: str, limit: int) -> list[ConnectionRecord]:
        found: list[ConnectionRecord] = []
        async with self._db.transaction() as db:
            async for row in db.cursor(sql, *values, prefetch=CHUNK):
                record = ConnectionRecord(*row)
                if names.matches(mask, record.host):
                    found.append(record)
                    if len(found) == limit:
                        break
        return found

    async def last_connection(self) -> int:
        return int(await self._db.value(_LAST))

    async def close_connections(self, at: int) -> None:
        # Connections of other nodes may still be open; those that were moved here from SQLite are of none.
        await self._db.execute("UPDATE visit SET until = $1 WHERE until = 0 AND node IN ($2, '')", at, self._node)

    async def retain(self, now: int, audit_before: int, connections_before: int) -> int:
        over = await self._db.execute("DELETE FROM ban WHERE expires_at BETWEEN 1 AND $1", now)
        audited = await self._db.execute("DELETE FROM audit WHERE at < $1", audit_before)
        gone = await self._db.execute("DELETE FROM visit WHERE until > 0 AND until < $1", connections_before)
        return over + audited + gone


async def _note(db: Transaction, entry: AuditEntry) -> None:
    await db.execute(_NOTE, *audit_values(entry))


def _conditions(sought: ConnectionQuery) -> tuple[str, list[Any]]:
    """The conditions that use an index; the host is checked afterwards."""
    where: list[str] = ["true"]
    values: list[Any] = []
    if sought.folded:
        values.append(sought.folded)
        where.append(f"folded = ${len(values)}")
    if sought.account:
        values.append(sought.account)
        where.append(f"lower(account) = lower(${len(values)})")
    if sought.address:
        network = ip_network(sought.address, strict=False)
        values += [packed(str(network.network_address)), packed(str(network.broadcast_address))]
        where.append(f"packed BETWEEN ${len(values) - 1} AND ${len(values)}")
    return " AND ".join(where), values

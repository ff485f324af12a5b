"""Bans, the audit log and the connection log, in the same database as the logs."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import partial
from ipaddress import ip_network
from typing import Any, Final

import msgspec

from chover import names
from chover.ports import AuditEntry, Ban, ConnectionQuery, ConnectionRecord
from chover.store.sqlite.tables.rows import Rows
from chover.store.table_rows import AUDIT, BAN, CONNECTION, audit_values, ban_values, connection_values, packed

_CONNECTION: Final = CONNECTION.replace("protocol", "door")
"""The column ``door`` is the protocol; databases keep the names that they were created with."""
_READ: Final = _CONNECTION.replace("door", "CASE door WHEN 'seed' THEN 'legacy' ELSE door END")
"""Columns for reading: older versions call the legacy protocol ``seed``."""


class SqliteRecords(Rows):
    """Implements ports.Records; its contract is tests/store/contract_of_records.py."""

    # ---- bans ----------------------------------------------------------------------------------------------------

    async def bans(self, now: int) -> list[Ban]:
        sql = f"SELECT {BAN}, no FROM ban WHERE expires_at = 0 OR expires_at > ? ORDER BY no"  # noqa: S608 - no input
        return [Ban(*row) for row in self._rows_now(sql, now)]

    async def add_ban(self, ban: Ban, entry: AuditEntry) -> Ban:
        return await self._write(partial(_add_ban, ban=ban, entry=entry))

    async def lift_ban(self, no: int, entry: AuditEntry) -> bool:
        return await self._write(partial(_lift_ban, no=no, entry=entry), erases=True)

    # ---- the audit log -------------------------------------------------------------------------------------------

    async def note(self, entry: AuditEntry) -> None:
        await self._write(partial(_note, entry=entry))

    async def audit_entries(self, limit: int, before: int = 0) -> list[AuditEntry]:
        sql = f"SELECT {AUDIT} FROM audit WHERE at < ? OR ? = 0 ORDER BY no DESC LIMIT ?"  # noqa: S608 - no input
        return [AuditEntry(*row) for row in await self._rows(sql, before, before, limit)]

    # ---- the connection log --------------------------------------------------------------------------------------

    async def keep_connections(self, connections: Sequence[ConnectionRecord]) -> None:
        await self._write(partial(_keep_connections, connections=connections))

    async def connections(self, sought: ConnectionQuery, limit: int) -> list[ConnectionRecord]:
        where, values = _conditions(sought)
        sql = f"SELECT {_READ} FROM visit WHERE {where} ORDER BY no DESC"  # noqa: S608 - no input
        if not sought.host:
            return [ConnectionRecord(*row) for row in await self._rows(f"{sql} LIMIT ?", *values, limit)]
        return await self._readers.run(_hosts_like, sql, values, sought.host, limit)

    async def last_connection(self) -> int:
        return int(self._rows_now("SELECT coalesce(max(no), 0) FROM visit")[0][0])

    async def close_connections(self, at: int) -> None:
        await self._change("UPDATE visit SET until = ? WHERE until = 0", at)

    async def retain(self, now: int, audit_before: int, connections_before: int) -> int:
        over = await self._change("DELETE FROM ban WHERE expires_at BETWEEN 1 AND ?", now)
        audited = await self._change("DELETE FROM audit WHERE at < ?", audit_before)
        gone = await self._change("DELETE FROM visit WHERE until > 0 AND until < ?", connections_before)
        return over + audited + gone


def _add_ban(db: sqlite3.Connection, ban: Ban, entry: AuditEntry) -> Ban:
    db.execute("DELETE FROM ban WHERE kind = ? AND what = ?", (ban.kind, ban.what))
    sql = f"INSERT INTO ban ({BAN}) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING no"  # noqa: S608 - no input
    (no,) = db.execute(sql, ban_values(ban)).fetchone()
    _note(db, entry)
    return msgspec.structs.replace(ban, no=no)


def _lift_ban(db: sqlite3.Connection, no: int, entry: AuditEntry) -> bool:
    found = db.execute("DELETE FROM ban WHERE no = ?", (no,)).rowcount
    if found:
        _note(db, entry)
    return bool(found)


def _note(db: sqlite3.Connection, entry: AuditEntry) -> None:
    db.execute(f"INSERT INTO audit ({AUDIT}) VALUES (?, ?, ?, ?, ?)", audit_values(entry))  # noqa: S608 - no input


def _keep_connections(db: sqlite3.Connection, connections: Sequence[ConnectionRecord]) -> None:
    sql = f"INSERT OR REPLACE INTO visit ({_CONNECTION}, packed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - no input
    db.executemany(sql, map(connection_values, connections))


def _conditions(sought: ConnectionQuery) -> tuple[str, list[Any]]:
    """The conditions that use an index; the host is checked afterwards."""
    where: list[str] = ["1"]
    values: list[Any] = []
    if sought.folded:
        where.append("folded = ?")
        values.append(sought.folded)
    if sought.account:
        where.append("account = ? COLLATE NOCASE")
        values.append(sought.account)
    if sought.address:
        network = ip_network(sought.address, strict=False)
        where.append("packed BETWEEN ? AND ?")
        values += [packed(str(network.network_address)), packed(str(network.broadcast_address))]
    return " AND ".join(where), values


def _hosts_like(
    db: sqlite3.Connection, sql: str, values: Sequence[Any], mask: str, limit: int
) -> list[ConnectionRecord]:
    found: list[ConnectionRecord] = []
    for row in db.execute(sql, values):
        record = ConnectionRecord(*row)
        if names.matches(mask, record.host):
            found.append(record)
            if len(found) == limit:
                break
    return found

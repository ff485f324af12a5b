"""Reports, in the same database as the logs."""

from __future__ import annotations

from typing import Final

import msgspec

from chover.ports import Report
from chover.ports.reports import KEPT, MOST
from chover.store.postgres.tables.rows import PostgresRows, places
from chover.store.table_rows import REPORT

_ADD: Final = f"INSERT INTO report ({REPORT}) VALUES ({places(REPORT)}) RETURNING no"  # noqa: S608 - no input
_OPEN: Final = f"SELECT {REPORT}, no FROM report WHERE channel = $1 ORDER BY no"  # noqa: S608 - no input
_MANY: Final = """
    DELETE FROM report WHERE channel = $1 AND no NOT IN
    (SELECT no FROM report WHERE channel = $1 ORDER BY no DESC LIMIT $2)"""


class PostgresReports(PostgresRows):
    """Implements ports.Reports; its contract is tests/store/contract_of_reports.py."""

    async def add(self, report: Report) -> Report:
        async with self._db.transaction() as db:
            await db.execute("DELETE FROM report WHERE at < $1", report.at - KEPT)
            no = await db.fetchval(_ADD, *msgspec.structs.astuple(report)[:-1])
            await db.execute(_MANY, report.channel, MOST)
        return msgspec.structs.replace(report, no=no)

    async def open(self, channel: str) -> list[Report]:
        return [Report(*row) for row in await self._db.fetch(_OPEN, channel)]

    async def close(self, channel: str, no: int) -> bool:
        return bool(await self._db.execute("DELETE FROM report WHERE channel = $1 AND no = $2", channel, no))

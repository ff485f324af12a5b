"""Reports, in the same database as the logs. Each method is one transaction of the writer."""

from __future__ import annotations

import asyncio
import sqlite3
from functools import partial
from typing import Any, Final

import msgspec

from chover.ports import Report
from chover.ports.reports import KEPT, MOST
from chover.store.sqlite.readers import Readers
from chover.store.sqlite.writer import Writer
from chover.store.table_rows import REPORT

_ADD: Final = f"INSERT INTO report ({REPORT}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING no"  # noqa: S608 - no input
_OPEN: Final = f"SELECT {REPORT}, no FROM report WHERE channel = ? ORDER BY no"  # noqa: S608 - no input
_OLD: Final = "DELETE FROM report WHERE at < ?"
_MANY: Final = """
    DELETE FROM report WHERE channel = ?1 AND no NOT IN
    (SELECT no FROM report WHERE channel = ?1 ORDER BY no DESC LIMIT ?2)"""


class SqliteReports:
    """Implements ports.Reports; its contract is tests/store/contract_of_reports.py."""

    def __init__(self, writer: Writer, readers: Readers) -> None:
        self._writer = writer
        self._readers = readers

    async def add(self, report: Report) -> Report:
        return await asyncio.wrap_future(self._writer.run(partial(_add, report=report)))

    async def open(self, channel: str) -> list[Report]:
        return [Report(*row) for row in await self._readers.run(_open, channel)]

    async def close(self, channel: str, no: int) -> bool:
        return await asyncio.wrap_future(self._writer.run(partial(_close, channel=channel, no=no), erases=True))


def _open(db: sqlite3.Connection, channel: str) -> list[tuple[Any, ...]]:
    return db.execute(_OPEN, (channel,)).fetchall()


def _add(db: sqlite3.Connection, report: Report) -> Report:
    db.execute("BEGIN IMMEDIATE")
    try:
        db.execute(_OLD, (report.at - KEPT,))
        (no,) = db.execute(_ADD, msgspec.structs.astuple(report)[:-1]).fetchone()
        db.execute(_MANY, (report.channel, MOST))
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")
    return msgspec.structs.replace(report, no=no)


def _close(db: sqlite3.Connection, channel: str, no: int) -> bool:
    return bool(db.execute("DELETE FROM report WHERE channel = ? AND no = ?", (channel, no)).rowcount)

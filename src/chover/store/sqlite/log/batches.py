"""Many rows in one statement.

Python's sqlite3 gives the interpreter lock away at each step of a statement, and while the event loop is busy the
writer waits up to the switch interval (5 ms) to get it back. 256 rows by ``executemany`` take over a second then, as
one statement a few milliseconds. A template holds ``{rows}`` where its rows go.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

ROWS: Final = 1024
"""The most rows of one statement; with nine columns far below SQLite's 32,766 parameters."""

Value = str | int | bytes | None
Statement = tuple[str, Sequence[Value]]
"""SQL and its values; with ``{rows}`` in it a template, and the values are one row."""


@lru_cache(maxsize=128)
def _statement(template: str, width: int, rows: int) -> str:
    row = f"({', '.join('?' * width)})"
    return template.replace("{rows}", ", ".join([row] * rows))


def statements(template: str, width: int, values: Sequence[Value]) -> list[Statement]:
    """The statements that take ``values``, rows of ``width`` one behind the other.

    Rows are filled up with NULLs to a power of two, so that a handful of prepared statements serve any number: the
    template must make nothing of a row of NULLs.
    """
    chunk = width * ROWS
    return [_filled(template, width, values[at : at + chunk]) for at in range(0, len(values), chunk)]


def _filled(template: str, width: int, values: Sequence[Value]) -> Statement:
    rows = 1 << (len(values) // width - 1).bit_length()
    missing = rows * width - len(values)
    return _statement(template, width, rows), [*values, *[None] * missing] if missing else values


def run(db: sqlite3.Connection, steps: Sequence[Statement]) -> None:
    """Run them as one transaction; a single one is a transaction by itself and spares BEGIN and COMMIT."""
    if len(steps) == 1 or db.in_transaction:
        for sql, values in steps:
            db.execute(sql, values)
    elif steps:
        db.execute("BEGIN IMMEDIATE")
        for sql, values in steps:
            db.execute(sql, values)
        db.execute("COMMIT")

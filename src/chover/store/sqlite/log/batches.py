"""Inserts many rows in one statement.

Python's sqlite3 releases the interpreter lock at each step of a statement. While the event loop is busy, the writer
waits up to the switch interval (5 ms) to get it back. So 256 rows take over a second with ``executemany``, but a few
milliseconds as one statement. A template contains ``{rows}`` where its rows go.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

ROWS: Final = 1024
"""The maximum number of rows of one statement; with nine columns far below SQLite's 32,766 parameters."""

Value = str | int | bytes | None
Statement = tuple[str, Sequence[Value]]
"""SQL and its values; with ``{rows}`` in it a template, and the values are one row."""


@lru_cache(maxsize=128)
def _statement(template: str, width: int, rows: int) -> str:
    row = f"({', '.join('?' * width)})"
    return template.replace("{rows}", ", ".join([row] * rows))


def statements(template: str, width: int, values: Sequence[Value]) -> list[Statement]:
    """The statements that insert ``values``, which are rows of ``width`` one after another.

    Rows are filled up with NULLs to a power of two, so that a few prepared statements serve any number of rows. The
    template must ignore a row of NULLs.
    """
    chunk = width * ROWS
    return [_filled(template, width, values[at : at + chunk]) for at in range(0, len(values), chunk)]


def _filled(template: str, width: int, values: Sequence[Value]) -> Statement:
    rows = 1 << (len(values) // width - 1).bit_length()
    missing = rows * width - len(values)
    return _statement(template, width, rows), [*values, *[None] * missing] if missing else values


def run(db: sqlite3.Connection, steps: Sequence[Statement]) -> None:
    """Run them as one transaction. A single statement needs no BEGIN and COMMIT."""
    if len(steps) == 1 or db.in_transaction:
        for sql, values in steps:
            db.execute(sql, values)
    elif steps:
        db.execute("BEGIN IMMEDIATE")
        for sql, values in steps:
            db.execute(sql, values)
        db.execute("COMMIT")

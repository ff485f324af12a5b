"""What the tables share: the pool, and parts of their statements."""

from __future__ import annotations

from typing import Final

from chover.store.postgres.connections import Connections

OWNER: Final = "SELECT id FROM account WHERE id = {place} FOR KEY SHARE"
"""Finds the account that a row belongs to, and locks it: the account cannot be deleted before the row is committed."""


class PostgresRows:
    """Each method is one transaction, as durable as an append. Raises StoreError."""

    def __init__(self, db: Connections) -> None:
        self._db = db


def places(columns: str, first: int = 1) -> str:
    """A parameter for each column: ``$1, $2, …``."""
    return ", ".join(f"${number}" for number in range(first, first + len(columns.split(","))))


def replacing(key: str, columns: str) -> str:
    """The end of an INSERT that replaces a row with the same key."""
    names = [name.strip() for name in columns.split(",")]
    return f"ON CONFLICT ({key}) DO UPDATE SET " + ", ".join(f"{name} = excluded.{name}" for name in names)

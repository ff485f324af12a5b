"""The logs of a scope as the index knows them: their numbers, and how many messages they have."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from typing import Final, NamedTuple

import msgspec

from chover.engine.ids import LogId

KNOWN: Final = 16
"""Scopes that are remembered, some 100 kB each for a thousand logs; beyond that, all are forgotten and read again."""

_NUMBERS: Final = """
    SELECT json_group_array(no) FROM json_each(?) AS asked CROSS JOIN store.log ON log.id = asked.value"""
_ENTRIES: Final = "SELECT coalesce(sum(entries), 0) FROM span WHERE log_no IN (SELECT value FROM json_each(?))"
_VERSION: Final = "PRAGMA main.data_version"

_json: Final = msgspec.json.Encoder().encode
_numbers: Final = msgspec.json.Decoder(tuple[int, ...]).decode


class IndexedLogs(NamedTuple):
    """``listed`` has the numbers as JSON. Logs without any event are not among them."""

    numbers: tuple[int, ...]
    listed: str
    entries: int


class IndexedScopes:
    """Remembers the scopes of the last searches until the index changes: somebody who types searches the same again.

    For one connection.
    """

    def __init__(self) -> None:
        self._version = 0
        self._known: dict[frozenset[LogId], IndexedLogs] = {}

    def logs(self, db: sqlite3.Connection, logs: Collection[LogId]) -> IndexedLogs:
        """These logs, within a transaction that has read from the index."""
        (version,) = db.execute(_VERSION).fetchone()
        if version != self._version:
            self._known.clear()
            self._version = version
        asked = frozenset(logs)
        found = self._known.get(asked)
        if found is None:
            if len(self._known) >= KNOWN:
                self._known.clear()
            found = self._known[asked] = _read(db, logs)
        return found


def _read(db: sqlite3.Connection, logs: Collection[LogId]) -> IndexedLogs:
    (listed,) = db.execute(_NUMBERS, (_json(list(logs)).decode(),)).fetchone()
    (entries,) = db.execute(_ENTRIES, (listed,)).fetchone()
    return IndexedLogs(_numbers(listed), listed, entries)

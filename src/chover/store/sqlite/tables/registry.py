"""Accounts and what belongs to them, in the same database as the logs."""

from __future__ import annotations

from chover.ports.registry import NoChanges
from chover.store.sqlite.readers import Readers
from chover.store.sqlite.tables.accounts import SqliteAccounts
from chover.store.sqlite.tables.codes import SqliteCodes
from chover.store.sqlite.tables.credentials import SqliteCredentials
from chover.store.sqlite.tables.devices import SqliteDepartures, SqliteReadMarkers
from chover.store.sqlite.tables.invites import SqliteInvites
from chover.store.sqlite.tables.operators import SqliteOperators
from chover.store.sqlite.tables.scheduled import SqliteScheduled
from chover.store.sqlite.tables.tokens import SqliteTokens
from chover.store.sqlite.writer import Writer


class SqliteRegistry:
    """Implements ports.Registry; its contract is tests/store/contract_of_registry.py."""

    def __init__(self, writer: Writer, readers: Readers) -> None:
        self.accounts = SqliteAccounts(writer, readers)
        self.credentials = SqliteCredentials(writer, readers)
        self.tokens = SqliteTokens(writer, readers)
        self.codes = SqliteCodes(writer, readers)
        self.invites = SqliteInvites(writer, readers)
        self.read_markers = SqliteReadMarkers(writer, readers)
        self.departures = SqliteDepartures(writer, readers)
        self.operators = SqliteOperators(writer, readers)
        self.scheduled = SqliteScheduled(writer, readers)
        self.changes = NoChanges()

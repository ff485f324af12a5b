"""Accounts and what belongs to them, in the same database as the logs."""

from __future__ import annotations

from chover.store.postgres.connections import Connections
from chover.store.postgres.tables.accounts import PostgresAccounts
from chover.store.postgres.tables.changes import PostgresChanges
from chover.store.postgres.tables.codes import PostgresCodes
from chover.store.postgres.tables.credentials import PostgresCredentials
from chover.store.postgres.tables.devices import PostgresDepartures, PostgresReadMarkers
from chover.store.postgres.tables.invites import PostgresInvites
from chover.store.postgres.tables.operators import PostgresOperators
from chover.store.postgres.tables.scheduled import PostgresScheduled
from chover.store.postgres.tables.tokens import PostgresTokens


class PostgresRegistry:
    """Implements ports.Registry; its contract is tests/store/contract_of_registry.py."""

    def __init__(self, db: Connections) -> None:
        self.accounts = PostgresAccounts(db)
        self.credentials = PostgresCredentials(db)
        self.tokens = PostgresTokens(db)
        self.codes = PostgresCodes(db)
        self.invites = PostgresInvites(db)
        self.read_markers = PostgresReadMarkers(db)
        self.departures = PostgresDepartures(db)
        self.operators = PostgresOperators(db)
        self.scheduled = PostgresScheduled(db)
        self.changes = PostgresChanges(db)

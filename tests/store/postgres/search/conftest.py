"""Logs in PostgreSQL with an index over them, and the index of another node."""

import pytest

from chover.store.postgres.log.appender import PostgresAppender
from chover.store.postgres.logs import PostgresLogs
from chover.store.postgres.search.index import PostgresSearch
from chover.store.postgres.writer import PostgresWriter


class IndexedLogs(PostgresLogs):
    """Tells the index what was written, unless ``silent``: as if this node had ended before it could."""

    def __init__(self, connections):
        super().__init__(connections, PostgresWriter(PostgresAppender(connections)))
        self.search = PostgresSearch(connections)
        self.silent = False

    def append(self, group, done):
        super().append(group, lambda outcomes: self._written(group, outcomes, done))

    def _written(self, group, outcomes, done):
        if not self.silent:
            self.search.written(group)
        done(outcomes)


@pytest.fixture
async def store(open_connections, database):
    logs = IndexedLogs(await open_connections(database))
    yield logs
    await logs.search.close()
    await logs.close()


@pytest.fixture
async def other(open_connections, database):
    """The index, as another node has it."""
    search = PostgresSearch(await open_connections(database, node="other"))
    yield search
    await search.close()

"""Databases of a real PostgreSQL, and connections that are closed behind each test."""

import pytest
from tests.servers.postgres import bare_database, database, own_postgres, postgres

from chover.store.postgres.connections import Connections
from chover.store.postgres.log.appender import PostgresAppender
from chover.store.postgres.logs import PostgresLogs
from chover.store.postgres.writer import PostgresWriter

__all__ = ["bare_database", "database", "own_postgres", "postgres"]


@pytest.fixture
async def open_connections():
    """Open connections to a URL; what is still open at the test's end is closed."""
    opened = []

    async def opens(url, **options):
        connections = await Connections.open(url, **options)
        opened.append(connections)
        return connections

    yield opens
    for connections in opened:
        await connections.close()


@pytest.fixture
async def connections(open_connections, database):
    """To a database with empty tables."""
    return await open_connections(database)


@pytest.fixture
async def open_logs(database):
    """Open the logs of this test's database as one node has them; what is still open at its end is closed."""
    opened = []

    async def opens(**options):
        connections = await Connections.open(database)
        opened.append(PostgresLogs(connections, PostgresWriter(PostgresAppender(connections), **options)))
        return opened[-1]

    yield opens
    for logs in opened:
        await logs.close()

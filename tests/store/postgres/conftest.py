"""Databases of a real PostgreSQL, and connections that are closed behind each test."""

import pytest
from tests.servers.postgres import bare_database, database, own_postgres, postgres

from chover.store.postgres.connections import Connections

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

"""Pools of the nodes of a cluster, on one database."""

import pytest


@pytest.fixture
def connect(open_connections, database):
    """Open another pool, as another node would."""

    async def opens(**options):
        return await open_connections(database, **options)

    return opens

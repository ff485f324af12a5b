"""Hooks in PostgreSQL."""

import pytest
from tests.store.contract_of_hooks import HooksContract

from chover.store.postgres.tables.hooks import PostgresHooks


@pytest.fixture
async def hooks(connect):
    return PostgresHooks(await connect())


class TestPostgresHooks(HooksContract):
    pass

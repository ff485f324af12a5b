"""Push subscriptions in PostgreSQL."""

from types import SimpleNamespace

import pytest
from tests.store.contract_of_push import PushContract

from chover.store.postgres.tables.push import PostgresPush
from chover.store.postgres.tables.registry import PostgresRegistry


@pytest.fixture
async def storage(connect):
    db = await connect()
    return SimpleNamespace(registry=PostgresRegistry(db), push=PostgresPush(db))


class TestPostgresPush(PushContract):
    pass

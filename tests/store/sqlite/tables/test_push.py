"""Push subscriptions in the database."""

import pytest
from tests.store.contract_of_push import ALICE, PushContract, asked


@pytest.fixture
def storage(open_store):
    return open_store()


class TestSqlitePush(PushContract):
    pass


async def test_a_subscription_outlives_the_server(storage, open_store):
    await storage.registry.accounts.create(ALICE, {})
    await storage.push.put(asked("https://b"), 10)
    await storage.push.put(asked("https://a", at=2), 10)
    await storage.close()
    assert await open_store().push.all() == [asked("https://b"), asked("https://a", at=2)]

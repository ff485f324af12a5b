"""Push subscriptions in the database."""

import pytest

from chover.engine.ids import UserId
from chover.ports import Account
from chover.ports.push import Subscription

ALICE = Account(UserId("a1"), "alice", "alice", 1)


def asked(endpoint, at=1, account=ALICE.id):
    return Subscription(account, endpoint, "p", "s", 5, at)


@pytest.fixture
async def store(open_store):
    store = open_store()
    await store.registry.accounts.create(ALICE, {})
    return store


async def test_a_subscription_outlives_the_server(store, open_store):
    await store.push.put(asked("https://b"), 10)
    await store.push.put(asked("https://a", at=2), 10)
    await store.close()
    assert open_store().push.all() == [asked("https://b"), asked("https://a", at=2)]


async def test_one_takes_the_place_of_an_earlier_one_of_its_endpoint(store):
    await store.push.put(asked("https://a"), 10)
    await store.push.put(asked("https://a", at=2), 10)
    assert store.push.all() == [asked("https://a", at=2)]


async def test_of_too_many_the_oldest_go(store):
    for at in range(4):
        await store.push.put(asked(f"https://{at}", at=at), 2)
    assert [one.at for one in store.push.all()] == [2, 3]


async def test_one_is_dropped_once(store):
    await store.push.put(asked("https://a"), 10)
    assert await store.push.drop("https://a")
    assert not await store.push.drop("https://a")


async def test_they_go_with_their_account(store):
    await store.push.put(asked("https://a"), 10)
    await store.registry.accounts.delete(ALICE.id)
    assert store.push.all() == []
    await store.push.put(asked("https://a"), 10)
    assert store.push.all() == []

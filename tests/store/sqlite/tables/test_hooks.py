"""Hooks in the database."""

import pytest
from tests.store.contract_of_hooks import ONE, OTHER, HooksContract


@pytest.fixture
def hooks(open_store):
    return open_store().hooks


class TestSqliteHooks(HooksContract):
    pass


async def test_a_hook_outlives_the_server_as_it_was(open_store):
    store = open_store()
    await store.hooks.add(b"two", OTHER)
    await store.hooks.add(b"one", ONE)
    await store.hooks.move("h1", 9)
    await store.hooks.switch_off("h1", "410 Gone")
    await store.close()
    [(_, one), (token, other)] = await open_store().hooks.all()
    assert (one.place, one.off) == (9, "410 Gone")
    assert (token, other) == (b"two", OTHER)

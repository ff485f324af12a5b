"""Hooks in the database."""

from chover.engine.ids import LogId
from chover.ports import Hook

ONE = Hook("h1", LogId("c1"), "deploys", "a1", 1000)
OTHER = Hook("h2", LogId("c2"), "news", "operator", 2000, "https://example.org/", "key", 7, "it answered 500")


async def test_a_hook_outlives_the_server_as_it_was(open_store):
    store = open_store()
    await store.hooks.add(b"two", OTHER)
    await store.hooks.add(b"one", ONE)
    await store.close()
    assert open_store().hooks.all() == [(b"one", ONE), (b"two", OTHER)]


async def test_one_is_removed_once(open_store):
    hooks = open_store().hooks
    await hooks.add(b"one", ONE)
    await hooks.add(b"two", OTHER)
    assert await hooks.remove("h1")
    assert not await hooks.remove("h1")
    assert hooks.all() == [(b"two", OTHER)]


async def test_how_far_one_has_told_and_why_it_is_off_outlive_the_server(open_store):
    store = open_store()
    await store.hooks.add(b"one", ONE)
    await store.hooks.add(b"", OTHER)
    await store.hooks.move("h2", 9)
    await store.hooks.switch_off("h2", "410 Gone")
    await store.close()
    [(_, one), (_, other)] = open_store().hooks.all()
    assert one == ONE
    assert (other.place, other.off) == (9, "410 Gone")

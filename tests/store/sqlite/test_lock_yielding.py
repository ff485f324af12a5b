import asyncio

import pytest
from tests.store.making import TEA, keep, said

from chover.store.sqlite import lock_yielding
from chover.store.sqlite.lock_yielding import LockYielding


@pytest.fixture
def naps(monkeypatch):
    """How often the loop gave way."""
    taken = []
    monkeypatch.setattr(lock_yielding.time, "sleep", taken.append)
    monkeypatch.setattr(lock_yielding, "EVERY", 0)
    return taken


async def turns(number):
    """Let the loop turn."""
    for _ in range(number):
        await asyncio.sleep(0)


async def test_the_loop_gives_way_again_and_again_until_it_has_the_answer(naps):
    right = LockYielding()
    right.begin()
    await turns(5)
    assert len(naps) > 1
    right.end()
    before = len(naps)
    await turns(5)
    assert len(naps) == before


async def test_it_gives_way_once_for_all_that_is_under_way(naps):
    right, alone = LockYielding(), len(naps)
    for _ in range(100):
        right.begin()
    await turns(3)
    assert 0 < len(naps) - alone <= 3
    for _ in range(100):
        right.end()


async def test_a_loop_that_waits_for_nothing_gives_nothing(naps):
    LockYielding()
    await turns(5)
    assert naps == []


async def test_a_loop_that_has_waited_for_its_sockets_has_given_way_already(naps, monkeypatch):
    monkeypatch.setattr(lock_yielding.time, "thread_time", lambda: 1.0)
    right = LockYielding()
    right.begin()
    await turns(5)
    assert naps == []
    right.end()


async def test_it_begins_afresh_after_a_rest(naps):
    right = LockYielding()
    for _ in range(2):
        before = len(naps)
        right.begin()
        await turns(3)
        assert len(naps) > before
        right.end()
        await turns(3)


async def test_the_store_ends_what_it_begins(open_store):
    store = open_store()
    await keep(store, said())
    await store.between(TEA, 0, 1)
    await asyncio.gather(store.head(TEA), keep(store, said()))
    assert store._writer._yielding._under_way == 0

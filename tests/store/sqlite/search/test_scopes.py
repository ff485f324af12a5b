"""What is remembered of the logs that were searched."""

import pytest
from tests.store.making import MILK, PAIR, TEA, keep, said

from chover.store.sqlite.search import scopes, segments
from chover.store.sqlite.search.scopes import IndexedScopes


@pytest.fixture
async def store(open_store):
    store = open_store()
    await keep(store, said("tea"), said("milk", MILK), said("milk again", MILK))
    await store.search.settled()
    return store


@pytest.fixture
def index(store, tmp_path):
    """A connection to the index, and the statements that it has run."""
    data = tmp_path / "data"
    db, ran = segments.open_finder(data / segments.FILE, data / "chover.db"), []
    db.set_trace_callback(ran.append)
    yield db, ran
    db.close()


async def test_a_scope_is_read_again_only_when_the_index_has_changed(store, index):
    db, ran = index
    known = IndexedScopes()
    assert known.logs(db, [TEA, MILK, PAIR]).entries == 3
    before = len(ran)
    assert known.logs(db, [MILK, TEA, PAIR]).entries == 3
    assert len(ran) == before + 1  # the version of the index

    await keep(store, said("between us", PAIR))
    await store.search.settled()
    assert known.logs(db, [TEA, MILK, PAIR]).entries == 4


async def test_scopes_are_kept_apart(index):
    db, _ = index
    known = IndexedScopes()
    tea, milk = known.logs(db, [TEA]), known.logs(db, [MILK])
    assert (tea.entries, milk.entries) == (1, 2)
    assert {*tea.numbers, *milk.numbers} == {*known.logs(db, [TEA, MILK]).numbers}
    assert known.logs(db, [PAIR]) == ((), "[]", 0)


async def test_only_so_many_are_remembered(index, monkeypatch):
    db, ran = index
    monkeypatch.setattr(scopes, "KNOWN", 2)
    known = IndexedScopes()
    known.logs(db, [TEA])
    known.logs(db, [MILK])
    before = len(ran)
    for logs in ([TEA], [MILK], [TEA]):
        known.logs(db, logs)
    assert len(ran) == before + 3  # the version of the index
    for logs in ([MILK], [PAIR]):
        known.logs(db, logs)
    before = len(ran)
    known.logs(db, [TEA])
    assert len(ran) > before + 1

"""The index takes messages from memory: it becomes the same as one that is read from the log."""

import contextlib
import random
import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.store.making import ALICE, BOB, MILK, PAIR, TEA, event, keep, outcomes, said

from chover.engine.events import Edited, Joined, Redacted
from chover.ports import Append, Query, Scope
from chover.store import search_terms
from chover.store.sqlite.search import committed, filling, segments

ALL = Scope({TEA: 1, MILK: 1}, ALICE.id)
WORDS = (
    "tea",
    "milk",
    "Green",
    "x" * 70,
    "café",
    "東京都",
    "don't",
    "a-b",
    "https://example.org/x?y=1",
    "\x02bold\x02",
    "7",
)


@pytest.fixture
def store(open_store):
    return open_store()


@pytest.fixture
def reads(monkeypatch):
    """The places that are read from the log."""
    read, places = filling.read, []

    def noted(db, some):
        places.extend(some)
        return read(db, some)

    monkeypatch.setattr(filling, "read", noted)
    return places


async def ready(store):
    """Begin with an index that has followed everything."""
    await store.search.settled()
    return store


async def answers(store):
    """What each of many searches finds, as places."""
    await store.search.settled()
    texts = [
        *(word.strip("\x02") for word in WORDS),
        '"green tea"',
        '"tea milk"',
        "tea -milk",
        "gre*",
        "京",
        "x" * 64,
        "don t",
    ]
    asked = [Query(text) for text in texts] + [Query("tea", sender="bob"), Query("", sender="alice")]
    return [
        [(one.log, one.seq) for one in await store.search.find(query, ALL, 1000, oldest=oldest)]
        for query in asked
        for oldest in (False, True)
    ]


async def test_plain_messages_are_indexed_without_being_read(store, reads):
    await keep(await ready(store), said("green tea"), said("milk", MILK), said("tea for two", PAIR))
    await keep(store, event(Joined(), TEA), said("more tea"), event(Joined(), TEA))
    await keep(store, said("last tea"))
    await store.search.settled()
    assert reads == []
    assert len(await store.search.find(Query("tea"), ALL, 10)) == 4


async def test_a_log_in_which_something_was_changed_is_read(store, reads):
    await keep(await ready(store), said("green tea", msgid="m1"), said("milk", MILK))
    await store.search.settled()
    await keep(store, event(Edited("m1", 1, "black tea"), TEA), said("more", TEA), said("more milk", MILK))
    await store.search.settled()
    assert {(1, 1), (1, 3)} <= set(reads)
    assert len(await store.search.find(Query("black"), ALL, 10)) == 1
    assert await store.search.find(Query("green"), ALL, 10) == []


async def test_what_is_too_much_for_memory_is_read(store, reads, monkeypatch):
    monkeypatch.setattr(committed, "HELD", 2)
    await keep(await ready(store), *(said(f"tea {number}") for number in range(5)))
    await store.search.settled()
    assert len(reads) == 5
    reads.clear()
    await keep(store, said("tea again"))
    assert len(await store.search.find(Query("tea"), ALL, 10)) == 6
    await store.search.settled()
    assert reads == []


async def test_a_refused_message_leaves_nothing(store, reads):
    await keep(await ready(store), said("green tea"))
    await outcomes(store, Append([said("never kept")], {TEA: 99}))
    await store.search.settled()
    assert await store.search.find(Query("never"), ALL, 10) == []
    assert reads == []


@pytest.mark.parametrize("seed", range(4))
async def test_the_index_is_the_same_as_one_read_from_the_log(open_store, tmp_path, seed):
    chance, store = random.Random(seed), await ready(open_store())
    for turn in range(40):
        some = []
        for number in range(chance.randrange(1, 9)):
            log, source = chance.choice((TEA, MILK, PAIR)), chance.choice((ALICE, BOB))
            text = " ".join(chance.choices(WORDS, k=chance.randrange(1, 9)))
            some.append(said(text, log, source, at=turn * 10 + chance.randrange(10), msgid=f"m{turn}-{number}"))
        await keep(store, *some)
        if chance.random() < 0.3:
            place = some[0]
            body = Edited(place.msgid, place.seq, "green tea") if turn % 2 else Redacted(place.msgid, place.seq, "")
            await keep(store, event(body, place.log, place.source))
        if chance.random() < 0.2:
            await store.search.settled()
    kept = await answers(store)
    assert sum(map(len, kept)) > 100
    await store.close()
    (tmp_path / "data" / segments.FILE).unlink()
    assert await answers(open_store()) == kept


@given(st.text(st.characters(max_codepoint=126), max_size=200))
@settings(max_examples=300, deadline=None)
def test_the_tokenizer_of_the_index_makes_the_words_of_a_plain_text(text):
    if not search_terms.plain(text):
        return
    with contextlib.closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE VIRTUAL TABLE t USING fts5(words, tokenize = 'ascii')")
        db.execute("CREATE VIRTUAL TABLE v USING fts5vocab(t, 'instance')")
        db.execute("INSERT INTO t VALUES (?)", (text,))
        found = [word for (word,) in db.execute("SELECT term FROM v ORDER BY offset")]
    assert found == search_terms.words(text)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Green tea", True),
        ("caf\u00e9", False),
        ("\x02bold\x02", False),
        ("x" * 64, True),
        ("x" * 65, False),
        ("a " * 80, True),
        (f"{'x' * 64} {'y' * 64} {'z' * 64}", True),
        (f"{'x' * 64} {'y' * 65} {'z' * 64}", False),
        (f"{'a ' * 40}{'x' * 65}", False),
        (f"{'x' * 65} a", False),
        (" " * 200, True),
    ],
)
def test_which_texts_are_plain(text, plain):
    assert search_terms.plain(text) is plain

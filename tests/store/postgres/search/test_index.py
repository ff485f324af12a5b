"""The index of messages in PostgreSQL."""

import asyncio
import logging

import pytest
from tests.store.contract_of_search import ALL, SearchContract, found
from tests.store.making import BOB, MILK, TEA, event, keep, said, texts

from chover.engine.events import Edited, Redacted
from chover.ports import Query, Scope
from chover.store import search_terms
from chover.store.postgres.search import entries, filling, finder, follower
from chover.store.postgres.search.finder import Window, windows

SPAN = entries.SPAN
DAY = 86_400_000


class TestPostgresSearch(SearchContract):
    pass


class TestPostgresSearchInSmallWindows(SearchContract):
    """The same with many windows for a few messages, and with logs that are compared and not looked up."""

    @pytest.fixture(autouse=True)
    def small(self, monkeypatch):
        for module in (entries, finder):
            monkeypatch.setattr(module, "SPAN", 2)
        monkeypatch.setattr(finder, "WINDOWS", (1, 1))
        monkeypatch.setattr(finder, "NAMED", 0)


@pytest.mark.parametrize("oldest", [False, True])
@pytest.mark.parametrize(("low", "high"), [(0, 0), (5, SPAN), (SPAN - 1, 3 * SPAN), (7, 99 * SPAN + 5), (3, 2)])
def test_windows_cover_all_entries_once_in_order(low, high, oldest):
    parts = list(windows(low, high, oldest=oldest))
    numbers = [number for part in parts for number in range(part.low, part.high + 1)[:: 1 if oldest else -1]]
    assert numbers == list(range(low, high + 1)[:: 1 if oldest else -1])
    assert [part.bounded for part in parts][:3] == [True] * min(len(parts), 3)


def test_a_window_begins_where_spans_do():
    assert list(windows(7, 30 * SPAN, oldest=False)) == [
        Window(29 * SPAN, 30 * SPAN),
        Window(25 * SPAN, 29 * SPAN - 1),
        Window(9 * SPAN, 25 * SPAN - 1),
        Window(7, 9 * SPAN - 1, bounded=False),
    ]


@pytest.mark.parametrize("soon", [0, 4096], ids=["by a plan", "in one transaction"])
async def test_two_nodes_that_index_at_once_enter_each_message_once(store, other, connections, monkeypatch, soon):
    monkeypatch.setattr(filling, "CHUNK", 3)
    monkeypatch.setattr(follower, "PIECE", 7)
    monkeypatch.setattr(follower, "SOON", soon)
    await keep(store, *(said(f"tea {n}", (TEA, MILK)[n % 2], at=n) for n in range(40)))
    await asyncio.gather(store.search.settled(), other.settled())
    numbers = [row["id"] for row in await connections.fetch("SELECT id FROM search_block ORDER BY id")]
    assert numbers == list(range(len(numbers)))
    assert await indexed(connections) == 40
    assert len(await other.find(Query("tea "), ALL, 99)) == 40


async def indexed(connections, query=""):
    """How many messages are in the index, in blocks that match."""
    sql = """SELECT count(*) FROM search_block AS block JOIN event ON event.log_no = block.log_no
        AND seq BETWEEN first AND last AND kind = 'said' WHERE $1 = '' OR words @@ $1::tsquery"""
    return await connections.value(sql, query)


async def test_another_node_finds_at_once_what_was_said_here(store, other):
    await store.search.settled()
    store.silent = True
    await keep(store, said("fresh tea", at=90))
    assert texts(await other.find(Query("fresh"), ALL, 5)) == ["fresh tea"]


async def test_a_node_enters_what_another_did_not_come_to(store, other, connections, monkeypatch):
    monkeypatch.setattr(follower, "EVERY", 0.01)
    await other.settled()
    store.silent = True
    await keep(store, said("black tea"), said("green tea"))
    while await indexed(connections) < 2:
        await asyncio.sleep(0.01)


async def test_what_this_node_has_committed_is_indexed_without_reading_it_back(store, connections, monkeypatch):
    await store.search.settled()
    monkeypatch.setattr(filling, "_BETWEEN", "SELECT reading, it, fails")
    await keep(store, said("black tea"), said("green tea", MILK), said("oat milk"))
    while await indexed(connections) < 3:
        await asyncio.sleep(0.01)
    assert await found(store, "tea ") == ["black tea", "green tea"]


async def test_of_what_another_node_has_said_between_only_that_is_read(store, other, connections):
    await store.search.settled()
    store.silent = True
    await keep(store, said("black tea"))
    store.silent = False
    await keep(store, said("green tea"))
    while await indexed(connections) < 2:
        await asyncio.sleep(0.01)
    assert texts(await other.find(Query("tea "), ALL, 5)) == ["black tea", "green tea"]


async def test_of_what_is_deleted_or_changed_no_word_stays(store, connections):
    one, two = await keep(store, said("secret tea"), said("secret milk"))
    await store.search.settled()
    await keep(store, event(Redacted(one.msgid, one.seq)), event(Edited(two.msgid, two.seq, "oat milk")))
    await store.search.settled()
    assert await indexed(connections, "secret") == 0
    assert await found(store, "oat ") == ["oat milk"]


async def test_what_retention_takes_is_in_the_index_no_more(store, connections):
    await keep(store, *(said(f"tea {n}", at=n + 1) for n in range(5)))
    await store.search.settled()
    assert await store.retain(1, 3 + DAY + 1) == 3
    assert texts(await store.search.find(Query("tea "), ALL, 9)) == ["tea 3", "tea 4"]
    store.search.purge()
    await store.search.settled()
    blocks = await connections.fetch("SELECT first, last, words::text FROM search_block")
    assert [tuple(block)[:2] for block in blocks] == [(4, 5)]
    assert "'3':1" in blocks[0]["words"]
    assert "'2'" not in blocks[0]["words"]


async def test_a_time_is_a_bound_where_clocks_differ(store):
    """A node whose clock is a minute ahead has said something before the others."""
    await keep(store, said("tea of tomorrow", MILK, BOB, at=60_000))
    await store.search.settled()
    await keep(store, said("tea of today", at=1_000), said("tea of the afternoon", at=2_000))
    assert await found(store, "tea ", before=1_500) == ["tea of today"]
    assert await found(store, "tea ", after=1_500) == ["tea of the afternoon", "tea of tomorrow"]


async def test_an_index_of_an_older_version_is_built_again_and_a_newer_one_left_alone(store, other, connections):
    await keep(store, said("tea"))
    await store.search.settled()
    await connections.execute("UPDATE search_block SET words = ''")
    await connections.execute("UPDATE meta SET value = '0' WHERE name = 'search_version'")
    await keep(store, said("more tea"))
    await other.settled()
    assert await indexed(connections, "tea") == 2
    newer = str(follower.VERSION + 1).encode()
    await connections.execute("UPDATE meta SET value = $1 WHERE name = 'search_version'", newer)
    await keep(store, said("tea again"))
    await store.search.settled()
    assert await indexed(connections) == 2
    # What the newer version has not entered yet is read in the log.
    assert len(await store.search.find(Query("tea "), ALL, 9)) == 3


async def test_more_logs_than_are_named_to_the_index(store):
    logs = [f"c{n}" for n in range(finder.NAMED + 9)]
    await keep(store, *(said(f"tea {log}", log, at=n + 1) for n, log in enumerate(logs)))
    scope = Scope({log: 1 for log in logs if log != "c3"})
    assert await found(store, "tea ", scope, 3, oldest=True) == ["tea c0", "tea c1", "tea c2"]
    assert await found(store, "tea ", scope, 500) == [f"tea {log}" for log in logs if log != "c3"]


async def test_the_index_goes_on_when_what_stopped_it_is_over(store, connections, caplog):
    await keep(store, said("black tea"))
    await store.search.settled()
    await connections.execute("ALTER TABLE search_indexed RENAME TO away")
    with caplog.at_level(logging.ERROR):
        await keep(store, said("green tea"))
        while "search index cannot follow" not in caplog.text:
            await asyncio.sleep(0.01)
    await connections.execute("ALTER TABLE away RENAME TO search_indexed")
    while await indexed(connections) < 2:
        await asyncio.sleep(0.01)
    assert caplog.text.count("search index cannot follow") == 1


TEXTS = ["tea, Tea & 2 teas: it's 1e5 tea_pots!", "x" * 90 + " tea", "tea " * 300, "thé 茶 🍵 tea", "?!"]


async def test_a_block_has_each_word_at_the_places_of_its_messages(connections):
    block = entries.vector([(said(text), "") for text in TEXTS], 1, 7)
    places = "SELECT lexeme, positions FROM unnest($1::text::tsvector) WHERE lexeme ~ '^[^\ue000-\uf8ff]'"
    there = dict(await connections.fetch(places, block))
    words = [set(search_terms.words(text)) for text in TEXTS]
    assert there == {
        word: [place for place, some in enumerate(words, 1) if word in some] for word in set().union(*words)
    }


async def test_words_of_different_messages_match_no_block(store, connections):
    await keep(store, said("green cups", at=1), said("black tea", at=2))
    await store.search.settled()
    assert await connections.value("SELECT count(*) FROM search_block") == 1
    assert await indexed(connections, "'black' <0> 'tea'") == 2
    assert await indexed(connections, "'green' <0> 'tea'") == 0


async def test_the_newest_is_found_where_blocks_overlap(store):
    """A block of one log ends later than that of another, which has newer messages than its first ones."""
    await keep(store, *(said(f"tea {at}", (TEA, MILK)[at % 2], at=at) for at in range(1, 21)))
    assert await found(store, "tea ", limit=3) == ["tea 18", "tea 19", "tea 20"]
    assert await found(store, "tea ", limit=3, oldest=True) == ["tea 1", "tea 2", "tea 3"]


@pytest.mark.parametrize("text", ["tea \x02pot\x02ty", "TEApotty", "teapötty", "ｔｅａｐｏｔｔｙ"])
async def test_a_word_is_found_however_it_is_written(store, text):
    await keep(store, said(text, at=1), said("coffee", at=2))
    word = "potty" if " " in text else "teapotty"
    assert await found(store, word) == [text]


async def test_what_another_node_has_committed_is_not_read_when_the_bus_brought_it(store, other, connections):
    await store.search.settled()
    store.silent = True
    [heard] = await keep(store, said("black tea"))
    store.silent = False
    store.search.heard([heard])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(filling, "_BETWEEN", "SELECT reading, it, fails")
        await keep(store, said("green tea"))
        while await indexed(connections) < 2:
            await asyncio.sleep(0.01)
    assert texts(await other.find(Query("tea "), ALL, 5)) == ["black tea", "green tea"]


async def test_what_is_said_while_another_node_indexes_is_not_read_either(store, connections, monkeypatch):
    await store.search.settled()
    monkeypatch.setattr(follower, "PAUSE", 0.2)
    monkeypatch.setattr(filling, "_BETWEEN", "SELECT reading, it, fails")
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    async with connections.transaction() as another_node:
        await another_node.execute("SELECT pg_advisory_xact_lock($1)", follower._LOCK_NO)
        await keep(store, said("black tea"))
        while not await connections.value(waiting):
            await asyncio.sleep(0.01)
        await keep(store, said("green tea"))
    while await indexed(connections) < 2:
        await asyncio.sleep(0.01)


async def test_what_the_bus_brings_late_is_waited_for_and_what_it_does_not_bring_is_read(store, connections):
    await store.search.settled()
    await keep(store, said("one"))
    store.silent = True
    await keep(store, said("two"))
    store.silent = False
    await keep(store, said("three"))
    while await indexed(connections) < 3:
        await asyncio.sleep(0.01)
    assert await connections.value("SELECT last FROM search_block ORDER BY id LIMIT 1") == 1


async def test_so_many_messages_are_indexed_without_a_pause(store, connections, monkeypatch):
    await store.search.settled()
    monkeypatch.setattr(follower, "PAUSE", 3600.0)
    monkeypatch.setattr(follower, "ENOUGH", 3)
    await keep(store, said("one"))
    await keep(store, said("two"), said("three"))
    while await indexed(connections) < 3:
        await asyncio.sleep(0.01)

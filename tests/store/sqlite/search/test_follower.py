"""What becomes of the index when the server stops, when its file is damaged, and when something is taken away."""

import sqlite3

import pytest
from tests.store.making import ALICE, BOB, MILK, PAIR, TEA, event, keep, said, texts

from chover.engine.events import Edited, Redacted
from chover.ports import Query, Scope, StoreError
from chover.store.sqlite.search import filling, finder, follower, segments

DAY = 86_400_000
ALL = Scope({TEA: 1, MILK: 1}, ALICE.id)


@pytest.fixture
def store(open_store):
    return open_store()


@pytest.fixture
def reopen(open_store):
    async def opens_again(store):
        await store.close()
        return open_store()

    return opens_again


@pytest.fixture
def small(monkeypatch):
    """Segments of four messages, filled three at a time."""
    monkeypatch.setattr(segments, "SIZE", 4)
    monkeypatch.setattr(follower, "CHUNK", 3)
    monkeypatch.setattr(follower, "TOGETHER", 3)
    monkeypatch.setattr(follower, "AHEAD", 7)


async def found(store, text="", limit=100, **query):
    await store.search.settled()
    return texts(await store.search.find(Query(text, **query), ALL, limit))


def rows(path, sql):
    db = sqlite3.connect(path)
    try:
        return db.execute(sql).fetchall()
    finally:
        db.close()


@pytest.mark.parametrize("together", [1, 3, 400])
async def test_many_segments_are_one_index(small, store, together, monkeypatch):
    monkeypatch.setattr(finder, "TOGETHER", together)
    await keep(store, *(said(f"tea {n}", (TEA, MILK, PAIR)[n % 3], at=n) for n in range(1, 31)))
    assert await found(store, "tea ") == [f"tea {n}" for n in range(1, 31)]
    assert await found(store, "tea ", 5) == [f"tea {n}" for n in range(26, 31)]
    assert texts(await store.search.find(Query("tea "), ALL, 5, oldest=True)) == [f"tea {n}" for n in range(1, 6)]
    assert await found(store, "", 5) == [f"tea {n}" for n in range(26, 31)]
    for first in range(1, 31):
        assert await found(store, "tea ", after=first, before=first + 4) == [
            f"tea {n}" for n in range(first, min(31, first + 5))
        ]
    assert texts(await store.search.find(Query("tea "), Scope({MILK: 5}), 4)) == [
        f"tea {n}" for n in (19, 22, 25, 28)
    ]  # fmt: skip


async def test_more_segments_than_a_statement_of_sqlite_has_parts(store, monkeypatch):
    monkeypatch.setattr(segments, "SIZE", 1)
    await keep(store, *(said(f"tea {n}", TEA, at=n) for n in range(1, 521)))
    assert await found(store, "tea ", 1000) == [f"tea {n}" for n in range(1, 521)]
    assert await found(store, "tea ", 1000, sender="alice") == [f"tea {n}" for n in range(1, 521)]


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 20, 50])
async def test_few_matches_in_many_segments_come_newest_first(small, store, limit):
    # None of the last ones: the newest segment alone has not enough.
    who = [BOB if n % 5 in (0, 3) and n < 88 else ALICE for n in range(96)]
    every = [f"{('tea', 'milk')[n % 2]} {n}" for n in range(96)]
    kept = await keep(store, *(said(every[n], (TEA, MILK)[n % 3 == 0], who[n], at=n) for n in range(96)))
    for word in ("tea", "milk"):
        his = [f"{word} {n}" for n in range(96) if who[n] is BOB and n % 2 == (word == "milk")]
        assert await found(store, f"{word} ", limit, sender="bob") == his[-limit:]
        assert (
            await found(store, f"{word} ", limit, sender="bob", before=60)
            == [text for text in his if int(text.split()[1]) <= 60][-limit:]
        )
        query = Query(f"{word} ", sender="bob")
        assert texts(await store.search.find(query, ALL, limit, oldest=True)) == his[:limit]
        # What may not be read stands between the others, so that more has to be fetched.
        late = {text for text, event in zip(every, kept, strict=True) if event.log == MILK or event.seq >= 50}
        assert (
            texts(await store.search.find(query, Scope({TEA: 50, MILK: 1}, ALICE.id), limit))
            == [text for text in his if text in late][-limit:]
        )


async def test_an_index_that_was_never_made_comes_into_the_order_of_time(small, store, reopen, tmp_path):
    for log in (TEA, MILK):
        await keep(store, *(said(f"tea {n}", log, at=n) for n in range(1, 20)))
    await store.close()
    (tmp_path / "data" / "search.db").unlink()
    store = await reopen(store)
    await store.search.settled()
    times = [at for (at,) in rows(tmp_path / "data" / "search.db", "SELECT at FROM entry ORDER BY id")]
    assert times == sorted(times)
    assert len(times) == 38


async def test_what_was_kept_while_nobody_followed_is_found_after_the_next_start(store, reopen):
    await keep(store, said("tea"))
    await store.search.settled()
    store.search._follower.close()
    await keep(store, said("more tea"))
    store = await reopen(store)
    assert await found(store, "tea ") == ["tea", "more tea"]


async def test_what_was_said_is_found_before_it_is_indexed(store):
    await keep(store, said("tea", at=10))
    await store.search.settled()
    store.search._follower.close()
    await keep(store, said("more tea", at=20), said("private tea", PAIR, at=30))
    hits = await store.search.find(Query("tea "), ALL, 2)
    assert texts(hits) == ["more tea", "private tea"]


@pytest.mark.parametrize("harm", ["damaged", "empty", "version", "foreign", "ahead"])
async def test_an_index_that_cannot_be_used_is_made_again(store, reopen, tmp_path, harm):
    await keep(store, said("tea"))
    await store.search.settled()
    await store.close()
    path = tmp_path / "data" / "search.db"
    if harm == "damaged":
        path.write_bytes(b"nonsense" * 1000)
    elif harm == "empty":
        path.write_bytes(b"")
    else:
        changes = {
            "version": "PRAGMA user_version = 99",
            "foreign": "UPDATE origin SET secret = x'00'",
            "ahead": "UPDATE followed SET seq = 1000",
        }
        db = sqlite3.connect(path)
        db.execute(changes[harm])
        db.commit()
        db.close()
    store = await reopen(store)
    assert await found(store, "tea ") == ["tea"]
    assert rows(path, "SELECT seq FROM followed") == [(1,)]


async def test_what_is_too_old_is_in_no_file_of_the_index(small, store, tmp_path):
    # Words that begin with the same letters would share them in the file.
    words = [letter * 5 + "secret" for letter in "abcdefghijk"]
    await keep(store, *(said(word, at=n * DAY) for n, word in enumerate(words, 1)))
    assert await found(store) == words
    assert in_files(tmp_path, words) == words
    await store.retain(3, 12 * DAY)
    assert await found(store) == words[8:]
    assert in_files(tmp_path, words) == words[8:]
    assert rows(tmp_path / "data" / "search.db", "SELECT min(first), sum(entries) FROM span") == [(9, 3)]
    await keep(store, said("new", at=13 * DAY))
    assert (await found(store))[-1] == "new"


@pytest.mark.parametrize("change", ["deleted", "edited"])
async def test_what_is_taken_back_is_in_no_file_of_the_index(small, store, reopen, tmp_path, change):
    words = [letter * 5 + "secret" for letter in "abcdefghijk"]
    kept = await keep(store, *(said(word, at=n) for n, word in enumerate(words, 1)))
    assert await found(store) == words
    for message in kept[:2], kept[5:6], kept[10:]:
        await keep(store, *(taken_back(each, change) for each in message))
    store = await reopen(store)
    left = [*words[2:5], *words[6:10]]
    texts_left = {*left, "Zen"} if change == "edited" else {*left}
    assert {*await found(store)} == texts_left
    assert in_files(tmp_path, words) == left
    assert rows(tmp_path / "data" / "search.db", "SELECT * FROM dirty") == []


def taken_back(message, change):
    edited = Edited(message.msgid, message.seq, "Zen")
    return event(edited if change == "edited" else Redacted(message.msgid, message.seq), message.log)


async def test_many_deletions_do_not_keep_it_from_following(store, tmp_path):
    kept = await keep(store, *(said(f"tea {n}") for n in range(10)))
    await store.search.settled()
    for message in kept[:5]:
        await keep(store, taken_back(message, "deleted"))
        await keep(store, said(f"after {message.body.text}"))
    assert await found(store, "tea ") == [f"tea {n}" for n in range(5, 10)] + [f"after tea {n}" for n in range(5)]


async def test_an_edit_is_found_before_its_segment_is_filled_again(store, monkeypatch):
    messages = await keep(store, said("tea", at=1), said("coffee", at=2))
    await store.search.settled()
    monkeypatch.setattr(filling, "refill", lambda *_: None)
    await keep(store, event(Edited(messages[0].msgid, messages[0].seq, "cocoa"), at=3))
    await store.search.settled()
    assert await found(store, "cocoa ") == ["cocoa"]
    assert await found(store, "tea ") == []


async def test_an_edit_of_long_ago_is_found_at_its_time(small, store):
    first, *_ = await keep(store, *(said(f"tea {n}", at=n) for n in range(1, 12)))
    await store.search.settled()
    await keep(store, event(Edited(first.msgid, first.seq, "green tea"), at=20))
    assert await found(store, "green tea ", before=1) == ["green tea"]
    assert await found(store, "green tea ", after=2) == []


async def test_all_may_be_too_old_and_it_begins_again(small, store):
    await keep(store, *(said(f"tea {n}", at=n) for n in range(1, 10)))
    await store.search.settled()
    await store.retain(1, 1000 * DAY)
    assert await found(store) == []
    await keep(store, said("new tea", at=1000 * DAY))
    assert await found(store, "tea ") == ["new tea"]


async def test_a_failure_is_told_and_tried_again(store, monkeypatch):
    monkeypatch.setattr(follower, "AGAIN", 0.01)
    put, broken = filling.put, [True]

    def fails_at_first(*args):
        if broken:
            raise sqlite3.OperationalError("no space")
        return put(*args)

    monkeypatch.setattr(filling, "put", fails_at_first)
    await keep(store, said("tea"))
    with pytest.raises(StoreError, match="the index cannot be written"):
        await store.search.settled()
    broken.clear()
    assert await found(store, "tea ") == ["tea"]


async def test_an_index_that_cannot_be_opened_is_told_and_people_chat_all_the_same(open_store, tmp_path):
    (tmp_path / "data" / "search.db").mkdir(parents=True)
    store = open_store()
    await keep(store, said("tea"))
    for asking in (store.search.settled(), store.search.find(Query("tea"), ALL, 5)):
        with pytest.raises(StoreError, match="search is not available"):
            await asking


def in_files(tmp_path, words):
    """Which of these stand in a file of the index, whole or by the beginning that is indexed, too."""
    data = b"".join(path.read_bytes() for path in (tmp_path / "data").glob("search.db*"))
    return [word for word in words if word[:3].encode() in data]


def test_anyone_who_ends_it_while_it_turns_to_its_work_does_not_wait_for_ever(tmp_path, monkeypatch):
    following = follower.Follower(tmp_path / "missing" / "search.db", tmp_path / "chover.db", b"")
    looked = following._stopped.is_set
    answers = iter([False])

    def ended_just_now():
        following._stopped.set()
        following._work.set()
        return next(answers, looked())

    monkeypatch.setattr(following._stopped, "is_set", ended_just_now)
    following._work.set()
    following._thread.join(10)
    assert not following._thread.is_alive()


async def test_a_stop_right_after_something_was_deleted_leaves_it_in_no_file(store, reopen, tmp_path):
    [message] = await keep(store, said("xylophonic " * 30))
    await store.search.settled()
    await keep(store, event(Redacted(message.msgid, message.seq)))

    await store.close()

    assert [path.name for path in tmp_path.rglob("*") if path.is_file() and b"xylophonic" in path.read_bytes()] == []

import contextlib
import sqlite3
import stat
from functools import partial
from importlib.resources import files

import pytest
from tests.store.contract import StoreContract
from tests.store.contract_of_state_tables import StateTablesContract
from tests.store.making import MILK, TEA, alone, event, keep, outcome, outcomes, said, texts, whole_log

from chover.engine import ids
from chover.engine.events import Joined, Said
from chover.ports import Committed, Direction, Failed, Selector
from chover.store.sqlite import writer
from chover.store.sqlite.log import appender, pages, places


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
def full():
    """SQLite says that the disk is full when the database would grow beyond its greatest number of pages."""

    @contextlib.contextmanager
    def no_space(store):
        def limit(pages):
            store._writer.run(lambda db: db.execute(f"PRAGMA max_page_count = {pages}").fetchone()).result()

        limit(1)
        yield
        limit(1 << 30)

    return no_space


class TestSqliteStore(StoreContract, StateTablesContract):
    async def test_closing_twice_is_closing(self, store):
        await store.close()
        await store.close()

    async def test_the_directory_and_its_files_are_its_owners_alone(self, store, tmp_path):
        await keep(store, said())
        await store.load()
        await store.search.settled()
        rights = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "data").iterdir()}
        assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
        files = (
            "chover.db",
            "chover.db-wal",
            "chover.db-shm",
            "chover.pid",
            "search.db",
            "search.db-wal",
            "search.db-shm",
        )
        assert rights == dict.fromkeys(files, 0o600)

    async def test_closing_leaves_the_log_its_index_and_an_empty_lock(self, store, tmp_path):
        await keep(store, said())
        await store.close()
        assert sorted(path.name for path in (tmp_path / "data").iterdir()) == [
            "chover.db", "chover.pid", "search.db",
        ]  # fmt: skip

    async def test_heads_are_read_again_when_more_logs_are_in_use_than_are_remembered(self, store, monkeypatch):
        monkeypatch.setattr(appender, "REMEMBERED", 1)
        for _ in range(3):
            kept = await keep(store, said(log=TEA), said(log=MILK))
        assert [one.seq for one in kept] == [3, 3]

    async def test_what_comes_faster_than_the_disk_is_refused_in_its_turn(self, store, monkeypatch):
        monkeypatch.setattr(writer, "WAITING", 2)
        told = []
        for number in range(100):
            store.append([alone(said(str(number)))], told.extend)
        await outcomes(store)
        refused = [one for one in told if one == writer._BUSY]
        assert 0 < len(refused) < 100
        assert len(told) == 100
        assert await store.head(TEA) == told.count(Committed())
        assert isinstance(await outcome(store, alone(said())), Committed)

    async def test_a_group_larger_than_a_transaction_takes_is_still_one(self, store):
        happened = [said(str(n), nonce=f"n{n}") for n in range(2 * writer.TOGETHER + 1)]
        await keep(store, *happened)
        assert [one.seq for one in happened] == list(range(1, len(happened) + 1))

    async def test_a_message_costs_one_statement_after_the_first(self, store):
        statements = []
        stem = ids.timed(1000)
        await keep(store, said(nonce="a"))
        store._writer.run(lambda db: db.set_trace_callback(statements.append)).result()
        await keep(store, *(said(msgid=f"{stem}abcdef{number}") for number in range(3)))
        await keep(store, said(msgid=f"{stem}abcdef3"))
        assert [sql.split()[0] for sql in statements] == ["INSERT", "INSERT"]

    async def test_a_thousand_joins_are_a_handful_of_statements(self, store):
        statements = []
        store._writer.run(lambda db: db.set_trace_callback(statements.append)).result()
        await keep(store, *(event(Joined(), TEA) for _ in range(1000)))
        assert len(statements) < 10

    async def test_work_that_fails_leaves_no_transaction_behind(self, store):
        failing = store._writer.run(lambda db: db.executescript("BEGIN; INSERT INTO nowhere VALUES (1)"))
        assert "the database cannot be written" in str(failing.exception())
        assert texts(await keep(store, said("x"))) == ["x"]
        assert texts(await whole_log(store)) == ["x"]

    async def test_a_damaged_event_is_not_a_damaged_store(self, store):
        assert isinstance(await outcome(store, alone(event(Said("\udfff")))), Failed)
        assert texts(await keep(store, said("x"))) == ["x"]


@pytest.mark.parametrize("sql", [sql for (_, only), sql in pages._PAGES.items() if only])
def test_messages_are_read_by_their_parts_of_the_log_and_in_their_order(sql):
    with contextlib.closing(sqlite3.connect(":memory:")) as db:
        db.executescript(files("chover.store.sqlite").joinpath("schema.sql").read_text(encoding="utf-8"))
        plan = [row[3] for row in db.execute("EXPLAIN QUERY PLAN " + sql, ["1"] * 4)]
    assert "SEARCH part USING PRIMARY KEY (log_no=? AND span>? AND span<?)" in plan
    assert "SEARCH event USING INDEX sqlite_autoindex_event_1 (log_no=? AND seq>? AND seq<?)" in plan
    assert not any("TEMP B-TREE" in step for step in plan)


class TestPlaces:
    async def test_a_page_of_messages_walks_through_no_joins(self, open_store):
        store = open_store()
        await keep(store, said("before"))
        await keep(store, *(event(Joined(), TEA) for _ in range(1000)))
        await keep(store, said("after"))
        page = partial(store.page, TEA, messages_only=True, limit=10)
        assert texts(await page(Selector(), Direction.BEFORE)) == ["before", "after"]
        assert texts(await page(Selector(), Direction.AFTER)) == ["before", "after"]
        assert texts(await page(Selector(seq=1002), Direction.BEFORE)) == ["before"]
        spans = store._writer.run(lambda db: db.execute("SELECT span FROM message_span").fetchall()).result()
        assert spans == [(0,), (1002 // places.SPAN,)]

    async def test_only_msgids_without_the_time_of_their_event_are_noted(self, open_store):
        store = open_store()
        at = 1_700_000_000_000
        stem = ids.timed(at)
        named = [said(name, at=at, msgid=msgid) for name, msgid in (("a", f"{stem}abcdef0"), ("b", f"{stem}abcdef1"))]
        late = said("late", at=at - 5, msgid=f"{ids.timed(at - 5)}abcdef0")
        foreign = said("foreign", at=at + 1, msgid="m-17")
        await keep(store, *named)
        await keep(store, late, foreign)
        await keep(store, said("next", at=at + 2, msgid=f"{ids.timed(at + 2)}abcdef0"))
        for one in (*named, late, foreign):
            assert (await store.find(TEA, one.msgid)).seq == one.seq
            assert texts(await store.page(TEA, Selector(msgid=one.msgid), Direction.AFTER, 9, messages_only=True)) == [
                *["a", "b", "late", "foreign"][one.seq :],
                "next",
            ]
        assert await store.find(TEA, f"{stem}abcdef2") is None
        noted = store._writer.run(lambda db: db.execute("SELECT msgid FROM untimed_msgid").fetchall()).result()
        assert sorted(noted) == sorted([(late.msgid,), ("m-17",)])

    async def test_what_finds_events_again_is_made_from_them(self, open_store):
        store = open_store()
        await keep(store, said(msgid="m-1"), *(event(Joined(), TEA) for _ in range(100)), said(msgid="m-2"))

        def of(db):
            return [db.execute(f"SELECT * FROM {name}").fetchall() for name in ("message_span", "untimed_msgid")]

        before = store._writer.run(of).result()
        store._writer.run(lambda db: db.executescript("DELETE FROM message_span; DELETE FROM untimed_msgid")).result()
        store._writer.run(places.find_again).result()
        assert store._writer.run(of).result() == before != [[], []]

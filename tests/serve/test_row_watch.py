"""Rows that are read again when another node has changed them."""

import asyncio
import logging

import pytest
from msgspec.structs import replace
from tests.doubles.stage import Stage

from chover.ports import StoreError
from chover.ports.registry import ChangedRow, NoChanges
from chover.serve import row_watch
from chover.serve.row_watch import RowWatch


class Reported:
    """Changes that are reported one set after the other; an error is raised. ``told`` says that there is something."""

    shared = True

    def __init__(self, *reports):
        self._reports = list(reports)
        self.told = None
        self.listened_to = asyncio.Event()

    async def listen(self, told):
        self.told = told
        self.listened_to.set()
        await asyncio.Event().wait()

    async def poll(self):
        report = self._reports.pop(0) if self._reports else frozenset()
        if isinstance(report, Exception):
            raise report
        return report


class Reader:
    """Notes the keys that it is to read; ``fails`` so often before it does."""

    def __init__(self, fails=0):
        self.asked = []
        self._fails = fails

    async def __call__(self, keys):
        if self._fails:
            self._fails -= 1
            raise StoreError("away")
        self.asked.append(keys)


def watching(changes, readers):
    watch = RowWatch(changes)
    watch.serve(readers)
    return watch


async def test_each_kind_has_its_reader_and_gets_the_keys_once():
    accounts, bans = Reader(), Reader()
    changed = {
        ChangedRow("account", "a1"),
        ChangedRow("account", "a2"),
        ChangedRow("ban", "7"),
        ChangedRow("hook", "h"),
    }
    watch = watching(Reported(changed), {"account": accounts, "ban": bans})
    await watch.look()
    await watch.look()
    assert (accounts.asked, bans.asked) == ([{"a1", "a2"}], [{"7"}])


async def test_what_could_not_be_read_is_read_the_next_time_and_logged_once(caplog):
    caplog.set_level(logging.ERROR)
    reader = Reader(fails=2)
    watch = watching(Reported({ChangedRow("ban", "7")}, StoreError("away"), {ChangedRow("ban", "8")}), {"ban": reader})
    for _ in range(4):
        await watch.look()
    assert reader.asked == [{"7", "8"}]
    assert caplog.messages == ["cannot read yet what other nodes have changed: away"]


async def test_a_server_alone_looks_for_nothing():
    async with asyncio.timeout(1):
        await watching(NoChanges(), {}).run()


async def test_it_looks_again_and_again(monkeypatch):
    monkeypatch.setattr(row_watch, "SECONDS", 0.001)
    reader, heard = Reader(), asyncio.Event()

    async def read(keys):
        await reader(keys)
        if len(reader.asked) == 2:
            heard.set()

    watch = watching(Reported({ChangedRow("ban", "7")}, set(), {ChangedRow("ban", "8")}), {"ban": read})
    running = asyncio.create_task(watch.run())
    await heard.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert reader.asked == [{"7"}, {"8"}]


async def test_it_looks_at_once_when_it_is_told(monkeypatch):
    monkeypatch.setattr(row_watch, "SECONDS", 3600)
    heard = asyncio.Event()

    async def read(keys):
        assert keys == {"7"}
        heard.set()

    changes = Reported({ChangedRow("ban", "7")})
    running = asyncio.create_task(watching(changes, {"ban": read}).run())
    await changes.listened_to.wait()
    assert not heard.is_set()
    changes.told()
    async with asyncio.timeout(5):
        await heard.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_what_changes_before_it_has_its_readers_is_read_by_them():
    watch, reader = RowWatch(Reported(frozenset(), {ChangedRow("ban", "7")})), Reader()
    await watch.begin()
    await watch.look()
    watch.serve({"ban": reader})
    await watch.look()
    assert reader.asked == [{"7"}]


@pytest.fixture
async def stage():
    opened = await Stage.open()
    yield opened
    await opened.close()


@pytest.mark.parametrize(("kind", "by"), [("credential", "ab" * 32), ("token", "0123abcd")])
async def test_a_session_ends_with_what_has_logged_it_in_and_no_other(stage, kind, by):
    anna = stage.accounts.add("anna")
    one, other = [await stage.enter("anna", login=f"anna@{device}") for device in ("one", "two")]
    one.session.registration.login = replace(one.session.registration.login, by=by)
    read = row_watch.readers_of(stage.accounts, stage.host, None, None)[kind]
    await read({"somebody else"})
    assert not one.closed
    await read({anna.id})
    assert (await one.ended())[-1] == "ERROR :What this device logged in with was revoked"
    assert not other.closed

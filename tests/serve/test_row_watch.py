"""Rows that are read again when another node has changed them."""

import asyncio
import logging

import pytest

from chover.ports import StoreError
from chover.ports.registry import ChangedRow, NoChanges
from chover.serve import row_watch
from chover.serve.row_watch import RowWatch


class Reported:
    """Changes that are reported one set after the other; an error is raised."""

    shared = True

    def __init__(self, *reports):
        self._reports = list(reports)

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


async def test_each_kind_has_its_reader_and_gets_the_keys_once():
    accounts, bans = Reader(), Reader()
    changed = {
        ChangedRow("account", "a1"),
        ChangedRow("account", "a2"),
        ChangedRow("ban", "7"),
        ChangedRow("hook", "h"),
    }
    watch = RowWatch(Reported(changed), {"account": accounts, "ban": bans})
    await watch.look()
    await watch.look()
    assert (accounts.asked, bans.asked) == ([{"a1", "a2"}], [{"7"}])


async def test_what_could_not_be_read_is_read_the_next_time_and_logged_once(caplog):
    caplog.set_level(logging.ERROR)
    reader = Reader(fails=2)
    watch = RowWatch(Reported({ChangedRow("ban", "7")}, StoreError("away"), {ChangedRow("ban", "8")}), {"ban": reader})
    for _ in range(4):
        await watch.look()
    assert reader.asked == [{"7", "8"}]
    assert caplog.messages == ["cannot read yet what other nodes have changed: away"]


async def test_a_server_alone_looks_for_nothing():
    async with asyncio.timeout(1):
        await RowWatch(NoChanges(), {}).run()


async def test_it_looks_again_and_again(monkeypatch):
    monkeypatch.setattr(row_watch, "SECONDS", 0.001)
    reader, heard = Reader(), asyncio.Event()

    async def read(keys):
        await reader(keys)
        if len(reader.asked) == 2:
            heard.set()

    watch = RowWatch(Reported({ChangedRow("ban", "7")}, set(), {ChangedRow("ban", "8")}), {"ban": read})
    running = asyncio.create_task(watch.run())
    await heard.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert reader.asked == [{"7"}, {"8"}]

"""What was said lately is read once for all who come in together, and again when something more was said."""

import asyncio

import pytest

from chover.ports import StoreError
from chover.server.delivery.recent_messages import RecentMessages


class Reader:
    def __init__(self):
        self.times = 0
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()

    async def __call__(self):
        self.times += 1
        number = self.times
        await self.may_go_on.wait()
        return [number]


@pytest.fixture
async def read():
    return Reader()


async def test_all_who_come_in_together_get_what_was_read_once(read):
    recent = RecentMessages()
    read.may_go_on.clear()
    asking = [asyncio.ensure_future(recent.page(read)) for _ in range(50)]
    await asyncio.sleep(0)
    read.may_go_on.set()
    pages = await asyncio.gather(*asking)
    assert read.times == 1
    assert {id(page) for page in pages} == {id(await recent.page(read))}


async def test_it_is_read_again_after_something_was_said(read):
    recent = RecentMessages()
    assert (await recent.page(read)).events == [1]
    recent.outdate()
    assert (await recent.page(read)).events == [2]


async def test_it_is_read_again_when_it_is_no_longer_fresh(read, monkeypatch):
    monkeypatch.setattr("chover.server.delivery.recent_messages.FRESH_SECONDS", 0)
    recent = RecentMessages()
    assert (await recent.page(read)).events == [1]
    assert (await recent.page(read)).events == [2]


async def test_one_who_leaves_while_it_is_read_takes_it_from_nobody(read):
    recent = RecentMessages()
    read.may_go_on.clear()
    gone, stays = asyncio.ensure_future(recent.page(read)), asyncio.ensure_future(recent.page(read))
    await asyncio.sleep(0)
    gone.cancel()
    read.may_go_on.set()
    assert (await stays).events == [1]


async def test_what_could_not_be_read_is_tried_again_by_the_next(read):
    async def broken():
        raise StoreError("The disk is gone")

    recent = RecentMessages()
    with pytest.raises(StoreError):
        await recent.page(broken)
    assert (await recent.page(read)).events == [1]


async def test_the_lines_of_a_page_are_made_once_for_each_look(read):
    page = await RecentMessages().page(read)
    made = []

    def make(events):
        made.append(events)
        return []

    assert page.lines("plain", make) is page.lines("plain", make)
    page.lines(3, make)
    assert made == [[1], [1]]


async def test_somebody_who_comes_in_right_behind_a_message_is_shown_it(stage):
    alice = await stage.enter("alice", "#tea")
    for number in range(3):
        alice.send(f"PRIVMSG #tea :word {number}")
        await alice.all()
        person = stage.connect()
        person.send(f"NICK p{number}", f"USER p 0 * :p{number}", "JOIN #tea")
        assert len([line for line in await person.all() if "HistServ" in line]) == number + 1

from itertools import count

import pytest
from tests.doubles.memory_store import MemoryStore
from tests.store.making import TEA, event, keep, said, texts

from chover.engine.events import Invited, Joined, Opened
from chover.engine.ids import UserId, timed
from chover.ports import Direction, Selector
from chover.server.history.pager import ROUNDS, Pager
from chover.wire.capabilities import Cap

BEFORE, AFTER = Direction.BEFORE, Direction.AFTER
END = Selector()


@pytest.fixture
def store():
    return MemoryStore()


async def tell(store, *times):
    """Messages at these times, named a, b, c, …"""
    names = (chr(ord("a") + n) for n in count())
    await keep(store, *(said(name, at=at, msgid=name) for name, at in zip(names, times, strict=False)))
    return Pager(store, TEA, Cap(0))


@pytest.mark.parametrize(
    ("start", "direction", "limit", "expected"),
    [
        (END, BEFORE, 1, "ef"),
        (END, BEFORE, 2, "ef"),
        (END, BEFORE, 3, "bcdef"),
        (END, BEFORE, 5, "bcdef"),
        (END, BEFORE, 6, "abcdef"),
        (END, AFTER, 1, "a"),
        (END, AFTER, 2, "abcd"),
        (Selector(msgid="c"), AFTER, 1, "d"),
        (Selector(msgid="c"), BEFORE, 1, "b"),
        (Selector(at=1), AFTER, 1, "bcd"),
        (Selector(at=3), BEFORE, 1, "bcd"),
    ],
)
async def test_a_page_never_ends_inside_a_millisecond(store, start, direction, limit, expected):
    pager = await tell(store, 1, 2, 2, 2, 3, 3)
    assert "".join(texts(await pager.page(start, direction, limit))) == expected


async def test_a_millisecond_does_not_lead_beyond_the_stop(store):
    pager = await tell(store, 1, 2, 2, 2, 3)
    assert texts(await pager.page(END, AFTER, 2, Selector(msgid="d"))) == ["a", "b", "c"]


async def test_a_client_that_goes_on_from_the_time_of_a_page_sees_each_message_once(store):
    pager = await tell(store, *(1 + number // 7 for number in range(50)))
    seen, start = [], END
    while page := await pager.page(start, BEFORE, 3):
        seen = page + seen
        start = Selector(at=page[0].at)
    assert [one.seq for one in seen] == list(range(1, 51))


async def test_what_history_does_not_show_takes_no_place_on_a_page(store):
    hidden = [event(Opened("#tea"), at=1), *(event(Invited(UserId("g9"), "x"), at=2) for _ in range(5))]
    await keep(store, hidden[0], event(Joined(), at=1), said("x", at=1), *hidden[1:], said("y", at=3))
    pager = Pager(store, TEA, Cap.EVENT_PLAYBACK | Cap.MESSAGE_TAGS)
    assert [one.seq for one in await pager.page(END, BEFORE, 2)] == [2, 3, 9]
    assert [one.seq for one in await pager.page(END, AFTER, 3)] == [2, 3, 9]


async def test_a_log_of_what_nobody_sees_is_not_read_to_its_end(store):
    await keep(store, said("x"), *(event(Invited(UserId("g9"), "x")) for _ in range(2 * ROUNDS)))
    assert await Pager(store, TEA, Cap.EVENT_PLAYBACK | Cap.MESSAGE_TAGS).page(END, BEFORE, 1) == []


@pytest.mark.parametrize(
    ("point", "limit", "expected"),
    [
        (Selector(msgid="d"), 1, "d"),
        (Selector(msgid="d"), 2, "de"),
        (Selector(msgid="d"), 3, "cde"),
        (Selector(msgid="d"), 4, "cdef"),
        (Selector(msgid="d"), 5, "bcdef"),
        (Selector(msgid="a"), 1, "a"),
        (Selector(msgid="a"), 3, "abc"),
        (Selector(msgid="g"), 3, "fg"),
        (Selector(at=40), 3, "cde"),
        (Selector(at=41), 3, "def"),
        (Selector(at=1), 2, "ab"),
        (Selector(at=99), 3, "g"),
        (Selector(msgid="nowhere"), 3, ""),
    ],
)
async def test_around_a_point_lies_what_is_before_and_after_it(store, point, limit, expected):
    pager = await tell(store, *range(10, 80, 10))
    assert "".join(texts(await pager.around(point, limit))) == expected


async def test_a_msgid_of_another_conversation_has_no_page(store):
    pager = await tell(store, 1, 2)
    assert await pager.page(Selector(msgid="nowhere"), BEFORE, 9) == []
    assert await pager.page(END, BEFORE, 9, Selector(msgid="nowhere")) == []


def gone(at):
    """The msgid of something that was at a time and is not in this log."""
    return Selector(msgid=timed(at) + "run0010")


@pytest.mark.parametrize(
    ("start", "direction", "stop", "expected"),
    [
        (gone(30), AFTER, None, "cdef"),
        (gone(31), AFTER, None, "ef"),
        (gone(30), BEFORE, None, "abcd"),
        (gone(29), BEFORE, None, "ab"),
        (gone(1), AFTER, None, "abcdef"),
        (gone(99), AFTER, None, ""),
        (END, BEFORE, gone(30), "cdef"),
        (END, AFTER, gone(30), "abcd"),
        (gone(15), AFTER, gone(35), "bcd"),
        (Selector(msgid="b"), AFTER, gone(35), "cd"),
        (gone(35), BEFORE, Selector(msgid="b"), "cd"),
        (gone(15), AFTER, Selector(msgid="nowhere"), ""),
    ],
)
async def test_a_msgid_that_is_not_there_stands_for_the_millisecond_in_which_it_was(
    store, start, direction, stop, expected
):
    pager = await tell(store, 10, 20, 30, 30, 40, 50)
    assert "".join(texts(await pager.page(start, direction, 9, stop))) == expected


async def test_around_a_msgid_that_is_not_there_is_what_was_said_then(store):
    pager = await tell(store, *range(10, 80, 10))
    assert "".join(texts(await pager.around(gone(42), 4))) == "defg"


async def test_a_msgid_of_what_one_may_not_read_is_one_that_is_not_there(store):
    await keep(store, *(said(str(at), at=at, msgid=timed(at) + "run0010") for at in (10, 20, 30, 40)))
    pager = Pager(store, TEA, Cap(0), first=3)
    for point in (gone(20), Selector(msgid=timed(20) + "other11")):
        assert texts(await pager.page(point, AFTER, 9)) == ["30", "40"]
        assert texts(await pager.page(point, BEFORE, 9)) == []
        assert texts(await pager.around(point, 3)) == texts(await pager.around(Selector(at=21), 3))

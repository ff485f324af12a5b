import asyncio
from types import SimpleNamespace

import pytest

from chover.bus import encoding
from chover.bus.incoming import Incoming
from tests.store.making import said

PREFIX = "chover.0123"


@pytest.fixture
def told():
    return []


@pytest.fixture
def incoming(told):
    coming = Incoming(told.append)
    coming.begin(PREFIX)
    return coming


def events(*texts):
    """A message of events as NATS brings it."""
    return SimpleNamespace(subject=f"{PREFIX}.events", data=encoding.encode([said(text) for text in texts]))


def of_nodes(data):
    return SimpleNamespace(subject=f"{PREFIX}.nodes", data=data)


async def until(done):
    async with asyncio.timeout(20):
        while not done():
            await asyncio.sleep(0)


async def test_what_comes_in_one_moment_is_passed_on_at_once(incoming):
    heard = []
    incoming.subscribe(lambda some: heard.append([one.body.text for one in some]))
    incoming.add(events("one"))
    incoming.add(events("two", "three"))
    assert heard == []
    await until(lambda: heard)
    assert heard == [["one", "two", "three"]]
    incoming.add(events("four"))
    await until(lambda: len(heard) == 2)
    assert heard[1] == ["four"]


async def test_what_has_come_can_be_taken_earlier_and_is_not_passed_on_twice(incoming):
    heard = []
    incoming.subscribe(lambda some: heard.append([one.body.text for one in some]))
    incoming.add(events("one"))
    incoming.take()
    incoming.take()
    assert heard == [["one"]]
    await asyncio.sleep(0)
    assert heard == [["one"]]


async def test_messages_of_nodes_are_heard_between_the_events_before_and_behind_them(incoming):
    heard = []
    incoming.subscribe(lambda some: heard.extend(one.body.text for one in some))
    incoming.listen(lambda data: heard.append(data.decode()))
    for message in (events("said before"), of_nodes(b"left"), events("said behind")):
        incoming.add(message)
    incoming.take()
    assert heard == ["said before", "left", "said behind"]


async def test_a_listener_that_fails_keeps_nothing_from_the_others_nor_what_comes_next(incoming, caplog):
    def fails(_):
        raise LookupError("a bug")

    heard = []
    incoming.subscribe(fails)
    incoming.subscribe(lambda some: heard.extend(one.body.text for one in some))
    for text in ("one", "two"):
        incoming.add(events(text))
        incoming.take()
    assert heard == ["one", "two"]
    assert "a bug" in caplog.text
    assert incoming.errors == 2


async def test_what_cannot_be_read_is_told_and_counted_and_the_rest_is_heard(incoming, told):
    heard = []
    incoming.subscribe(lambda some: heard.extend(one.body.text for one in some))
    incoming.add(SimpleNamespace(subject=f"{PREFIX}.talk.c1", data=b"nonsense"))
    incoming.add(events("one"))
    incoming.take()
    assert heard == ["one"]
    assert told[0].startswith(f"a message on {PREFIX}.talk.c1 cannot be read, is it from another program? ")
    assert (incoming.received, incoming.errors) == (2, 1)


async def test_after_its_end_nothing_is_passed_on(incoming):
    heard = []
    incoming.subscribe(heard.append)
    incoming.add(events("one"))
    incoming.end()
    incoming.take()
    assert heard == []

"""What a front end is told: in order, bounded, and how far sending has come."""

import asyncio

import pytest

from chover.client.connection.notification_queue import MOST_WAITING, NotificationQueue
from chover.client.notifications import Delivered, Ended, Undelivered, Word


@pytest.fixture
def changes():
    return []


@pytest.fixture
def queue(changes):
    return NotificationQueue(lambda: changes.append(len(changes)))


def refused(reason="no"):
    return Undelivered("n1", "#tea", "hi", reason)


async def turns():
    for _ in range(5):
        await asyncio.sleep(0)


async def test_notifications_are_taken_in_the_order_in_which_they_came(queue, changes):
    for number in range(3):
        await queue.tell(Word(str(number)))

    assert await queue.next() == Word("0")
    assert queue.taken() == [Word("1"), Word("2")]
    assert queue.taken() == []
    assert len(changes) == 3


async def test_anyone_who_tells_too_much_waits_until_something_is_taken(queue):
    for number in range(MOST_WAITING):
        await queue.tell(Word(str(number)))

    telling = asyncio.create_task(queue.tell(Word("one more")))
    await turns()
    assert not telling.done()

    assert await queue.next() == Word("0")
    async with asyncio.timeout(10):
        await telling
    assert queue.taken()[-1] == Word("one more")


@pytest.mark.parametrize("notification", [Delivered("n1"), refused()])
async def test_a_message_that_is_acknowledged_or_refused_is_progress(queue, notification):
    waiting = asyncio.create_task(queue.progress())
    await turns()
    await queue.tell(Word("nothing to do with it"))
    await turns()
    assert not waiting.done()

    await queue.tell(notification)
    async with asyncio.timeout(10):
        await waiting


async def test_progress_of_before_is_none_of_later(queue):
    await queue.tell(Delivered("n1"))
    waiting = asyncio.create_task(queue.progress())
    await turns()

    assert not waiting.done()
    waiting.cancel()


async def test_progress_is_made_also_while_the_front_end_takes_nothing(queue):
    for number in range(MOST_WAITING):
        await queue.tell(Word(str(number)))
    waiting = asyncio.create_task(queue.progress())
    await turns()

    telling = asyncio.create_task(queue.tell(Delivered("n1")))
    async with asyncio.timeout(10):
        await waiting
    assert not telling.done()
    telling.cancel()


async def test_refused_messages_are_counted_and_the_first_reason_stays(queue):
    await queue.tell(refused("you are banned"))
    await queue.tell(refused("you are muted"))
    await queue.end("closed")

    assert (queue.refused, queue.complaint) == (2, "you are banned")


async def test_the_end_is_told_last_and_ends_all_waiting(queue):
    waiting = asyncio.create_task(queue.progress())
    await turns()
    await queue.end("the server is gone")

    async with asyncio.timeout(10):
        await waiting
    assert queue.taken() == [Ended("the server is gone")]
    assert (queue.ended, queue.refused, queue.complaint) == (True, 0, "the server is gone")

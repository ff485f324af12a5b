import asyncio

import pytest

from chover.config import load
from chover.server.session.input_queue import LINES_AFTER_LOSS, WAITING_LINES, InputQueue
from chover.server.session.line_buffer import TooMuch


class Handler:
    """A sink that only notes whether it is read from."""

    def __init__(self):
        self.reading = True

    def pause(self):
        self.reading = False

    def resume(self):
        self.reading = True


class Crowd:
    """A turnstile and who came through."""

    def __init__(self, **limits):
        self.handler, self.through, self.idle = Handler(), [], 0
        self.changed = asyncio.Event()
        settings = load(environ={}, flags={f"limits.{key}": value for key, value in limits.items()}).limits
        self.input_queue = InputQueue(settings, self.handler, self.handle, self.done)

    def handle(self, line):
        self.through.append(line.decode())
        self.changed.set()

    async def passed(self, number):
        """Wait until so many have come through."""
        async with asyncio.timeout(5):
            while len(self.through) < number:
                self.changed.clear()
                await self.changed.wait()

    def done(self):
        self.idle += 1

    def come(self, *lines):
        self.input_queue.put("".join(f"{line}\r\n" for line in lines).encode())


async def test_lines_come_through_in_order():
    crowd = Crowd()
    crowd.come("a", "b", "c")
    assert crowd.through == ["a", "b", "c"]
    assert crowd.idle == 1


async def test_while_a_command_runs_the_next_waits():
    crowd = Crowd()
    crowd.input_queue.busy = True
    crowd.come("a")
    assert crowd.through == []
    assert not crowd.input_queue.idle
    crowd.input_queue.busy = False
    crowd.input_queue.turn()
    assert crowd.through == ["a"]


async def test_a_line_that_must_wait_comes_again_when_the_messages_are_settled():
    crowd = Crowd()
    crowd.input_queue.pending = 2
    crowd.input_queue.again(b"later")
    crowd.come("behind")
    crowd.input_queue.settled()
    crowd.input_queue.turn()
    assert crowd.through == []
    crowd.input_queue.settled()
    await crowd.passed(2)
    assert crowd.through == ["later", "behind"]


async def test_the_last_message_to_be_settled_makes_it_idle():
    crowd = Crowd()
    crowd.input_queue.pending = 1
    crowd.input_queue.settled()
    assert crowd.idle == 1


async def test_anyone_who_sends_too_fast_is_slowed_down_and_loses_nothing():
    crowd = Crowd(flood_burst=3, flood_lines_per_second=1000.0)
    crowd.come(*map(str, range(10)))
    assert crowd.through == ["0", "1", "2"]
    await crowd.passed(10)
    assert crowd.through == [str(number) for number in range(10)]


async def test_a_paste_of_sixty_lines_is_not_slowed_down_at_the_defaults():
    crowd = Crowd()
    crowd.come(*map(str, range(60)))
    assert len(crowd.through) == 60


async def test_nothing_more_is_read_while_many_lines_wait():
    crowd = Crowd()
    crowd.input_queue.busy = True
    crowd.come(*map(str, range(WAITING_LINES)))
    assert crowd.handler.reading
    crowd.come("one too many")
    assert not crowd.handler.reading
    crowd.input_queue.busy = False
    crowd.input_queue.turn()
    assert crowd.handler.reading


async def test_of_a_peer_that_is_gone_the_rest_is_handled_at_once_up_to_a_bound():
    crowd = Crowd(flood_burst=1)
    crowd.input_queue.busy = True
    crowd.come(*map(str, range(LINES_AFTER_LOSS + 100)))
    crowd.input_queue.busy = False
    crowd.input_queue.last_lines()
    assert len(crowd.through) == LINES_AFTER_LOSS


async def test_a_line_longer_than_the_read_queue_is_too_much():
    crowd = Crowd(read_queue_bytes=9216)
    with pytest.raises(TooMuch):
        crowd.come("x" * 9217)

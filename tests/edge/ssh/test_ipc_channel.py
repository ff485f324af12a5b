import asyncio
import contextlib
import socket

import msgspec
import pytest

from chover.edge.ssh.ipc_channel import IpcChannel

BOUND = 20


class Letter(msgspec.Struct, tag=True):
    number: int
    text: str = ""


class End:
    """One end, and what came to it."""

    def __init__(self, sock, enclosed=16):
        self.got = []
        self.endings = 0
        self.changed = asyncio.Event()
        self.line = IpcChannel(sock, Letter, self.receive, self.ended)
        self.line.open(enclosed=enclosed)

    def receive(self, message, enclosed):
        self.got.append((message, enclosed))
        self.changed.set()

    def ended(self):
        self.endings += 1
        self.changed.set()

    async def until(self, true):
        async with asyncio.timeout(BOUND):
            while not true():
                self.changed.clear()
                await self.changed.wait()


@pytest.fixture
async def ends():
    """Two sockets; what is made of them is closed in the end."""
    with contextlib.ExitStack() as stack:
        made = []

        def end(sock, **options):
            made.append(End(sock, **options))
            return made[-1]

        near, far = socket.socketpair()
        stack.enter_context(near)
        stack.enter_context(far)
        yield end, near, far
        for one in made:
            one.line.close()
            for _, enclosed in one.got:
                if enclosed:
                    enclosed.close()
        await asyncio.sleep(0)


async def test_messages_arrive_whole_and_in_their_order_however_many(ends):
    end, near, far = ends
    sender, receiver = end(near), end(far)
    sent = [Letter(number, "x" * (number * 37 % 3000)) for number in range(1000)]
    for message in sent:
        sender.line.send(message)
    await receiver.until(lambda: len(receiver.got) == len(sent))
    assert [message for message, _ in receiver.got] == sent


async def test_a_socket_arrives_with_the_message_it_was_enclosed_in(ends):
    end, near, far = ends
    sender, receiver = end(near), end(far)
    kept = []
    for number in range(100):
        enclosed = None
        if number % 3:
            ours, enclosed = socket.socketpair()
            ours.send(str(number).encode())
            kept.append(ours)
        sender.line.send(Letter(number, "x" * 5000), enclosed)
    await receiver.until(lambda: len(receiver.got) == 100)
    for message, enclosed in receiver.got:
        assert (enclosed is not None) == bool(message.number % 3)
        if enclosed:
            assert enclosed.recv(10) == str(message.number).encode()
    for ours in kept:
        ours.close()


async def test_the_end_of_one_is_the_end_of_the_other_once(ends):
    end, near, far = ends
    one, other = end(near), end(far)
    one.line.close()
    one.line.close()
    await other.until(lambda: other.endings)
    await one.until(lambda: one.endings)
    assert (one.endings, other.endings) == (1, 1)


async def test_what_is_enclosed_after_the_end_is_closed(ends):
    end, near, _ = ends
    sender = end(near)
    sender.line.close()
    ours, enclosed = socket.socketpair()
    sender.line.send(Letter(1), enclosed)
    assert enclosed.fileno() == -1
    with ours:
        assert ours.recv(1) == b""


@pytest.mark.parametrize(
    "data",
    [b"\0\0\0\x03\0abc", b"\xff\xff\xff\xff\0", b"\0\0\0\x01\x01\x80"],
    ids=["no message", "a message without bounds", "nothing is enclosed"],
)
async def test_what_is_no_message_ends_the_line(ends, data, caplog):
    end, near, far = ends
    receiver = end(near)
    far.send(data)
    await receiver.until(lambda: receiver.endings)
    assert receiver.got == []
    assert "it received something that is not a message" in caplog.text


async def test_anyone_who_takes_no_sockets_is_given_none(ends):
    end, near, far = ends
    receiver, sender = end(near, enclosed=0), end(far)
    ours, enclosed = socket.socketpair()
    sender.line.send(Letter(1), enclosed)
    await receiver.until(lambda: receiver.endings)
    assert receiver.got == []
    ours.close()

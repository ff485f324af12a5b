"""Sends to many sockets in one call. Without io_uring, only what is said then can be tested."""

import contextlib
import errno
import socket
import struct

import pytest

from chover.edge import io_uring
from chover.edge.io_uring import LONGEST, Ring, Unavailable


@pytest.fixture(params=["silent", "telling"])
def ring(request, monkeypatch):
    """A kernel that tells of failures only, and one that tells of each send, as before Linux 5.17."""
    if request.param == "telling":
        monkeypatch.setattr(io_uring, "_CAN_BE_SILENT", 0)
    try:
        opened = Ring()
    except Unavailable as why:
        pytest.skip(f"io_uring: {why}")
    yield opened
    opened.close()


@pytest.fixture
def pairs():
    """Makes connected sockets: a list of those that are sent to, and one of their other ends."""
    with contextlib.ExitStack() as stack:

        def make(count):
            made = [socket.socketpair() for _ in range(count)]
            for one, other in made:
                stack.enter_context(one)
                stack.enter_context(other)
                other.settimeout(10)
            return [one for one, _ in made], [other for _, other in made]

        yield make


def numbers(sockets):
    return [one.fileno() for one in sockets]


def all_of(sock, size):
    got = b""
    while len(got) < size:
        got += sock.recv(65536)
    return got


def test_everybody_gets_the_same(ring, pairs):
    ours, theirs = pairs(40)
    for line in (b"one\r\n", b"two, which is longer\r\n", b"3\r\n"):
        assert ring.send(numbers(ours), line) == []
    assert {other.recv(1000) for other in theirs} == {b"one\r\ntwo, which is longer\r\n3\r\n"}


def test_everybody_gets_their_own(ring, pairs):
    ours, theirs = pairs(40)
    for turn in range(3):
        pieces = [b"%d for %d;" % (turn, number) for number in range(40)]
        assert ring.send_each(numbers(ours), pieces) == []
    assert theirs[7].recv(1000) == b"0 for 7;1 for 7;2 for 7;"
    assert theirs[39].recv(1000) == b"0 for 39;1 for 39;2 for 39;"


def test_the_queue_goes_round_and_more_sockets_than_it_has_places_are_served(ring, pairs):
    ours, theirs = pairs(25)
    descriptors = numbers(ours) * 100
    for _ in range(3):
        pieces = [b"%05d" % number for number in range(2500)]
        assert ring.send_each(descriptors, pieces) == []
        assert ring.send(descriptors, b"x") == []
        for first, other in enumerate(theirs):
            assert all_of(other, 600) == b"".join(pieces[first::25]) + b"x" * 100


def test_pieces_that_do_not_fit_together_are_sent_one_after_another(ring, pairs):
    ours, theirs = pairs(3)
    for sock in (*ours, *theirs):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 * LONGEST)
    pieces = [bytes([65 + number]) * (LONGEST - number) for number in range(3)]
    short = dict(ring.send_each(numbers(ours), pieces))
    for number, other in enumerate(theirs):
        taken = short.get(number, len(pieces[number]))
        assert taken > 0
        assert all_of(other, taken) == pieces[number][:taken]


def test_a_full_socket_is_told_with_what_it_took_and_holds_up_nobody(ring, pairs):
    ours, theirs = pairs(3)
    # Small writes fill a socket more than halfway, so that the next takes a part of a larger one or nothing.
    full, data = ours[1], bytes(range(256)) * 200
    sent = 0
    while not (short := ring.send([full.fileno()], data)):
        sent += len(data)
    [(_, taken)] = short
    [(place, more)] = ring.send(numbers(ours), data)
    assert (place, more) == (1, 0)
    theirs[1].setblocking(False)
    got = b""
    with contextlib.suppress(BlockingIOError):
        while True:
            got += theirs[1].recv(1 << 20)
    assert len(got) == sent + taken
    assert got == (data * (sent // len(data) + 1))[: len(got)]
    assert all_of(theirs[2], len(data)) == data


def test_who_is_gone_took_nothing_and_no_signal_comes(ring, pairs):
    ours, theirs = pairs(3)
    theirs[1].close()
    ours[2].shutdown(socket.SHUT_WR)
    assert ring.send(numbers(ours), b"hello") == [(1, 0), (2, 0)]
    assert ring.send([*numbers(ours[:1]), 1_000_000], b" again") == [(1, 0)]
    assert theirs[0].recv(100) == b"hello again"


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.EPERM, "forbids it"), (errno.ENOSYS, "too old"), (errno.ENOMEM, "allocate memory")],
)
def test_a_system_that_refuses_is_told(monkeypatch, number, words):
    monkeypatch.setattr(io_uring.sys, "platform", "linux")
    monkeypatch.setattr(io_uring, "_system_call", lambda: lambda *_: -number)
    with pytest.raises(Unavailable, match=words):
        Ring()


@pytest.mark.parametrize("mistake", ["platform", "width"])
def test_other_systems_are_told(monkeypatch, mistake):
    if mistake == "platform":
        monkeypatch.setattr(io_uring.sys, "platform", "darwin")
    else:
        calcsize = struct.calcsize
        monkeypatch.setattr(io_uring.struct, "calcsize", lambda form: 4 if form == "P" else calcsize(form))
    with pytest.raises(Unavailable, match="only Linux"):
        Ring()


def test_what_the_kernel_does_not_take_of_a_call_is_taken_back(ring, pairs, monkeypatch):
    ours, theirs = pairs(4)
    call = ring._call

    def out_of_memory(*arguments):
        """Takes two, then refuses."""
        if arguments[2] == 4:
            return call(arguments[0], arguments[1], 2, *arguments[3:])
        return -errno.ENOMEM

    monkeypatch.setattr(ring, "_call", out_of_memory)
    assert ring.send(numbers(ours), b"one") == [(2, 0), (3, 0)]
    monkeypatch.undo()
    assert ring.send(numbers(ours), b"two") == []
    assert [other.recv(100) for other in theirs] == [b"onetwo", b"onetwo", b"two", b"two"]

"""Which worker accepts from which listening sockets."""

import errno
import socket

import pytest

from chover.edge.binding import SPREADS, CannotListen
from chover.edge.inheritance import ListeningSocket
from chover.edge.listener import Bind
from chover.workers.sockets import SharedSockets


def sets(*descriptors):
    return SharedSockets([[ListeningSocket(one, "", 0) for one in each] for each in descriptors], [])


def test_each_worker_accepts_from_its_own_set():
    assert sets([3, 4], [5, 6]).shares([1, 2], 2) == {1: [3, 4], 2: [5, 6]}


def test_the_sets_of_those_who_are_gone_are_taken_over_by_the_others():
    assert sets([3], [4], [5]).shares([2, 3], 3) == {2: [3, 4], 3: [5]}
    assert sets([3], [4], [5]).shares([3], 3) == {3: [3, 4, 5]}
    assert sets([3], [4]).shares([], 2) == {}


def test_where_the_system_does_not_spread_connections_all_accept_from_one_set():
    assert sets([3, 4]).shares([1, 2], 2) == {1: [3, 4], 2: [3, 4]}


@pytest.mark.skipif(not SPREADS, reason="only Linux spreads connections over sockets: nothing to install")
async def test_connections_are_spread_over_the_sets_of_one_address():
    shared = await SharedSockets.open([Bind("127.0.0.1", 0)], 2)
    try:
        opened = [socket.fromfd(each[0].descriptor, socket.AF_INET, socket.SOCK_STREAM) for each in shared.sets]
        [address] = {sock.getsockname() for sock in opened}
        people = [socket.create_connection(address) for _ in range(64)]
        counts = [accepted(sock) for sock in opened]
        for sock in (*people, *opened):
            sock.close()
    finally:
        shared.close()
    assert sum(counts) == 64
    assert min(counts) > 0


def accepted(listening):
    listening.setblocking(False)
    count = 0
    while True:
        try:
            listening.accept()[0].close()
        except BlockingIOError:
            return count
        count += 1


async def test_the_port_of_other_workers_is_taken():
    shared = await SharedSockets.open([Bind("127.0.0.1", 0)], 2)
    try:
        port = socket.fromfd(shared.sets[0][0].descriptor, socket.AF_INET, socket.SOCK_STREAM)
        number = port.getsockname()[1]
        port.close()
        with pytest.raises(CannotListen, match="is taken") as refused:
            await SharedSockets.open([Bind("127.0.0.1", number)], 2)
        assert refused.value.__cause__.errno == errno.EADDRINUSE
        optional = await SharedSockets.open([Bind("127.0.0.1", number, optional=True)], 2)
        assert optional.sets == []
    finally:
        shared.close()

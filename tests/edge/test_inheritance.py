"""What the last run has left open is given out once, and the rest is closed."""

import os
import socket

import pytest

from chover.edge.inheritance import Inheritance, ListeningSocket, OpenConnection


@pytest.fixture
def descriptors():
    """Makes open descriptors; those still open at the end are closed."""
    made = []

    def opened():
        with socket.create_server(("127.0.0.1", 0)) as sock:
            made.append(os.dup(sock.fileno()))
        os.set_inheritable(made[-1], True)
        return made[-1]

    yield opened
    for descriptor in made:
        if is_open(descriptor):
            os.close(descriptor)


def is_open(descriptor):
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def connection(descriptor, state=b"state"):
    return OpenConnection(descriptor, "192.0.2.7", 40000, 6667, "", state)


def test_all_sockets_of_an_address_are_given_once_to_whoever_listens_there(descriptors):
    first, second, other = descriptors(), descriptors(), descriptors()
    left = [ListeningSocket(first, "", 6667), ListeningSocket(other, "::1", 6667), ListeningSocket(second, "", 6667)]
    inheritance = Inheritance(left)

    sockets = inheritance.listening("", 6667)
    assert [sock.fileno() for sock in sockets] == [first, second]
    assert inheritance.listening("", 6667) == []
    [sock] = inheritance.listening("::1", 6667)
    assert sock.fileno() == other
    for each in (*sockets, sock):
        each.close()


@pytest.mark.parametrize(("host", "port"), [("", 6668), ("127.0.0.1", 6667)])
def test_an_address_that_nobody_listened_on_has_no_sockets(descriptors, host, port):
    assert Inheritance([ListeningSocket(descriptors(), "", 6667)]).listening(host, port) == []


def test_a_socket_that_is_given_out_blocks_nobody_and_goes_to_no_child(descriptors):
    [sock] = Inheritance([ListeningSocket(descriptors(), "", 6667)]).listening("", 6667)
    with sock:
        assert not sock.getblocking()
        assert not sock.get_inheritable()


def test_connections_are_given_out_once_and_go_to_no_child(descriptors):
    one = connection(descriptors())
    inheritance = Inheritance(connections=[one])

    assert inheritance.states == [b"state"]
    assert inheritance.connections() == [one]
    assert not os.get_inheritable(one.descriptor)
    assert inheritance.connections() == []
    assert inheritance.states == []


def test_what_nobody_has_asked_for_is_closed_and_nothing_else(descriptors):
    asked, left, taken = descriptors(), descriptors(), descriptors()
    inheritance = Inheritance([ListeningSocket(asked, "", 1), ListeningSocket(left, "", 2)], [connection(taken)])
    [sock] = inheritance.listening("", 1)
    inheritance.connections()

    inheritance.close()
    inheritance.close()

    assert [is_open(each) for each in (asked, left, taken)] == [True, False, True]
    sock.close()


def test_connections_that_nobody_has_asked_for_are_closed(descriptors):
    descriptor = descriptors()
    inheritance = Inheritance(connections=[connection(descriptor)])
    inheritance.close()

    assert not is_open(descriptor)
    assert inheritance.states == []

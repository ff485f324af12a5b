"""From a protocol to its handler, and what becomes of a socket that reaches none."""

import asyncio
import socket

import pytest
from tests.edge.fake_host import FakeHost

from chover.edge.accepted import AcceptedConnection
from chover.edge.handler_table import Bind, HandlerTable
from chover.edge.listener_context import ListenerContext
from chover.edge.protocols import EVERY, REFUSALS, Protocol
from chover.edge.settings import ListenerLimits

HERE = 55555


class Web:
    """A web server that is never ready: it fails as the test says."""

    def __init__(self):
        self.failure = None

    async def ready(self):
        if self.failure is not None:
            raise self.failure
        await asyncio.get_running_loop().create_future()


class Visit:
    """A connection that is handed to the table, and its other end."""

    def __init__(self, address="192.0.2.7"):
        self.sock, self.client = socket.socketpair()
        self.sock.setblocking(False)
        self.client.setblocking(False)
        self.left = asyncio.Event()
        self.accepted = AcceptedConnection(address, 40000, HERE, lambda _: self.left.set())

    async def hears(self):
        """All that the server says until it closes."""
        loop, heard = asyncio.get_running_loop(), b""
        async with asyncio.timeout(10):
            while data := await loop.sock_recv(self.client, 4096):
                heard += data
        self.client.close()
        return heard

    async def gone(self):
        async with asyncio.timeout(10):
            await self.left.wait()
        self.client.close()


@pytest.fixture
async def shared():
    return ListenerContext(FakeHost(), ListenerLimits())


@pytest.fixture
async def web():
    return Web()


@pytest.fixture
async def table(shared, web):
    return HandlerTable(shared, web, None, None)


def hand(table, visit, protocol, protocols=EVERY):
    table.opening(Bind(protocols=frozenset(protocols)))(visit.accepted, visit.sock, protocol, b"")


@pytest.mark.parametrize("protocol", [Protocol.SSH, Protocol.TLS, Protocol.HTTP2])
async def test_a_protocol_that_nobody_here_speaks_is_refused_in_its_own_words(table, protocol):
    visit = Visit()
    hand(table, visit, protocol)

    assert await visit.hears() == REFUSALS[protocol](HERE) != b""
    await visit.gone()


@pytest.mark.parametrize("protocol", [Protocol.HTTP, Protocol.IRC])
async def test_a_protocol_that_an_address_does_not_allow_is_refused_there(table, shared, protocol):
    visit = Visit()
    hand(table, visit, protocol, EVERY - {protocol})

    assert await visit.hears() == REFUSALS[protocol](HERE) != b""
    assert shared.host.sessions == []
    await visit.gone()


async def test_irc_opens_a_session_that_reads_what_was_sent_before(table, shared):
    visit = Visit()
    visit.client.send(b"PING early\r\n")
    hand(table, visit, Protocol.IRC)

    session = await shared.host.session()
    await shared.host.until(lambda: session.raw == b"PING early\r\n")
    assert session.peer == visit.accepted.peer("irc")
    visit.client.close()
    await visit.gone()


async def test_a_header_of_a_proxy_is_believed_of_those_only_who_are_trusted(table):
    visit = Visit()
    visit.client.send(b"PROXY TCP4 198.51.100.1 192.0.2.1 1 2\r\n")
    hand(table, visit, Protocol.PROXY)

    assert await visit.hears() == REFUSALS[Protocol.PROXY](HERE) != b""
    assert visit.accepted.address == "192.0.2.7"
    await visit.gone()


@pytest.mark.parametrize(("failure", "logged"), [(ZeroDivisionError("oops"), True), (ConnectionResetError(), False)])
async def test_a_handler_that_fails_closes_its_connection_and_says_so_unless_the_peer_left(
    table, web, caplog, failure, logged
):
    web.failure = failure
    visit = Visit()
    hand(table, visit, Protocol.HTTP)

    await visit.gone()
    assert visit.sock.fileno() == -1
    assert ("a protocol handler failed" in caplog.text) is logged


async def test_anyone_who_is_ended_on_the_way_to_a_handler_is_gone_and_waited_for(table):
    visit = Visit()
    hand(table, visit, Protocol.HTTP)
    await asyncio.sleep(0)
    assert not visit.left.is_set()

    visit.accepted.end()
    async with asyncio.timeout(10):
        await table.done()
        await visit.left.wait()
    assert await visit.hears() == b""
    assert visit.sock.fileno() == -1

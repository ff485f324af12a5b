"""The server's end of the line and the other one, in one loop: who calls, who they are, and how they part."""

import asyncio
import hashlib
import socket

import pytest
from tests.edge.fake_host import FakeHost
from tests.edge.ssh.test_caller import KEY, Book

from chover.edge.accepted import AcceptedConnection
from chover.edge.listener_context import ListenerContext
from chover.edge.settings import ListenerLimits
from chover.edge.ssh.worker import Gone, Worker
from chover.edge.ssh.worker_process import WorkerProcess

BOUND = 20


class Handler:
    """Speaks no SSH; remembers who came."""

    def __init__(self):
        self.visitors = asyncio.Queue()
        self.sockets = []
        self.refuses = False

    async def serve(self, caller, sock):
        if self.refuses:
            raise ConnectionResetError
        self.sockets.append(sock)
        self.visitors.put_nowait(caller)

    async def close(self): ...

    async def caller(self):
        async with asyncio.timeout(BOUND):
            caller = await self.visitors.get()
        caller.ended = asyncio.Event()
        caller.end = caller.ended.set
        return caller


class Process:
    """One that ends by itself."""

    def wait(self, _seconds=None):
        return 0


class Both:
    """Both ends, and those who call."""

    def __init__(self):
        self.host = FakeHost()
        self.host.accounts = Book()
        self.shared = ListenerContext(self.host, ListenerLimits())
        near, far = socket.socketpair()
        self.worker_ended = asyncio.Event()
        self.worker = WorkerProcess(self.shared, near, Process(), lambda _worker: self.worker_ended.set())
        self.handler = Handler()
        self.worker_end = Worker(far, self.handler)
        self.running = asyncio.get_running_loop().create_task(self.worker_end.run())
        self.open = []
        self.left = asyncio.Queue()

    def calls(self, first=b"SSH-2.0-test\r\n"):
        """Somebody calls; the connection, and the socket of who calls."""
        ours, theirs = socket.socketpair()
        ours.send(first)
        self.open.append(ours)
        accepted = AcceptedConnection("192.0.2.1", 5, 55555, self.left.put_nowait)
        accepted.via = "192.0.2.9"
        self.worker.take(accepted, theirs)
        return accepted, ours

    async def comes_in(self, name="guest"):
        """A guest with a session; the connection, the caller, the session, and the client's end of it."""
        accepted, _ = self.calls()
        caller = await self.handler.caller()
        assert await caller.is_guest(name)
        _, sock = await caller.enter()
        self.open.append(sock)
        return accepted, caller, await self.host.session(len(self.host.sessions) or 1), sock

    async def close(self):
        await self.worker.close()
        await self.running
        for sock in (*self.open, *self.handler.sockets):
            sock.close()


@pytest.fixture
async def both():
    both = Both()
    yield both
    await both.close()


async def until_left(both):
    async with asyncio.timeout(BOUND):
        return await both.left.get()


async def test_a_caller_is_handed_over_with_all_that_is_unread(both):
    _, ours = both.calls(b"SSH-2.0-test\r\n")
    caller = await both.handler.caller()
    assert caller.address == "192.0.2.1"
    assert both.handler.sockets[0].recv(100) == b"SSH-2.0-test\r\n"
    both.handler.sockets[0].send(b"SSH-2.0-chover\r\n")
    assert ours.recv(100) == b"SSH-2.0-chover\r\n"


async def test_a_session_is_opened_for_the_callers_own_address(both):
    _, _, session, sock = await both.comes_in()
    assert (session.peer.address, session.peer.port, session.peer.via) == ("192.0.2.1", 5, "192.0.2.9")
    assert (session.peer.protocol, session.peer.tls, session.peer.fingerprint) == ("ssh", True, "")
    sock.send(b"NICK a\r\nUSER a 0 * :a\r\n")
    await both.host.until(lambda: session.joined)


async def test_a_key_of_an_account_is_said_of_the_session_by_the_server(both):
    both.calls()
    caller = await both.handler.caller()
    assert await caller.shows_key("whoever", KEY)
    caller, sock = await caller.enter()
    both.open.append(sock)
    assert (caller.name, caller.by_key) == ("alice", True)
    assert (await both.host.session()).peer.fingerprint == hashlib.sha256(KEY).hexdigest()


async def test_passwords_are_judged_by_the_server(both):
    both.calls()
    caller = await both.handler.caller()
    assert not await caller.is_guest("alice")
    assert not await caller.says_password("alice", "wrong")
    assert await caller.says_password("alice", "right")
    caller, sock = await caller.enter()
    both.open.append(sock)
    assert caller.password == "alice:right"


async def test_what_goes_wrong_in_finding_out_is_a_no(both, caplog):
    both.host.accounts.find = None
    both.calls()
    caller = await both.handler.caller()
    assert not await caller.is_guest("bob")
    assert "could not be identified" in caplog.text


async def test_one_comes_in_once_by_one_call(both):
    _, caller, _, _ = await both.comes_in()
    with pytest.raises(Gone):
        await caller.enter()
    assert len(both.host.sessions) == 1


async def test_a_visit_ends_with_the_connection_and_the_session(both):
    accepted, caller, session, sock = await both.comes_in()
    assert accepted.in_session
    caller.leave()
    sock.close()
    assert await until_left(both) is accepted
    await both.host.until(lambda: session.reason is not None)
    assert both.worker.calls == {}


async def test_or_the_other_way_round(both):
    accepted, caller, session, _ = await both.comes_in()
    session.sink.close()
    await both.host.until(lambda: session.reason is not None)
    assert both.left.empty()
    caller.leave()
    assert await until_left(both) is accepted


async def test_anyone_who_never_came_in_leaves_with_the_connection(both):
    accepted, _ = both.calls()
    (await both.handler.caller()).leave()
    assert await until_left(both) is accepted


async def test_a_connection_that_ends_at_once_is_given_back(both):
    both.handler.refuses = True
    accepted, ours = both.calls()
    assert await until_left(both) is accepted
    with pytest.raises(ConnectionResetError):
        ours.recv(1)


async def test_the_server_cuts_a_visit_and_its_session(both):
    accepted, caller, session, _ = await both.comes_in()
    accepted.end()
    await caller.ended.wait()
    await both.host.until(lambda: session.reason is not None)
    caller.leave()
    assert await until_left(both) is accepted


async def test_a_process_that_dies_takes_its_callers_along(both):
    accepted, _, session, _ = await both.comes_in()
    other, _ = both.calls()
    await both.handler.caller()
    both.worker_end._line.close()
    assert {await until_left(both), await until_left(both)} == {accepted, other}
    await both.host.until(lambda: session.reason is not None)
    async with asyncio.timeout(BOUND):
        await both.worker_ended.wait()


async def test_a_server_that_is_gone_ends_every_connection_and_the_process(both):
    _, caller, _, _ = await both.comes_in()
    both.calls()
    asking = await both.handler.caller()
    both.host.accounts.login.check = lambda *_: asyncio.Event().wait()
    unanswered = asyncio.ensure_future(asking.says_password("bob", "anything at all"))
    await asyncio.sleep(0)
    both.worker._line.close()
    async with asyncio.timeout(BOUND):
        assert await unanswered is False
        await both.running
        await caller.ended.wait()
    with pytest.raises(Gone):
        await asking.enter()


async def test_what_is_asked_when_the_former_was_given_up_is_answered_alone(both):
    both.calls()
    caller = await both.handler.caller()
    both.host.accounts.login.check = lambda *_: asyncio.Event().wait()
    given_up = asyncio.ensure_future(caller.says_password("alice", "right"))
    await asyncio.sleep(0)
    given_up.cancel()
    assert await caller.is_guest("bob")

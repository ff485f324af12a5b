import asyncio
import errno
import logging
import socket
import subprocess
import sys

import pytest

from chover.edge import listener as listener_module
from chover.edge.listener import Bind, CannotListen, Listener
from chover.edge.protocols import EVERY

NOT_BUILT = EVERY - {"http"}


async def test_ipv6_reaches_the_same_lobby(port):
    if not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    await port.open(bind=Bind("localhost", 0))
    assert {address.host for address in port.addresses} <= {"127.0.0.1", "::1"}
    for address in port.addresses:
        reader, writer = await asyncio.open_connection(address.host, address.port)
        writer.write(b"PING x\r\n")
        assert await reader.readline() == b":srv PONG srv x\r\n"
        writer.close()
        await writer.wait_closed()
    assert {session.peer.address for session in port.host.sessions} == {address.host for address in port.addresses}


async def test_a_taken_port_is_one_line_and_leaves_nothing_open(port):
    await port.open()
    binds = [Bind("127.0.0.1", 0), Bind("127.0.0.1", port.number)]
    with pytest.raises(CannotListen, match=f"Port {port.number} is taken"):
        await Listener(port.host, binds).open()


async def test_a_port_that_may_be_left_out_is_told_and_left_out(port, caplog):
    await port.open()
    other = Listener(port.host, [Bind("127.0.0.1", 0), Bind("127.0.0.1", port.number, optional=True)])
    assert len(await other.open()) == 1
    await other.close(0)
    assert f"port {port.number} is left out: Port {port.number} is taken" in caplog.text


async def test_several_addresses_are_one_listener(port):
    await port.open()
    other = Listener(port.host, [Bind("127.0.0.1", 0), Bind("127.0.0.1", 0)])
    addresses = await other.open()
    assert len({address.port for address in addresses}) == 2
    await other.close(0)


async def test_anyone_who_is_refused_reads_why(port):
    await port.open()
    port.host.refusal = "Too many connections; try again in a minute"
    client = await port.connect()
    assert await client.rest() == b"ERROR :Too many connections; try again in a minute\r\n"
    assert port.host.admitted == 0


@pytest.mark.parametrize("first", [b"\x16\x03\x01", b"GET / HTTP/1.1\r\n\r\n"])
def test_a_refused_tls_or_http_peer_reads_no_line_of_irc(first):
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    with theirs:
        theirs.send(first)
        listener_module.turn_away(ours, "no")
        with pytest.raises(ConnectionResetError):
            theirs.recv(100)


@pytest.mark.parametrize(
    ("first", "answer"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"HTTP/1.1 501 Not Implemented\r\n"),
        (b"POST /hook HTTP/1.1\r\n" + b"x" * 5000, b"HTTP/1.1 501 Not Implemented\r\n"),
        (b"SSH-2.0-OpenSSH_9.2p1\r\n", b"SSH-2.0-chover\r\n"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\0\0\0\x04\0\0\0\0\0\0\0\x08\x07"),
        (b"PROXY TCP4 10.0.0.1 10.0.0.2 5 6\r\nNICK x\r\n", b"ERROR :The PROXY protocol is not accepted here"),
        (b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c", b"ERROR :The PROXY protocol is not accepted here"),
        (b"\x16\x03\x01\x02\0\x01", b"\x15\x03\x01\0\x02\x02\x28"),
    ],
    ids=["http", "post", "ssh", "h2", "proxy1", "proxy2", "tls"],
)
async def test_a_protocol_without_a_door_is_answered_in_its_own_words_and_closed(port, first, answer):
    await port.open(bind=Bind("127.0.0.1", 0, NOT_BUILT))
    client = await port.connect()
    client.send(first)
    client.half_close()
    assert (await client.rest()).startswith(answer)
    await port.host.until(lambda: port.host.dismissed == 1)
    assert port.host.sessions == []


async def test_anyone_who_ignores_the_answer_is_cut_off(port):
    await port.open(bind=Bind("127.0.0.1", 0, NOT_BUILT))
    client = await port.connect()
    client.send("GET / HTTP/1.1\r\n\r\n")
    await client.until("TLS.\n")
    await port.host.until(lambda: port.host.dismissed == 1)
    assert port.host.sessions == []


async def test_a_listener_for_tls_alone_speaks_nothing_else(port):
    port.remember(1)
    await port.open(bind=Bind("127.0.0.1", 0, frozenset({"tls"})), quiet_seconds=0.3)
    plain, silent = await port.connect(), await port.connect()
    plain.send("NICK nora\r\n")
    assert await plain.line() == "ERROR :Plain IRC is not spoken on this port: connect with TLS"
    assert not (await silent.rest()).startswith(b"[")
    assert port.host.sessions == []


async def test_closing_lets_sessions_finish_and_ends_the_others(port):
    await port.open()
    quiet, undecided, user = await port.connect(), await port.connect(), await port.connect()
    undecided.send("S")
    user.send("PING x\r\n")
    assert await user.line() == ":srv PONG srv x"
    closing = asyncio.create_task(port.listener.close(5))
    assert await quiet.rest() == b""
    assert await undecided.rest() == b""
    assert not closing.done()
    session = await port.host.session()
    session.write("ERROR :Server is shutting down")
    session.sink.close()
    assert await user.rest() == b"ERROR :Server is shutting down\r\n"
    await closing
    assert port.host.dismissed == 3


async def test_anyone_who_does_not_finish_within_the_grace_is_cut_off(port):
    await port.open()
    user = await port.connect()
    user.send("PING x\r\n")
    await user.line()
    await port.listener.close(0.1)
    assert await user.rest() == b""
    assert port.host.sessions[0].reason


async def test_no_more_are_accepted_while_those_inside_stay(port):
    await port.open()
    user = await port.connect()
    user.send("PING x\r\n")
    await user.line()
    port.listener.stop_accepting()
    with pytest.raises(ConnectionError):
        await port.connect()
    user.send("PING y\r\n")
    assert await user.line() == ":srv PONG srv y"


class OutOfFiles:
    """A listening socket that cannot accept for a while."""

    def __init__(self, sock, times):
        self.sock, self.times, self.tried = sock, times, 0

    def accept(self):
        self.tried += 1
        if self.tried <= self.times:
            raise OSError(errno.EMFILE, "Too many open files")
        return self.sock.accept()

    def __getattr__(self, name):
        return getattr(self.sock, name)


async def test_without_file_descriptors_it_rests_instead_of_spinning(port, monkeypatch, caplog):
    monkeypatch.setattr(listener_module, "REST_SECONDS", 0.2)
    open_sockets = listener_module.open_sockets
    starved = []

    async def opened(host, number):
        starved.extend(OutOfFiles(sock, 3) for sock in await open_sockets(host, number))
        return starved

    monkeypatch.setattr(listener_module, "open_sockets", opened)
    await port.open()
    with caplog.at_level(logging.WARNING, logger="chover.edge.listener"):
        client = await port.connect()
        client.send("PING x\r\n")
        assert await client.line() == ":srv PONG srv x"
    assert starved[0].tried <= 6
    [told] = [record.getMessage() for record in caplog.records if "accept" in record.getMessage()]
    assert told.startswith("cannot accept connections (Too many open files): raise LimitNOFILE (systemd) or ulimit -n")


async def test_a_door_that_fails_is_logged_and_gives_the_connection_back(port, monkeypatch, caplog):
    async def broken(*_args):
        raise RuntimeError("a bug")

    await port.open()
    monkeypatch.setitem(port.listener._handlers._openers, "irc", broken)
    client = await port.connect()
    client.send("NICK nora\r\n")
    assert await client.rest() == b""
    await port.host.until(lambda: port.host.dismissed == 1)
    assert "a protocol handler failed from 127.0.0.1" in caplog.text


async def test_a_door_put_into_the_table_is_used(port):
    heard = []

    async def http(_bind, accepted, sock, _history):
        loop = asyncio.get_running_loop()
        heard.append(await loop.sock_recv(sock, 100))
        sock.close()
        accepted.leave()

    await port.open()
    port.listener._handlers._openers["http"] = http
    client = await port.connect()
    client.send("GET / HTTP/1.1\r\n\r\n")
    assert await client.rest() == b""
    assert heard == [b"GET / HTTP/1.1\r\n\r\n"]


async def test_a_connection_that_cannot_be_greeted_does_not_take_those_that_came_with_it(port, monkeypatch, caplog):
    greet, greeted = Listener._greet, []

    def second_fails(listener, sock, accepted, bind):
        greeted.append(accepted)
        if len(greeted) == 2:
            raise RuntimeError("a bug")
        greet(listener, sock, accepted, bind)

    monkeypatch.setattr(Listener, "_greet", second_fails)
    await port.open()
    # They are connected before the loop has its next turn.
    clients = [socket.create_connection(("127.0.0.1", port.number)) for _ in range(3)]
    for client in clients[::2]:
        client.sendall(b"NICK nora\r\n")
    clients[1].setblocking(False)
    assert await asyncio.wait_for(asyncio.get_running_loop().sock_recv(clients[1], 100), 5) == b""
    await port.host.until(lambda: len(port.host.sessions) == 2)
    for client in clients:
        client.close()
    assert [accepted.here for accepted in greeted] == [port.number] * 3
    assert "a connection could not be accepted from 127.0.0.1" in caplog.text


async def test_a_connection_sends_at_once_and_notices_a_peer_that_has_vanished(port):
    found = []

    async def irc(_bind, accepted, sock, _history):
        found.append((sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) > 0, sock.gettimeout()))
        found.append(sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) > 0)
        found.extend(sock.getsockopt(socket.IPPROTO_TCP, name) for name in (socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT))
        sock.close()
        accepted.leave()

    await port.open()
    port.listener._handlers._openers["irc"] = irc
    client = await port.connect()
    client.send("NICK nora\r\n")
    assert await client.rest() == b""
    assert found == [(True, 0), True, 15, 4]


def test_importing_the_listener_imports_nothing_heavy():
    heavy = "cryptography sqlalchemy uvloop precis_i18n"
    code = f"import sys, chover.edge.listener; print([m for m in {heavy.split()} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"

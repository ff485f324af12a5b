import asyncio
import os
import socket
import struct

from chover.edge.irc import why_lost


async def registered(port, **options):
    nc = await port.connect(**options)
    nc.send("NICK nora\r\nUSER n 0 * :Nora\r\n")
    await nc.until("JOIN #lobby\r\n")
    return nc, await port.host.session()


async def test_a_line_at_once_reaches_irc(port):
    await port.open()
    nc = await port.connect()
    nc.send("NICK nora\r\nUSER n 0 * :Nora\r\n")
    assert await nc.line() == ":srv 001 nora Welcome"
    session = await port.host.session()
    assert (session.peer.protocol, session.peer.address, session.peer.tls) == ("irc", "127.0.0.1", False)
    assert session.peer.port == nc.writer.get_extra_info("sockname")[1]


async def test_bytes_reach_the_session_as_they_came(port):
    await port.open()
    nc, session = await registered(port)
    nc.send(b"\xff\0half a li")
    await port.host.until(lambda: session.raw.endswith(b"half a li"))
    assert session.raw.endswith(b"\xff\0half a li")


async def test_a_peer_that_hangs_up_is_lost_and_given_back(port):
    await port.open()
    nc, session = await registered(port)
    await nc.close()
    await port.host.until(lambda: session.reason)
    assert session.reason == "Connection closed"
    await port.host.until(lambda: port.host.dismissed == 1)


async def test_a_reset_is_a_reason(port):
    await port.open()
    nc, session = await registered(port)
    sock = nc.writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    nc.writer.transport.abort()
    await port.host.until(lambda: session.reason)
    assert session.reason in {"Connection reset by peer", "Connection closed"}


def test_reasons_are_for_people():
    assert why_lost(None) == "Connection closed"
    assert why_lost(ConnectionResetError(104, "Connection reset by peer")) == "Connection reset by peer"
    assert why_lost(ConnectionError()) == "Connection lost"


async def test_what_was_written_arrives_before_the_close(port):
    await port.open()
    nc, session = await registered(port)
    session.write("x" * 500_000)
    session.write("ERROR :Closing link")
    session.sink.close()
    assert (await nc.rest()).endswith(b"x\r\nERROR :Closing link\r\n")


async def test_a_peer_that_does_not_take_it_is_cut_off_in_time(port):
    await port.open(close_seconds=0.2)
    _nc, session = await registered(port, limit=1024)
    session.write("x" * 20_000_000)
    assert session.sink.backlog() > 1_000_000
    session.sink.close()
    await port.host.until(lambda: session.reason)
    assert port.host.dismissed == 1


async def test_a_peer_that_hangs_up_halfway_and_never_reads_is_cut_off_in_time(port):
    await port.open(close_seconds=0.2)
    nc, session = await registered(port, limit=1024)
    session.write("x" * 20_000_000)
    nc.half_close()
    await port.host.until(lambda: session.reason)
    assert port.host.dismissed == 1


async def test_an_abort_is_at_once(port):
    await port.open()
    nc, session = await registered(port)
    session.sink.abort()
    await port.host.until(lambda: session.reason)
    assert await nc.rest() == b""


async def test_writing_after_the_loss_is_harmless(port):
    await port.open()
    nc, session = await registered(port)
    await nc.close()
    await port.host.until(lambda: session.reason)
    session.write("too late")
    session.sink.close()
    session.sink.pause()
    session.sink.resume()
    session.sink.abort()
    assert port.host.dismissed == 1


async def test_the_session_hears_when_all_was_taken(port):
    await port.open()
    nc, session = await registered(port, limit=1024)
    assert not session.held
    session.write("x" * 20_000_000)
    assert session.held
    assert session.sink.backlog() > 0
    got = 0
    while got < 20_000_000:
        got += len(await nc.once())
        if not session.sink.backlog():
            break
    await port.host.until(lambda: session.drains)
    assert session.sink.backlog() == 0
    assert not session.held


async def test_a_paused_session_reads_nothing_until_it_resumes(port):
    await port.open()
    nc, session = await registered(port)
    session.sink.pause()
    nc.send("PING one\r\n")
    await port.turns()
    assert b"PING one" not in session.raw
    session.sink.resume()
    assert await nc.line() == ":srv PONG srv one"


async def test_a_host_that_fails_to_open_a_session_loses_no_connection(port, monkeypatch):
    await port.open()
    seen = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: seen.append(context))

    def broken(peer, sink):
        raise RuntimeError("a bug")

    monkeypatch.setattr(port.host, "open_session", broken)
    nc = await port.connect()
    nc.send("NICK nora\r\n")
    assert await nc.rest() == b""
    await port.host.until(lambda: port.host.dismissed == 1)
    assert seen


async def test_a_session_may_send_past_the_transport_until_it_closes(port):
    await port.open()
    nc, session = await registered(port)
    sock = socket.socket(fileno=os.dup(session.sink.descriptor))
    assert sock.getpeername() == nc.writer.get_extra_info("sockname")
    sock.close()
    await port.host.until(lambda: not session.held)
    session.sink.close()
    assert session.held
    await nc.rest()


async def test_what_was_written_in_this_turn_is_part_of_the_backlog(port):
    await port.open()
    _, session = await registered(port)
    await port.host.until(lambda: not session.held and not session.sink.backlog())
    session.write("a" * 20_000_000)
    assert session.sink.backlog() > 0
    # Nothing may be sent past it from now on.
    assert session.held
    session.sink.abort()

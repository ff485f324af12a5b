import socket
import struct

import pytest

from chover.edge.listener import Bind
from chover.edge.protocols import EVERY
from chover.edge.proxy import Header, NoHeader, parse

V1 = b"PROXY TCP4 203.0.113.9 127.0.0.1 4711 6667\r\n"


def v2(block=None, command=0x21, family=0x11):
    block = (
        socket.inet_aton("203.0.113.9") + socket.inet_aton("127.0.0.1") + b"\x12\x67\x1a\x0b"
        if block is None
        else block
    )
    return b"\r\n\r\n\0\r\nQUIT\n" + struct.pack("!BBH", command, family, len(block)) + block


@pytest.mark.parametrize(
    ("first", "header"),
    [
        (V1, Header(len(V1), "203.0.113.9", 4711)),
        (b"PROXY TCP6 2001:db8:0::1 ::1 4711 6667\r\nNICK x\r\n", Header(40, "2001:db8::1", 4711)),
        (b"PROXY TCP6 ::ffff:203.0.113.9 ::1 4711 6667\r\n", Header(45, "203.0.113.9", 4711)),
        (b"PROXY UNKNOWN\r\n", Header(15, "", 0)),
        (b"PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n", Header(35, "", 0)),
        (v2(), Header(28, "203.0.113.9", 4711)),
        (v2() + b"NICK x\r\n", Header(28, "203.0.113.9", 4711)),
        (v2(b"", command=0x20, family=0), Header(16, "", 0)),
        (v2(bytes(216), family=0x31), Header(232, "", 0)),
        (v2(bytes(15) + b"\x01" + bytes(16) + b"\0\x07\0\x08" + b"\x04\0\x01x", family=0x21), Header(56, "::1", 7)),
    ],
)
def test_a_header_says_who_is_behind_the_proxy(first, header):
    assert parse(first) == header


@pytest.mark.parametrize("whole", [V1, v2()], ids=["v1", "v2"])
def test_a_part_of_a_header_is_waited_for(whole):
    assert [parse(whole[:size]) for size in range(len(whole))] == [None] * len(whole)


@pytest.mark.parametrize(
    "first",
    [
        b"NICK x\r\n",
        b"PROXY TCP4 203.0.113.9 127.0.0.1 4711\r\n",
        b"PROXY TCP4 2001:db8::1 ::1 1 2\r\n",
        b"PROXY TCP4 nowhere 127.0.0.1 1 2\r\n",
        b"PROXY TCP4 203.0.113.9 127.0.0.1 65536 2\r\n",
        b"PROXY UDP4 203.0.113.9 127.0.0.1 1 2\r\n",
        b"PROXY " + b"x" * 200,
        v2(command=0x11),
        v2(command=0x22),
        v2(b"short"),
        v2(bytes(3000)),
    ],
)
def test_what_is_no_header_is_refused(first):
    with pytest.raises(NoHeader):
        parse(first)


@pytest.mark.parametrize("header", [V1, v2()], ids=["v1", "v2"])
@pytest.mark.parametrize("required", [True, False])
async def test_a_trusted_proxy_brings_somebody(port, header, required):
    await port.open(bind=Bind("127.0.0.1", 0, proxy=required))
    port.listener.trust(["127.0.0.0/8"])
    client = await port.connect()
    client.send(header + b"PING x\r\n")
    assert await client.line() == ":srv PONG srv x"
    session = await port.host.session()
    assert (session.peer.address, session.peer.port, session.peer.via) == ("203.0.113.9", 4711, "127.0.0.1")
    assert session.raw == b"PING x\r\n", "the header never becomes a line"
    assert +port.host.here == {"203.0.113.9": 1}


async def test_anyone_who_speaks_for_itself_stays_the_proxy_and_has_no_privileges(port):
    await port.open(bind=Bind("127.0.0.1", 0, proxy=True))
    port.listener.trust(["127.0.0.1"])
    client = await port.connect()
    client.send("PROXY UNKNOWN\r\nPING x\r\n")
    await client.line()
    session = await port.host.session()
    assert (session.peer.address, session.peer.via) == ("127.0.0.1", "127.0.0.1")


async def test_a_header_may_come_in_pieces(port):
    await port.open(bind=Bind("127.0.0.1", 0, proxy=True))
    port.listener.trust(["127.0.0.1"])
    client = await port.connect()
    for byte in V1:
        client.send(bytes([byte]))
        await client.writer.drain()
    client.send("PING x\r\n")
    assert await client.line() == ":srv PONG srv x"


async def test_tls_and_the_web_are_spoken_behind_a_header(port):
    await port.open(bind=Bind("127.0.0.1", 0, proxy=True))
    port.listener.trust(["127.0.0.1"])
    client = await port.connect()
    client.send(V1 + b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert (await client.rest()).endswith(b"\r\n\r\nok\n")


async def test_a_header_is_believed_of_nobody_else(port):
    await port.open(bind=Bind("127.0.0.1", 0, EVERY))
    port.listener.trust(["192.0.2.0/24"])
    client = await port.connect()
    client.send(V1 + b"NICK nora\r\n")
    assert (await client.rest()).startswith(b"ERROR :The PROXY protocol is not accepted here")
    assert port.host.sessions == []


async def test_a_second_header_is_refused(port):
    await port.open(bind=Bind("127.0.0.1", 0, proxy=True))
    port.listener.trust(["127.0.0.1", "203.0.113.9"])
    client = await port.connect()
    client.send(V1 + V1 + b"NICK nora\r\n")
    assert (await client.rest()).startswith(b"ERROR :The PROXY protocol is not accepted here")
    assert port.host.sessions == []


@pytest.mark.parametrize("first", [b"NICK nora\r\n", b"PROXY TCP4 x y 1 2\r\n", b""])
async def test_where_a_header_is_required_nothing_else_comes_in(port, first):
    await port.open(bind=Bind("127.0.0.1", 0, proxy=True), undecided_seconds=0.2)
    port.listener.trust(["127.0.0.1"])
    client = await port.connect()
    client.send(first)
    assert await client.rest() == b""
    assert port.host.sessions == []


async def test_clients_behind_a_proxy_meet_the_limits(port):
    await port.open(bind=Bind("127.0.0.1", 0, proxy=True))
    port.listener.trust(["127.0.0.1"])
    port.host.refusal = "Too many connections from your address; close one first"
    client = await port.connect()
    client.send(V1 + b"NICK nora\r\n")
    assert await client.line() == "ERROR :Too many connections from your address; close one first"

"""Connections that only cost: each is closed in time, and nobody who chats notices."""

import base64
import contextlib
import os
import select
import socket
import time

import pytest

from tests.e2e.wire import Irc
from tests.terminal import BOUND

SILENT = 500


def websocket(port):
    sock = socket.create_connection(("127.0.0.1", port), BOUND)
    key = base64.b64encode(os.urandom(16)).decode()
    sock.sendall(
        f"GET /irc HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    return sock


def say(sock, line):
    """One masked frame (RFC 6455, 5.2); a mask of zeros leaves the line as it is."""
    sock.sendall(bytes((0x81, 0x80 | len(line))) + bytes(4) + line.encode())


def read_until_closed(socks, deadline, meanwhile):
    """What each has been sent until the server closed it; ``meanwhile`` is done again and again."""
    got, poll = {sock.fileno(): b"" for sock in socks}, select.poll()
    for sock in socks:
        sock.setblocking(False)
        poll.register(sock, select.POLLIN)
    open_ones = {sock.fileno(): sock for sock in socks}
    while open_ones:
        assert time.monotonic() < deadline, f"{len(open_ones)} are still open"
        meanwhile()
        for number, _ in poll.poll(100):
            data = b""
            with contextlib.suppress(ConnectionError):
                data = open_ones[number].recv(65536)
            got[number] += data
            if not data:
                poll.unregister(number)
                del open_ones[number]
    return list(got.values())


@pytest.mark.parametrize("come_in", [False, True])
def test_silent_websockets_are_closed_and_told_why(serve, come_in):
    """Those that say nothing at all, and those that came in and answer no PING."""
    server = serve(
        CHOVER_LIMITS_PING_SECONDS="1" if come_in else "120",
        CHOVER_LIMITS_REGISTRATION_SECONDS="60" if come_in else "2",
    )
    with contextlib.ExitStack() as stack, Irc(server.port, "alice") as alice:
        silent = [stack.enter_context(contextlib.closing(websocket(server.port))) for _ in range(SILENT)]
        if come_in:
            for number, sock in enumerate(silent):
                say(sock, f"NICK silent{number}")
                say(sock, "USER s 0 * :s")
        deadline, waits = time.monotonic() + BOUND, []
        for number in range(20):
            began = time.monotonic()
            alice.say(f"said {number}")
            waits.append(time.monotonic() - began)
        got = read_until_closed(silent, deadline, alice.fence)
        assert all((b"Ping timeout" if come_in else b"ERROR :") in each for each in got), got[0][-200:]
        assert max(waits) < 5

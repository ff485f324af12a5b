"""Clients of a few lines, over blocking sockets: one speaks IRC, one what the original's client speaks."""

from __future__ import annotations

import contextlib
import itertools
import re
import socket
import ssl
import struct
import time
from typing import Final

from tests.terminal import BOUND

MSGID: Final = re.compile(r"[@;]msgid=([^; ]+)")
ALL: Final = "message-tags echo-message server-time batch labeled-response draft/chathistory standard-replies"


class Gone(AssertionError):
    """The server closed the connection before it said what was awaited."""


class Wire:
    """A connection, read with a deadline. ``address``: where it comes from; Linux has all of 127.0.0.0/8."""

    def __init__(self, port: int, address: str = "", tls: ssl.SSLContext | None = None) -> None:
        source = (address, 0) if address else None
        self.socket = socket.create_connection(("127.0.0.1", port), BOUND, source_address=source)
        if tls is not None:
            self.socket = tls.wrap_socket(self.socket, server_hostname="127.0.0.1")

    def send_bytes(self, data: bytes) -> None:
        self.socket.sendall(data)

    def receive(self, seconds: float = BOUND, most: int = 65536) -> bytes:
        """One read; nothing at the end. Raises TimeoutError."""
        self.socket.settimeout(max(seconds, 0.001))
        try:
            return self.socket.recv(most)
        finally:
            self.socket.settimeout(BOUND)

    def is_silent_for(self, seconds: float) -> bool:
        """Whether nothing comes, the end neither; waits that long."""
        try:
            self.receive(seconds)
        except TimeoutError:
            return True
        return False

    def close(self) -> None:
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Irc(Wire):
    """Registers at once; with capabilities it waits for the whole welcome and to be in the lobby."""

    def __init__(
        self,
        port: int,
        nick: str = "",
        caps: str = ALL,
        *,
        lobby: str = "#lobby",
        address: str = "",
        tls: ssl.SSLContext | None = None,
        login: str = "",
    ) -> None:
        """``login``: account and password, as ``name@device:password``."""
        super().__init__(port, address, tls)
        self._rest = b""
        self._tokens = itertools.count()
        self.nick = nick
        if login:
            self.send(f"PASS {login}")
        if nick:
            self._register(caps, f" 366 {nick} {lobby} " if lobby else r" (376|422) ")

    def _register(self, caps: str, last: str) -> None:
        self.send(f"CAP REQ :{caps}", f"NICK {self.nick}", f"USER {self.nick} 0 * :{self.nick}", "CAP END")
        try:
            self.expect(last)
        except BaseException:
            self.close()
            raise

    def send(self, *lines: str) -> None:
        self.send_bytes("".join(f"{line}\r\n" for line in lines).encode())

    def say(self, text: str, target: str = "#lobby") -> str:
        """Say it and wait for the echo; the msgid."""
        self.send(f"PRIVMSG {target} :{text}")
        return msgid(self.expect(f"PRIVMSG {target} :{re.escape(text)}$"))

    def line(self, deadline: float) -> str:
        """The next line, without its end. Raises Gone and TimeoutError."""
        while b"\r\n" not in self._rest:
            data = self.receive(deadline - time.monotonic())
            if not data:
                raise Gone(self._rest.decode(errors="replace"))
            self._rest += data
        line, self._rest = self._rest.split(b"\r\n", 1)
        return line.decode()

    def lines_at_hand(self) -> list[str]:
        """The whole lines after one more read."""
        data = self.receive()
        if not data:
            raise Gone(self._rest.decode(errors="replace"))
        *lines, self._rest = (self._rest + data).split(b"\r\n")
        return [line.decode() for line in lines]

    def expect(self, pattern: str, seconds: float = BOUND) -> str:
        """Read until a line in which the pattern is found; that line."""
        return self.until(pattern, seconds)[-1]

    def until(self, pattern: str, seconds: float = BOUND) -> list[str]:
        """Read until a line in which the pattern is found; all that was read, that line last."""
        deadline, lines = time.monotonic() + seconds, []
        while not lines or not re.search(pattern, lines[-1]):
            try:
                lines.append(self.line(deadline))
            except (Gone, TimeoutError, ConnectionError) as error:
                raise Gone(f"{self.nick or 'the client'} waited for {pattern!r}, {error!r} after {lines}") from error
        return lines

    def fence(self) -> list[str]:
        """What came before the answer to a PING sent now."""
        token = f"fence{next(self._tokens)}"
        self.send(f"PING {token}")
        return self.until(f" PONG .*{token}$")[:-1]

    def leave(self) -> list[str]:
        """QUIT, and what came until the server closed; the nick is free then."""
        self.send("QUIT")
        return self.until_closed()

    def until_closed(self) -> list[str]:
        """What comes until the server closes."""
        deadline, lines = time.monotonic() + BOUND, []
        with contextlib.suppress(Gone):
            while True:
                lines.append(self.line(deadline))
        return lines

    def history(self, target: str = "#lobby") -> list[str]:
        """All messages of a conversation, oldest first, read page by page."""
        lines: list[str] = []
        reference = "timestamp=2000-01-01T00:00:00.000Z"
        while page := self.page(f"CHATHISTORY AFTER {target} {reference} 500"):
            lines += page
            reference = f"msgid={msgid(page[-1])}"
        return lines

    def page(self, request: str) -> list[str]:
        """The messages that answer a CHATHISTORY request."""
        self.send(request)
        return [line for line in self.until(r" BATCH -") if " PRIVMSG " in line and "batch=" in line]


def msgid(line: str) -> str:
    """The msgid of a line."""
    found = MSGID.search(line)
    assert found, line
    return found[1]


def text(line: str) -> str:
    """What was said in a PRIVMSG."""
    return line.split(" PRIVMSG ", 1)[1].split(" :", 1)[1]


class Original(Wire):
    """What the original's client puts on the wire: 32 bytes, then raw text; it reads at most 1,024 bytes at once."""

    BUFFER: Final = 1024

    def __init__(self, port: int) -> None:
        super().__init__(port)
        self._shown = b""

    @staticmethod
    def header(name: bytes, version: bytes = b"25.6.16") -> bytes:
        return struct.pack("!16s16s", name, version)

    def read(self, seconds: float = BOUND) -> bytes:
        """One read, as the original reads."""
        return self.receive(seconds, self.BUFFER)

    def shows(self, wanted: str) -> str:
        """Read until this is shown; all that came since the last time."""
        deadline = time.monotonic() + BOUND
        while wanted.encode() not in self._shown:
            data = self.read(deadline - time.monotonic())
            assert data, f"closed before {wanted!r}, after {self._shown.decode(errors='replace')!r}"
            assert data.decode(), "a write that is cut inside a character would crash the original"
            self._shown += data
        shown, self._shown = self._shown, b""
        return shown.decode()

"""One end of a Unix socket over which two processes exchange messages, and pass sockets with them."""

from __future__ import annotations

import asyncio
import logging
import socket
import struct
from collections import deque
from collections.abc import Callable
from typing import Any, Final, NamedTuple

import msgspec

log: Final = logging.getLogger(__name__)

LETTER_BYTES: Final = 1 << 20
"""Longest message; an SSH name and password are a quarter of it at most."""
_READ_BYTES: Final = 65536
_HEAD: Final = struct.Struct("!I?")
"""The length of a message, and whether a socket comes with it. Sockets arrive in the order of their messages."""


class _Outgoing(NamedTuple):
    data: memoryview
    enclosed: socket.socket | None


Receive = Callable[[Any, socket.socket | None], None]


class IpcChannel:
    """After ``open``, calls ``receive`` with each message and its socket, and ``ended`` once at the end.

    ``messages`` are the classes of what arrives. At most ``enclosed`` sockets are accepted in one read; 0 means none. A
    message with more of them, or one that cannot be read, ends the channel. The output is not limited, because there is
    only one question for each call, and its answer.
    """

    def __init__(self, sock: socket.socket, messages: Any, receive: Receive, ended: Callable[[], None]) -> None:
        sock.setblocking(False)
        self._sock = sock
        self._decoder = msgspec.msgpack.Decoder(messages)
        self._encoder = msgspec.msgpack.Encoder()
        self._receive = receive
        self._ended = ended
        self._loop = asyncio.get_running_loop()
        self._got = bytearray()
        self._enclosed: deque[socket.socket] = deque()
        self._outgoing: deque[_Outgoing] = deque()
        self._blocked = False
        self.over = False

    def open(self, *, enclosed: int) -> None:
        self._most_enclosed = enclosed
        self._loop.add_reader(self._sock.fileno(), self._read)

    def send(self, message: msgspec.Struct, enclosed: socket.socket | None = None) -> None:
        """Send a message. The enclosed socket belongs to the other end then.

        If the channel has ended, it is only closed.
        """
        if self.over:
            if enclosed:
                enclosed.close()
            return
        data = self._encoder.encode(message)
        head = _HEAD.pack(len(data), enclosed is not None)
        self._outgoing.append(_Outgoing(memoryview(head + data), enclosed))
        if not self._blocked:
            self._write()

    def close(self) -> None:
        """End the channel. ``ended`` is called, too."""
        if self.over:
            return
        self.over = True
        self._loop.remove_reader(self._sock.fileno())
        self._loop.remove_writer(self._sock.fileno())
        self._sock.close()
        for left in (*self._enclosed, *[one.enclosed for one in self._outgoing]):
            if left:
                left.close()
        self._loop.call_soon(self._ended)

    # ---- out

    def _write(self) -> None:
        try:
            while self._outgoing:
                self._write_one(self._outgoing[0])
        except (BlockingIOError, InterruptedError):
            self._block()
        except OSError as error:
            log.debug("an IPC channel ended: %s", error)
            self.close()
        else:
            self._unblock()

    def _write_one(self, one: _Outgoing) -> None:
        if one.enclosed:
            sent = socket.send_fds(self._sock, [one.data], [one.enclosed.fileno()])
            one.enclosed.close()
        else:
            sent = self._sock.send(one.data)
        if sent < len(one.data):
            self._outgoing[0] = _Outgoing(one.data[sent:], None)
        else:
            self._outgoing.popleft()

    def _block(self) -> None:
        if not self._blocked:
            self._blocked = True
            self._loop.add_writer(self._sock.fileno(), self._write)

    def _unblock(self) -> None:
        if self._blocked:
            self._blocked = False
            self._loop.remove_writer(self._sock.fileno())

    # ---- in

    def _read(self) -> None:
        try:
            data, enclosed, flags, _ = socket.recv_fds(self._sock, _READ_BYTES, self._most_enclosed)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data, enclosed, flags = b"", [], 0
        self._enclosed.extend(socket.socket(fileno=number) for number in enclosed)
        # If one were lost, each later caller would get the socket of another.
        if not data or flags & socket.MSG_CTRUNC:
            self.close()
            return
        self._got += data
        try:
            self._open_messages()
        except (msgspec.MsgspecError, ValueError):
            log.exception("an IPC channel ended: it received something that is not a message")
            self.close()

    def _open_messages(self) -> None:
        while not self.over and len(self._got) >= _HEAD.size:
            length, encloses = _HEAD.unpack_from(self._got)
            if length > LETTER_BYTES or (encloses and not self._enclosed):
                raise ValueError(f"a message of {length} bytes, with {len(self._enclosed)} enclosed")
            end = _HEAD.size + length
            if len(self._got) < end:
                return
            message = self._decoder.decode(self._got[_HEAD.size : end])
            del self._got[:end]
            self._receive(message, self._enclosed.popleft() if encloses else None)

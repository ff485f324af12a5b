"""What a process that restarts itself passes on to the next one: listening sockets and connections."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence

import msgspec


class OpenSocket(msgspec.Struct, frozen=True):
    """A socket by its file descriptor, which is the same in both processes."""

    descriptor: int


class ListeningSocket(OpenSocket, frozen=True):
    """``host`` and ``port`` are those of the settings: '' is every interface, 0 a free port."""

    host: str
    port: int


class OpenConnection(OpenSocket, frozen=True):
    """A connection of plain IRC: the data of its AcceptedConnection, and the state of its session."""

    address: str
    port: int
    here: int
    via: str
    state: bytes


class Inheritance:
    """Provides each socket once; those that nobody has asked for are closed at the end."""

    def __init__(
        self,
        listening: Sequence[ListeningSocket] = (),
        connections: Sequence[OpenConnection] = (),
        *,
        complete: bool = False,
    ) -> None:
        """``complete``: what is optional and not there could not be opened, and is not to be tried again."""
        self.complete = complete
        self._listening = list(listening)
        self._connections = list(connections)

    @property
    def states(self) -> list[bytes]:
        """The sessions of all connections."""
        return [connection.state for connection in self._connections]

    def listening(self, host: str, port: int) -> list[socket.socket]:
        """The sockets that already listen on this address; they do not block."""
        fitting = [one for one in self._listening if (one.host, one.port) == (host, port)]
        self._listening = [one for one in self._listening if one not in fitting]
        sockets = [socket.socket(fileno=one.descriptor) for one in fitting]
        for sock in sockets:
            os.set_inheritable(sock.fileno(), False)
            sock.setblocking(False)
        return sockets

    def connections(self) -> list[OpenConnection]:
        """The open connections."""
        connections, self._connections = self._connections, []
        for connection in connections:
            os.set_inheritable(connection.descriptor, False)
        return connections

    def close(self) -> None:
        """Close what was not asked for, such as an address that is no longer used."""
        left: list[OpenSocket] = [*self._listening, *self._connections]
        for one in left:
            os.close(one.descriptor)
        self._listening, self._connections = [], []

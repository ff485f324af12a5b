"""The listening sockets of all workers, opened before them and kept while they come and go."""

from __future__ import annotations

import logging
import socket
from collections.abc import Sequence

from chover.edge.binding import CannotListen, open_sets
from chover.edge.inheritance import ListeningSocket
from chover.edge.listener import Bind

_log = logging.getLogger(__name__)


class SharedSockets:
    """Sets of sockets for the same addresses. The system spreads connections over them."""

    def __init__(self, sets: list[list[ListeningSocket]], kept: list[socket.socket]) -> None:
        self.sets = sets
        self._kept = kept

    @classmethod
    async def open(cls, binds: Sequence[Bind], sets: int) -> SharedSockets:
        """Raises CannotListen; then nothing is open. What is optional and taken is left out, and told."""
        shared = cls([], [])
        for bind in binds:
            try:
                opened = await open_sets(bind.host, bind.port, sets)
            except CannotListen as error:
                if not bind.optional:
                    shared.close()
                    raise
                _log.warning("port %d is left out: %s", bind.port, str(error).partition(":")[0])
            else:
                shared._add(bind, opened)
        return shared

    def _add(self, bind: Bind, opened: list[list[socket.socket]]) -> None:
        self.sets = self.sets or [[] for _ in opened]
        for one, sockets in zip(self.sets, opened, strict=True):
            self._kept += sockets
            one += [ListeningSocket(sock.fileno(), bind.host, bind.port) for sock in sockets]

    def shares(self, serving: Sequence[int], workers: int) -> dict[int, list[int]]:
        """Which descriptors each of the workers that serve accepts from, by number: all of them, each by one.

        The sets of workers that do not serve are taken over by others. Where there is one set, all share it.
        """
        shares: dict[int, list[int]] = {number: [] for number in serving}
        if len(self.sets) < workers:
            return {number: [one.descriptor for sockets in self.sets for one in sockets] for number in serving}
        for index, sockets in enumerate(self.sets):
            if serving:
                owner = index + 1 if index + 1 in shares else serving[index % len(serving)]
                shares[owner] += [one.descriptor for one in sockets]
        return shares

    def close(self) -> None:
        for sock in self._kept:
            sock.close()

"""The cluster of a node that shares its storage with nobody."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from typing import Final

from chover.engine.ids import UserId
from chover.ports.bus import NodeFacts, NodeLoad

OWN: Final = "single"


class SingleNode:
    """Implements ports.Cluster for a storage that only one process can open. Nothing waits."""

    alone = True
    node = OWN
    epoch = 1
    lease_seconds = lease_left = float("inf")

    def __init__(self) -> None:
        self._facts: NodeFacts | None = None
        self._jobs: dict[str, None] = {}
        self._nicks: dict[str, UserId] = {}

    async def join(self, version: str, address: str) -> None:
        self._facts = NodeFacts(OWN, version, address, 1, time.time_ns() // 1_000_000, float("inf"))

    async def renew(self, load: NodeLoad | None = None) -> bool:  # noqa: ARG002 - nobody looks at it from elsewhere
        return True

    async def leave(self) -> None:
        self._facts = None
        self._nicks.clear()

    async def claim(self, look: str, _nick: str, user: UserId) -> bool:
        return self._nicks.setdefault(look, user) == user

    async def release(self, look: str, user: UserId) -> bool:
        if self._nicks.get(look) == user:
            del self._nicks[look]
        return True

    async def hand_over(self, look: str, before: UserId, after: UserId) -> None:
        if self._nicks.get(look) == before:
            self._nicks[look] = after

    async def reap(self) -> list[str]:
        return []

    async def present(self, among: Collection[UserId] | None = None) -> set[UserId]:
        held = set(self._nicks.values())
        return held if among is None else held.intersection(among)

    async def does(self, job: str) -> bool:
        self._jobs[job] = None
        return True

    async def nodes(self) -> list[NodeFacts]:
        if self._facts is None:
            return []
        facts = self._facts
        return [
            NodeFacts(facts.id, facts.version, facts.address, 1, facts.started, facts.seconds_left, list(self._jobs))
        ]

    def on_loss(self, told: Callable[[], None]) -> None:
        """It cannot be lost."""

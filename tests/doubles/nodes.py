"""Several nodes in one process: one store, one bus that may lose, and clocks that tests move.

nodes = await Nodes.open(2)
alice = await nodes.stages[0].enter("alice")
await nodes.settle()
"""

import asyncio
import contextlib
from unittest.mock import patch

from chover.server.lifecycle import AbsentUsers
from chover.server.pipeline import feed
from chover.server.presence import presence, whereabouts
from tests.bus.faulty import Faults, FaultyBus
from tests.doubles.accounts import MemoryAccounts
from tests.doubles.memory_cluster import MemoryCluster
from tests.doubles.memory_store import MemoryStore
from tests.doubles.stage import Stage

NEVER = 3600
SETTINGS = {"channels.autojoin": [], "limits.flood": False, "history.replay": 0}
WELL, AWAY = Faults(0, 0, 0), Faults(1, 0, 0)


class Nodes:
    """``stages`` are the nodes; what happens once a second happens in ``beat`` and ``settle``."""

    def __init__(self, settings, environ):
        self.settings, self.environ = {**SETTINGS, **settings}, environ
        self.store, self.bus, self.cluster, self.accounts = MemoryStore(), FaultyBus(1, WELL), MemoryCluster(), None
        self.stages = []

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, count=2, environ=None, **settings):
        with (
            patch.object(feed, "POLL_SECONDS", NEVER),
            patch.object(feed, "UNDER_WAY_SECONDS", 0),
            patch.object(presence, "BEAT_SECONDS", NEVER),
            patch.object(presence, "ASK_SECONDS", 0),
            patch.object(whereabouts, "HEAR_SECONDS", 0.05),
        ):
            nodes = cls(settings, environ)
            nodes.accounts = MemoryAccounts()
            for _ in range(count):
                await nodes.start()
            try:
                yield nodes
            finally:
                nodes.bus.faults = WELL
                for stage in nodes.stages:
                    await stage.close()

    async def start(self):
        """Another node."""
        cluster = self.cluster.node(f"n{len(self.cluster.epochs)}")
        await cluster.join("26.11", "chat.test")
        store, end = self.store.of_node(cluster), self.bus.end()
        stage = await Stage.open(self.settings, store, end, accounts=self.accounts, environ=self.environ)
        self.stages.append(stage)
        return stage

    def lose_everything(self):
        """The bus is away."""
        self.bus.faults = AWAY

    def bring_back(self):
        self.bus.faults = WELL

    async def die(self, stage):
        """A node says nothing any more, and its lease ends."""
        self.stages.remove(stage)
        await stage.node.ledger._bus.close()
        stage.node.store.fail = "the node is dead"
        for task in stage.host._watching:
            task.cancel()
        stage.node.tasks.cancel()
        self.cluster.expire(stage.node.store.cluster.node)
        await self.stages[0].node.store.cluster.reap()
        for other in self.stages:
            for peer in other.node.presence.where.peers.values():
                if peer.node == stage.node.store.cluster.node:
                    peer.heard = float("-inf")

    async def beat(self):
        """What happens once a second."""
        for stage in self.stages:
            await stage.node.presence.beat()
            await stage.host.feed.poll()

    async def rest(self):
        """Until nothing is under way."""
        async with asyncio.timeout(20):
            for stage in self.stages:
                await stage.node.tasks.done()
                await stage.node.ledger.drained()

    async def settle(self, seconds=5):
        for _ in range(seconds):
            await self.rest()
            await self.beat()
            for stage in self.stages:
                if await stage.node.store.cluster.does("departures"):
                    await AbsentUsers(stage.node).end()
        await self.rest()

"""Keeps this node in the cluster, and ends what nodes that died have left behind."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from chover.ports import StoreError
from chover.ports.bus import Cluster, NodeLoad
from chover.serve.shutdown import Shutdown
from chover.server.host import ChatHost
from chover.server.lifecycle import AbsentUsers
from chover.server.pipeline.ledger import NotKept

_log = logging.getLogger(__name__)

DEPARTURES: Final = "departures"
"""The job of the node that has those leave whom no living node holds."""
LOST: Final = "This server has lost its place in the cluster: connect again"


class ClusterWatch:
    """Renews the lease of this node, reaps nodes that are silent, and stops this one when it was reaped itself."""

    def __init__(self, cluster: Cluster, host: ChatHost, shutdown: Shutdown) -> None:
        self._cluster = cluster
        self._absent = AbsentUsers(host.node)
        self._host = host
        self._shutdown = shutdown
        self._unreachable = False
        cluster.on_loss(self._lost)

    async def run(self) -> None:
        """Until it is cancelled, or this node was reaped; at once where there can be no other node."""
        while not self._cluster.alone:
            await asyncio.sleep(self._cluster.lease_seconds / 3)
            try:
                if not await self._cluster.renew(self._load()):
                    self._lost()
                    return
                await self._look_after_others()
            except (StoreError, NotKept) as error:
                self._tell(error)
            else:
                self._unreachable = False

    def _load(self) -> NodeLoad:
        host = self._host
        sessions = sum(session.user is not None for session in host.node.sessions)
        return NodeLoad(host.node.reached_at, sessions, host.feed.lag_events, host.feed.lag_seconds)

    async def _look_after_others(self) -> None:
        for node in await self._cluster.reap():
            _log.warning("node %s has not renewed its lease and counts as dead: its people leave", node)
        if await self._cluster.does(DEPARTURES):
            await self._absent.end()

    def _lost(self) -> None:
        _log.critical("the other nodes have taken this one for dead: it stops, so that nobody is served by two")
        self._shutdown.begin(LOST, "the cluster goes on without it")

    def _tell(self, error: Exception) -> None:
        if not self._unreachable:
            self._unreachable = True
            _log.warning("cannot renew the lease of this node, trying again: %s", error)

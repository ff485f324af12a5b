"""Jobs that one node of a cluster does for all: each runs here as long as this node is the one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final

from chover.ports import StoreError
from chover.ports.bus import Cluster

_log = logging.getLogger(__name__)

ALONE_SECONDS: Final = 60.0
"""How often a node without others looks whether a job has failed."""

Job = Callable[[], Coroutine[Any, Any, None]]
"""Goes on until it is cancelled. One that fails is begun again."""


class SingleJobs:
    """Begins jobs when this node gets them, and ends them when it has lost them.

    A job moves when the lease of its node has ended. What must not be done by two then asks ``Cluster.lease_left``.
    """

    def __init__(self, cluster: Cluster, jobs: Mapping[str, Job]) -> None:
        self._cluster = cluster
        self._jobs = jobs
        self._running: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Look again and again, until it is cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(ALONE_SECONDS if self._cluster.alone else self._cluster.lease_seconds / 3)

    async def look(self) -> None:
        """Look once at all jobs. While the storage is away, everything stays as it is."""
        for name, job in self._jobs.items():
            try:
                ours = await self._cluster.does(name)
            except StoreError:
                return  # ClusterWatch tells it.
            if not ours:
                await self._end(name)
            elif name not in self._running or self._running[name].done():
                self._begin(name, job)

    def _begin(self, name: str, job: Job) -> None:
        if not self._cluster.alone:
            _log.info("from now on this node does for all: %s", name)
        self._running[name] = asyncio.get_running_loop().create_task(_done(name, job))

    async def _end(self, name: str) -> None:
        if (task := self._running.pop(name, None)) is not None:
            _log.info("another node does from now on: %s", name)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def here(self) -> dict[str, bool]:
        """All jobs, and whether this node does them."""
        return {name: name in self._running and not self._running[name].done() for name in self._jobs}

    async def close(self) -> None:
        """End all jobs; what they have begun is finished or left to the next node."""
        for task in self._running.values():
            task.cancel()
        await asyncio.gather(*self._running.values(), return_exceptions=True)


async def _done(name: str, job: Job) -> None:
    try:
        await job()
    except StoreError as error:
        _log.error("the job %s has stopped and is begun again: %s", name, error)
    except Exception:  # noqa: BLE001 - a bug ends a job, is told, and must not end the server
        _log.exception("the job %s has stopped and is begun again", name)

"""Hourly tasks: retention, which one node of a cluster does, and what each node does for itself."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from chover.engine.events import Event
from chover.files.uploads import Uploads
from chover.ports import Storage, StoreError
from chover.server.history.attachments import remove_with
from chover.server.host import ChatHost

_log = logging.getLogger(__name__)

RETAIN_SECONDS: Final = 3600.0
"""How often retention runs."""


class Upkeep:
    """Deletes what has expired: messages with their files, unused codes, records, abandoned channels; and uploads.

    It goes by a time that is confirmed: a clock that jumped ahead must not cost what is not old.

    ``warnings`` gives a line for each certificate that needs its operator; each line is logged once.
    """

    def __init__(self, host: ChatHost, store: Storage, files: Uploads, warnings: Callable[[], Sequence[str]]) -> None:
        self._host = host
        self._store = store
        self._files = files
        self._warnings = warnings
        self._told: Sequence[str] = ()

    async def run(self) -> None:
        """What each node does for its own disk: at once and then every hour, until it is cancelled."""
        while True:
            await self._try(self._tidy)
            self.warn()
            await asyncio.sleep(RETAIN_SECONDS)

    async def retain(self) -> None:
        """What one node does for all: at once and then every hour, until it is cancelled."""
        while True:
            await self._try(self._retain)
            await asyncio.sleep(RETAIN_SECONDS)

    async def _try(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except StoreError as error:
            _log.error("could not delete expired data, trying again in an hour: %s", error)

    def warn(self) -> None:
        """Log the warnings that were not there an hour ago."""
        now = self._warnings()
        for text in now:
            if text not in self._told:
                _log.warning("%s", text)
        self._told = now

    async def _remove_files(self, messages: Sequence[Event]) -> None:
        for message in messages:
            await remove_with(self._host.node, message)

    async def _retain(self) -> None:
        now = self._host.node.ledger.clock.confirmed()
        await self._host.node.moderation.retain(now)
        gone = await self._store.retain(self._host.node.config.history.retention_days, now, self._remove_files)
        codes = await self._store.registry.codes.purge(now)
        ended = await self._host.forgetting.look(now)
        if gone or codes or ended:
            _log.info("retention: deleted %d events, %d codes and %d abandoned channels", gone, codes, ended)

    async def _tidy(self) -> None:
        """The contents of uploads are on the disk of a node."""
        if files := await self._files.tidy(self._host.node.ledger.clock.confirmed()):
            _log.info("retention: deleted %d uploads", files)

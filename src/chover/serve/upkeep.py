"""Hourly tasks: retention, and a look at the certificates."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
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
    """Deletes what has expired: messages with their files, unused codes, uploads, abandoned channels.

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
        """Run at once and then every hour, until it is cancelled. A failure is logged and tried again."""
        while True:
            try:
                await self._retain()
            except StoreError as error:
                _log.error("could not delete expired data, trying again in an hour: %s", error)
            self.warn()
            await asyncio.sleep(RETAIN_SECONDS)

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
        files = await self._files.tidy(now)
        ended = await self._host.forgetting.look(now)
        if gone or codes or files or ended:
            text = "retention: deleted %d events, %d codes, %d uploads and %d abandoned channels"
            _log.info(text, gone, codes, files, ended)

"""The part of the storage that is logs: appended through the writer, read by the connections of the pool."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from chover.engine.events import Event
from chover.engine.ids import LogId, UserId
from chover.ports import Append, Direction, Going, Outcome, Selector, Snapshot
from chover.store.postgres.connections import Connections
from chover.store.postgres.log import edits, pages, retention
from chover.store.postgres.tables.secrets import PostgresSecrets
from chover.store.postgres.writer import PostgresWriter
from chover.store.retention import steps

_PROBE: Final = """
    INSERT INTO meta (name, value) VALUES ('probe', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value"""


class PostgresLogs:
    """Implements the methods of ports.Store; its contract is tests/store/contract.py."""

    def __init__(self, connections: Connections, writer: PostgresWriter) -> None:
        self._db = connections
        self._writer = writer
        self._secrets = PostgresSecrets(connections)

    async def load(self) -> Snapshot:
        async with self._db.transaction(isolation="repeatable_read") as db:
            return await pages.load(db)

    def append(self, group: Sequence[Append], done: Callable[[list[Outcome]], None]) -> None:
        self._writer.append(group, done)

    async def page(
        self,
        log: LogId,
        start: Selector,
        direction: Direction,
        limit: int,
        *,
        messages_only: bool,
        stop: Selector | None = None,
        first: int = 1,
    ) -> list[Event]:
        return await pages.page(self._db, log, start, direction, limit, messages_only, stop, first)

    async def conversations(
        self, user: UserId, channels: Mapping[LogId, int], after: int, until: int, direction: Direction, limit: int
    ) -> list[Event]:
        return await pages.conversations(self._db, user, channels, after, until, direction, limit)

    async def find(self, log: LogId, msgid: str) -> Event | None:
        return await edits.find(self._db, log, msgid)

    async def said_by(self, user: UserId, limit: int) -> list[Event]:
        return await edits.said_by(self._db, user, limit)

    async def reactions(self, log: LogId, first: int, last: int, after: int) -> list[Event]:
        return await edits.reactions(self._db, log, first, last, after)

    async def reacted(self, log: LogId, place: int, user: UserId) -> set[str]:
        return await edits.reacted(self._db, log, place, user)

    async def between(self, log: LogId, after: int, until: int, by: UserId | None = None) -> list[Event]:
        return await pages.between(self._db, log, after, until, by)

    async def changes(self, pieces: Mapping[LogId, tuple[int, int]]) -> list[Event]:
        return await pages.changes(self._db, pieces)

    async def head(self, log: LogId) -> int:
        return (await self.heads([log])).get(log, 0)

    async def heads(self, logs: Sequence[LogId]) -> dict[LogId, int]:
        return await pages.heads(self._db, logs)

    async def moved(self, mark: str) -> tuple[dict[LogId, int], str]:
        return await pages.moved(self._db, mark)

    async def log_ids(self) -> list[LogId]:
        return await pages.log_ids(self._db)

    async def retain(self, days: int, now: int, going: Going | None = None) -> int:
        gone = 0
        for step in steps(await retention.ripe(self._db, days, now)):
            if going is not None and (linking := await retention.linking(self._db, step)):
                await going(linking)
            # One after the other, so that the messages given meanwhile are written in between.
            gone += await retention.drop(self._db, step)
        return gone

    async def probe(self) -> None:
        await self._writer.reach()
        await self._db.execute(_PROBE, secrets.token_bytes(8))

    async def secret(self, name: str) -> bytes:
        return await self._secrets.get(name)

    async def close(self) -> None:
        await self._writer.stop()
        await self._db.close()

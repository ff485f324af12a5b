"""The task that follows the logs and keeps the index, apart from the path of a message.

Every node follows the logs to which it appends, and from time to time all of them, because another node may have
ended in between. An advisory lock of the database lets one node at a time write the index.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Iterable, Sequence
from typing import Final

from chover.engine.events import Event
from chover.engine.ids import LogId
from chover.ports import Append, StoreError
from chover.store.postgres.connections import Connections, Transaction
from chover.store.postgres.search import filling
from chover.store.postgres.search.filling import Place
from chover.store.postgres.search.fresh import Fresh, FreshEvents, LogPiece, up_to_gap

VERSION: Final = 3
"""The version of a block and of how words are made. A node with a newer one builds the index again."""
PAUSE: Final = 1.0
"""Seconds in which messages are gathered before they are indexed; until then, searches read them in the log."""
ENOUGH: Final = 2500
"""So many messages do not wait any longer: a search reads only finder.TAIL of them in the log."""
EVERY: Final = 60.0
"""Seconds after which a node looks at all logs."""
AGAIN: Final = 1.0
"""Seconds after a failure until the next attempt."""
AHEAD: Final = 131_072
"""Messages that are put in the order of time at once."""
PIECE: Final = 4000
"""Messages of a plan that are entered in one transaction."""
SOON: Final = 4096
"""So many are indexed in one transaction, without a plan."""

_LOCK: Final = "SELECT pg_advisory_xact_lock($1)"
_FREE: Final = "SELECT pg_try_advisory_xact_lock($1)"
_LOCK_NO: Final = 0x696E646578
_VERSION: Final = "SELECT value FROM meta WHERE name = 'search_version'"
_SET_VERSION: Final = """
    INSERT INTO meta (name, value) VALUES ('search_version', $1)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value"""
_BEHIND: Final = """
    SELECT no, id, coalesce(followed.seq, 0), head FROM log LEFT JOIN search_indexed AS followed ON log_no = no
    WHERE head > coalesce(followed.seq, 0) AND ($1::text[] IS NULL OR id = ANY($1))"""
_PLAN: Final = f"""
    SELECT event.log_no, event.seq FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS behind (no, seq, head)
    JOIN event ON event.log_no = behind.no AND event.seq > behind.seq AND event.seq <= behind.head
    WHERE kind IN {filling.KINDS} ORDER BY event.at, 1, 2 LIMIT {AHEAD}"""  # noqa: S608 - constants
_logger: Final = logging.getLogger(__name__)


class SearchFollower:
    """Follows the logs from its making on. ``close`` ends it."""

    def __init__(self, db: Connections) -> None:
        self._db = db
        self._fresh = FreshEvents()
        self._gone = True
        """Whether retention may have deleted events."""
        self._work = asyncio.Event()
        self._enough = asyncio.Event()
        """Set when there is no more time to wait."""
        self._stopped = asyncio.Event()
        self._failing = False
        self._task = asyncio.create_task(self._run())

    def written(self, appends: Iterable[Append]) -> None:
        """These were committed by this node. Cheap."""
        self.heard(event for append in appends for event in append.events)
        self._work.set()

    def heard(self, events: Iterable[Event]) -> None:
        """These were committed by some node, which has them indexed, and need not be read. Cheap."""
        self._fresh.add(events)
        if self._fresh.held >= ENOUGH:
            self._enough.set()

    def purge(self) -> None:
        """Retention has deleted events."""
        self._gone = True
        self._work.set()

    async def settle(self) -> None:
        """Index all that is committed now. Raises StoreError."""
        await self._follow(None)

    async def close(self) -> None:
        """Stop. What is not indexed yet will be later, by this or by another node."""
        # Not cancelled: what is under way is finished, and no connection is left in the middle of a transaction.
        self._stopped.set()
        self._enough.set()
        self._work.set()
        await self._task

    # ---- the task ------------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        everything = True
        while not self._stopped.is_set():
            try:
                await self._follow(None if everything else set())
            except Exception as error:  # noqa: BLE001 - whatever it is, the index goes on when it is over
                everything = True
                await self._failed(error)
                continue
            self._failing = False
            everything = not await self._waited()

    async def _failed(self, error: Exception) -> None:
        if not self._failing:
            # Once, not every second.
            bug = None if isinstance(error, StoreError) else error
            _logger.error("the search index cannot follow the logs until this is solved: %s", error, exc_info=bug)
        self._failing = self._gone = True
        await _wait(self._stopped, AGAIN)

    async def _waited(self) -> bool:
        """Wait for messages of this node. False if it is time to look at all logs."""
        await _wait(self._work, EVERY)
        told = self._work.is_set()
        self._work.clear()
        if told:
            await _wait(self._enough, PAUSE)
        return told

    # ---- following -----------------------------------------------------------------------------------------------

    async def _follow(self, logs: set[LogId] | None) -> None:
        """Index what these logs have more, and those to which something was added meanwhile; None: all logs."""
        if self._gone:
            self._gone = False
            await self._forget()
        if logs is not None and not await self._db.value(_FREE, _LOCK_NO):
            # Another node indexes just now, most likely the same: what is left for this one would be small blocks.
            await _wait(self._stopped, PAUSE)
        while not self._stopped.is_set() and not await self._step(logs):
            pass

    async def _forget(self) -> None:
        async with self._db.transaction() as db:
            await db.execute(_LOCK, _LOCK_NO)
            if await _version(db) == VERSION:
                await filling.forget(db)

    async def _step(self, logs: set[LogId] | None) -> bool:
        """Index up to AHEAD messages. Whether that was everything."""
        async with self._db.transaction() as db:
            await db.execute(_LOCK, _LOCK_NO)
            # Only now: while it was waited for, another node has indexed what was known before.
            fresh = self._taken() if logs is not None else {}
            # An older index is emptied first; one of a newer version is left alone.
            if await _version(db) != VERSION:
                return True
            if logs is not None:
                logs.update(fresh)
            behind = [LogPiece(*row) for row in await db.fetch(_BEHIND, logs if logs is None else list(logs))]
            if sum(piece.head - piece.seq for piece in behind) <= SOON:
                known = [up_to_gap(piece, fresh) for piece in behind]
                await filling.follow(db, known, fresh)
                self._keep_for_later(known, behind, fresh)
                return True
        return await self._plan(behind)

    def _taken(self) -> Fresh:
        self._enough.clear()
        return self._fresh.take()

    def _keep_for_later(self, known: Iterable[LogPiece], behind: Iterable[LogPiece], fresh: Fresh) -> None:
        """What stands behind a gap is indexed with what is still on its way, or read if that does not come."""
        for piece, whole in zip(known, behind, strict=True):
            if piece.head < whole.head:
                rest = [event for seq, event in fresh[piece.log].items() if seq > piece.head]
                self._fresh.look_again(piece.log, rest)
                self._work.set()

    async def _plan(self, behind: Sequence[LogPiece]) -> bool:
        """The same for many messages: in the order of time over all logs, in many transactions."""
        plan = await self._db.fetch(_PLAN, *[[piece[at] for piece in behind] for at in (0, 2, 3)])
        places: list[Place] = [(log_no, seq) for log_no, seq in plan]
        for start in range(0, len(places), PIECE):
            if self._stopped.is_set():
                return True
            async with self._db.transaction() as db:
                await db.execute(_LOCK, _LOCK_NO)
                # A node of a newer version may have started meanwhile.
                if await _version(db) > VERSION:
                    return True
                await filling.put(db, places[start : start + PIECE])
        if len(places) == AHEAD:
            return False
        async with self._db.transaction() as db:
            await filling.move(db, [(piece.log_no, piece.head) for piece in behind])
        return True


async def _version(db: Transaction) -> int:
    """The version of the index, after an older one was emptied."""
    found = await db.fetchval(_VERSION)
    version = int(found) if found is not None else 0
    if version >= VERSION:
        return version
    await db.execute("TRUNCATE search_block, search_indexed")
    await db.execute(_SET_VERSION, str(VERSION).encode())
    return VERSION


async def _wait(event: asyncio.Event, seconds: float) -> None:
    """Until it is set, or so long."""
    with contextlib.suppress(TimeoutError):
        # Not wait_for: in Python 3.11 it forgets that it was cancelled if it is done in the same moment.
        async with asyncio.timeout(seconds):
            await event.wait()

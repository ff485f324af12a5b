"""Appends as transactions, by several nodes at once: the row of a log is locked while its events get their places."""

from __future__ import annotations

import logging
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Final

from chover.engine.events import Event
from chover.engine.ids import LogId
from chover.ports import Append, Committed, Failed, Outcome
from chover.store.edits import TOUCHING, place_of
from chover.store.postgres import faults
from chover.store.postgres.connections import Connections, Transaction
from chover.store.postgres.faults import Interrupted, LeaseLost, Unwilling, require_lease
from chover.store.postgres.log import edits, pages, talk
from chover.store.postgres.log.pages import EVENT
from chover.store.postgres.log.plan import GroupPlan, LockedLog, Standing
from chover.store.postgres.log.talk import TOUCHED, NodeLease

KNOWN: Final = 100_000
"""Logs that are known to have a row; beyond that, all are forgotten, which costs one statement."""

# Numbered in the order in which they begin, and inserted in the order of their ids, as all locks are taken: two nodes
# that want the same logs never wait for each other in a circle.
_ADD: Final = """
    INSERT INTO log (no, id) SELECT no, id FROM (
        SELECT nextval('log_no_seq') AS no, id FROM (
            SELECT id FROM unnest($1::text[]) WITH ORDINALITY AS given (id, place) ORDER BY place) AS placed
        OFFSET 0) AS numbered
    ORDER BY id COLLATE "C" ON CONFLICT (id) DO NOTHING"""
_LOCK: Final = """
    SELECT id, no, head, last_at, rules_version, said FROM log
    WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE"""
# The limits make PostgreSQL look each row up by its index, however small it takes the tables to be.
_REPEATED: Final = f"""
    SELECT sent.log_no, found.* FROM unnest($1::bigint[], $2::text[]) AS sent (log_no, nonce) CROSS JOIN LATERAL (
        SELECT {EVENT} FROM event WHERE log_no = sent.log_no AND nonce = sent.nonce LIMIT 1) AS found"""  # noqa: S608 - constants
_STANDING: Final = """
    SELECT log.id, msgid, seq, at FROM event JOIN log ON log.no = log_no
    WHERE msgid = ANY ($1) AND log_no = ANY ($2) ORDER BY log_no, seq"""
# In the order of the names, for the reason above; whoever has inserted one and not committed is waited for.
_TAKE: Final = """
    INSERT INTO channel_name (folded, channel) SELECT * FROM unnest($1::text[], $2::text[]) AS taken (folded, channel)
    ORDER BY folded COLLATE "C" ON CONFLICT (folded) DO NOTHING RETURNING folded"""
_HOLDERS: Final = "SELECT folded, channel FROM channel_name WHERE folded = ANY ($1)"
_GIVE_BACK: Final = "DELETE FROM channel_name WHERE folded = ANY ($1)"
_WRITE: Final = f"""
    WITH moved AS (
        UPDATE log SET head = now.head, last_at = now.last_at, rules_version = now.rules_version, said = now.said,
            touched = {TOUCHED}
        FROM unnest($10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::boolean[])
            AS now (no, head, last_at, rules_version, said)
        WHERE log.no = now.no)
    INSERT INTO event (log_no, seq, at, msgid, kind, version, actor, nonce, data)
    SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::integer[], $7::text[],
        $8::text[], $9::text[])"""  # noqa: S608 - a constant

# A node that takes this one for dead changes its row, and waits for the appends that hold it.
_FENCE: Final = "SELECT expires > clock_timestamp() FROM node WHERE id = $1 AND epoch = $2 FOR SHARE"

_logger: Final = logging.getLogger(__name__)


class Uncertain(Interrupted):
    """The connection was lost while the server committed: nobody knows yet whether it did."""


class PostgresAppender:
    """Writes groups. One for each node, one group at a time."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._known: set[LogId] = set()
        self.lease: NodeLease | None = None
        """Without one nothing is asked: the node is alone."""
        self.lease_lost: Callable[[], None] | None = None
        """Told when an append failed because of it."""

    async def keep(self, appends: Sequence[Append], *, again: bool = False) -> list[Outcome]:
        """Keep all of them in one transaction, each whole or not at all. Returns one outcome for each, in order.

        Raises Interrupted, and then it may be given once more: with ``again`` if that was Uncertain.
        """
        events = [event for append in appends for event in append.events if event.kept]
        if not events:
            return [Committed()] * len(appends)
        if not again and talk.is_talk(appends) and await self._talk(events):
            return [Committed()] * len(appends)
        try:
            return await self._at_once(appends, again)
        except Interrupted:
            raise
        except Unwilling as error:
            if isinstance(error, LeaseLost) and self.lease_lost is not None:
                self.lease_lost()
            return _failed(appends, error)
        except Exception as error:  # noqa: BLE001 - one of them failed in an unforeseen way: find it, keep the others
            _logger.info("a group is committed one by one, since it failed: %s", error)
        try:
            return await self._one_by_one(appends, again)
        except Interrupted:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, every sender is owed an outcome
            return _failed(appends, error)

    async def _talk(self, events: Sequence[Event]) -> bool:
        """Whether these messages are committed; whatever keeps them from it is found out on the long way."""
        committing = False
        try:
            async with self._connections.connection() as db:
                committing = True
                places = await talk.write(db, events, self.lease)
        except Interrupted as error:
            raise (Uncertain(str(error)) if committing else error) from error
        except Exception as error:  # noqa: BLE001 - the long way meets it again, and says whose it is
            _logger.debug("messages take the long way: %s", error)
            return False
        for event, (seq, at) in zip(events, places, strict=False):
            event.seq, event.at = seq, at
        return bool(places)

    async def _at_once(self, appends: Sequence[Append], again: bool) -> list[Outcome]:
        committing = False
        try:
            async with self._connections.transaction() as db:
                plan = await self._planned(db, appends, again)
                # Behind the locks, so that no wait lies between it and what is written.
                await self._require_lease(db)
                await _write(db, plan)
                committing = True
        except Interrupted as error:
            raise (Uncertain(str(error)) if committing else error) from error
        self._settle([plan])
        return plan.outcomes

    async def _one_by_one(self, appends: Sequence[Append], again: bool) -> list[Outcome]:
        plans, outcomes, committing = [], [], False
        try:
            async with self._connections.transaction() as db:
                await self._locked(db, appends)
                await self._require_lease(db)
                for append in appends:
                    try:
                        async with db.transaction():
                            plan = await self._planned(db, [append], again)
                            await _write(db, plan)
                    except Exception as error:
                        if _strikes_all(error):
                            raise
                        outcomes += _failed([append], error)
                    else:
                        plans.append(plan)
                        outcomes += plan.outcomes
                committing = True
        except Interrupted as error:
            raise (Uncertain(str(error)) if committing else error) from error
        self._settle(plans)
        return outcomes

    async def _require_lease(self, db: Transaction) -> None:
        if self.lease is not None:
            require_lease(await db.fetchval(_FENCE, *self.lease))

    def _settle(self, plans: Iterable[GroupPlan]) -> None:
        for plan in plans:
            plan.settle()
            self._known.update(log for log, row in plan.logs.items() if row.no)
        if len(self._known) > KNOWN:
            self._known.clear()

    async def _planned(self, db: Transaction, appends: Sequence[Append], again: bool) -> GroupPlan:
        logs = await self._locked(db, appends)
        events = [event for append in appends for event in append.events if event.kept]
        names = {row.no: log for log, row in logs.items()}
        places = [
            (logs[event.log].no, place)
            for event in events
            if type(event.body) in TOUCHING and (place := place_of(event))
        ]
        targets = await edits.standing(db, names, places)
        stands = await _standing(db, logs, events) if again else {}
        plan = GroupPlan(logs, await _repeated(db, logs, names, events), targets, stands)
        wanted = {append.name: append.events[0].log for append in reversed(appends) if append.name}
        fresh = await _take_names(db, wanted, plan) if wanted else set()
        for append in appends:
            plan.take(append)
        if unused := fresh - plan.named:
            await db.execute(_GIVE_BACK, list(unused))
        return plan

    async def _locked(self, db: Transaction, appends: Sequence[Append]) -> dict[LogId, LockedLog]:
        """The logs of these appends, which nobody else changes before the transaction ends."""
        begun = dict.fromkeys(event.log for append in appends for event in append.events if event.kept)
        if unknown := [log for log in begun if log not in self._known]:
            await db.execute(_ADD, unknown)
        logs = {log: LockedLog() for append in appends for log in append.expect} | {log: LockedLog() for log in begun}
        logs.update((LogId(log), LockedLog(*rest)) for log, *rest in await db.fetch(_LOCK, list(logs)))
        return logs


async def _repeated(
    db: Transaction, logs: dict[LogId, LockedLog], names: dict[int, LogId], events: Iterable[Event]
) -> dict[tuple[LogId, str], Event]:
    """The events that are in their logs already under the nonces of these."""
    sent = {(logs[event.log].no, event.nonce) for event in events if event.nonce and logs[event.log].head}
    if not sent:
        return {}
    numbers, nonces = zip(*sent, strict=True)
    found = [pages.event_of(names[no], row) for no, *row in await db.fetch(_REPEATED, numbers, nonces)]
    return {(event.log, event.nonce): event for event in found}


async def _take_names(db: Transaction, wanted: dict[str, LogId], plan: GroupPlan) -> set[str]:
    """Take the names that nobody has, and tell the plan who has which. Returns those that are taken now."""
    fresh = await db.fetch(_TAKE, list(wanted), list(wanted.values()))
    plan.holders = {folded: LogId(channel) for folded, channel in await db.fetch(_HOLDERS, list(wanted))}
    return {row[0] for row in fresh}


async def _standing(db: Transaction, logs: dict[LogId, LockedLog], events: Iterable[Event]) -> Standing:
    """Where events stand that were given to be committed before."""
    stands: Standing = defaultdict(deque)
    numbers, msgids = [row.no for row in logs.values()], list({event.msgid for event in events})
    for log, msgid, seq, at in await db.fetch(_STANDING, msgids, numbers):
        stands[LogId(log), msgid].append((seq, at))
    return dict(stands)


async def _write(db: Transaction, plan: GroupPlan) -> None:
    if not plan.events:
        return
    moved = [(no, log.head, log.last_at, log.rules_version, log.said) for no, log in plan.moved.items()]
    await db.execute(_WRITE, *zip(*plan.events, strict=True), *zip(*moved, strict=True))
    for sql, run in groupby(plan.changes, itemgetter(0)):
        rows = [values for _, values in run]
        if len(rows) == 1:
            await db.execute(sql, *rows[0])
        else:
            await db.executemany(sql, rows)


def _strikes_all(error: Exception) -> bool:
    """Whether the next append would meet the same."""
    return isinstance(error, faults.ERRORS) and isinstance(faults.told(error), Interrupted | Unwilling)


def _failed(appends: Sequence[Append], error: Exception) -> list[Outcome]:
    # A full disk needs no traceback for each group that it refuses.
    known = isinstance(error, Unwilling)
    _logger.error("could not commit %d appends: %s", len(appends), error, exc_info=None if known else error)
    reason = str(error) if known else "the server could not store it: its log says why"
    return [Failed(f"{reason}; nothing was sent")] * len(appends)

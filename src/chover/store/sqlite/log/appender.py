"""Appends as transactions of one connection: which are accepted, their places in their logs, the rows they leave.

Everything that a decision needs is read before the transaction begins; nobody else writes. What is cached between
transactions is what the database contains: after a failure it is forgotten and read again.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Final

import msgspec

from chover.engine import events, ids, rows
from chover.engine.events import Event
from chover.engine.ids import LogId
from chover.ports import Append, Committed, Conflict, Failed, Outcome, Repeated, Vanished
from chover.store.edits import TOUCHING, carry_out, place_of
from chover.store.projection import project
from chover.store.sqlite import faults
from chover.store.sqlite.log import batches, edits, state_tables
from chover.store.sqlite.log.batches import Statement, Value
from chover.store.sqlite.log.places import SPAN

REMEMBERED: Final = 20_000
"""Logs whose heads are cached, about 200 bytes each; beyond that, all are forgotten and read again."""

_EVENT: Final = "INSERT INTO event SELECT * FROM (VALUES {rows}) WHERE column1 IS NOT NULL"
_EVENT_COLUMNS: Final = 9
_SPAN: Final = "INSERT OR IGNORE INTO message_span SELECT * FROM (VALUES {rows}) WHERE column1 IS NOT NULL"
_UNTIMED: Final = "INSERT OR IGNORE INTO untimed_msgid SELECT * FROM (VALUES {rows}) WHERE column1 IS NOT NULL"
_LOG: Final = "INSERT INTO log (no, id) SELECT * FROM (VALUES {rows}) WHERE column1 IS NOT NULL"
_MOVE: Final = "UPDATE log SET state_head = ? WHERE no = ?"
_LEARN: Final = """
    SELECT id, no, state_head,
        coalesce((SELECT max(seq) FROM event WHERE log_no = no), first_seq - 1),
        coalesce((SELECT at FROM event WHERE log_no = no ORDER BY seq DESC LIMIT 1), 0),
        coalesce((SELECT said FROM channel WHERE channel.id = log.id), 1)
    FROM log WHERE id IN (SELECT value FROM json_each(?))"""
_REPEATED: Final = """
    SELECT log_no, event.nonce, seq, at, msgid, kind, version, actor, data
    FROM json_each(?) AS sent CROSS JOIN event INDEXED BY event_nonce
    WHERE log_no = json_extract(sent.value, '$[0]') AND event.nonce = json_extract(sent.value, '$[1]')"""

_MESSAGES: Final = events.bodies_where(lambda kind: kind.message)
_logger: Final = logging.getLogger(__name__)
_json: Final = msgspec.json.Encoder().encode
Nonces = dict[tuple[LogId, str], Event]


class LogState(msgspec.Struct):
    """The state of a log. ``no`` is 0 before its first event; ``said``: messages no longer change the state.

    ``span`` is the last part of it that is known to have a message.
    """

    no: int = 0
    rules_version: int = 0
    head: int = 0
    last_at: int = 0
    said: bool = False
    span: int = -1


class AppendPlan(msgspec.Struct):
    """A transaction before it runs. ``placed`` holds what each event gets when it is durable: seq and at."""

    nonces: Nonces
    outcomes: list[Outcome] = []
    placed: list[tuple[Event, int, int]] = []
    events: list[Value] = []
    spans: list[Value] = []
    untimed: list[Value] = []
    state: list[Statement] = []
    moved: dict[int, int] = {}
    targets: dict[tuple[int, int], Event | None] = {}
    """The current events that appends refer to, after the appends before them."""

    def steps(self) -> list[Statement]:
        steps = batches.statements(_EVENT, _EVENT_COLUMNS, self.events)
        steps += batches.statements(_SPAN, 2, self.spans)
        steps += batches.statements(_UNTIMED, 3, self.untimed)
        for sql, run in groupby(self.state, itemgetter(0)):
            steps += _together(sql, [values for _, values in run])
        steps += [(_MOVE, (head, no)) for no, head in self.moved.items()]
        return steps

    def settle(self) -> None:
        for event, seq, at in self.placed:
            event.seq, event.at = seq, at


def _together(sql: str, rows: list[Sequence[Value]]) -> Iterable[Statement]:
    if "{rows}" not in sql:
        return [(sql, values) for values in rows]
    return batches.statements(sql, len(rows[0]), [value for values in rows for value in values])


class Appender:
    """The only writer of events and state. Not safe for use by two threads."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._logs: dict[LogId, LogState] = {}
        self._last_no = -1
        self._moment, self._stem = -1, ""
        """The time of the last event, and how a msgid of that time begins."""
        self.deleted = False
        """Whether an event was deleted; whoever acts on it sets it back."""

    def keep(self, appends: Sequence[Append]) -> list[Outcome]:
        """Keep all of them in one transaction, each whole or not at all. Returns one outcome for each, in order."""
        try:
            return self._at_once(appends)
        except Exception as error:  # noqa: BLE001 - whatever it is, every sender is owed an outcome
            self._abandon()
            if faults.strikes_all(error):
                return self._failed(appends, error)
        try:
            return self._one_by_one(appends)
        except Exception as error:  # noqa: BLE001 - as above
            self._abandon()
            return self._failed(appends, error)

    def forget(self) -> None:
        """Read everything cached again from the database."""
        self._logs.clear()
        self._last_no = -1

    def _failed(self, appends: Sequence[Append], error: Exception) -> list[Outcome]:
        # A full disk needs no traceback for each group that it refuses.
        known = faults.strikes_all(error)
        _logger.error("could not commit %d appends: %s", len(appends), error, exc_info=None if known else error)
        failed = Failed(f"{faults.reason(error)}; nothing was sent")
        return [failed] * len(appends)

    def _abandon(self) -> None:
        self.forget()
        try:
            if self._db.in_transaction:
                self._db.rollback()
        except sqlite3.Error as error:
            # The next transaction would fail for the same reason, and report it to its senders.
            known = faults.strikes_all(error)
            _logger.log(
                logging.ERROR, "a transaction could not be rolled back: %s", error, exc_info=None if known else error
            )

    def _at_once(self, appends: Sequence[Append]) -> list[Outcome]:
        plan = self._planned(appends)
        batches.run(self._db, plan.steps())
        plan.settle()
        if len(self._logs) > REMEMBERED:
            self.forget()
        return plan.outcomes

    def _one_by_one(self, appends: Sequence[Append]) -> list[Outcome]:
        # One of them failed in an unforeseen way: find it, and keep the others.
        self._db.execute("BEGIN IMMEDIATE")
        plans = [self._guarded(append) for append in appends]
        self._db.execute("COMMIT")
        for plan in plans:
            plan.settle()
        return [plan.outcomes[0] for plan in plans]

    def _guarded(self, append: Append) -> AppendPlan:
        self._db.execute("SAVEPOINT one")
        try:
            plan = self._planned([append])
            batches.run(self._db, plan.steps())
        except Exception as error:
            if faults.strikes_all(error):
                raise
            self._db.execute("ROLLBACK TO one")
            self.forget()
            plan = AppendPlan({}, self._failed([append], error))
        self._db.execute("RELEASE one")
        return plan

    def _planned(self, appends: Sequence[Append]) -> AppendPlan:
        self._learn(appends)
        plan = AppendPlan(self._already_kept(appends))
        for append in appends:
            plan.outcomes.append(self._refusal(plan, append) or self._taken(plan, append))
        return plan

    def _refusal(self, plan: AppendPlan, append: Append) -> Outcome | None:
        for log, rules_version in append.expect.items():
            if self._logs[log].rules_version != rules_version:
                return Conflict(log)
        for event in append.events:
            if event.nonce and (original := plan.nonces.get((event.log, event.nonce))):
                return Repeated(original)
            if type(event.body) in TOUCHING and event.kept and not self._stands(plan, event):
                return Vanished()
        return None

    def _stands(self, plan: AppendPlan, event: Event) -> bool:
        """Whether the event that an event refers to still exists."""
        place, no = place_of(event), self._logs[event.log].no
        if place and (no, place) not in plan.targets:
            plan.targets[no, place] = edits.standing(self._db, event.log, no, place)
        return not place or plan.targets[no, place] is not None

    def _taken(self, plan: AppendPlan, append: Append) -> Outcome:
        for event in append.events:
            if event.kept:
                self._place(plan, event)
        return Committed()

    def _place(self, plan: AppendPlan, event: Event) -> None:
        log = self._logs[event.log]
        if not log.no:
            log.no = self._next_no()
            plan.state.append((_LOG, (log.no, event.log)))
        log.head += 1
        log.last_at = at = max(event.at, log.last_at)
        kind, version = rows.kind_of(event)
        data = rows.encode(event).decode()
        nonce = event.nonce or None
        plan.events += (log.no, log.head, at, event.msgid, kind, version, event.source.id, nonce, data)
        plan.placed.append((event, log.head, at))
        self._note_place(plan, event, log, at)
        if type(event.body) in TOUCHING and (place := place_of(event)):
            target = plan.targets[log.no, place]
            if target is not None:
                left, changes = carry_out(log.no, event, log.head, at, target)
                plan.targets[log.no, place] = left
                plan.state += edits.statements(changes)
                self.deleted |= left is None
        if event.changes_rules:
            log.rules_version = plan.moved[log.no] = log.head
        if nonce:
            plan.nonces[event.log, nonce] = event
        says = type(event.body) is events.Said
        if not (says and log.said):
            log.said = log.said or says
            plan.state += state_tables.statements(project(event, at, log.head))

    def _note_place(self, plan: AppendPlan, event: Event, log: LogState, at: int) -> None:
        """What finds it again besides its place: see places.py."""
        if log.span != (span := log.head // SPAN) and type(event.body) in _MESSAGES:
            log.span = span
            plan.spans += (log.no, span)
        if at != self._moment:
            self._moment, self._stem = at, ids.timed(at)
        if not event.msgid.startswith(self._stem):
            plan.untimed += (event.msgid, log.no, log.head)

    def _next_no(self) -> int:
        if self._last_no < 0:
            (self._last_no,) = self._db.execute("SELECT coalesce(max(no), 0) FROM log").fetchone()
        self._last_no += 1
        return self._last_no

    def _learn(self, appends: Sequence[Append]) -> None:
        known = self._logs
        unknown = {event.log for append in appends for event in append.events if event.log not in known}
        unknown.update(log for append in appends for log in append.expect if log not in known)
        if unknown:
            known.update((log, LogState(said=ids.is_pair(log))) for log in unknown)
            rows = self._db.execute(_LEARN, (_json(list(unknown)).decode(),)).fetchall()
            known.update((log, LogState(no, moved, head, at, bool(said))) for log, no, moved, head, at, said in rows)

    def _already_kept(self, appends: Sequence[Append]) -> Nonces:
        """The events that are in their logs already under the nonces of these."""
        sent = {
            (self._logs[event.log].no, event.nonce): event.log
            for append in appends
            for event in append.events
            if event.nonce and self._logs[event.log].no
        }
        if not sent:
            return {}
        rows = self._db.execute(_REPEATED, (_json(list(sent)).decode(),)).fetchall()
        return {(sent[no, nonce], nonce): _original(sent[no, nonce], nonce, *row) for no, nonce, *row in rows}


def _original(
    log: LogId, nonce: str, seq: int, at: int, msgid: str, kind: str, version: int, actor: str, data: str
) -> Event:
    return rows.decode(log, seq, at, msgid, kind, version, actor, data.encode(), nonce)

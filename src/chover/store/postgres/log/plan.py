"""What becomes of appends: which are accepted, and the rows that they leave. Decides; reads and writes nothing."""

from __future__ import annotations

from collections import deque
from typing import Final

import msgspec

from chover.engine import rows
from chover.engine.events import Event, Said
from chover.engine.ids import LogId
from chover.ports import Append, Committed, Conflict, Outcome, Repeated, Vanished
from chover.store.edits import TOUCHING, carry_out, place_of
from chover.store.postgres.log import edits, state_tables
from chover.store.postgres.log.state_tables import Statement
from chover.store.projection import project

_COMMITTED: Final = Committed()
_ONE_NAME: Final = "DELETE FROM channel_name WHERE channel = $1 AND folded <> $2"

EventRow = tuple[int, int, int, str, str, int, str, str | None, str]
"""The columns of ``event``, in order."""
Standing = dict[tuple[LogId, str], deque[tuple[int, int]]]
"""The places (seq, at) of events that stand in a log under a msgid."""


class LockedLog(msgspec.Struct):
    """The row of a log, as long as it is locked. ``no`` is 0 where there is none."""

    no: int = 0
    head: int = 0
    last_at: int = 0
    rules_version: int = 0
    said: bool = False


class GroupPlan(msgspec.Struct):
    """A transaction before it is written. ``placed`` holds what each event gets when it is durable: seq and at."""

    logs: dict[LogId, LockedLog]
    nonces: dict[tuple[LogId, str], Event]
    targets: dict[tuple[int, int], Event | None]
    """What stands at the places that appends are about, after the appends before."""
    stands: Standing
    """Of a group that is written again: what was committed the first time."""
    outcomes: list[Outcome] = []
    placed: list[tuple[Event, int, int]] = []
    events: list[EventRow] = []
    changes: list[Statement] = []
    moved: dict[int, LockedLog] = {}
    holders: dict[str, LogId] = {}
    """Which channels' logs have the names that appends take."""
    named: set[str] = set()
    """The names that accepted appends have taken."""

    def take(self, append: Append) -> None:
        """Decide about an append, after those before it."""
        self.outcomes.append(self._kept_before(append) or self._refusal(append) or self._accept(append))

    def settle(self) -> None:
        """It is committed."""
        for event, seq, at in self.placed:
            event.seq, event.at = seq, at

    def _kept_before(self, append: Append) -> Outcome | None:
        if not self.stands:
            return None
        kept = [(event, self.stands.get((event.log, event.msgid))) for event in append.events if event.kept]
        # An append is kept whole or not at all, so its first event speaks for all.
        if not kept or not kept[0][1]:
            return None
        self.placed += [(event, *places.popleft()) for event, places in kept if places]
        return _COMMITTED

    def _refusal(self, append: Append) -> Outcome | None:
        for log, rules_version in append.expect.items():
            if self.logs[log].rules_version != rules_version:
                return Conflict(log)
        for event in append.events:
            if event.nonce and (original := self.nonces.get((event.log, event.nonce))):
                return Repeated(original)
            if type(event.body) in TOUCHING and event.kept and not self._has_target(event):
                return Vanished()
        own = append.events[0].log
        if append.name and (holder := self.holders.get(append.name, own)) != own:
            return Conflict(holder)
        return None

    def _has_target(self, event: Event) -> bool:
        place = place_of(event)
        return not place or self.targets[self.logs[event.log].no, place] is not None

    def _accept(self, append: Append) -> Outcome:
        for event in append.events:
            if event.kept:
                self._place(event)
        if append.name:
            self.named.add(append.name)
            self.changes.append((_ONE_NAME, (append.events[0].log, append.name)))
        return _COMMITTED

    def _place(self, event: Event) -> None:
        log = self.logs[event.log]
        log.head += 1
        log.last_at = at = max(event.at, log.last_at)
        self.moved[log.no] = log
        kind, version = rows.kind_of(event)
        nonce = event.nonce or None
        data = rows.encode(event).decode()
        self.events.append((log.no, log.head, at, event.msgid, kind, version, event.source.id, nonce, data))
        self.placed.append((event, log.head, at))
        if type(event.body) in TOUCHING and (target := self.targets.get((log.no, place_of(event)))) is not None:
            self.targets[log.no, target.seq], changes = carry_out(log.no, event, log.head, at, target)
            self.changes += edits.statements(changes)
        if event.changes_rules:
            log.rules_version = log.head
        if nonce:
            self.nonces[event.log, nonce] = event
        if type(event.body) is Said:
            log.said = True
        else:
            self.changes += state_tables.statements(project(event, at, log.head))

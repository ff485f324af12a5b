"""What the writer has committed and the index lacks, in memory: nothing is read back and decoded to be indexed."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from typing import Final, NamedTuple

import msgspec

from chover.engine.events import Event, Said
from chover.engine.ids import LogId
from chover.engine.kinds import KINDS
from chover.engine.rows import kind_of
from chover.ports import Append
from chover.store.sqlite.search.filling import IndexedMessage, Place

HELD: Final = 20_000
"""Events that may wait in memory; more are read from the log, as at the start."""
KNOWN: Final = 20_000
"""Logs whose place is cached, about 300 bytes each; beyond that, all are forgotten and read again."""

_KNOWN: Final = """
    SELECT id, no, coalesce((SELECT seq FROM followed WHERE log_no = no), 0)
    FROM store.log WHERE id IN (SELECT value FROM json_each(?))"""
_json: Final = msgspec.json.Encoder().encode


class NewMessages(NamedTuple):
    """``messages`` in the order of time; ``heads`` are the last places of their logs; ``others`` have to be read."""

    messages: list[IndexedMessage]
    heads: list[Place]
    others: set[LogId]


class CommittedEvents:
    """Collects appends. ``add`` and ``take`` are called under the follower's lock, the rest on its thread."""

    def __init__(self) -> None:
        self._appends: list[Append] = []
        self._events = 0
        self._unheld: set[LogId] = set()
        """Logs with events that were not kept here."""
        self._known: dict[LogId, tuple[int, int]] = {}
        """The number of a log, and up to where it was followed."""

    def add(self, appends: Sequence[Append], logs: Collection[LogId]) -> None:
        """``logs`` are the logs of the appends."""
        events = sum(len(append.events) for append in appends)
        if self._events + events > HELD:
            self._unheld.update(logs)
            return
        self._events += events
        self._appends += appends

    def take(self) -> tuple[list[Append], set[LogId]]:
        """The appends, and the logs of which not all are here."""
        appends, self._appends, self._events = self._appends, [], 0
        unheld, self._unheld = self._unheld, set()
        return appends, unheld

    def forget(self, logs: Iterable[LogId] | None = None) -> None:
        """These logs, or all, were followed in another way."""
        if logs is None or len(self._known) > KNOWN:
            self._known.clear()
        else:
            for log in logs:
                self._known.pop(log, None)

    def messages(self, db: sqlite3.Connection, appends: Iterable[Append], unheld: Collection[LogId]) -> NewMessages:
        """What of the appends can be indexed as it is."""
        by_log: dict[LogId, list[Event]] = {}
        for append in appends:
            for event in append.events:
                # Refused ones have no place.
                if event.seq:
                    by_log.setdefault(event.log, []).append(event)
        others = set(unheld)
        self._learn(db, by_log)
        found, heads = [], []
        for log, events in by_log.items():
            number, followed = self._known.get(log, (0, 0))
            if log in others or not number or not _continues(events, followed):
                others.add(log)
                continue
            found += [IndexedMessage(number, event) for event in events if type(event.body) is Said]
            self._known[log] = number, events[-1].seq
            heads.append((number, events[-1].seq))
        found.sort(key=_in_time)
        return NewMessages(found, heads, others)

    def _learn(self, db: sqlite3.Connection, logs: Iterable[LogId]) -> None:
        unknown = [log for log in logs if log not in self._known]
        if unknown:
            rows = db.execute(_KNOWN, (_json(unknown).decode(),)).fetchall()
            self._known.update((LogId(log), (number, followed)) for log, number, followed in rows)


def _continues(events: Sequence[Event], followed: int) -> bool:
    """Whether these are the next events of a log, and none of them changes an earlier one."""
    for event in events:
        followed += 1
        if event.seq != followed or (type(event.body) is not Said and KINDS[kind_of(event)[0]].rewrites):
            return False
    return True


def _in_time(one: IndexedMessage) -> tuple[int, int, int]:
    return one.event.at, one.log_no, one.event.seq

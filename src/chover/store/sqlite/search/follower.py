"""The thread that follows the logs and keeps the index, outside the path of a message.

It has its own database, so that no message waits for it, and it releases the interpreter lock with each row.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import threading
import time
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Final

import msgspec

from chover.engine.ids import LogId
from chover.engine.kinds import kinds_where
from chover.ports import Append, StoreError
from chover.store.sqlite import faults
from chover.store.sqlite.search import filling, segments
from chover.store.sqlite.search.committed import CommittedEvents
from chover.store.sqlite.search.filling import CHUNK, IndexedMessage, Place
from chover.thread_names import show_name

PAUSE: Final = 0.1
"""Seconds in which new messages are collected before they are indexed; meanwhile a search reads them from the log."""
AGAIN: Final = 1.0
"""Seconds before a retry after a failure."""
REST: Final = 20
"""Refilling dirty segments takes at most this share of the time: 1/20."""
TOGETHER: Final = 2048
"""Messages that are indexed in one transaction, when they need not be read."""
AHEAD: Final = 131_072
"""Messages that are sorted by time at once."""

_BEHIND: Final = """
    WITH behind AS (
        SELECT no, coalesce((SELECT seq FROM followed WHERE log_no = no), 0) AS seq FROM store.log WHERE {which})"""
_WITH_TEXT: Final = kinds_where(lambda kind: kind.has_text)
_REWRITING: Final = kinds_where(lambda kind: kind.rewrites)
_PLAN: Final = f"""
    SELECT json_group_array(json_array(log_no, seq)) FROM (
        SELECT event.log_no, event.seq FROM behind CROSS JOIN store.event
        WHERE event.log_no = no AND event.seq > behind.seq AND kind IN {_WITH_TEXT} ORDER BY at, 1, 2 LIMIT ?2)"""  # noqa: S608 - constants
_HEADS: Final = """
    SELECT json_group_array(json_array(no, head)) FROM (
        SELECT no, seq, (SELECT max(seq) FROM store.event WHERE log_no = no) AS head FROM behind) WHERE head > seq"""
_SOME: Final = "id IN (SELECT value FROM json_each(?1))"
_ALL: Final = "?1 IS NULL"
# A deleted or changed message is judged by its row in the log at once; the segment with its words is refilled.
_TOUCHED: Final = f"""
    INSERT OR IGNORE INTO dirty
    SELECT segment FROM behind CROSS JOIN store.event CROSS JOIN span
    WHERE event.log_no = no AND event.seq > behind.seq AND kind IN {_REWRITING}
        AND span.log_no = no AND event.data ->> '$[4].place' BETWEEN first AND last"""  # noqa: S608 - constants
_GONE: Final = """
    INSERT OR IGNORE INTO dirty
    SELECT segment FROM span JOIN store.log ON no = log_no WHERE first < first_seq"""

CLOSE_SECONDS: Final = 2.0
"""So long a stop waits for the index, because a file that nobody opens again keeps what was deleted."""
_CLOSED: Final = StoreError("the index is closed")
_logger: Final = logging.getLogger(__name__)
_json: Final = msgspec.json.Encoder().encode
_places: Final = msgspec.json.Decoder(list[Place]).decode


class Follower:
    """Owns the index. ``written`` is for the writer's thread, the rest for any."""

    def __init__(self, path: Path, store: Path, origin: bytes) -> None:
        self.ready: Future[None] = Future()
        """Done when the index can be read; fails with StoreError."""
        self._path, self._store, self._origin = path, store, origin
        self._lock = threading.Lock()
        self._touched: set[LogId] = set()
        self._under_way: set[LogId] = set()
        self._committed = CommittedEvents()
        self._everything = True
        """Whether unreported logs may be behind, as at the start."""
        self._gone = True
        """Whether retention may have deleted something."""
        self._waiting: list[Future[None]] = []
        self._work = threading.Event()
        self._stopped = threading.Event()
        self._rested_at = 0.0
        self._failing = False
        self._work.set()
        self._thread = threading.Thread(target=self._run, name="chover-index", daemon=True)
        self._thread.start()

    # ---- for others ----------------------------------------------------------------------------------------------

    def written(self, appends: Sequence[Append]) -> None:
        """These appends were committed, and nobody was told yet. Cheap."""
        logs = {event.log for append in appends for event in append.events}
        with self._lock:
            self._touched |= logs
            self._committed.add(appends, logs)
        self._work.set()

    def purge(self) -> None:
        """Retention has deleted something."""
        self._gone = True
        self._work.set()

    def behind(self) -> Collection[LogId] | None:
        """The logs whose end the index may lack; None: any of them."""
        with self._lock:
            return None if self._everything else self._touched | self._under_way

    def settled(self) -> Future[None]:
        """Done when everything committed is in the index, and none of its files contains anything deleted."""
        done: Future[None] = Future()
        with self._lock:
            self._waiting.append(done)
        self._work.set()
        return done

    def close(self) -> None:
        """Stop soon; the next start indexes the rest. Deleted text leaves the files before, unless that takes long."""
        if self.ready.done() and self.ready.exception() is None:
            with contextlib.suppress(TimeoutError, StoreError):
                self.settled().result(CLOSE_SECONDS)
        self._stopped.set()
        self._work.set()
        self._thread.join()

    # ---- the thread ----------------------------------------------------------------------------------------------

    def _run(self) -> None:
        show_name()
        try:
            db = segments.open_follower(self._path, self._store, self._origin)
        except (OSError, sqlite3.Error) as error:
            _logger.exception("search is not available: %s cannot be opened", self._path)
            refusal = StoreError(f"search is not available: {faults.reason(error)}")
            self.ready.set_exception(refusal)
            while self._goes_on():
                self._answer(self._taken(), refusal)
        else:
            self.ready.set_result(None)
            while self._goes_on():
                self._turn(db)
            db.close()
        self._answer(self._taken(), _CLOSED)

    def _goes_on(self) -> bool:
        """Wait for work, or for the end."""
        self._work.wait()
        # Clear it before checking: ``close`` first sets its flag and then wakes us, and that must not be missed.
        self._work.clear()
        return not self._stopped.is_set()

    def _turn(self, db: sqlite3.Connection) -> None:
        if not self._waiting and not self._everything:
            self._stopped.wait(PAUSE)
        waiting = self._taken()
        error: StoreError | None = None
        try:
            self._follow(db)
            self._purge(db, at_once=bool(waiting))
        except filling.Stopped:
            db.rollback()
            error = _CLOSED
        except sqlite3.Error as failure:
            error = StoreError(f"the index cannot be written: {faults.reason(failure)}")
            self._fall_behind(db, failure)
        else:
            self._failing = False
        self._answer(waiting, error)

    def _fall_behind(self, db: sqlite3.Connection, failure: sqlite3.Error) -> None:
        if db.in_transaction:
            db.rollback()
        if not self._failing:
            # Once, not every second.
            _logger.error("the search index cannot follow the log until this is solved: %s", failure)
        self._failing = self._everything = self._gone = True
        self._committed.forget()
        self._later(AGAIN)

    def _taken(self) -> list[Future[None]]:
        with self._lock:
            waiting, self._waiting = self._waiting, []
        return waiting

    @staticmethod
    def _answer(waiting: Sequence[Future[None]], error: Exception | None) -> None:
        for one in waiting:
            if error is None:
                one.set_result(None)
            else:
                one.set_exception(error)

    def _later(self, seconds: float) -> None:
        """Try again after a while."""
        timer = threading.Timer(seconds, self._work.set)
        timer.daemon = True
        timer.start()

    # ---- following -----------------------------------------------------------------------------------------------

    def _follow(self, db: sqlite3.Connection) -> None:
        with self._lock:
            self._under_way, self._touched = self._touched, set()
            appends, unheld = self._committed.take()
            everything = self._everything
        if everything:
            self._read(db, None)
        elif others := self._index(db, appends, unheld):
            self._read(db, others)
        if self._stopped.is_set():
            return
        with self._lock:
            self._under_way = set()
            self._everything = False

    def _index(self, db: sqlite3.Connection, appends: Sequence[Append], unheld: Collection[LogId]) -> set[LogId]:
        """Index what is in memory. Returns the logs that have to be read instead."""
        new = self._committed.messages(db, appends, unheld)
        for start in range(0, len(new.messages), TOGETHER):
            if self._stopped.is_set():
                return set()
            some = new.messages[start : start + TOGETHER]
            self._put(db, some, {one.log_no: one.event.seq for one in some}.items())
        _move(db, new.heads)
        return new.others

    def _read(self, db: sqlite3.Connection, logs: Collection[LogId] | None) -> None:
        """Index what is new in these logs; None: in all."""
        while not self._step(db, logs) and not self._stopped.is_set():
            pass
        self._committed.forget(logs)

    def _step(self, db: sqlite3.Connection, logs: Collection[LogId] | None) -> bool:
        """Index what is new in these logs, up to a bound. Returns whether that was everything."""
        behind, values = _BEHIND.format(which=_ALL if logs is None else _SOME), _json(list(logs or ())).decode()
        db.execute("BEGIN IMMEDIATE")
        (plan,) = db.execute(behind + _PLAN, (None if logs is None else values, AHEAD)).fetchone()
        (heads,) = db.execute(behind + _HEADS, (None if logs is None else values,)).fetchone()
        db.execute(behind + _TOUCHED, (None if logs is None else values,))
        db.execute("COMMIT")
        places = _places(plan)
        for start in range(0, len(places), CHUNK):
            if self._stopped.is_set():
                return False
            some = places[start : start + CHUNK]
            self._put(db, filling.read(db, some), dict(some).items())
        if len(places) == AHEAD:
            return False
        _move(db, _places(heads))
        return True

    @staticmethod
    def _put(db: sqlite3.Connection, found: Iterable[IndexedMessage], heads: Iterable[Place]) -> None:
        db.execute("BEGIN IMMEDIATE")
        full = filling.put(db, found)
        filling.follow(db, heads)
        db.execute("COMMIT")
        if full is not None:
            filling.optimize(db, full)

    # ---- deleting ------------------------------------------------------------------------------------------------

    def _purge(self, db: sqlite3.Connection, *, at_once: bool) -> None:
        if self._gone:
            self._gone = False
            db.execute(_GONE)
        dirty = [segment for (segment,) in db.execute("SELECT segment FROM dirty ORDER BY segment DESC").fetchall()]
        for segment in dirty:
            wait = self._rested_at - time.monotonic()
            if wait > 0 and not at_once:
                self._later(wait)
                return
            if self._stopped.is_set():
                return
            self._refill(db, segment)
        if dirty and not segments.empty_log_file(db):
            # Somebody is reading from it: deleted text is still there.
            self._later(AGAIN)

    def _refill(self, db: sqlite3.Connection, segment: int) -> None:
        began = time.monotonic()
        db.execute("BEGIN IMMEDIATE")
        filling.refill(db, segment, self._stopped.is_set)
        db.execute("COMMIT")
        ended = time.monotonic()
        self._rested_at = ended + (ended - began) * REST


def _move(db: sqlite3.Connection, heads: Sequence[Place]) -> None:
    if heads:
        db.execute("BEGIN IMMEDIATE")
        filling.follow(db, heads)
        db.execute("COMMIT")

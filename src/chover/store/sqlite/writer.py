"""The thread that does all writing, and the queue in front of it.

Everything given while a transaction is being written becomes the next transaction (group commit). The queue is bounded
by the number of events: any more are refused, in their turn.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from itertools import groupby
from queue import Empty, SimpleQueue
from typing import Any, Final, TypeVar

import msgspec

from chover.ports import Append, Failed, Outcome, StoreError
from chover.store.sqlite import faults
from chover.store.sqlite.checkpoints import Checkpoints
from chover.store.sqlite.lock_yielding import LockYielding
from chover.store.sqlite.log.appender import Appender
from chover.thread_names import show_name

TOGETHER: Final = 2048
"""From this many events on, a transaction takes no further group."""
WAITING: Final = 100_000
"""Events that may wait for the disk, about 100 MB of the longest messages."""

_BUSY: Final = Failed("the disk is too slow for the messages: try again in a moment; nothing was sent")
_STOPPED: Final = Failed("the server is stopping: try again when it is back; nothing was sent")

_logger: Final = logging.getLogger(__name__)
T = TypeVar("T")
Done = Callable[[list[Outcome]], None]


class Group(msgspec.Struct):
    """Appends that form one transaction, and whom to notify.

    A ``refusal`` has no appends and counts how many to refuse.
    """

    appends: Sequence[Append]
    done: Done
    loop: asyncio.AbstractEventLoop
    events: int = 0
    refusal: list[Outcome] | None = None


class Job(msgspec.Struct):
    """Other work on the connection, between two transactions. ``last``: the thread ends after it."""

    work: Callable[[sqlite3.Connection], Any]
    result: Future[Any]
    last: bool = False
    logs: bool = False
    """Whether it changes logs, so that the appender's cache is void."""
    erases: bool = False
    """Whether it deletes what shall leave the files."""


class Writer:
    """Owns a connection from here on. ``append`` is for the thread of the loop, the rest for any."""

    def __init__(self, db: sqlite3.Connection, checkpoints: Checkpoints, yielding: LockYielding) -> None:
        self._db = db
        self._yielding = yielding
        self._checkpoints = checkpoints
        self._appender = Appender(db)
        self._queue: SimpleQueue[Group | Job] = SimpleQueue()
        # Two counters, each written by one side only, need no lock.
        self._given = 0
        self._taken = 0
        self._stopped = False
        self.committed: Callable[[list[Append]], None] | None = None
        """Called on the writer's thread with what was written, before anybody else is told."""
        # A daemon thread: if the interpreter ends without ``stop``, that is a crash, and crashes lose nothing either.
        self._thread = threading.Thread(target=self._run, name="chover-writer", daemon=True)
        self._thread.start()

    def append(self, appends: Sequence[Append], done: Done, loop: asyncio.AbstractEventLoop) -> None:
        """Queue a group; ``done`` is called on ``loop``. It fails if too much is waiting, or after ``stop``."""
        if self._stopped:
            outcomes: list[Outcome] = [_STOPPED] * len(appends)
            loop.call_soon(done, outcomes)
            return
        self._yielding.begin()
        events = sum(len(append.events) for append in appends)
        if self._given - self._taken + events > max(WAITING, events):
            self._queue.put(Group([], done, loop, 0, [_BUSY] * len(appends)))
            return
        self._given += events
        self._queue.put(Group(appends, done, loop, events))

    def run(
        self, work: Callable[[sqlite3.Connection], T], *, last: bool = False, logs: bool = False, erases: bool = False
    ) -> Future[T]:
        """Run ``work`` on the connection, in its turn. ``logs``: it changes logs; ``erases``: it deletes other things.

        The future fails with StoreError, or with an exception of ``work`` itself.
        """
        job = Job(work, Future(), last, logs, erases)
        if self._stopped and not last:
            job.result.set_exception(StoreError("the store is closed"))
        else:
            self._queue.put(job)
        return job.result

    def stop(self) -> Future[None]:
        """Complete pending work, copy the log file into the database, close; then the future is done."""
        self._stopped = True
        return self.run(self._close, last=True)

    def _run(self) -> None:
        show_name()
        item: Group | Job | None = None
        while True:
            item = item or self._queue.get()
            if isinstance(item, Job):
                self._work(item)
                if item.last:
                    return
                item = None
            else:
                item = self._write(item)

    def _write(self, first: Group) -> Group | Job | None:
        """Write a group and those that wait behind it. A job among them ends the transaction and is returned."""
        groups, events, rest = [first], first.events, None
        while events < TOGETHER and rest is None:
            try:
                item = self._queue.get_nowait()
            except Empty:
                break
            if isinstance(item, Job):
                rest = item
            else:
                groups.append(item)
                events += item.events
        self._keep(groups)
        self._taken += events
        return rest

    def _keep(self, groups: list[Group]) -> None:
        appends = [append for group in groups for append in group.appends]
        outcomes = iter(self._appender.keep(appends))
        self._checkpoints.written()
        if self._appender.deleted:
            self._appender.deleted = False
            self._checkpoints.deleted()
        if self.committed is not None:
            self.committed(appends)
        told = [(group, group.refusal or [next(outcomes) for _ in group.appends]) for group in groups]
        for loop, run in groupby(told, lambda one: one[0].loop):
            self._post(loop, [(group.done, results) for group, results in run])

    def _work(self, job: Job) -> None:
        # If the caller has given up in time, nothing is done; from here on it can no longer be cancelled.
        if not job.result.set_running_or_notify_cancel() and not job.last:
            return
        try:
            result = job.work(self._db)
        except sqlite3.Error as error:
            if self._db.in_transaction:
                self._db.rollback()
            known = faults.strikes_all(error)
            _logger.log(logging.ERROR, "work on the database failed: %s", error, exc_info=None if known else error)
            job.result.set_exception(StoreError(f"the database cannot be written: {faults.reason(error)}"))
        except Exception as error:  # noqa: BLE001 - what the work itself refuses is for who asked
            job.result.set_exception(error)
        else:
            job.result.set_result(result)
        if job.logs:
            self._appender.forget()
        if job.logs or job.erases:
            self._checkpoints.deleted()

    def _close(self, db: sqlite3.Connection) -> None:
        self._checkpoints.stop()
        try:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.Error as error:
            # What was committed is in the log file; the next start reads it there.
            _logger.warning("the log file could not be copied into the database: %s", error)
        finally:
            db.close()

    def _post(self, loop: asyncio.AbstractEventLoop, told: list[tuple[Done, list[Outcome]]]) -> None:
        try:
            loop.call_soon_threadsafe(self._tell, told)
        except RuntimeError:
            # The loop is closed: there is nobody left to notify.
            _logger.warning("the outcome of %d groups could not be delivered", len(told))

    def _tell(self, told: list[tuple[Done, list[Outcome]]]) -> None:
        for done, outcomes in told:
            self._yielding.end()
            try:
                done(outcomes)
            except Exception:
                # The groups behind it still have to be notified.
                _logger.exception("the outcome of a group could not be handled")

"""Copies the log file into the database in the background, so that no message waits for it.

SQLite would do it inside a commit, and one message in some hundreds would have to wait for all of it. During a copy the
log file grows; a checkpoint inside a commit remains as the limit.

A copy alone leaves deleted text in the log file until its place is needed again. After a deletion, the log file is
emptied, too.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from pathlib import Path
from typing import Final

from chover.store.sqlite import database
from chover.thread_names import show_name

SECONDS: Final = 1.0
"""At most this often."""
_logger: Final = logging.getLogger(__name__)


class Checkpoints:
    """A thread that sleeps until something has been written."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._written = threading.Event()
        self._deleted = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="chover-checkpoints", daemon=True)
        self._thread.start()

    def written(self) -> None:
        """Report that there is something to copy. Cheap, from any thread."""
        self._written.set()

    def deleted(self) -> None:
        """Report that text was deleted, which shall leave both files. Cheap, from any thread."""
        self._deleted.set()
        self._written.set()

    def stop(self) -> None:
        """Wait for the current checkpoint, if there is one, and end the thread."""
        self._stopped.set()
        self._written.set()
        self._thread.join()

    def _run(self) -> None:
        show_name()
        db: sqlite3.Connection | None = None
        while self._goes_on():
            try:
                db = db or database.connect(self._path)
                db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
                if self._deleted.is_set():
                    self._empty(db)
            except sqlite3.Error as error:
                # Nothing is lost: what was committed is in the log file.
                _logger.warning("the log file could not be copied into the database: %s", error)
        if db is not None:
            db.close()

    def _empty(self, db: sqlite3.Connection) -> None:
        """Truncate the log file, or try it again later if somebody is reading or writing."""
        # Clear it first: what is deleted meanwhile needs another turn.
        self._deleted.clear()
        # It holds the lock of the writer, so it must not wait for readers.
        db.execute("PRAGMA busy_timeout = 0").fetchone()
        (busy, _, _) = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            self.deleted()

    def _goes_on(self) -> bool:
        """Wait until something has been written and SECONDS have passed, or until the end."""
        self._written.wait()
        self._stopped.wait(SECONDS)
        # Clear it before checking: ``stop`` first sets its flag and then wakes us, and that must not be missed.
        self._written.clear()
        return not self._stopped.is_set()

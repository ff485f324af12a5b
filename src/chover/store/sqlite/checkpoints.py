"""Copying the log file into the database beside the writing, so that no message waits for it.

SQLite would do it inside a commit, and then one message in some hundreds waits for the whole of it. While it goes on
the log file grows; a checkpoint inside a commit stays as the bound on that.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from pathlib import Path
from typing import Final

from chover.store.sqlite import database

SECONDS: Final = 1.0
"""At most this often."""
_logger: Final = logging.getLogger(__name__)


class Checkpoints:
    """A thread that sleeps until something was written."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._written = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="chover-checkpoints", daemon=True)
        self._thread.start()

    def written(self) -> None:
        """There is something to copy. Cheap, from any thread."""
        self._written.set()

    def stop(self) -> None:
        """Wait for the checkpoint under way, if there is one, and end."""
        self._stopped.set()
        self._written.set()
        self._thread.join()

    def _run(self) -> None:
        db: sqlite3.Connection | None = None
        while self._goes_on():
            try:
                db = db or database.connect(self._path)
                db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            except sqlite3.Error as error:
                # Nothing is lost by it: what is committed stands in the log file.
                _logger.warning("the log file could not be copied into the database: %s", error)
        if db is not None:
            db.close()

    def _goes_on(self) -> bool:
        """Wait until something was written and SECONDS have passed, or for the end."""
        self._written.wait()
        self._stopped.wait(SECONDS)
        # Before the look: who ends us first says so and then wakes us, and that must not be cleared unseen.
        self._written.clear()
        return not self._stopped.is_set()

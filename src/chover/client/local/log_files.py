"""Conversations in text files: one for each conversation and month, with each entry once.

The files are the only memory of what was written: after a start the last lines of the newest file say where to go on.
"""

from __future__ import annotations

import os
import queue
import re
import threading
import zlib
from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from itertools import groupby
from pathlib import Path
from typing import IO, Final, NamedTuple

from chover.client.local.file_lock import locked
from chover.i18n import _
from chover.thread_names import show_name

WAITING: Final = 20_000
"""Batches that wait for a slow disk; what comes then is left out."""
TAIL: Final = 65_536
"""Bytes at the end of a file that are read to go on."""
RETRY_SECONDS: Final = 10.0
"""The pause before a failed write is tried again."""
GOODBYE_SECONDS: Final = 2.0
"""How long the end waits for the disk."""
LONGEST: Final = 120
"""Bytes of a file's name that come from the conversation's."""
MISSING: Final = "-- Messages from before this line may be missing here."


class CannotLog(Exception):
    """The text is one line for the person."""


class LogEntry(NamedTuple):
    """``at`` is in milliseconds since 1970; ``lines`` are safe to print; ``past``: it is from the history."""

    at: int
    lines: tuple[str, ...]
    past: bool


class LogPlace(NamedTuple):
    """The time of the newest entry of a log, and its lines of that time. ``known`` is false after a start."""

    at: int
    lines: frozenset[str]
    known: bool

    def has(self, at: int, lines: Iterable[str]) -> bool:
        """Whether an entry of the history was written already."""
        return at < self.at or (at == self.at and self.lines.issuperset(lines))

    def after(self, at: int, lines: Iterable[str]) -> LogPlace:
        """The place after an entry; a late one does not move it back."""
        if at > self.at:
            return LogPlace(at, frozenset(lines), True)
        return LogPlace(self.at, self.lines | frozenset(lines if at == self.at else ()), True)


def file_name(conversation: str) -> str:
    """The part of a file's name for a conversation: the same one for any way in which its name is written."""
    kept = "".join(map(_as_file, conversation))
    if len(kept.encode()) <= LONGEST:
        return kept
    return f"{kept.encode()[:LONGEST].decode(errors='ignore')}-{zlib.crc32(conversation.encode(errors='replace')):08x}"


def _as_file(char: str) -> str:
    if char.isalnum() or char in "#&+-_":
        return char
    return "".join(f"%{byte:02X}" for byte in char.encode(errors="replace"))


class LogFiles:
    """Implements host.ConversationLog: a thread writes, and nobody waits for it. Raises CannotLog."""

    def __init__(self, directory: Path, zone: tzinfo | None) -> None:
        self._directory = directory
        self._zone = zone
        self._places: dict[str, LogPlace] = {}
        self._troubles: list[str] = []
        self._failing = False
        self._ending = threading.Event()
        self._lock = _lock(directory)
        self._queue: queue.Queue[tuple[str, Sequence[LogEntry]] | None] = queue.Queue(WAITING)
        self._thread = threading.Thread(target=self._write_all, name="log", daemon=True)
        self._thread.start()

    # ---- called by the front end

    def append(self, conversation: str, entries: Sequence[LogEntry]) -> None:
        try:
            self._queue.put_nowait((conversation, entries))
        except queue.Full:
            self._fails(_("the disk is too slow, and lines are left out"))

    def trouble(self) -> str:
        told, self._troubles = self._troubles, []
        return " ".join(told)

    def close(self) -> None:
        self._ending.set()
        try:
            self._queue.put_nowait(None)
        except queue.Full:
            return
        self._thread.join(GOODBYE_SECONDS)

    # ---- in the thread

    def _write_all(self) -> None:
        show_name()
        with self._lock:
            while (row := self._queue.get()) is not None:
                while not self._written(*row):
                    if self._ending.wait(RETRY_SECONDS):
                        self._written(*row)
                        break

    def _written(self, conversation: str, entries: Sequence[LogEntry]) -> bool:
        """Write a batch. Returns False if it has to be tried again."""
        try:
            self._write(conversation, entries)
        except OSError as error:
            self._fails(f"{error.strerror or error}")
            return False
        self._failing = False
        return True

    def _fails(self, reason: str) -> None:
        """Tell it once, until it works again."""
        if not self._failing:
            self._failing = True
            self._troubles.append(
                _("The log in {path} is not written: {reason}. It is tried again.", path=self._directory, reason=reason)
            )

    def _write(self, conversation: str, entries: Sequence[LogEntry]) -> None:
        name = file_name(conversation)
        place = self._places.get(name) or last_place(self._directory, name)
        rows: list[tuple[str, str]] = []
        for at, lines, past in entries:
            moment = self._moment(at)
            stamped = [f"{moment.isoformat(timespec='milliseconds')} {line}" for line in lines]
            if past and place.has(at, stamped):
                place = place._replace(known=True)
                continue
            if past and not place.known and place.at:
                stamped.insert(0, f"{moment.isoformat(timespec='milliseconds')} {MISSING}")
            place = place.after(at, stamped)
            rows += [(f"{moment:%Y-%m}", line) for line in stamped]
        for month, group in groupby(rows, key=lambda row: row[0]):
            _append(self._directory / f"{name}.{month}.log", "".join(f"{line}\n" for _, line in group))
        self._places[name] = place

    def _moment(self, at: int) -> datetime:
        moment = datetime.fromtimestamp(at / 1000, self._zone)
        return moment if self._zone else moment.astimezone()


def _lock(directory: Path) -> IO[str]:
    """The directory's lock, which is open until the end."""
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = os.fdopen(os.open(directory / ".lock", os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="utf-8")
    except OSError as error:
        raise CannotLog(
            _(
                "Nothing is logged: {path} cannot be written ({error}). /set log names another directory.",
                path=directory,
                error=error.strerror,
            )
        ) from error
    if not locked(file):
        file.close()
        raise CannotLog(_("Nothing is logged here: another chover chat is writing in {path}.", path=directory))
    return file


def _append(path: Path, text: str) -> None:
    """All of a text, or nothing. Raises OSError."""
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        size = os.fstat(file).st_size
        try:
            left = memoryview(text.encode(errors="replace"))
            while left:
                left = left[os.write(file, left) :]
        except OSError:
            os.ftruncate(file, size)
            raise
    finally:
        os.close(file)


def last_place(directory: Path, name: str) -> LogPlace:
    """Where the log of a conversation ends. A line that was cut by a crash is removed. Raises OSError."""
    pattern = re.compile(re.escape(name) + r"\.\d{4}-\d{2}\.log")
    files = sorted(entry.name for entry in os.scandir(directory) if pattern.fullmatch(entry.name))
    return _place_in(directory / files[-1]) if files else LogPlace(0, frozenset(), False)


def _place_in(path: Path) -> LogPlace:
    with path.open("r+b") as file:
        start = max(file.seek(0, os.SEEK_END) - TAIL, 0)
        file.seek(start)
        tail = file.read()
        whole = tail.rfind(b"\n") + 1
        if whole < len(tail):
            file.truncate(start + whole)
    place = LogPlace(0, frozenset(), False)
    for line in tail[:whole].decode(errors="replace").splitlines()[1 if start else 0 :]:
        at = _time_of(line)
        if at:
            place = place.after(at, [line])
    return place._replace(known=False)


def _time_of(line: str) -> int:
    """The time of a line, in milliseconds since 1970; 0 if it has none."""
    try:
        return round(datetime.fromisoformat(line.partition(" ")[0]).timestamp() * 1000)
    except ValueError:
        return 0

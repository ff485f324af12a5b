"""The server's log on standard error: lines of text or JSON, with a limit on repetitions.

The same handler writes for the server and for the SSH processes.
"""

from __future__ import annotations

import json
import logging
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, Literal, NamedTuple, TextIO

Form = Literal["text", "json"]

SAME: Final = 10
"""How many lines with the same text are written within SAME_SECONDS; more are counted. fail2ban gives up after fewer.
"""
SAME_SECONDS: Final = 60.0
ALIKE: Final = 1000
"""How many lines that differ only in their parameters are written within ALIKE_SECONDS."""
ALIKE_SECONDS: Final = 10.0
REMEMBERED: Final = 1024
"""Kinds of lines that are counted at a time; the oldest is forgotten first."""


_UNPRINTABLE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
"""Controls, line ends, bidi controls, and invisible characters. Not the joiners of scripts."""


def clean(text: str) -> str:
    """One line that is safe on a terminal: text of others in it moves no cursor and changes no direction."""
    return _UNPRINTABLE.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()


class _CleanLines(logging.Formatter):
    """Text of others reaches the log only through these two classes."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        record.message = clean(record.message)
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's name
        return "\n".join(map(clean, super().formatException(ei).split("\n")))


class TextLines(_CleanLines):
    """A line for people and for journald."""

    def __init__(self, worker: int = 0) -> None:
        """``worker`` is the number of this process among several; 0 if it is alone."""
        who = f"worker {worker} " if worker else ""
        super().__init__(f"%(asctime)s {who}%(levelname)s %(name)s: %(message)s")


class JsonLines(_CleanLines):
    """One JSON object per line: time (UTC), level, logger, message, and the traceback if there is one.

    Of several processes each says which one it is.
    """

    def __init__(self, worker: int = 0) -> None:
        super().__init__()
        self._who = {"worker": worker} if worker else {}

    def format(self, record: logging.LogRecord) -> str:
        row = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            **self._who,
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": clean(record.getMessage()),
        }
        if record.exc_info:
            row["traceback"] = self.formatException(record.exc_info)
        return json.dumps(row, ensure_ascii=False)


_FORMATTERS: Final[dict[str, Callable[[int], logging.Formatter]]] = {"text": TextLines, "json": JsonLines}


class LeftOut(NamedTuple):
    """Lines that were counted instead of written; ``like`` is the last of them."""

    like: logging.LogRecord
    lines: int
    seconds: float

    def told(self) -> logging.LogRecord:
        """The line that reports it."""
        like = self.like
        text = f"{self.lines} more like this within {self.seconds:.0f} s: {like.getMessage()}"
        return logging.LogRecord(like.name, like.levelno, like.pathname, like.lineno, text, None, None)


class _Window:
    __slots__ = ("began", "last", "left_out", "written")

    def __init__(self, began: float) -> None:
        self.began, self.written, self.left_out = began, 0, 0
        self.last: logging.LogRecord | None = None


class Allowance:
    """Lets ``lines`` of each kind through within ``seconds``, and counts the others."""

    def __init__(self, lines: int, seconds: float) -> None:
        self._lines = lines
        self._seconds = seconds
        self._windows: OrderedDict[object, _Window] = OrderedDict()

    def takes(self, kind: object, record: logging.LogRecord, now: float) -> bool:
        window = self._windows.get(kind)
        if window is None:
            window = self._windows[kind] = _Window(now)
        if window.written < self._lines:
            window.written += 1
            return True
        window.left_out += 1
        window.last = record
        return False

    def over(self, now: float) -> list[LeftOut]:
        """What was left out in windows that have ended, or were forgotten; they start again."""
        told = []
        # They are in the order in which they began.
        while self._windows:
            window = next(iter(self._windows.values()))
            if now - window.began < self._seconds and len(self._windows) <= REMEMBERED:
                break
            self._windows.popitem(last=False)
            if window.last is not None:
                told.append(LeftOut(window.last, window.left_out, min(now - window.began, self._seconds)))
        return told


class LogHandler(logging.StreamHandler[TextIO]):
    """Writes to ``stream``, standard error by default. ``clock`` is a monotonic clock in seconds."""

    def __init__(
        self,
        form: Form,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
        worker: int = 0,
    ) -> None:
        super().__init__(stream)
        self.setFormatter(_FORMATTERS[form](worker))
        self._clock = clock
        self._same = Allowance(SAME, SAME_SECONDS)
        self._alike = Allowance(ALIKE, ALIKE_SECONDS)
        self._timer: threading.Timer | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Called under the handler's lock."""
        now = self._clock()
        self._tell(now)
        if self._takes(record, now):
            super().emit(record)
        elif self._timer is None:
            self._timer = threading.Timer(SAME_SECONDS, self.tell_what_is_left_out)
            self._timer.daemon = True
            self._timer.start()

    def _takes(self, record: logging.LogRecord, now: float) -> bool:
        error = record.exc_info[0] if record.exc_info else None
        alike = (record.name, record.levelno, record.msg, error)
        same = (record.name, record.levelno, record.getMessage(), error)
        return self._same.takes(same, record, now) and self._alike.takes(alike, record, now)

    def _tell(self, now: float) -> None:
        for left in (*self._same.over(now), *self._alike.over(now)):
            super().emit(left.told())

    def tell_what_is_left_out(self) -> None:
        """Report the counts even if nothing else is logged."""
        with self.lock or threading.RLock():
            self._timer = None
            self._tell(self._clock())

    def close(self) -> None:
        """Report what was left out, whether its time is over or not."""
        if self._timer is not None:
            self._timer.cancel()
        self._tell(float("inf"))
        super().close()


class _Addresses:
    shown = True


_addresses: Final = _Addresses()


def begin(level: str, form: Form, worker: int = 0) -> None:
    """Log to standard error from now on; does nothing in a program that has its own handlers.

    ``worker`` is the number of this process among several; 0 if it is alone.
    """
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(LogHandler(form, worker=worker))
        root.setLevel(level.upper())


def show_addresses(shown: bool) -> None:
    """Set whether the lines contain people's addresses (``log.addresses``)."""
    _addresses.shown = shown


def from_address(address: str, port: int = 0) -> str:
    """`` from ADDRESS:PORT`` for the end of a line, or nothing if addresses are not logged."""
    if not _addresses.shown:
        return ""
    where = f"[{address}]" if ":" in address and port else address or "this machine"
    return f" from {where}:{port}" if port else f" from {where}"

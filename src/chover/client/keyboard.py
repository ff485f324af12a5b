"""From a terminal's input to keys: tells Escape, Alt and escape sequences apart.

A terminal sends Escape as one byte, Alt-x as that byte and x, and an arrow as that byte and a few more. Bytes that
arrive together belong together. If nothing follows within ``ESCAPE_SECONDS``, it is the Escape key.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any, Final

from prompt_toolkit.application import Application
from prompt_toolkit.filters import Condition
from prompt_toolkit.input.vt100 import Vt100Input
from prompt_toolkit.input.vt100_parser import Vt100Parser
from prompt_toolkit.key_binding import KeyBindings, KeyPress

ESCAPE_SECONDS: Final = 0.05
"""An Escape alone for so long is not part of anything."""
LATE_SECONDS: Final = 1.0
"""On a slow line, the rest of a sequence may arrive so much later."""

_ESCAPE: Final = "\x1b"
_SEQUENCE: Final = re.compile(r"\x1b(?:\[\[.|\[M.{3}|\[[<=>?]?[\d;:]*[$@-Z\\-~]|O[\d;]*[A-Za-z])", re.DOTALL)
_BEGUN: Final = re.compile(r"\x1b(?:\[\[?|\[M.{0,2}|\[[<=>?]?[\d;:]*|O[\d;]*)?\Z", re.DOTALL)
"""The beginning of a possible sequence."""
_REPORT: Final = re.compile(r"\x1b\](\d{1,4});[^\x07\x1b]{0,200}(?:\x07|\x1b\\)")
_REPORT_BEGUN: Final = re.compile(r"\x1b\]\d{1,4}(?:;[^\x07\x1b]{0,200}\x1b?)?\Z")
"""An answer of the terminal (OSC), or its beginning. Alt-] has no digit in the same piece."""
REPORT: Final = "\U0010ffff"
"""Stands for the answer to the question for the background (OSC 11) as a key; it is no character of any text."""
_BACKGROUND: Final = "11"
_FOCUS: Final = frozenset({"\x1b[I", "\x1b[O"})
"""The terminal's window has gained or lost the focus (xterm, "FocusIn/FocusOut")."""


class Keyboard(Vt100Parser):
    """Drops an unknown sequence completely; prompt_toolkit would type its rest into the line."""

    def __init__(self, take: Callable[[KeyPress], None], clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(take)
        self._clock = clock
        self._begun = ""
        self._begun_at = 0.0
        self._escaped_at = -LATE_SECONDS

    def feed(self, data: str) -> None:
        if self._in_bracketed_paste:
            super().feed(data)
        elif data:
            self._take(self._with_begun(data))

    def _with_begun(self, data: str) -> str:
        """Prepend an incomplete sequence, or give it up."""
        begun, self._begun = self._begun, ""
        now = self._clock()
        if begun in {"", _ESCAPE}:
            return begun + data if begun or not self._is_late_rest(data, now) else _ESCAPE + data
        whole = begun + data
        kinds = (_SEQUENCE, _BEGUN, _REPORT, _REPORT_BEGUN)
        goes_on = now - self._begun_at <= LATE_SECONDS and any(kind.match(whole) for kind in kinds)
        return whole if goes_on else data

    def _is_late_rest(self, data: str, now: float) -> bool:
        """Whether it is the rest of a sequence whose Escape was taken for the key: nobody types it in one piece."""
        if data[0] not in "[O]" or now - self._escaped_at > LATE_SECONDS:
            return False
        if data[0] == "]":
            return _REPORT.match(_ESCAPE + data) is not None
        found = _SEQUENCE.match(_ESCAPE + data)
        return found is not None and self._means(found[0]) and (data[0] == "[" or len(found[0]) == len(data) + 1)

    def _take(self, data: str) -> None:
        at = 0
        while at < len(data):
            if data[at] != _ESCAPE:
                end = data.find(_ESCAPE, at)
                end = len(data) if end < 0 else end
                super().feed(data[at:end])
            elif found := _SEQUENCE.match(data, at):
                end = found.end()
                if self._means(found[0]):
                    super().feed(found[0])
                if self._in_bracketed_paste:
                    super().feed(data[end:])
                    return
            elif found := _REPORT.match(data, at):
                end = found.end()
                if found[1] == _BACKGROUND:
                    self.feed_key_callback(KeyPress(REPORT, found[0]))
            elif _BEGUN.match(data, at) or _REPORT_BEGUN.match(data, at):
                self._begun, self._begun_at = data[at:], self._clock()
                return
            else:
                end = at + 1
                super().feed(_ESCAPE)
            at = end

    def _means(self, sequence: str) -> bool:
        return sequence in _FOCUS or self._get_match(sequence) is not None

    def flush(self) -> None:
        """Nothing more has arrived: a single Escape is the key; the rest of a sequence is waited for."""
        if self._begun == _ESCAPE:
            self._begun = ""
            self._escaped_at = self._clock()
            super().feed(_ESCAPE)
        if not self._begun:
            super().flush()


def listen(app: Application[Any]) -> None:
    """Use this keyboard for an application."""
    app.ttimeoutlen = ESCAPE_SECONDS
    if isinstance(app.input, Vt100Input):
        app.input.vt100_parser = Keyboard(app.input.vt100_parser.feed_key_callback)


def alone(app: Callable[[], Application[Any]]) -> Condition:
    """Whether nothing arrived together with the pressed key."""
    return Condition(lambda: not app().key_processor.input_queue)


def escape_closes_nothing(made: KeyBindings, app: Callable[[], Application[Any]]) -> None:
    """For a front end with a single line: Escape does nothing, and swallows nothing that is typed after it."""
    made.add("escape", eager=alone(app))(lambda _event: None)
    made.add("escape", "/")(lambda event: event.current_buffer.insert_text("/"))
    made.add("c-q")(lambda _event: None)
    made.add(REPORT)(lambda _event: None)

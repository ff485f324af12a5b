"""Writes panels to a terminal: only changed rows, each panel separately, all in one synchronized update.

Rows are compared with what was written last. Every part starts with its position and erases its own columns first. So
if a terminal has a different idea of a character's width, only that part looks wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

HOLD: Final = "\x1b[?2026h"
"""Show nothing until the end of this update."""
BEGIN: Final = f"{HOLD}\x1b7\x1b[?25l\x1b[?7l"
"""Synchronized update, cursor saved and hidden, no wrapping at the edge."""
END: Final = "\x1b[?7h\x1b8\x1b[?25h\x1b[?2026l"


class PanelPart(NamedTuple):
    """Rows at a position: ``top`` and ``left`` from 0, ``columns`` wide; missing rows are blank."""

    top: int
    left: int
    columns: int
    height: int
    rows: Sequence[str]


class Raw(Protocol):
    """The output."""

    def write_raw(self, data: str) -> None: ...
    def flush(self) -> None: ...


class Painter:
    def __init__(self, output: Raw) -> None:
        self._output = output
        self._last: dict[tuple[int, int], tuple[int, str]] = {}

    def forget(self) -> None:
        """The terminal's contents are unknown: everything is written next time."""
        self._last.clear()

    def paint(self, parts: Sequence[PanelPart], *, always: str = "") -> int:
        """Write what has changed. Returns the number of rows. ``always`` is added if something has changed."""
        out: list[str] = []
        now: dict[tuple[int, int], tuple[int, str]] = {}
        last = self._last
        for part in parts:
            given = len(part.rows)
            for at in range(part.height):
                text = part.rows[at] if at < given else ""
                place = (part.top + at, part.left)
                row = (part.columns, text)
                now[place] = row
                if last.get(place) != row:
                    out.append(f"\x1b[{place[0] + 1};{place[1] + 1}H\x1b[0m\x1b[{part.columns}X{text}")
        self._last = now
        if out or always:
            self._output.write_raw(f"{BEGIN}{always}{''.join(out)}\x1b[0m{END}")
            self._output.flush()
        return len(out)

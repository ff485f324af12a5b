"""Text that somebody drags the mouse over: which columns are marked, and what is copied."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from chover.client.display.text import Clean, clusters
from chover.client.display.theme import Theme

_ESCAPES: Final = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x1b\x07]*(?:\x1b\\|\x07)")
"""Colours, and links (OSC 8), in a painted row."""


class Dragged(NamedTuple):
    """Two cells of the messages, as row and column from 0; the second one may be before the first.

    ``margin`` is how many columns stand in front of the text. A drag that begins in the text leaves them out.
    """

    first: tuple[int, int]
    second: tuple[int, int]
    margin: int

    def columns(self, row: int, width: int) -> tuple[int, int]:
        """The columns of a row that are marked: the first one, and the one after the last one."""
        begin, end = sorted((self.first, self.second))
        if not begin[0] <= row <= end[0]:
            return 0, 0
        least = self.margin if min(begin[1], end[1]) >= self.margin else 0
        first = begin[1] if row == begin[0] else least
        return max(first, least), end[1] + 1 if row == end[0] else width

    def text(self, rows: Sequence[str], width: int) -> str:
        """What is marked of these painted rows, as text."""
        begin, end = sorted((self.first[0], self.second[0]))
        inside = range(max(begin, 0), min(end + 1, len(rows)))
        return "\n".join(_cut(rows[at], *self.columns(at, width))[1].rstrip() for at in inside).strip("\n")

    def marked(self, at: int, row: str, width: int, theme: Theme) -> str:
        """A painted row with what is marked of it."""
        first, end = self.columns(at, width)
        before, within, behind = _cut(row, first, end)
        return f"{before}{theme.paint(within, 'picked')}{behind}" if within else row


def _cut(row: str, first: int, end: int) -> tuple[Clean, Clean, Clean]:
    """The text of a painted row before some columns, in them, and behind."""
    parts, at = ["", "", ""], 0
    for cluster, wide in clusters(_ESCAPES.sub("", row)):
        parts[0 if at < first else 1 if at < end else 2] += cluster
        at += wide
    return Clean(parts[0]), Clean(parts[1]), Clean(parts[2])

"""The positions of the panels on a terminal of some size."""

from __future__ import annotations

from typing import Final, NamedTuple

CHANNELS: Final = 22
MEMBERS: Final = 18
ROOM_FOR_CHANNELS: Final = 72
ROOM_FOR_MEMBERS: Final = 96
"""From this many columns, the lists are shown automatically."""
READABLE: Final = 24
"""The minimum number of columns for messages next to lists."""
INPUT: Final = 8
"""The maximum number of rows of the input."""


class Layout(NamedTuple):
    columns: int
    rows: int
    channels: int
    """Columns of the list on the left; 0: it is not shown."""
    members: int
    input: int
    """Rows of the input."""

    @property
    def left(self) -> int:
        """The first column of the messages."""
        return self.channels + 1 if self.channels else 0

    @property
    def messages(self) -> int:
        """Columns of the messages."""
        return max(self.columns - self.left - (self.members + 1 if self.members else 0), 1)

    @property
    def top(self) -> int:
        """Rows above the messages: the topic, if there is room for it."""
        return 1 if self.rows >= 6 else 0

    @property
    def height(self) -> int:
        """Rows of the messages and the lists; the status line is below."""
        return max(self.rows - self.top - 1 - self.input, 0)

    @property
    def status(self) -> int:
        """The row of the status line."""
        return self.top + self.height


def lay_out(columns: int, rows: int, typed: int, channels: str, members: str, *, crowd: bool) -> Layout:
    """Lay out the panels.

    ``typed`` is how many rows the input needs. The lists are "auto", "yes" or "no"; ``crowd``: there are members.
    """
    list_room = channels == "yes" or (channels == "auto" and columns >= ROOM_FOR_CHANNELS)
    crowd_room = members == "yes" or (members == "auto" and columns >= ROOM_FOR_MEMBERS)
    left = min(CHANNELS, columns // 3) if list_room else 0
    right = min(MEMBERS, columns // 3) if crowd and crowd_room else 0
    # Messages take precedence over lists.
    if columns - left - right < READABLE:
        right = 0
    if columns - left < READABLE:
        left = 0
    most = max(min(INPUT, rows // 3), 1)
    return Layout(columns, rows, left, right, min(max(typed, 1), most))

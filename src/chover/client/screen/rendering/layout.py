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
SPLITTABLE: Final = 2 * READABLE + 1
"""From this many columns, there is room for two conversations."""
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
    beside: int = 0
    """Columns of a second conversation; 0: it is not shown."""
    on_right: bool = False
    """Whether the conversation that is written to is the right one of two."""

    @property
    def first(self) -> int:
        """The first column behind the list on the left."""
        return self.channels + 1 if self.channels else 0

    @property
    def left(self) -> int:
        """The first column of the messages."""
        return self.first + (self.beside + 1 if self.on_right else 0)

    @property
    def messages(self) -> int:
        """Columns of the messages."""
        others = (self.members + 1 if self.members else 0) + (self.beside + 1 if self.beside else 0)
        return max(self.columns - self.first - others, 1)

    @property
    def beside_left(self) -> int:
        """The first column of the second conversation."""
        return self.first if self.on_right else self.first + self.messages + 1

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


class Wanted(NamedTuple):
    """What somebody wants to see beside the messages."""

    channels: str
    """The lists are "auto", "yes" or "no"."""
    members: str
    crowd: bool
    """Whether there are members."""
    split: bool = False
    """Whether there is a second conversation."""
    on_right: bool = False


def lay_out(columns: int, rows: int, typed: int, wanted: Wanted) -> Layout:
    """Lay out the panels. ``typed`` is how many rows the input needs."""
    channels, members, crowd, split, on_right = wanted
    list_room = channels == "yes" or (channels == "auto" and columns >= ROOM_FOR_CHANNELS)
    crowd_room = members == "yes" or (members == "auto" and columns >= ROOM_FOR_MEMBERS)
    left = min(CHANNELS, columns // 3) if list_room else 0
    right = min(MEMBERS, columns // 3) if crowd and crowd_room else 0
    # Messages take precedence over lists.
    readable = 2 * READABLE + 3 if split and columns >= SPLITTABLE else READABLE
    if columns - left - right < readable:
        right = 0
    if columns - left < readable:
        left = 0
    most = max(min(INPUT, rows // 3), 1)
    layout = Layout(columns, rows, left, right, min(max(typed, 1), most))
    if not split or columns < SPLITTABLE:
        return layout
    # The line between the two does not move when the keys go to the other side.
    right_one = (layout.messages - 1) // 2
    beside = layout.messages - 1 - right_one if on_right else right_one
    return layout._replace(beside=beside, on_right=on_right)

"""A window on a conversation: which of its rows are on the screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from chover.client.screen.rendering.conversation_rows import ConversationRows, RowPosition
from chover.client.screen.rendering.rows import Look
from chover.client.state import State
from chover.client.state.conversation import Conversation


class Seen(NamedTuple):
    """A row on the screen."""

    number: int
    text: str


class View:
    """``bottom`` is its last row; None: it follows the newest. ``shown`` are the rows that were asked for last."""

    def __init__(self, state: State, conversation: Conversation) -> None:
        self.conversation = conversation
        self.rows = ConversationRows(state, conversation)
        self.bottom: RowPosition | None = None
        self.shown: list[Seen] = []
        self._left: RowPosition | None = None
        """Where the view was when another part of the history was turned to, or when a message was jumped to."""
        self.jumped = False
        """Whether somebody has jumped to a message and can go back."""
        self.selected: int | None = None
        """The number of the selected entry."""
        self.cleared = -1_000_000_000
        """Entries before this number are hidden until somebody scrolls back."""

    def turn_to(self, look: Look) -> None:
        """Show another part of the history from its newest row, or the messages where they were."""
        before = self.rows.part
        if not self.rows.turn_to(look):
            return
        self.selected = None
        if before is self.conversation and not self.jumped:
            self._left = self.bottom
        self.bottom = self._left if self.rows.part is self.conversation else None

    def remember(self) -> None:
        """A message is jumped to: ``back`` returns to what is shown now."""
        if not self.jumped and self.rows.part is self.conversation:
            self._left, self.jumped = self.bottom, True

    def back(self) -> None:
        """Where the view was before a jump, or before another part of the history."""
        self.conversation.detour = None
        self.bottom, self.selected, self.jumped = self._left, None, False

    def settle(self, look: Look) -> None:
        """Called before painting: new or removed entries may have moved the bottom row."""
        self.turn_to(look)
        if self.bottom is not None:
            lowest = self._lowest(look)
            self.bottom = lowest if lowest < self.rows.last(look) else None

    def visible(self, look: Look, height: int) -> list[Seen]:
        """At most ``height`` rows, the newest last."""
        self.turn_to(look)
        number, row = self._lowest(look)
        out: list[Seen] = []
        first = max(self.rows.part.first, self.cleared) if self.following else self.rows.part.first
        while len(out) < height and number >= first:
            rows = self.rows.of(number, look)
            for at in range(min(row, len(rows) - 1), -1, -1):
                out.append(Seen(number, rows[at]))
                if len(out) == height:
                    break
            number -= 1
            row = 1_000_000
        out.reverse()
        self.shown = out
        return out

    def _lowest(self, look: Look) -> RowPosition:
        """The row at the bottom of the screen."""
        last = self.rows.last(look)
        if self.bottom is None or self.bottom >= last:
            return last
        if self.bottom.number < self.rows.part.first:
            return RowPosition(self.rows.part.first, 1_000_000)
        return self.bottom

    def up(self, count: int, look: Look, height: int) -> bool:
        """Scroll up by ``count`` rows; False if the oldest row was reached."""
        self.turn_to(look)
        lowest = self._lowest(look)
        sizes = self._sizes(lowest, height + count, look)
        above = max(min(sum(sizes.values()) - height, count), 0)
        if above:
            self.bottom = _moved(lowest, above, sizes)
        return above == count

    def _sizes(self, lowest: RowPosition, enough: int, look: Look) -> dict[int, int]:
        """The number of rows of each entry up to ``lowest``, upwards until they are enough."""
        sizes: dict[int, int] = {}
        number, row, have = lowest.number, lowest.row, 0
        while number >= self.rows.part.first and have < enough:
            sizes[number] = size = min(row + 1, len(self.rows.of(number, look)))
            have += size
            number, row = number - 1, 1_000_000
        return sizes

    def down(self, count: int, look: Look) -> None:
        """Scroll down by ``count`` rows."""
        self.turn_to(look)
        if self.bottom is None:
            return
        number, row = self._lowest(look)
        last = self.rows.last(look)
        row = min(row, len(self.rows.of(number, look)) - 1)
        while count > (rest := len(self.rows.of(number, look)) - 1 - row):
            count -= rest + 1
            number, row = number + 1, 0
            while number < last.number and not self.rows.of(number, look):
                number += 1
            if number > last.number:
                break
        place = RowPosition(number, row + count)
        self.bottom = place if place < last else None

    def to(self, number: int, look: Look, height: int) -> None:
        """Make an entry visible, with some rows above it, if it is not."""
        self.turn_to(look)
        if any(seen.number == number for seen in self.visible(look, height)):
            return
        place = RowPosition(number, len(self.rows.of(number, look)) - 1)
        self.bottom = place
        below = height * 2 // 3 if number < self.rows.part.end - 1 else 0
        if below:
            self.down(below, look)

    def to_top(self, look: Look, height: int) -> None:
        self.turn_to(look)
        self.bottom = RowPosition(self.rows.part.first, 0)
        self.down(height - 1, look)

    def to_end(self) -> None:
        self.bottom = self._left = None
        self.jumped = False

    @property
    def following(self) -> bool:
        return self.bottom is None and self.conversation.detour is None


def _moved(place: RowPosition, up: int, sizes: Mapping[int, int]) -> RowPosition:
    """The row that stands ``up`` rows above a place, by the sizes of the entries between them."""
    number, row = place.number, sizes[place.number] - 1
    while up > row:
        up -= row + 1
        number -= 1
        row = sizes[number] - 1
    return RowPosition(number, row - up)

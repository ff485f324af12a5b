"""Ways to draw a picture in cells: half blocks everywhere, and kitty's placeholders where the terminal knows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from chover.client.display import kitty
from chover.client.display.half_blocks import Pixels, Room, half_block_rows


class PaintedPicture(NamedTuple):
    rows: Sequence[str] = ()
    sends: str = ""
    """What the terminal has to get before the rows are painted."""
    forgets: str = ""
    """What frees it in the terminal again."""


class PictureWay(Protocol):
    def box(self, room: Room) -> tuple[int, int]:
        """The most pixels, across and down, that a picture in this room has use for."""

    def paint(self, pixels: Pixels, room: Room) -> PaintedPicture: ...


class HalfBlocks:
    def __init__(self, *, true_colour: bool) -> None:
        self._true_colour = true_colour

    def box(self, room: Room) -> tuple[int, int]:
        return room.columns, 2 * room.rows

    def paint(self, pixels: Pixels, room: Room) -> PaintedPicture:
        return PaintedPicture(half_block_rows(pixels, true_colour=self._true_colour)[: room.rows])


class Placeholders:
    """``first`` is the number of the first picture, which other programs in this terminal hopefully do not use."""

    def __init__(self, first: int) -> None:
        self._number = first

    def box(self, room: Room) -> tuple[int, int]:
        return room.columns * kitty.CELL[0], room.rows * kitty.CELL[1]

    def paint(self, pixels: Pixels, room: Room) -> PaintedPicture:
        number = self._number = self._number % kitty.NUMBERS + 1
        rows = kitty.placeholder_rows(number, room)
        return PaintedPicture(rows, kitty.sent(number, pixels, room), kitty.forgotten(number))

"""Pictures as text: two pixels in each cell, by the upper half block and its two colours."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from chover.client.display.theme import RESET

UPPER: Final = "▀"
LOWER: Final = "▄"
_OPAQUE: Final = 128
"""From this alpha on a pixel is drawn; others leave the background of the terminal."""
_LEVELS: Final = (0, 95, 135, 175, 215, 255)
"""The shares of red, green and blue in the colour cube of xterm's 256 colours; 24 shades of grey follow it."""

Colour = tuple[int, int, int] | None
"""Red, green and blue; None for nothing."""


class Pixels(NamedTuple):
    """A decoded picture: four bytes for each pixel (red, green, blue, alpha), row by row."""

    width: int
    height: int
    data: bytes


class Room(NamedTuple):
    """What a picture takes on the screen, in cells."""

    columns: int
    rows: int


def room_for(width: int, height: int, columns: int, rows: int) -> Room:
    """The room of a picture of this size in pixels, in at most so many cells. It is made smaller, never larger."""
    scale = min(columns / width, 2 * rows / height, 1)
    return Room(max(round(width * scale), 1), max(-(-round(height * scale) // 2), 1))


def half_block_rows(pixels: Pixels, *, true_colour: bool) -> list[str]:
    """Painted rows: with 24 bits for each colour, or with the nearest of xterm's 256."""
    return [_row(_cells(pixels, top), true_colour=true_colour) for top in range(0, pixels.height, 2)]


def _cells(pixels: Pixels, top: int) -> Iterator[tuple[Colour, Colour]]:
    for at in range(pixels.width):
        yield _pixel(pixels, at, top), _pixel(pixels, at, top + 1)


def _pixel(pixels: Pixels, column: int, row: int) -> Colour:
    if row >= pixels.height:
        return None
    at = 4 * (row * pixels.width + column)
    red, green, blue, alpha = pixels.data[at : at + 4]
    return (red, green, blue) if alpha >= _OPAQUE else None


def _row(cells: Iterator[tuple[Colour, Colour]], *, true_colour: bool) -> str:
    out, last = [], ""
    for upper, lower in cells:
        sgr, char = _painted(upper, lower, true_colour)
        if sgr != last:
            out.append(f"\x1b[{sgr}m")
            last = sgr
        out.append(char)
    return f"{''.join(out)}{RESET}" if last != "0" else "".join(out)


def _painted(upper: Colour, lower: Colour, true_colour: bool) -> tuple[str, str]:
    """The parameters of SGR for a cell, and its character."""
    if upper is None and lower is None:
        return "0", " "
    if upper is None or lower is None:
        return f"0;38;{_code(upper or lower, true_colour)}", UPPER if upper is not None else LOWER
    if upper == lower:
        return f"48;{_code(upper, true_colour)}", " "
    return f"38;{_code(upper, true_colour)};48;{_code(lower, true_colour)}", UPPER


def _code(colour: Colour, true_colour: bool) -> str:
    assert colour is not None
    return f"2;{colour[0]};{colour[1]};{colour[2]}" if true_colour else f"5;{nearest(*colour)}"


@lru_cache(maxsize=4096)
def nearest(red: int, green: int, blue: int) -> int:
    """The number of the nearest colour among xterm's 256, without its first sixteen, which people change."""
    steps = [_step(part) for part in (red, green, blue)]
    grey = min(max(round(((red + green + blue) / 3 - 8) / 10), 0), 23)
    cube = tuple(_LEVELS[step] for step in steps)
    shade = (8 + 10 * grey,) * 3
    wanted = (red, green, blue)
    if _far(shade, wanted) < _far(cube, wanted):
        return 232 + grey
    return 16 + 36 * steps[0] + 6 * steps[1] + steps[2]


def _step(part: int) -> int:
    """The nearest level of the cube."""
    return min(range(len(_LEVELS)), key=lambda step: abs(_LEVELS[step] - part))


def _far(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))

"""A QR code as rows of text, with two modules, one above the other, in each character."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

Matrix = Sequence[Sequence[int]]
"""Rows of modules, 1 is dark; without the quiet zone."""

QUIET: Final = (4, 3, 2, 1)
"""Widths of the quiet zone: what the standard requires (ISO/IEC 18004, 5.3.8), down to what scanners accept."""
MOST: Final = 300
"""Longest text: the code of a longer one is too large for any terminal."""
_BLOCKS: Final = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}
_BLACK_ON_WHITE: Final = "\x1b[97;40m"
"""White blocks on black, independent of the terminal's colours."""
_NO_COLOUR: Final = "\x1b[0m"


def modules(text: str) -> Matrix:
    """The code of a text; empty if it is longer than MOST. Takes 50 ms the first time."""
    import segno  # noqa: PLC0415 - 30 ms, and few draw one

    return segno.make(text, error="l", micro=False).matrix if len(text) <= MOST else ()


def drawn(matrix: Matrix, quiet: int) -> list[str]:
    """Light modules as blocks, dark ones as spaces, surrounded by ``quiet`` light ones."""
    blank = [0] * (len(matrix) + 2 * quiet)
    sides = [0] * quiet
    rows = [blank] * quiet + [[*sides, *row, *sides] for row in matrix] + [blank] * quiet
    rows += [blank] * (len(rows) % 2)
    return [
        "".join(_BLOCKS[pair] for pair in zip(*pair_of_rows, strict=True))
        for pair_of_rows in zip(rows[::2], rows[1::2], strict=True)
    ]


def fitting(matrix: Matrix, columns: int, rows: int) -> list[str]:
    """The code with the widest quiet zone that fits; empty if none does."""
    for quiet in QUIET if matrix else ():
        width = len(matrix) + 2 * quiet
        if width <= columns and (width + 1) // 2 <= rows:
            return drawn(matrix, quiet)
    return []


def painted(rows: Sequence[str]) -> list[str]:
    """The rows in colours that a scanner recognizes on any terminal."""
    return [f"{_BLACK_ON_WHITE}{row}{_NO_COLOUR}" for row in rows]

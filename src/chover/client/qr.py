"""A QR code as rows of text: two modules of a column in each character."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

Matrix = Sequence[Sequence[int]]
"""Rows of modules, 1 is dark; without the quiet zone around them."""

QUIET: Final = (4, 3, 2, 1)
"""Light modules around it: what the standard wants (ISO/IEC 18004, 5.3.8), and what scanners make do with."""
MOST: Final = 300
"""Longest text: a code of more is too large for any terminal."""
_BLOCKS: Final = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}
_BLACK_ON_WHITE: Final = "\x1b[97;40m"
"""White blocks on black, whatever the terminal's own colours are."""
_NO_COLOUR: Final = "\x1b[0m"


def modules(text: str) -> Matrix:
    """The code of a text; none for one that is longer than MOST. Takes 50 ms the first time."""
    import segno  # noqa: PLC0415 - 30 ms, and few draw one

    return segno.make(text, error="l", micro=False).matrix if len(text) <= MOST else ()


def drawn(matrix: Matrix, quiet: int) -> list[str]:
    """Light modules as blocks, dark ones as nothing, with so many light ones around."""
    blank = [0] * (len(matrix) + 2 * quiet)
    sides = [0] * quiet
    rows = [blank] * quiet + [[*sides, *row, *sides] for row in matrix] + [blank] * quiet
    rows += [blank] * (len(rows) % 2)
    return [
        "".join(_BLOCKS[pair] for pair in zip(*pair_of_rows, strict=True))
        for pair_of_rows in zip(rows[::2], rows[1::2], strict=True)
    ]


def fitting(matrix: Matrix, columns: int, rows: int) -> list[str]:
    """It drawn with the widest quiet zone that there is room for; nothing where there is none."""
    for quiet in QUIET if matrix else ():
        width = len(matrix) + 2 * quiet
        if width <= columns and (width + 1) // 2 <= rows:
            return drawn(matrix, quiet)
    return []


def painted(rows: Sequence[str]) -> list[str]:
    """In colours that a scanner sees on any terminal."""
    return [f"{_BLACK_ON_WHITE}{row}{_NO_COLOUR}" for row in rows]

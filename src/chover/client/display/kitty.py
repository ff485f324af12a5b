"""Pictures by kitty's graphics protocol: placeholders are cells of text in which the terminal draws a part of one.

So a picture moves, is covered and goes as any text. Source: https://sw.kovidgoyal.net/kitty/graphics-protocol/
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping
from typing import Final

from chover.client.display.half_blocks import Pixels, Room
from chover.client.display.theme import RESET

CELL: Final = (10, 20)
"""The pixels that a cell is given: more than most have, and few enough to be sent."""
NUMBERS: Final = 0xFFFFFF
"""The number of a picture stands in the colour of its cells, which has 24 bits."""
_CHUNK: Final = 4096
_PLACEHOLDER: Final = "\U0010eeee"
_ROWS: Final = (
    "0305 030d 030e 0310 0312 033d 033e 033f 0346 034a 034b 034c 0350 0351 0352 0357 035b 0363 0364 0365 0366 0367 0368"
    " 0369 036a 036b 036c 036d 036e 036f 0483 0484 0485 0486 0487 0592 0593 0594 0595 0597 0598 0599 059c 059d 059e"
    " 059f 05a0 05a1 05a8 05a9 05ab 05ac 05af 05c4 0610 0611 0612 0613 0614 0615 0616 0617 0657 0658"
)
_MARKS: Final = tuple(chr(int(code, 16)) for code in _ROWS.split())
"""The marks that say which row and column of a picture a cell shows (kitty, "rowcolumn-diacritics")."""
MOST_ROWS: Final = len(_MARKS)


def has_placeholders(environment: Mapping[str, str]) -> bool:
    """Whether the terminal is one of those that know placeholders. tmux and screen do not pass pictures on."""
    term = environment.get("TERM", "")
    if environment.get("TMUX") or term.startswith(("screen", "tmux")):
        return False
    return term in {"xterm-kitty", "xterm-ghostty"} or "KITTY_WINDOW_ID" in environment


def sent(number: int, pixels: Pixels, room: Room) -> str:
    """What gives the terminal a picture, for cells that name it. It does not answer."""
    data = base64.b64encode(zlib.compress(pixels.data, 6)).decode()
    about = f"a=T,U=1,f=32,o=z,s={pixels.width},v={pixels.height},c={room.columns},r={room.rows},i={number},"
    chunks = [data[at : at + _CHUNK] for at in range(0, len(data), _CHUNK)]
    last = len(chunks) - 1
    return "".join(
        f"\x1b_G{'' if at else about}q=2,m={int(at < last)};{chunk}\x1b\\" for at, chunk in enumerate(chunks)
    )


def forgotten(number: int) -> str:
    """What makes the terminal forget a picture."""
    return f"\x1b_Ga=d,d=I,i={number},q=2\x1b\\"


def placeholder_rows(number: int, room: Room) -> list[str]:
    """The cells of a picture. Of each row the first says where it is, and the others follow."""
    colour = f"\x1b[38;2;{number >> 16 & 255};{number >> 8 & 255};{number & 255}m"
    return [
        f"{colour}{_PLACEHOLDER}{_MARKS[row]}{_MARKS[0]}{_PLACEHOLDER * (room.columns - 1)}{RESET}"
        for row in range(min(room.rows, MOST_ROWS))
    ]

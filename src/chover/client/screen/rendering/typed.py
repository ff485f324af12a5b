"""A row above the input that shows what its markup will look like."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from chover.client.display.markup import MarkupBlock, blocks
from chover.client.display.message import message_lines, wrapped
from chover.client.display.text import Clean
from chover.client.display.theme import Theme

SHOWN: Final = 4096
"""Characters up to which a text is shown while it is typed: the most that a message may have."""
SIGN: Final = Clean("≈ ")


def preview_row(text: str, at: int, theme: Theme, columns: int) -> str:
    """The line with the character ``at``, if it has markup, else "". Of a long line the end of it is shown."""
    if len(text) > SHOWN or text.startswith("/"):
        return ""
    end = text.find("\n", at)
    up_to_here = text if end < 0 else text[:end]
    if not _has_markup(blocks(up_to_here)[-1:]):
        return ""
    *_, row = wrapped(message_lines(up_to_here)[-1], columns - len(SIGN))
    return theme.paint(SIGN, "soft") + theme.spans(list(row), "quote")


def _has_markup(found: Iterable[MarkupBlock]) -> bool:
    """Whether it will look different from what is typed."""
    return any(
        block.kind != "line" or any(piece.styles or piece.kind in {"code", "host"} for piece in block.pieces)
        for block in found
    )

"""A text of any length as one line of the protocol, or as a batch of draft/multiline."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from chover.engine import lines
from chover.server.delivery.render import Rendered

_CONCAT: Final = ";draft/multiline-concat"


def text_line(words: str, text: str, target: str, room: int, new_batch: Callable[[], str], server: str) -> Rendered:
    """``:server <words> :<text>``; one of several lines, or of more than ``room`` bytes, as a batch about a target."""
    head = f":{server} {words} :"
    pieces = lines.pieces(text, lines.joints(text, room))
    if len(pieces) == 1:
        return Rendered("", head + text)
    name = new_batch()
    inside = [f"@batch={name}{_CONCAT if joined else ''} {head}{piece}" for piece, joined in pieces]
    opening = f":{server} BATCH +{name} draft/multiline {target}"
    return Rendered("", "\r\n".join([opening, *inside, f":{server} BATCH -{name}"]))

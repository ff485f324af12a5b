"""Text of others in a form that is safe for a terminal: one line, no control sequences, no IRC colours.

Formatting codes: https://modern.ircdocs.horse/formatting
"""

from __future__ import annotations

import re
from typing import Final

# A colour code includes its digits: without them, "\x034,1red" would leave "4,1red".
_COLOURS: Final = re.compile(r"\x03(?:\d{1,2}(?:,\d{1,2})?)?|\x04(?:[0-9A-Fa-f]{6}(?:,[0-9A-Fa-f]{6})?)?")
_SPACES: Final = "\t\n\v\f\r\x85\u2028\u2029"
# Embeddings, overrides and isolates reverse the rest of a line; plain direction marks (U+200E, U+200F) stay.
_BIDI: Final = [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]
_CONTROLS: Final = [*range(0x20), *range(0x7F, 0xA0)]
_HARMLESS: Final[dict[int, str | None]] = {
    **dict.fromkeys(_CONTROLS + _BIDI, None),
    **{ord(space): " " for space in _SPACES},
    # A lone surrogate cannot be printed at all.
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
}


def harmless(text: str) -> str:
    """The text without C0 and C1 controls, formatting codes and bidi overrides; line ends and tabs become spaces."""
    if text.isascii() and text.isprintable():
        return text
    return _COLOURS.sub("", text).translate(_HARMLESS)

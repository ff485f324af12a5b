"""Text of others on its way to a terminal: the one place where it is made safe, coloured, measured and wrapped.

Everything that the painter writes is ``Clean`` or comes from a table of this program. IRC's formatting codes
(https://modern.ircdocs.horse/formatting) become styles; all other control characters and all bidi controls are removed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final, NamedTuple, NewType

from wcwidth import wcwidth

from chover.client.display.addresses import addresses
from chover.wire.plain import harmless

Clean = NewType("Clean", str)
"""Safe to write to a terminal as it is: printable text without control sequences."""

ELLIPSIS: Final = Clean("…")
MOST: Final = 16_384
"""The maximum number of characters of one message that are shown."""


class Style(NamedTuple):
    """The style of a piece of text, by IRC's codes or by markup; colours are numbers of IRC's palette, or -1."""

    bold: bool = False
    italic: bool = False
    underline: bool = False
    strike: bool = False
    reverse: bool = False
    fore: int = -1
    back: int = -1
    code: bool = False
    spoiler: bool = False
    emoji: bool = False
    token: str = ""
    """The kind of a token in code of a known language, or ""."""
    soft: bool = False
    """Whether it says something about what stands beside it."""


PLAIN: Final = Style()


class Span(NamedTuple):
    text: Clean
    style: Style = PLAIN
    link: str = ""
    """The address of a link, suitable for OSC 8, or ""."""


def plain(raw: str) -> Clean:
    """One line of the text, without styles."""
    if raw.isascii() and raw.isprintable():
        return Clean(raw)
    return Clean(harmless(raw).translate(_MARKS))


# There is no agreement about the width of direction marks, and zero-width spaces hide in names.
_MARKS: Final = dict.fromkeys((8206, 8207, 1564, 8203, 8288, 65279, 173, *range(917504, 917632)))


def dotted(raw: str) -> str:
    """The same number of characters, with a dot for each that must not be shown."""
    return raw if raw.isascii() else "".join(char if plain(char) or char in "\n\t" else "·" for char in raw)


_CODES: Final = re.compile(
    r"(\x02|\x1d|\x1f|\x1e|\x16|\x11|\x0f|\x03(?:\d{1,2}(?:,\d{1,2})?)?|\x04(?:[0-9A-Fa-f]{6}(?:,[0-9A-Fa-f]{6})?)?)"
)
_TOGGLES: Final = {"\x02": "bold", "\x1d": "italic", "\x1f": "underline", "\x1e": "strike", "\x16": "reverse"}


def spans(raw: str) -> list[Span]:
    """One line of text with its styles and links."""
    if raw.isascii() and raw.isprintable():
        return _linked(Clean(raw), PLAIN) if "://" in raw else [Span(Clean(raw))]
    out: list[Span] = []
    style = PLAIN
    for piece in _CODES.split(raw):
        if piece[:1] in "\x02\x1d\x1f\x1e\x16\x11\x0f\x03\x04" and piece:
            style = turn(style, piece)
        elif piece:
            out += _linked(plain(piece), style)
    return [span for span in out if span.text] or [Span(Clean(""))]


def turn(style: Style, code: str) -> Style:
    """The style after one of IRC's formatting codes."""
    if code in _TOGGLES:
        name = _TOGGLES[code]
        changed: dict[str, Any] = {name: not getattr(style, name)}
        return style._replace(**changed)
    if code == "\x0f":
        return PLAIN
    if code[0] != "\x03":
        return style
    fore, _, back = code[1:].partition(",")
    if not fore:
        return style._replace(fore=-1, back=-1)
    return style._replace(fore=_colour(fore), back=_colour(back) if back else style.back)


def _colour(digits: str) -> int:
    number = int(digits)
    return -1 if number == 99 else number


def _linked(text: Clean, style: Style) -> list[Span]:
    out, at = [], 0
    for start, end, target in addresses(text):
        out += [Span(Clean(text[at:start]), style), Span(Clean(text[start:end]), style, target)]
        at = end
    return [*out, Span(Clean(text[at:]), style)] if at < len(text) or not out else out


# ---- measuring


@lru_cache(maxsize=4096)
def _char_width(char: str) -> int:
    return max(wcwidth(char), 0)


def clusters(text: str) -> Iterator[tuple[str, int]]:
    """Each cluster, a character with what combines with it, and its width in columns."""
    cluster, width, joining = "", 0, False
    for char in text:
        wide = _char_width(char)
        if cluster and (wide == 0 or joining):
            cluster += char
            width = 2 if char == "\ufe0f" else width
        else:
            if cluster:
                yield cluster, width
            cluster, width = char, wide
        joining = char == "\u200d"
    if cluster:
        yield cluster, width


def width(text: str) -> int:
    """The width in columns."""
    return len(text) if text.isascii() else sum(wide for _, wide in clusters(text))


def fit(text: Clean, columns: int) -> Clean:
    """Cut to a width, with an ellipsis if something is missing."""
    if columns <= 0:
        return Clean("")
    if (len(text) if text.isascii() else width(text)) <= columns:
        return text
    out, used = "", 0
    for cluster, wide in clusters(text):
        if used + wide > columns - 1:
            break
        out += cluster
        used += wide
    return Clean(out + ELLIPSIS)


def pad(text: Clean, columns: int, *, right: bool = False) -> Clean:
    """Cut or padded to exactly that width."""
    text = fit(text, columns)
    space = " " * (columns - width(text))
    return Clean(space + text if right else text + space)


# ---- wrapping

Row = list[Span]


def wrap(line: list[Span], columns: int) -> list[Row]:
    """Rows of at most that width, broken at spaces if there are any, never inside a cluster."""
    columns = max(columns, 2)
    if len(line) == 1:
        span = line[0]
        return [[Span(Clean(span.text[a:b]), span.style, span.link)] for a, b in _cuts(span.text, columns)]
    text = "".join([span.text for span in line])
    return [_cut_out(line, a, b) for a, b in _cuts(text, columns)]


def _cuts(text: str, columns: int) -> list[tuple[int, int]]:
    """The start and end of each row; the space at which a row is broken belongs to none."""
    return _cuts_ascii(text, columns) if text.isascii() else _cuts_wide(text, columns)


def _cuts_ascii(text: str, columns: int) -> list[tuple[int, int]]:
    cuts, at, length = [], 0, len(text)
    while length - at > columns:
        end = text.rfind(" ", at, at + columns + 1)
        cut = end if end > at else at + columns
        cuts.append((at, cut))
        at = cut + (end > at)
    cuts.append((at, length))
    return cuts


def _cuts_wide(text: str, columns: int) -> list[tuple[int, int]]:
    cuts: list[tuple[int, int]] = []
    begin = at = used = 0
    space, behind = -1, 0
    for cluster, columns_of in clusters(text):
        wide = columns_of
        if cluster == " ":
            space, behind = at, used + 1
        if used + wide > columns and at > begin:
            if cluster == " ":
                cuts.append((begin, at))
                begin, used, wide = at + 1, 0, 0
            elif space > begin:
                cuts.append((begin, space))
                begin, used = space + 1, used - behind
            else:
                cuts.append((begin, at))
                begin, used = at, 0
            space = -1
        used += wide
        at += len(cluster)
    return [*cuts, (begin, at)]


def _cut_out(line: list[Span], begin: int, end: int) -> Row:
    """The spans between two positions of the whole text."""
    row, at = [], 0
    for span in line:
        length = len(span.text)
        if at < end and at + length > begin:
            row.append(Span(Clean(span.text[max(begin - at, 0) : end - at]), span.style, span.link))
        at += length
    return row or [Span(Clean(""))]

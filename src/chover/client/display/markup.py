"""What people mean by ``**bold**``, quotes, lists and code in a message. Only shown: what was typed is what is kept.

``web/markup.js`` reads the same; tests/markup.json checks both clients. A message is cut into blocks by its lines, and
each line into pieces. Text that does not fit the grammar stays as it was typed. Time is linear in the length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final, Literal, NamedTuple
from urllib.parse import urlsplit

from chover.client.display.addresses import addresses

BlockKind = Literal["line", "quote", "item", "code"]
PieceKind = Literal["text", "code", "link", "host", "control"]


class TextPiece(NamedTuple):
    """A part of a line. ``control`` is one of IRC's formatting codes, ``host`` the host of a link that has a name."""

    kind: PieceKind
    text: str
    styles: frozenset[str] = frozenset()
    """Of bold, italic, strike and spoiler."""
    href: str = ""


class MarkupBlock(NamedTuple):
    """A line, or all lines of a code block."""

    kind: BlockKind
    pieces: Sequence[TextPiece] = ()
    level: int = 0
    """How deep an item is indented, from 0 to DEEPEST."""
    marker: str = ""
    """What stands before an item: "•", or its number with the point."""
    language: str = ""
    code: str = ""


DEEPEST: Final = 3
# All controls but line ends, tabs and the formatting codes of IRC; and what turns the rest of a line around.
_HARMFUL: Final = re.compile(r"[\x00\x01\x05-\x08\x0b-\x0e\x10\x12-\x15\x17-\x1c\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_TAB: Final = "    "
_MAYBE: Final = re.compile(r"[*~|`\[\\>]|^\s{0,8}(?:[-•]|\d{1,9}[.)]) ", re.MULTILINE)
# Most messages have no markup. A set of characters is found much faster than the beginning of a token.
_SIGNS: Final = re.compile(r"[*~|`\[\\]")
_FRONTS: Final = "> -0123456789"
_FENCE: Final = "```"
_LANGUAGE: Final = re.compile(r"[A-Za-z0-9+#.-]{0,16}")
_QUOTE: Final = re.compile(r">(?: (.*)|$)", re.DOTALL)
_ITEM: Final = re.compile(r"( {0,8})([-*•]|\d{1,9}[.)]) (.*\S.*)", re.DOTALL)
_TOKEN: Final = re.compile(
    r"\\(?P<escaped>[*~|`])|^\\(?P<begun>[>-] )"
    r"|```(?P<fenced>[^`]+)```"
    r"|`(?P<code>[^`]+)`"
    r"|\[(?P<name>[^\[\]]{1,200})\]\((?P<address>https?://(?:[^\s()]|\([^\s()]*\)){1,2000})\)"
    r"|(?P<control>[\x02\x1d\x1f\x1e\x16\x11\x0f]|\x03(?:\d{1,2}(?:,\d{1,2})?)?|\x04(?:[0-9A-Fa-f]{6}(?:,[0-9A-Fa-f]{6})?)?)"
    r"|(?P<marks>\*+|~+|\|+)"
)
_MARKS: Final[dict[str, tuple[str, ...]]] = {
    "*": ("italic",),
    "**": ("bold",),
    "***": ("bold", "italic"),
    "~~": ("strike",),
    "||": ("spoiler",),
}
_WRITTEN: Final = {"italic": "*", "bold": "**", "strike": "~~", "spoiler": "||"}
_HOST: Final = re.compile(r"[^\s/]+\.[^\s/.]{2,}")
# Scripts that are written without spaces: a mark beside one of their letters may begin or end something.
_UNSPACED: Final = ((0x0E00, 0x0E7F), (0x3040, 0x30FF), (0x3400, 0x9FFF), (0xAC00, 0xD7AF), (0x20000, 0x3FFFF))


def blocks(text: str) -> list[MarkupBlock]:
    """The blocks of a message, at least one, without what would turn or hide the text around it."""
    if _is_plain(text):
        return [MarkupBlock("line", [TextPiece("text", text)])]
    lines = _HARMFUL.sub("", text).split("\n")
    if not _MAYBE.search(text):
        return [_line(line) for line in lines]
    found: list[MarkupBlock] = []
    ends = _ends(lines)
    at = 0
    while at < len(lines):
        if lines[at].startswith(_FENCE) and (end := ends[at]) >= 0:
            found.append(_code(lines[at : end + 1]))
            at = end + 1
        else:
            found.append(_line(lines[at]))
            at += 1
    return found


def _is_plain(text: str) -> bool:
    """Whether it is one line without markup and links, as far as that is seen at a glance."""
    if not (text.isascii() and text.isprintable()) or text[:1] in _FRONTS or "://" in text:
        return False
    return _SIGNS.search(text) is None


def _ends(lines: Sequence[str]) -> list[int]:
    """For each line the next one, itself included, that ends a code block which begins on it; -1 without one."""
    ends, next_end = [-1] * len(lines), -1
    for at in range(len(lines) - 1, -1, -1):
        closes = lines[at].rstrip().endswith(_FENCE)
        ends[at] = at if closes and len(lines[at].strip()) > 2 * len(_FENCE) else next_end
        if closes:
            next_end = at
    return ends


def _code(lines: Sequence[str]) -> MarkupBlock:
    first, last = lines[0][len(_FENCE) :], lines[-1].rstrip()[: -len(_FENCE)]
    if len(lines) == 1:
        return MarkupBlock("code", code=first.rstrip()[: -len(_FENCE)].replace("\t", _TAB))
    language = first.strip() if _LANGUAGE.fullmatch(first.strip()) else ""
    inner = [*([] if language or not first.strip() else [first]), *lines[1:-1], *([last] if last.strip() else [])]
    return MarkupBlock("code", language=language, code="\n".join(inner).replace("\t", _TAB))


def _line(line: str) -> MarkupBlock:
    line = line.replace("\t", " ")
    if quoted := _QUOTE.fullmatch(line):
        return MarkupBlock("quote", line_pieces(quoted[1] or ""))
    if item := _ITEM.fullmatch(line):
        marker = item[2] if item[2][0].isdecimal() else "•"
        return MarkupBlock("item", line_pieces(item[3]), min(len(item[1]) // 2, DEEPEST), marker)
    return MarkupBlock("line", line_pieces(line))


# ---- a line


class _Mark:
    """A run of marks, which may begin or end styles. What it neither begins nor ends stays text."""

    def __init__(self, text: str, opens: bool, closes: bool) -> None:
        self.text = text
        self.styles = _MARKS[text]
        self.opens = opens
        self.closes = closes
        self.begun: set[str] = set()
        self.ended: set[str] = set()

    @property
    def rest(self) -> str:
        return "".join(_WRITTEN[style] for style in self.styles if style not in self.begun | self.ended)


def line_pieces(line: str) -> list[TextPiece]:
    """The pieces of one line."""
    items = list(_items(line))
    _pair([item for item in items if isinstance(item, _Mark)])
    return _styled(items)


def _items(line: str) -> Iterator[TextPiece | _Mark]:
    links, token, at = list(addresses(line)) if "://" in line else [], _TOKEN.search(line), 0
    links.reverse()
    while token or links:
        if links and links[-1][0] < at:
            links.pop()
        elif token and token.start() < at:
            token = _TOKEN.search(line, at)
        elif links and (token is None or links[-1][0] <= token.start()):
            start, end, target = links.pop()
            yield TextPiece("text", line[at:start])
            yield TextPiece("link", line[start:end], href=target)
            at = end
        elif token:
            yield TextPiece("text", line[at : token.start()])
            yield from _read(line, token)
            at = token.end()
            token = _TOKEN.search(line, at)
    yield TextPiece("text", line[at:])


def _read(line: str, token: re.Match[str]) -> Iterator[TextPiece | _Mark]:
    text = token[0]
    match token.lastgroup:
        case "escaped" | "begun":
            yield TextPiece("text", text[1:])
        case "fenced" | "code":
            yield TextPiece("code", token["fenced"] or token["code"])
        case "address":
            yield from _named(token["name"], token["address"], text)
        case "control":
            yield TextPiece("control", text)
        case _ if text in _MARKS:
            yield _Mark(text, *_sides(line, token.start(), token.end()))
        case _:
            yield TextPiece("text", text)


def _named(name: str, address: str, text: str) -> Iterator[TextPiece]:
    """A link with a name shows its host, too. A name that looks like another address is not believed."""
    target = next((href for start, end, href in addresses(address) if (start, end) == (0, len(address))), "")
    host = urlsplit(target).hostname or ""
    if not target or "://" in name or any(word.casefold() != host for word in _HOST.findall(name)):
        yield TextPiece("text", text)
    else:
        yield TextPiece("link", name, href=target)
        yield TextPiece("host", f" ({host})")


def _sides(line: str, start: int, end: int) -> tuple[bool, bool]:
    """Whether a mark there may begin, and may end, a style."""
    before, after = line[start - 1 : start], line[end : end + 1]
    opens = bool(after.strip()) and not _in_word(before)
    return opens, bool(before.strip()) and not _in_word(after)


def _in_word(char: str) -> bool:
    if not (char.isalnum() or char == "_"):
        return False
    return not any(first <= ord(char) <= last for first, last in _UNSPACED)


def _pair(marks: Sequence[_Mark]) -> None:
    """Find the beginnings and ends that belong together. What lies open between them stays text."""
    stack: list[tuple[str, _Mark]] = []
    standing = dict.fromkeys(_WRITTEN, 0)
    for mark in marks:
        if mark.closes and all(standing[style] for style in mark.styles):
            for _ in mark.styles:
                _close(mark, stack, standing)
        elif mark.opens:
            for style in mark.styles:
                stack.append((style, mark))
                standing[style] += 1


def _close(mark: _Mark, stack: list[tuple[str, _Mark]], standing: dict[str, int]) -> None:
    """End the innermost style that this mark can end and has not ended."""
    while stack:
        style, opener = stack.pop()
        standing[style] -= 1
        if style in mark.styles and style not in mark.ended:
            opener.begun.add(style)
            mark.ended.add(style)
            return


def _styled(items: Sequence[TextPiece | _Mark]) -> list[TextPiece]:
    """Pieces with the styles that hold where they stand; text beside text with the same styles is one piece."""
    found: list[TextPiece] = []
    for (is_text, styles), run in groupby(_with_styles(items), lambda piece: (piece.kind == "text", piece.styles)):
        pieces = list(run)
        found += [TextPiece("text", "".join(piece.text for piece in pieces), styles)] if is_text else pieces
    return found or [TextPiece("text", "")]


def _with_styles(items: Sequence[TextPiece | _Mark]) -> Iterator[TextPiece]:
    """Pieces that have a text, with their styles."""
    styles: frozenset[str] = frozenset()
    for item in items:
        if isinstance(item, _Mark):
            styles -= item.ended
            if item.rest:
                yield TextPiece("text", item.rest, styles)
            styles |= item.begun
        elif item.text:
            yield item._replace(styles=styles) if item.kind in {"text", "link", "host"} else item

"""A message as lines of a terminal: markup becomes styles, and what stands before a quote, an item or code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from chover.client.display.custom_emoji import parts
from chover.client.display.highlighting import code_tokens
from chover.client.display.markup import MarkupBlock, TextPiece, blocks
from chover.client.display.own_files import OwnFile, without_end
from chover.client.display.text import PLAIN, Clean, Row, Span, Style, plain, turn, wrap

BAR: Final = Clean("│ ")
INDENT: Final = "  "
HIDDEN: Final = "▒▒▒"
_CODE: Final = Style(code=True)


class MessageLine(NamedTuple):
    """``front`` stands before its first row, ``below`` before those that follow when it is wrapped."""

    spans: Row
    front: Clean = Clean("")
    below: Clean = Clean("")


def message_lines(
    text: str,
    before: str = "",
    after: str = "",
    *,
    open_spoilers: bool = False,
    emoji: frozenset[str] = frozenset(),
    cards: Sequence[tuple[OwnFile, MessageLine]] = (),
) -> list[MessageLine]:
    """The lines of a message. ``before`` and ``after`` stand beside it and are shown as they are.

    ``emoji`` are the names of the server's own. ``cards`` are lines for files; they replace their addresses at the end.
    """
    found = without_end(blocks(text), [file for file, _ in cards])
    lines = [line for block in found for line in _lines(block, open_spoilers)]
    if emoji and ":" in text:
        lines = [line._replace(spans=[part for span in line.spans for part in _named(span, emoji)]) for line in lines]
    lines += [card for _, card in cards]
    if before:
        lines[0] = lines[0]._replace(spans=[Span(plain(before)), *lines[0].spans])
    if after:
        lines[-1] = lines[-1]._replace(spans=[*lines[-1].spans, Span(plain(after))])
    return lines


def _named(span: Span, emoji: frozenset[str]) -> Iterator[Span]:
    """A span with the server's emoji in their style; code and links stay as they are."""
    if span.link or span.style.code:
        yield span
        return
    for text, named in parts(span.text, emoji):
        yield Span(Clean(text), span.style._replace(emoji=True)) if named else span._replace(text=Clean(text))


def wrapped(line: MessageLine, columns: int) -> Iterator[Row]:
    """The rows of a line, of at most that width."""
    for at, row in enumerate(wrap(line.spans, columns - len(line.front))):
        front = line.below if at else line.front
        yield [Span(front), *row] if front else row


def one_line(text: str) -> Clean:
    """A message as one line without styles, for a quote, a list or a notification. Spoilers stay hidden.

    Give it the whole text: a part may end inside a spoiler, which is none then.
    """
    words = (_words(block) for block in blocks(text))
    return Clean(" ".join(" ".join(words).split()))


def _words(block: MarkupBlock) -> Clean:
    if block.kind == "code":
        return plain(block.code.replace("\n", " "))
    return Clean("".join(HIDDEN if _is_hidden(span.style) else span.text for span in spans_of(block.pieces)))


def _is_hidden(style: Style) -> bool:
    """Whether it is a spoiler. A colour on itself is how IRC hides text."""
    return style.spoiler or style.fore == style.back >= 0


def _lines(block: MarkupBlock, open_spoilers: bool) -> Iterator[MessageLine]:
    if block.kind == "code":
        for row in _code_rows(block):
            yield MessageLine(row, Clean(INDENT), Clean(INDENT))
        return
    row = spans_of(block.pieces, open_spoilers=open_spoilers)
    if block.kind == "quote":
        yield MessageLine(row, BAR, BAR)
    elif block.kind == "item":
        front = INDENT * block.level + block.marker + " "
        yield MessageLine(row, Clean(front), Clean(" " * len(front)))
    else:
        yield MessageLine(row)


def _code_rows(block: MarkupBlock) -> list[Row]:
    """The lines of a code block, with the kinds of their tokens."""
    rows: list[Row] = [[]]
    for kind, text in code_tokens(block.code, block.language):
        style = _CODE._replace(token=kind) if kind else _CODE
        for at, part in enumerate(text.split("\n")):
            if at:
                rows.append([])
            if shown := plain(part):
                rows[-1].append(Span(shown, style))
    return [row or [Span(Clean(""), _CODE)] for row in rows]


def spans_of(pieces: Sequence[TextPiece], *, open_spoilers: bool = False) -> Row:
    """Pieces as spans. IRC's codes turn the style of all that follows."""
    found, style = [], PLAIN
    for piece in pieces:
        if piece.kind == "control":
            style = turn(style, piece.text)
        elif text := plain(piece.text):
            found.append(Span(text, _styled(piece, style, open_spoilers), piece.href))
    return found or [Span(Clean(""))]


def _styled(piece: TextPiece, style: Style, open_spoilers: bool) -> Style:
    if piece.kind == "code":
        return _CODE
    if not piece.styles:
        return style
    names: Iterable[str] = piece.styles - {"spoiler"} if open_spoilers else piece.styles
    changed: dict[str, Any] = dict.fromkeys(names, True)
    return style._replace(**changed)

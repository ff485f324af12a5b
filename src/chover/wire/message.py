"""One line of IRC: parsing and formatting, with message tags.

Sources: https://modern.ircdocs.horse/#message-format and
https://ircv3.net/specs/extensions/message-tags
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import msgspec

LINE_BYTES: Final = 512
ALONE_BYTES: Final = 2048
"""Longest line without its tags, including CR LF (RFC 2812, 2.3)."""
CLIENT_TAG_BYTES: Final = 4094
"""Longest tag data from a client, without the leading ``@`` and the space (message-tags, "Size limit")."""

_ESCAPES: Final = {";": r"\:", " ": r"\s", "\\": r"\\", "\r": r"\r", "\n": r"\n"}
_UNESCAPES: Final = {":": ";", "s": " ", "\\": "\\", "r": "\r", "n": "\n"}
_ESCAPE_TABLE: Final = str.maketrans(_ESCAPES)


class ProtocolError(Exception):
    """The peer sent bytes that are not a valid line of this protocol.

    ``code`` is the code of the FAIL line that answers it; ``str(error)`` says what to do.
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class Message(msgspec.Struct, omit_defaults=True):
    """A parsed line. ``command`` is upper case, ``source`` without its colon."""

    command: str
    params: list[str]
    source: str = ""
    tags: dict[str, str] = {}

    def __str__(self) -> str:
        return format_line(self.command, *self.params, source=self.source, tags=self.tags)

    @property
    def nick(self) -> str:
        """The nick of the source, or the server's name."""
        return self.source.partition("!")[0]


def escape(value: str) -> str:
    """A tag value, escaped for the wire."""
    return value.translate(_ESCAPE_TABLE)


def unescape(value: str) -> str:
    """An unescaped tag value; an unknown escape loses its backslash, as does a lone one at the end."""
    if "\\" not in value:
        return value
    out: list[str] = []
    chars = iter(value)
    for char in chars:
        if char == "\\":
            after = next(chars, "")
            out.append(_UNESCAPES.get(after, after))
        else:
            out.append(char)
    return "".join(out)


def parse_tags(text: str) -> dict[str, str]:
    """Tags without the leading ``@``. If a key is repeated, the last one counts."""
    tags: dict[str, str] = {}
    for item in text.split(";"):
        key, _, value = item.partition("=")
        if key:
            tags[key] = unescape(value)
    return tags


def format_tags(tags: dict[str, str]) -> str:
    return ";".join([f"{key}={escape(value)}" if value else key for key, value in tags.items()])


_ALONE: Final = re.compile(rb" *(PASS|REGISTER|RECOVER|IDENTIFY|NS|NICKSERV|WEBPUSH) ", re.IGNORECASE)
"""Commands with passwords, which may be long, and are not relayed."""


def _longest(raw: bytes, tag_bytes: int) -> int:
    """Bytes that a line may have after its tags, without CR LF: more for lines that are not relayed."""
    spare = tag_bytes > 0
    if len(raw) - tag_bytes <= LINE_BYTES - 2 + spare or not _ALONE.match(raw, tag_bytes):
        return LINE_BYTES - 2 + spare
    return ALONE_BYTES - 2 + spare


def _require_length(raw: bytes) -> None:
    tag_bytes = len(raw.partition(b" ")[0]) if raw.startswith(b"@") else 0
    if tag_bytes > CLIENT_TAG_BYTES + 1 or len(raw) - tag_bytes > _longest(raw, tag_bytes):
        raise ProtocolError("INPUT_TOO_LONG", "Input line was too long")


def decode(raw: bytes) -> str:
    """The text of a received line without its line end.

    Raises ProtocolError for a line that is too long (``INPUT_TOO_LONG``, answered with 417), not UTF-8, or contains a
    NUL or a CR, which many clients take for the end of a line.
    """
    if len(raw) > LINE_BYTES - 2:
        _require_length(raw)
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise ProtocolError(
            "INVALID_UTF8", "Message rejected: it is not UTF-8, the only encoding of this server"
        ) from None
    if "\0" in text or "\r" in text:
        raise ProtocolError("INVALID_CHARACTER", "Message rejected: it contains a NUL or CR byte")
    return text


def parse(line: str) -> Message:
    """Parse a line (no CR LF). Raises ProtocolError(``EMPTY``) if it has no command."""
    tags: dict[str, str] = {}
    source = ""
    rest = line.lstrip(" ")
    if rest.startswith("@"):
        head, _, rest = rest[1:].partition(" ")
        tags = parse_tags(head)
        rest = rest.lstrip(" ")
    if rest.startswith(":"):
        source, _, rest = rest[1:].partition(" ")
    middle, colon, trailing = rest.partition(" :")
    params = middle.split(" ")
    words = [word for word in params if word] if "" in params else params
    if not words:
        raise ProtocolError("EMPTY", "No command given")
    if colon:
        words.append(trailing)
    return Message(words[0].upper(), words[1:], source, tags)


def needs_colon(param: str) -> bool:
    return not param or " " in param or param[0] == ":"


def middles(params: Sequence[str]) -> list[str]:
    """The same parameters, with ``*`` for each that can stand nowhere but at the end: words of a peer, in a reply."""
    return [*("*" if needs_colon(param) else param for param in params[:-1]), *params[-1:]]


def format_line(command: str, *params: str, source: str = "", tags: dict[str, str] | None = None) -> str:
    """A line without CR LF. Only the last parameter may be empty, contain a space or begin with a colon."""
    parts = []
    if tags:
        parts.append("@" + format_tags(tags))
    if source:
        parts.append(":" + source)
    parts.append(command)
    if params:
        parts.extend(params[:-1])
        last = params[-1]
        parts.append(":" + last if needs_colon(last) else last)
    return " ".join(parts)


def split_text(text: str, limit: int) -> list[str]:
    """Split text into pieces of at most ``limit`` bytes of UTF-8, at a space if there is one in their second half.

    A grapheme cluster is never split (https://www.unicode.org/reports/tr29/), unless it alone is longer than ``limit``.
    """
    pieces = []
    while len(text) > limit or len(text.encode()) > limit:
        end, begin = _cut_ascii(text, limit) if text.isascii() else _cut_graphemes(text, limit)
        pieces.append(text[:end])
        text = text[begin:]
    pieces.append(text)
    return pieces


def _cut_ascii(text: str, limit: int) -> tuple[int, int]:
    """The end of the first piece, and the beginning of the rest; the space between them is in neither."""
    space = text.rfind(" ", limit // 2, limit + 1)
    return (limit, limit) if space < 0 else (space, space + 1)


def _cut_graphemes(text: str, limit: int) -> tuple[int, int]:
    # This takes 15 ms, the first time that such a text is too long.
    from wcwidth import iter_graphemes  # noqa: PLC0415

    used = at = 0
    space = -1
    for grapheme in iter_graphemes(text[: limit + 1]):
        if grapheme == " " and used >= limit // 2:
            space = at
        used += len(grapheme.encode())
        if used > limit:
            break
        at += len(grapheme)
    if space >= 0:
        return space, space + 1
    end = at or max(len(text.encode()[:limit].decode(errors="ignore")), 1)
    return end, end

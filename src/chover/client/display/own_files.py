"""Files of our own server in a message: what they are, by their addresses. Nothing is asked of the server.

``web/own-files.js`` finds the same ones: tests/own_files.json checks both clients.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, Literal, NamedTuple
from urllib.parse import unquote, urlsplit

from chover.client.display.markup import MarkupBlock, TextPiece, blocks
from chover.client.display.text import Clean, plain
from chover.i18n import N_, _

FileKind = Literal["picture", "video", "audio", "file"]


class OwnFile(NamedTuple):
    """A file of our server. What its address says is a hint: anybody may have typed it."""

    href: str
    """Where it is to be had from here."""
    name: Clean
    kind: FileKind
    width: int = 0
    """In pixels; 0 if the address does not say it."""
    height: int = 0
    size: int = 0
    """In bytes; 0 if the address does not say it."""
    said: str = ""
    """The address in the message."""


MOST: Final = 10
"""How many files of one message are shown; the addresses of more stay in the text."""
MOST_PIXELS: Final = 100_000_000
"""A picture with more pixels is not shown, only named. As in files/uploads.py."""
_FILE: Final = re.compile(r"/?[A-Za-z0-9_-]{22}/[^/?]+")
_PIXELS: Final = re.compile(r"([1-9]\d{0,4})x([1-9]\d{0,4})", re.ASCII)
_SIZE: Final = re.compile(r"size=(\d{1,15})", re.ASCII)
_KINDS: Final[tuple[tuple[FileKind, re.Pattern[str]], ...]] = (
    ("picture", re.compile(r"\.(?:png|jpe?g|gif|webp|avif)$", re.IGNORECASE)),
    ("video", re.compile(r"\.(?:mp4|m4v|webm)$", re.IGNORECASE)),
    ("audio", re.compile(r"\.(?:mp3|m4a|ogg|oga|opus|flac|wav)$", re.IGNORECASE)),
)
_ENDING: Final = re.compile(r"\.([A-Za-z0-9]{1,5})$")
_CACHED: Final = 1024
"""Texts whose files and links are remembered."""


@lru_cache(maxsize=_CACHED)
def own_files(text: str, files: str) -> tuple[OwnFile, ...]:
    """Those that are shown with a message, each once. One in a spoiler is not.

    ``files`` is where files are kept, as an absolute address; "" where none are.
    """
    if not files or urlsplit(files).path not in text:
        return ()
    found = dict.fromkeys(piece.href for piece in _links(blocks(text)) if _is_shown(piece, files))
    return tuple(_file_at(href, files) for href in list(found)[:MOST])


def _links(found: Sequence[MarkupBlock]) -> Iterator[TextPiece]:
    """The links that are not in a spoiler."""
    for block in found:
        for piece in block.pieces:
            if piece.kind == "link" and "spoiler" not in piece.styles:
                yield piece


def _is_shown(piece: TextPiece, files: str) -> bool:
    if not _is_at(piece.href, files):
        return False
    return _FILE.fullmatch(urlsplit(piece.href).path[len(urlsplit(files).path) :]) is not None


def _is_at(href: str, home: str) -> bool:
    """Whether an address begins as another one, with TLS or without."""
    parts, begin = urlsplit(href), urlsplit(home)
    return parts.path.startswith(begin.path) and _machine(parts.netloc) == _machine(begin.netloc)


def _machine(netloc: str) -> str:
    """On the server's own machine, a browser may call it otherwise than this program."""
    name, _, port = netloc.rpartition(":")
    return f"localhost:{port}" if name in {"127.0.0.1", "[::1]"} else netloc


def _file_at(said: str, files: str) -> OwnFile:
    parts, home = urlsplit(said), urlsplit(files)
    # A browser may have sent it without TLS: it is loaded as everything else is.
    href = parts._replace(scheme=home.scheme, netloc=home.netloc).geturl()
    pixels, size = _PIXELS.fullmatch(parts.fragment), _SIZE.fullmatch(parts.fragment)
    width, height = (int(pixels[1]), int(pixels[2])) if pixels else (0, 0)
    kind: FileKind = next((kind for kind, ending in _KINDS if ending.search(parts.path)), "file")
    if kind == "picture" and width * height > MOST_PIXELS:
        kind = "file"
    name = plain(unquote(parts.path.rpartition("/")[2]))
    return OwnFile(href, name, kind, width, height, int(size[1]) if size else 0, said)


def without_end(found: Sequence[MarkupBlock], own: Sequence[OwnFile]) -> list[MarkupBlock]:
    """A message without the addresses at its end, which cards replace. One in the midst of a sentence stays.

    Nothing is left of a message that is nothing else.
    """
    shown, left = {file.said for file in own}, list(found)
    while shown and left and left[-1].kind == "line":
        last = left.pop()
        if pieces := _cut(last.pieces, shown):
            left.append(last._replace(pieces=pieces))
            break
    return left


def _cut(pieces: Sequence[TextPiece], shown: set[str]) -> list[TextPiece]:
    """The pieces of a line up to the addresses at its end."""
    left = list(pieces)
    while left and _goes(left[-1], shown):
        left.pop()
    if left and len(left) < len(pieces) and left[-1].kind == "text":
        left[-1] = left[-1]._replace(text=left[-1].text.rstrip())
    return left


def _goes(piece: TextPiece, shown: set[str]) -> bool:
    if piece.kind == "link":
        return piece.href in shown and piece.text == piece.href
    return piece.kind == "text" and not piece.text.strip()


@lru_cache(maxsize=_CACHED)
def first_link(text: str, ours: tuple[str, ...]) -> str:
    """The first link of a message that leads elsewhere, or "". ``ours`` are addresses of our own server."""
    if "://" not in text:
        return ""
    found = (piece.href for piece in _links(blocks(text)))
    return next((href for href in found if not any(home and _is_at(href, home) for home in ours)), "")


# ---- in words


def about(file: OwnFile) -> str:
    """What a file is, in a few words: "PNG picture, 640 × 480", "PDF, 1.2 MB"."""
    pixels = f"{file.width} × {file.height}" if file.width else ""
    if file.kind == "file" and pixels:
        pixels = _("{pixels}, too large to show", pixels=pixels)
    words = [_kind_name(file), pixels, in_units(file.size) if file.size else ""]
    return ", ".join(word for word in words if word)


_WORDS: Final[dict[FileKind, str]] = {
    "picture": N_("picture"),
    "video": N_("video"),
    "audio": N_("sound"),
    "file": N_("file"),
}


def _kind_name(file: OwnFile) -> str:
    ending = _ENDING.search(file.name)
    short = ending[1].upper() if ending else ""
    return short if short and file.kind == "file" else f"{short} {_(_WORDS[file.kind])}".lstrip()


_UNITS: Final = (N_("bytes"), "kB", "MB", "GB")


def in_units(size: int) -> str:
    """A number of bytes in words, as web/sizes.js writes it."""
    value, unit = float(size), 0
    while value >= 1000 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    return f"{value:.1f} {_UNITS[unit]}" if unit and value < 10 else f"{value:.0f} {_(_UNITS[unit])}"

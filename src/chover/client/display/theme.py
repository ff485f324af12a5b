"""Colours: a table of roles for each theme, and applying them to text. NO_COLOR leaves bold, underline and reverse."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import msgspec

from chover.client.display.text import PLAIN, Clean, Span, Style
from chover.client.lines import key

RESET: Final = "\x1b[0m"

_ROLES: Final = {
    # role: (any background, light, dark, without colours)
    "text": ("", "", "", ""),
    "own": ("", "", "", ""),
    "time": ("38;5;244", "38;5;242", "38;5;247", ""),
    "event": ("38;5;244", "38;5;242", "38;5;247", ""),
    "quote": ("38;5;244", "38;5;242", "38;5;247", ""),
    "code": ("38;5;66", "38;5;23", "38;5;115", "2"),
    "code-comment": ("38;5;244", "38;5;242", "38;5;247", "2;3"),
    "code-string": ("38;5;65", "38;5;22", "38;5;150", "2"),
    "code-keyword": ("38;5;133", "38;5;90", "38;5;176", "1"),
    "code-number": ("38;5;131", "38;5;94", "38;5;215", "2"),
    "code-name": ("38;5;67", "38;5;25", "38;5;111", "2"),
    "code-added": ("38;5;65", "38;5;22", "38;5;114", "1"),
    "code-removed": ("38;5;167", "38;5;124", "38;5;210", "2;9"),
    "spoiler": ("38;5;244;48;5;244", "38;5;246;48;5;246", "38;5;240;48;5;240", "8"),
    "note": ("38;5;67", "38;5;25", "38;5;110", ""),
    "rule": ("38;5;244", "38;5;246", "38;5;240", ""),
    "day": ("38;5;244;1", "38;5;242;1", "38;5;247;1", "1"),
    "new": ("38;5;166;1", "38;5;94;1", "38;5;208;1", "1;7"),
    "mention": ("1;38;5;166", "1;38;5;94", "1;38;5;215", "1"),
    "pending": ("38;5;244;3", "38;5;242;3", "38;5;247;3", "2"),
    "failed": ("38;5;160;1", "38;5;124;1", "38;5;203;1", "1"),
    "reaction": ("38;5;67", "38;5;25", "38;5;110", ""),
    "head": ("1", "1", "1", "1"),
    "soft": ("38;5;244", "38;5;242", "38;5;247", ""),
    "here": ("7", "7", "7", "7"),
    "unread": ("1", "1", "1", "1"),
    "calls": ("1;38;5;166", "1;38;5;94", "1;38;5;215", "1;4"),
    "status": ("7", "48;5;253;38;5;236", "48;5;237;38;5;252", "7"),
    "alarm": ("48;5;160;38;5;231;1", "48;5;124;38;5;231;1", "48;5;160;38;5;231;1", "7;1"),
    "picked": ("7", "7", "7", "7"),
}
_COLUMNS: Final = {"auto": 0, "light": 1, "dark": 2, "none": 3}
THEMES: Final = tuple(_COLUMNS)
ROLES: Final = tuple(_ROLES)

# Far enough from white and black, and from each other.
_NICKS: Final = {
    "auto": (160, 166, 136, 64, 29, 30, 32, 62, 98, 127, 133, 168, 130, 71, 67, 61),
    "light": (124, 126, 94, 58, 22, 23, 24, 25, 54, 90, 89, 88, 95, 61, 55, 53),
    "dark": (203, 209, 215, 179, 149, 114, 79, 80, 75, 111, 141, 177, 176, 211, 180, 116),
    "none": (),
}
# IRC's sixteen colours in the palette of 256.
_IRC: Final = (231, 16, 19, 28, 160, 88, 90, 166, 226, 46, 30, 51, 33, 201, 244, 250)


class Theme(msgspec.Struct, frozen=True):
    """``name`` is one of THEMES."""

    name: str = "auto"
    links: bool = True
    """Whether addresses become OSC 8 hyperlinks."""
    own: Mapping[str, str] = {}
    """Changed roles."""

    @property
    def coloured(self) -> bool:
        return self.name != "none"

    def sgr(self, role: str) -> str:
        """The parameters of a role, or of a nick's colour as ``nick:NICK``."""
        if role.startswith("nick:"):
            return self.nick(role[5:])
        own = self.own.get(role)
        return own if own is not None else _ROLES[role][_COLUMNS[self.name]]

    def nick(self, nick: str) -> str:
        return _colour_of(self.name, nick)

    def paint(self, text: Clean, role: str) -> str:
        """The text in the colour of a role, with a reset after it."""
        sgr = self.sgr(role)
        return f"\x1b[{sgr}m{text}{RESET}" if sgr and text else text

    def spans(self, row: list[Span], role: str) -> str:
        """A row of spans on the background of a role."""
        ground = self.sgr(role)
        if len(row) == 1 and row[0].style is PLAIN and not row[0].link:
            return f"\x1b[{ground}m{row[0].text}{RESET}" if ground else row[0].text
        return "".join(self._span(span, ground) for span in row)

    def _span(self, span: Span, ground: str) -> str:
        sgr = ";".join(part for part in (ground, self._style(span.style), "4" if span.link else "") if part)
        text = f"\x1b[{sgr}m{span.text}{RESET}" if sgr else span.text
        if span.link and self.links:
            # All rows of an address have one id, so that terminals underline them together.
            return f"\x1b]8;id={zlib.crc32(span.link.encode()):x};{span.link}\x1b\\{text}\x1b]8;;\x1b\\"
        return text

    def _style(self, style: Style) -> str:
        flags = zip(("1", "3", "4", "9", "7"), style[:5], strict=True)
        parts = [code for code, on in flags if on]
        if style.code:
            parts.append(self.sgr(f"code-{style.token}" if style.token else "code"))
        if style.emoji:
            parts.append(self.sgr("reaction") or "4")
        if style.soft:
            parts.append(self.sgr("soft"))
        if style.spoiler:
            parts.append(self.sgr("spoiler"))
        if self.coloured:
            parts += [f"38;5;{_irc(style.fore)}"] if style.fore >= 0 else []
            parts += [f"48;5;{_irc(style.back)}"] if style.back >= 0 else []
        return ";".join(parts)


def _irc(number: int) -> int:
    # 16 to 98 are finer shades; the palette of 256 has similar ones at the same places.
    return _IRC[number] if number < len(_IRC) else 16 + (number - 16) * 215 // 83


_BACKGROUND: Final = re.compile(
    r"11;(?:rgba?:([0-9a-f]{1,4})/([0-9a-f]{1,4})/([0-9a-f]{1,4})|#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2}))",
    re.IGNORECASE,
)
"""Source: https://invisible-island.net/xterm/ctlseqs/ctlseqs.html (OSC 11)"""
_MIDDLE: Final = 0.179
"""The luminance on which black and white text are equally easy to read (WCAG 2.2)."""


def background(report: str) -> str:
    """``light`` or ``dark``, from a terminal's answer to the question for its background; "" if it is none."""
    found = _BACKGROUND.search(report)
    if found is None:
        return ""
    red, green, blue = (_linear(int(part, 16) / (16 ** len(part) - 1)) for part in found.groups() if part)
    return "light" if 0.2126 * red + 0.7152 * green + 0.0722 * blue > _MIDDLE else "dark"


def _linear(share: float) -> float:
    """The brightness of a part of a colour in sRGB."""
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def is_plain(environment: Mapping[str, str]) -> bool:
    """Whether the terminal has no colours, or none are wanted (https://no-color.org)."""
    return bool(environment.get("NO_COLOR")) or environment.get("TERM") in {"dumb", "vt100", "vt220"}


def from_environment(wanted: str, environment: Mapping[str, str], ground: str = "") -> Theme:
    """The requested theme, as far as the terminal can show it. ``ground`` is what the terminal answered, or ""."""
    if is_plain(environment):
        return Theme("none")
    if wanted != "auto":
        return Theme(wanted if wanted in THEMES else "auto")
    if ground:
        return Theme(ground)
    colour = environment.get("COLORFGBG", "").rpartition(";")[2]
    if colour.isdigit():
        return Theme("light" if int(colour) in {7, 15} else "dark")
    return Theme("auto")


@lru_cache(maxsize=1024)
def _colour_of(theme: str, nick: str) -> str:
    colours = _NICKS[theme]
    return f"38;5;{colours[zlib.crc32(key(nick).encode()) % len(colours)]}" if colours else ""

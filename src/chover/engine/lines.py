"""Splitting text into protocol lines, and multi-line texts (https://ircv3.net/specs/extensions/multiline)."""

from __future__ import annotations

from typing import Final

LINE_ROOM: Final = 510
"""Bytes of a line without its tags and its end (RFC 2812, 2.3)."""
LEAST_ROOM: Final = 64
"""A minimum, however long the settings allow names to be."""


def cut(text: str, limit: int) -> str:
    """Text of at most ``limit`` bytes, not cut inside a character."""
    return text.encode()[:limit].decode(errors="ignore") if len(text) * 4 > limit else text


def room(head: str, label: int) -> int:
    """Bytes of text in a line after ``head``, even if the target gets a label of ``label`` bytes later."""
    return max(LINE_ROOM - len(head.encode()) - label, LEAST_ROOM)


def joints(text: str, room: int) -> tuple[int, ...]:
    """Where lines of more than ``room`` bytes are continued in another one (events.Said), after a space if possible."""
    found, begin = [], 0
    for line in text.split("\n"):
        end = begin + len(line)
        while len(text[begin:end].encode()) > room:
            piece = cut(text[begin:end], room)
            space = piece.rfind(" ") + 1
            begin += space if space > len(piece) // 2 else len(piece)
            found.append(begin)
        begin = end + 1
    return tuple(found)


def several(text: str, joints: tuple[int, ...]) -> bool:
    """Whether it has several protocol lines."""
    return "\n" in text or bool(joints)


def pieces(text: str, joints: tuple[int, ...]) -> list[tuple[str, bool]]:
    """Its protocol lines, and for each whether it continues the previous one (draft/multiline-concat)."""
    found, begin, joined = [], 0, False
    feeds = [place for place, char in enumerate(text) if char == "\n"]
    for place in sorted([*feeds, *joints]):
        found.append((text[begin:place], joined))
        joined = text[place] != "\n"
        begin = place if joined else place + 1
    return [*found, (text[begin:], joined)]

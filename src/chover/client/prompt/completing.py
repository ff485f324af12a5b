"""Completion by Tab in every front end: commands, channels, nicks and emoji that begin with the typed letters."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from prompt_toolkit.buffer import Buffer
from prompt_toolkit.document import Document
from prompt_toolkit.key_binding import KeyBindings

from chover.client.commands import possible
from chover.client.display.text import plain
from chover.client.emoji import find
from chover.client.lines import key
from chover.client.state import State
from chover.i18n import _

MOST: Final = 50
LATELY: Final = 500
"""Entries that are searched for recent speakers."""
_EMOJI: Final = re.compile(r"(?:^|(?<=[\s(\[{\"'*_~]))(:[a-z0-9+_-]+)$", re.IGNORECASE)


class Found(NamedTuple):
    """``start`` is where the completed word begins; ``rows`` are the words as they are shown."""

    start: int
    words: list[str]
    rows: list[str]


def complete(state: State, before: str, kind: str = "terminal") -> Found:
    """Completions for the word at the end of ``before``."""
    start = max(before.rfind(" "), before.rfind("\n")) + 1
    word = before[start:]
    emoji = _EMOJI.search(before)
    if start == 0 and word.startswith("/") and not word.startswith("//"):
        return _plainly(0, [f"/{name} " for name in _commands(word[1:].lower(), kind)])
    if word.startswith("#"):
        names = sorted(c.name for c in state.conversations.values() if c.channel)
        return _plainly(start, [f"{name} " for name in names if key(name).startswith(key(word))])
    if emoji is not None:
        found = find(emoji[1], MOST, state.emoji.names)
        return Found(
            emoji.start(1),
            [f"{mark} " for _, mark in found],
            [mark if mark == f":{name}:" else f"{mark} {name}" for name, mark in found],
        )
    if not word:
        return Found(start, [], [])
    return _plainly(start, [nick + (": " if start == 0 else " ") for nick in _nicks(state, word.removeprefix("@"))])


def _plainly(start: int, words: list[str]) -> Found:
    return Found(start, words, [word.strip() for word in words])


def _commands(begin: str, kind: str) -> list[str]:
    """Names, or those with a matching alias if no name matches."""
    rows = possible(kind)
    names = [row.name for row in rows if row.name.startswith(begin)]
    return sorted(names or [row.name for row in rows if any(alias.startswith(begin) for alias in row.aliases)])


def _nicks(state: State, begin: str) -> list[str]:
    """Members, recent speakers first; joining and leaving does not count as speaking."""
    current = state.current
    if current is None:
        return []
    lately: dict[str, int] = {}
    for at, entry in enumerate(reversed(current.entries[-LATELY:])):
        if entry.is_talk:
            lately.setdefault(key(entry.nick), at)
    nicks: list[str] = [plain(member.nick) for member in current.members.values()] or [plain(current.name)]
    fitting = [nick for nick in nicks if key(nick).startswith(key(begin)) and not state.is_me(nick)]
    return sorted(fitting, key=lambda nick: (lately.get(key(nick), LATELY), key(nick)))[:MOST]


class Completion:
    """Cycles through completions until something else is typed."""

    def __init__(self, state: State, buffer: Buffer, kind: str) -> None:
        self._state = state
        self._buffer = buffer
        self._kind = kind
        self._found = Found(0, [], [])
        self._at = -1
        self._front = ""
        self._shown = ""

    def turn(self, by: int) -> None:
        """Go to the next completion, or the previous one."""
        buffer = self._buffer
        before, after = buffer.document.text_before_cursor, buffer.document.text_after_cursor
        if self._at < 0 or before != self._shown:
            self._found, self._at = complete(self._state, before, self._kind), -1
            self._front = before[: self._found.start]
        words = self._found.words
        if not words:
            return
        self._at = (self._at + by) % len(words) if self._at >= 0 else (0 if by > 0 else len(words) - 1)
        # If text follows, the space is there already.
        word = words[self._at].rstrip() if after[:1].isspace() else words[self._at]
        self._shown = self._front + word
        buffer.document = Document(self._shown + after, len(self._shown))

    def popup(self) -> tuple[str, list[str], int] | None:
        """Title, rows and the selected one, if there are several."""
        fresh = self._buffer.document.text_before_cursor == self._shown
        if self._at < 0 or not fresh or len(self._found.words) < 2:
            return None
        return _("Tab for the next"), self._found.rows, self._at


def completing_keys(state: State, buffer: Buffer, kind: str) -> KeyBindings:
    """Tab and Shift-Tab, for a line that has no other keys."""
    completion, made = Completion(state, buffer, kind), KeyBindings()
    made.add("tab")(lambda _event: completion.turn(1))
    made.add("s-tab")(lambda _event: completion.turn(-1))
    return made

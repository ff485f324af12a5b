"""Tab: commands, channels, nicks and emoji by the letters before the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from prompt_toolkit.document import Document

from chover.client.commands import possible
from chover.client.emoji import EMOJI
from chover.client.screen.text import plain
from chover.client.state import State

if TYPE_CHECKING:
    from chover.client.screen.fullscreen import FullScreen

MOST = 50


class Found(NamedTuple):
    """``start`` is where the completed word begins."""

    start: int
    words: list[str]


def complete(state: State, before: str) -> Found:
    """What the word at the end of ``before`` may become."""
    start = max(before.rfind(" "), before.rfind("\n")) + 1
    word = before[start:]
    if start == 0 and word.startswith("/") and not word.startswith("//"):
        return Found(0, [f"/{name} " for name in _commands(word[1:].lower())])
    if word.startswith("#"):
        names = sorted(c.name for c in state.conversations.values() if c.channel)
        return Found(start, [f"{name} " for name in names if name.lower().startswith(word.lower())])
    if word.startswith(":") and len(word) > 1:
        return Found(start, [f"{mark} " for name, mark in EMOJI.items() if name.startswith(word[1:].lower())][:MOST])
    if not word:
        return Found(start, [])
    return Found(start, [nick + (": " if start == 0 else " ") for nick in _nicks(state, word.removeprefix("@"))])


def _commands(begin: str) -> list[str]:
    """Names, and aliases where no name begins like that."""
    rows = possible("terminal")
    names = [row.name for row in rows if row.name.startswith(begin)]
    return sorted(names or [alias for row in rows for alias in row.aliases if alias.startswith(begin)])


def _nicks(state: State, begin: str) -> list[str]:
    """Those here, whoever spoke last first."""
    current = state.current
    if current is None:
        return []
    lately: dict[str, int] = {}
    for at, entry in enumerate(reversed(current.entries[-500:])):
        lately.setdefault(entry.nick, at)
    nicks: list[str] = [plain(member.nick) for member in current.members.values()] or [plain(current.name)]
    fitting = [nick for nick in nicks if nick.lower().startswith(begin.lower()) and not state.is_me(nick)]
    return sorted(fitting, key=lambda nick: (lately.get(nick, 1000), nick.lower()))[:MOST]


class Completion:
    """One after the other, until something else is typed."""

    def __init__(self, screen: FullScreen) -> None:
        self._screen = screen
        self._found = Found(0, [])
        self._at = -1
        self._rest = ""
        self._shown = ""

    def turn(self, by: int) -> None:
        """The next one, or the one before."""
        buffer = self._screen.buffer
        if self._at < 0 or buffer.document.text_before_cursor != self._shown:
            before = buffer.document.text_before_cursor
            self._found, self._at = complete(self._screen.state, before), -1
            self._front = before[: self._found.start]
        words = self._found.words
        if not words:
            return
        self._at = (self._at + by) % len(words) if self._at >= 0 else (0 if by > 0 else len(words) - 1)
        self._shown = self._front + words[self._at]
        after = buffer.document.text_after_cursor
        buffer.document = Document(self._shown + after, len(self._shown))

    def popup(self) -> tuple[str, list[str], int] | None:
        """Title, rows and the picked one, while there is something to choose from."""
        fresh = self._screen.buffer.document.text_before_cursor == self._shown
        if self._at < 0 or not fresh or len(self._found.words) < 2:
            return None
        return "Tab for the next", [word.strip() for word in self._found.words], self._at

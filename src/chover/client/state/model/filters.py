"""What somebody does not want to see: joins and leaves, people, texts; everywhere or in one conversation. No I/O."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import msgspec

from chover.client.lines import key
from chover.client.state.entries import Entry
from chover.i18n import _

COMINGS: Final = frozenset({"join", "part", "quit", "nick"})
EVERYWHERE: Final = "*"
PATTERN: Final = 200
"""The maximum number of characters of a pattern."""
LOOKED_AT: Final = 300
"""Characters of a text that an expression is tried on."""
REPEATS: Final = 2
"""Open repeats (``*``, ``+``) of an expression: with more of them, or with repeated groups, a text could take hours."""
_REPEATED_GROUP: Final = re.compile(r"(?<!\\)(?:\\\\)*\)[*+{]")
_REPEAT: Final = re.compile(r"(?<!\\)(?:\\\\)*(?:[*+]|\{\d*,\})")
_PLACE: Final = re.compile(r"(?:^|\s+)in:(\S+)\s*$")


class NoFilter(ValueError):
    """The text is one line that says what is wrong and what to write."""


class Filter(msgspec.Struct, frozen=True):
    """``what`` is joins, nick or text; ``where`` a conversation, or EVERYWHERE."""

    what: str
    pattern: str
    where: str
    matches: re.Pattern[str]

    def __str__(self) -> str:
        words = (self.what, self.pattern, "" if self.where == EVERYWHERE else f"in:{self.where}")
        return " ".join(word for word in words if word)

    def hides(self, entry: Entry) -> bool:
        if self.what == "joins":
            return entry.kind in COMINGS
        if self.what == "nick":
            return self.matches.fullmatch(key(entry.nick)) is not None
        return entry.is_talk and self.matches.search(entry.text[:LOOKED_AT]) is not None


def parse(text: str) -> Filter:
    """``joins``, ``nick bob*`` or ``text expression``, each with ``in:#channel`` or without. Raises NoFilter."""
    place = _PLACE.search(text)
    what, _space, pattern = text[: place.start() if place else len(text)].strip().partition(" ")
    pattern = pattern.strip()
    if what not in {"joins", "nick", "text"} or bool(pattern) == (what == "joins"):
        raise NoFilter(
            _(
                "{text} is no filter: write joins, nick bob* or text expression, and in:#channel behind it",
                text=repr(text),
            )
        )
    if len(pattern) > PATTERN:
        raise NoFilter(_("A pattern has at most {pattern} characters", pattern=PATTERN))
    return Filter(what, pattern, place[1] if place else EVERYWHERE, _compiled(what, pattern))


def _compiled(what: str, pattern: str) -> re.Pattern[str]:
    if what != "text":
        return re.compile(re.escape(key(pattern)).replace(r"\*", ".*").replace(r"\?", "."), re.DOTALL)
    if _REPEATED_GROUP.search(pattern) or len(_REPEAT.findall(pattern)) > REPEATS:
        raise NoFilter(
            _(
                "{pattern} could keep the screen busy for hours: use at most {repeats} * or +, and none behind "
                "a bracket",
                pattern=repr(pattern),
                repeats=REPEATS,
            )
        )
    try:
        return re.compile(pattern, re.IGNORECASE)
    except (re.error, RecursionError, OverflowError) as error:
        raise NoFilter(_("{pattern} is no regular expression: {error}", pattern=repr(pattern), error=error)) from None


class Filters:
    """The filters that are in force."""

    def __init__(self) -> None:
        self._everywhere: tuple[Filter, ...] = ()
        self._places: dict[str, tuple[Filter, ...]] = {}

    def __bool__(self) -> bool:
        return bool(self._everywhere or self._places)

    def take(self, rows: Iterable[Filter]) -> None:
        """Replace all filters."""
        rows = tuple(rows)
        self._everywhere = tuple(row for row in rows if row.where == EVERYWHERE)
        places = {key(row.where) for row in rows} - {EVERYWHERE}
        self._places = {place: tuple(row for row in rows if key(row.where) == place) for place in places}

    def hides(self, place: str, entry: Entry) -> bool:
        """Whether an entry of the conversation with that key is hidden. What we said ourselves never is."""
        if not (self._everywhere or self._places) or entry.own:
            return False
        return any(row.hides(entry) for row in (*self._everywhere, *self._places.get(place, ())))

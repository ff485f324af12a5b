"""The members of a channel, packed into lines: made once for each state of the channel, however many ask.

After a restart, ten thousand clients may return to one channel, and each of them gets the names of all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from chover.engine.model import Channel, Membership
from chover.wire.capabilities import Cap

_LOOKS = Cap.MULTI_PREFIX | Cap.USERHOST_IN_NAMES
"""The capabilities that change how a name is displayed."""


class NamesCache:
    """The names of one channel's members, as its members see them."""

    __slots__ = ("_lines", "_roster")

    def __init__(self) -> None:
        self._roster = 0
        self._lines: dict[tuple[int, int], list[str]] = {}

    def lines(self, channel: Channel, caps: Cap, room: int) -> list[str]:
        """Lines of at most ``room`` bytes, cached until somebody joins, leaves or changes nick or modes."""
        if self._roster != channel.roster:
            self._roster = channel.roster
            self._lines.clear()
        key = (caps & _LOOKS, room)
        found = self._lines.get(key)
        if found is None:
            found = self._lines[key] = list(packed(shown(channel.members.values(), caps), room))
        return found


def shown(memberships: Iterable[Membership], caps: Cap) -> Iterator[str]:
    """Each member with prefixes, in the format for these capabilities."""
    multi, masks = Cap.MULTI_PREFIX in caps, Cap.USERHOST_IN_NAMES in caps
    for membership in memberships:
        name = membership.user.mask if masks else membership.user.nick
        if not membership.modes:
            yield name
        else:
            yield (membership.prefixes if multi else membership.prefixes[:1]) + name


def packed(words: Iterator[str], room: int, between: str = " ") -> Iterator[str]:
    """Words joined by one character into lines of at most ``room`` bytes."""
    line: list[str] = []
    left = room
    for word in words:
        size = len(word.encode()) + 1
        if line and size > left + 1:
            yield between.join(line)
            line, left = [], room
        line.append(word)
        left -= size
    if line:
        yield between.join(line)

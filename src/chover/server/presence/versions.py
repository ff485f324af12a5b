"""When each label of a user was set, so that what several nodes say of one user is merged in any order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from chover.engine.ids import UserId
from chover.server.presence.notes import Version

OLDEST: Final[Version] = (0, "")
"""The version of a label that nobody has set since the server started."""


class Versions:
    """The time of a version is never before one that was seen, whatever the clocks of the nodes say."""

    def __init__(self) -> None:
        self._held: dict[UserId, dict[str, Version]] = {}
        self._newest = 0

    def of(self, who: UserId) -> dict[str, Version]:
        return self._held.get(who, {})

    def stamp(self, who: UserId, labels: Iterable[str], node: str, now: int) -> None:
        """Labels of a user were set here. ``now`` in ms since 1970."""
        self._newest = max(self._newest + 1, now)
        self._held[who] = {**self.of(who), **dict.fromkeys(labels, (self._newest, node))}

    def learn(self, who: UserId, versions: Mapping[str, Version]) -> None:
        """Another node has said which versions it knows."""
        held = self.of(who)
        newer = {name: version for name, version in versions.items() if version > held.get(name, OLDEST)}
        if newer:
            self._held[who] = {**held, **newer}
            self._newest = max(self._newest, *[at for at, _ in newer.values()])

    def forget(self, who: UserId) -> None:
        self._held.pop(who, None)

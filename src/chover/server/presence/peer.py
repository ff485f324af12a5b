"""Another node: how far its messages have been heard, and whose devices it has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from chover.engine.ids import UserId
from chover.server.presence.notes import Devices, Page, PeopleChanged, UserNote

HELD: Final = 1000
"""Messages kept while an earlier one is missing; a list of everybody replaces any more."""
_UNKNOWN: Final = -1


class PeerNode:
    """The messages of a node in their order, each once."""

    def __init__(self, node: str, epoch: int) -> None:
        self.node = node
        self.epoch = epoch
        self.heard = 0.0
        """When it was last heard, on the clock of the loop."""
        self.asked = float("-inf")
        """When it was last asked for everybody."""
        self.users: dict[UserId, Devices] = {}
        self.unregistered = 0
        """How many of its connections are nobody's yet."""
        self._number = self._newest = _UNKNOWN
        self._held: dict[int, PeopleChanged] = {}
        self._pages: dict[int, Page] = {}

    def begin_again(self, epoch: int) -> None:
        """It is in another run. Its users stay until it has said who is there."""
        self.epoch = epoch
        self._held.clear()
        self._newest = _UNKNOWN
        self.doubt()

    def doubt(self) -> None:
        """What is known of it may be wrong."""
        self._number = _UNKNOWN
        self._pages.clear()

    @property
    def known(self) -> bool:
        """Whether it has said who is there."""
        return self._number != _UNKNOWN

    @property
    def lacks(self) -> bool:
        """Whether something of it was not heard."""
        return not self.known or self._newest > self._number

    def beat(self, number: int, unregistered: int) -> None:
        self._newest = max(self._newest, number)
        self.unregistered = unregistered

    def take(self, told: PeopleChanged) -> Iterator[PeopleChanged]:
        """The messages that are due now that this one is here."""
        self._newest = max(self._newest, told.number)
        if told.number > self._number and len(self._held) < HELD:
            self._held[told.number] = told
        return self._due()

    def collect(self, page: Page) -> list[UserNote] | None:
        """Everybody, once all pages of a list that is new enough are here. ``rest`` follows then."""
        if page.number < self._number or (self._pages and page.number < next(iter(self._pages.values())).number):
            return None
        if self._pages and page.number > next(iter(self._pages.values())).number:
            self._pages.clear()
        self._pages[page.place] = page
        if len(self._pages) < page.pages:
            return None
        users = [user for place in sorted(self._pages) for user in self._pages[place].users]
        self._pages.clear()
        self._number = page.number
        self._newest = max(self._newest, page.number)
        return users

    def rest(self) -> Iterator[PeopleChanged]:
        """What has waited for the list."""
        for number in [number for number in self._held if number <= self._number]:
            del self._held[number]
        return self._due()

    def _due(self) -> Iterator[PeopleChanged]:
        while self.known and (told := self._held.pop(self._number + 1, None)) is not None:
            self._number = told.number
            yield told

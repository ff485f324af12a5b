"""What was decided or requested and is not committed yet: nicks, channel names, turns in slow mode.

This is the one part of the state that verbs change directly: the next decision must find it taken.
"""

from __future__ import annotations

from chover import names
from chover.engine.ids import NOBODY, ChannelId, UserId
from chover.engine.model import Membership


class Reservations:
    """``channels`` are held until committed, ``nicks`` until they are given up, ``turns`` until a member leaves."""

    def __init__(self) -> None:
        self.nicks: dict[str, UserId] = {}
        """The holder of a name that looks like this (names.skeleton)."""
        self.channels: dict[str, ChannelId] = {}
        """The id for which an unused folded name is held, because a channel is being opened or renamed."""
        self.turns: dict[Membership, int] = {}
        """The last decision about a member's message in slow mode, in milliseconds since 1970."""

    def claim(self, folded: str, claimant: UserId) -> None:
        """Reserve a nick that ``nicks.require_free`` found free."""
        self.nicks[names.skeleton(folded)] = claimant

    def release(self, folded: str, claimant: UserId) -> None:
        look = names.skeleton(folded)
        if self.nicks.get(look) == claimant:
            del self.nicks[look]

    def holder(self, folded: str) -> UserId:
        """The user who has a nick that looks like this one, or is about to; empty for nobody."""
        return self.nicks.get(names.skeleton(folded), NOBODY)

    def hold_channel(self, folded: str, channel: ChannelId) -> ChannelId:
        """The id that a name is held for: this one, unless another was first."""
        return self.channels.setdefault(folded, channel)

    def free_channels(self, channel: ChannelId) -> None:
        """Release all names that are held for this id."""
        for folded in [name for name, holder in self.channels.items() if holder == channel]:
            del self.channels[folded]

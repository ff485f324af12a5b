"""Two conversations side by side: which one is on the other side, and on which side the keys are."""

from __future__ import annotations

from typing import NamedTuple

from chover.client.state import State


class OtherSide(NamedTuple):
    """A conversation by the state of its server and its key."""

    state: State
    key: str


class Split:
    """``other`` None: the screen shows one conversation."""

    def __init__(self) -> None:
        self.other: OtherSide | None = None
        self.right = False
        """Whether the side with the keys is the right one."""
        self.side = 0
        """The number of the side with the keys, 0 or 1; each has views of its own."""

    def open(self, here: OtherSide) -> None:
        """Leave what is shown now on the left, and put the keys on the right."""
        self.other, self.right = here, True
        self.side = 1 - self.side

    def stand(self, other: OtherSide, *, right: bool) -> None:
        """Show a conversation beside the side with the keys, which is the right one if ``right``."""
        self.other, self.right = other, right

    def turn(self, here: OtherSide) -> OtherSide | None:
        """Put the keys on the other side. Returns what is shown there."""
        there = self.other
        if there is not None:
            self.other, self.right = here, not self.right
            self.side = 1 - self.side
        return there

    def close(self) -> None:
        """Show only the side with the keys."""
        self.other, self.right = None, False

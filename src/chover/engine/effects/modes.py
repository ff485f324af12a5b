"""Effects of mode changes on a channel."""

from __future__ import annotations

from chover.engine.events import ModeChange
from chover.engine.model import Channel, ListEntry
from chover.engine.modes import CHANNEL_MODES, Kind


def make(change: ModeChange, channel: Channel, entry: ListEntry) -> None:
    """Change a channel's modes; ``entry`` is the entry for a list mode."""
    match CHANNEL_MODES[change.mode].kind:
        case Kind.MEMBER:
            membership = channel.members.get(change.who)
            if membership is not None:
                membership.change(change.mode, add=change.add)
                channel.roster += 1
        case Kind.LIST if change.add:
            channel.lists.setdefault(change.mode, {})[change.arg] = entry
        case Kind.LIST:
            channel.lists.get(change.mode, {}).pop(change.arg, None)
        case _ if change.add:
            channel.modes[change.mode] = change.arg
        case _:
            channel.modes.pop(change.mode, None)

"""Visibility: who may read what was said in a channel, and from where on.

Everything that shows history asks this: CHATHISTORY and its TARGETS, what is shown on joining, the lobby's tail,
redaction, search. Questions only; nothing here changes anything.
"""

from __future__ import annotations

from typing import Final

from chover.engine.model import Channel, Rules, User

ALL: Final = "all"
"""Members may read everything."""
JOINED: Final = "joined"
"""Members may read what was said since they joined: an account since its first join, a guest since this one."""
NONE: Final = "none"
"""Nobody may read earlier messages."""
VISIBILITIES: Final = (ALL, JOINED, NONE)


def readable_from(channel: Channel, user: User, rules: Rules) -> int | None:
    """The first place (seq, inclusive) in the channel's log that somebody may read now; None: they may not ask.

    Only members may, except banned ones without a rank: to them the channel appears not to exist. If nobody may read
    earlier messages, it is the place after the last.
    """
    membership = channel.members.get(user.id)
    if membership is None or (not membership.modes and channel.lists and channel.banned(user)):
        return None
    match visibility(channel, rules):
        case "all":
            return 1
        case "joined":
            return max(1, channel.since.get(user.id, membership.since))
        case _:
            return channel.head + 1


def readable_by_anybody(channel: Channel, rules: Rules) -> bool:
    """Whether messages are shown to people outside who could simply join."""
    return not channel.private and visibility(channel, rules) == ALL


def visibility(channel: Channel, rules: Rules) -> str:
    """The readers: as the founder chose, otherwise as the server is set."""
    return channel.visibility or rules.visibility

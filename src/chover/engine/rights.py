"""Who may speak, join and rule. Questions only; nothing here changes anything."""

from __future__ import annotations

from chover.engine.model import Channel, Membership, User
from chover.engine.refusals import Refusal, Why


def member(channel: Channel, user: User) -> Membership:
    """The membership. Raises NOT_ON_CHANNEL."""
    found = channel.members.get(user.id)
    if found is None:
        raise Refusal(Why.NOT_ON_CHANNEL, channel.name)
    return found


def require_operator(channel: Channel, user: User) -> None:
    """Raises NOT_ON_CHANNEL or NOT_OPERATOR."""
    if "o" not in member(channel, user).modes:
        raise Refusal(Why.NOT_OPERATOR, channel.name)


def require_speech(channel: Channel, user: User) -> None:
    """Raises CANNOT_SEND with what stands in the way."""
    membership = channel.members.get(user.id)
    if membership is not None and membership.modes:
        return
    if membership is None and "n" in channel.modes:
        raise Refusal(Why.CANNOT_SEND, channel.name, hint="you are not on that channel; join it first")
    if "m" in channel.modes:
        raise Refusal(Why.CANNOT_SEND, channel.name, hint="the channel is moderated (+m) and you have no voice")
    if channel.lists and channel.banned(user):
        raise Refusal(Why.CANNOT_SEND, channel.name, hint="you are banned there (+b)")


def require_entry(channel: Channel, user: User, key: str) -> None:
    """Whether somebody may join. An operator's invitation opens everything.

    Raises BANNED, INVITE_ONLY, BAD_KEY or FULL.
    """
    if user.id in channel.invited:
        return
    if channel.banned(user):
        raise Refusal(Why.BANNED, channel.name)
    modes = channel.modes
    if "i" in modes:
        raise Refusal(Why.INVITE_ONLY, channel.name)
    if "k" in modes and modes["k"] != key:
        raise Refusal(Why.BAD_KEY, channel.name)
    if "l" in modes and len(channel.members) >= int(modes["l"]):
        raise Refusal(Why.FULL, channel.name)


def may_read_history(channel: Channel, user: User) -> bool:
    """Members may, those outside may not. What one may not read looks like what is not there."""
    return user.id in channel.members


def abandoned(channel: Channel, *, permanent: bool) -> bool:
    """Whether an empty public channel is anybody's again: nobody is left who could take a ban back."""
    return not channel.members and not permanent and not channel.private


def forsaken(channel: Channel, *, permanent: bool) -> bool:
    """Whether an empty channel ends: a private one (nobody is left to let anybody in), or one with nothing in it.

    A public channel with history outlives its members, so that whoever comes back finds it.
    """
    return not channel.members and not permanent and (channel.private or not (channel.said or channel.topic))

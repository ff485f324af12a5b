"""The ownership of a channel: registering it, granting ranks, and the visibility of its history."""

from __future__ import annotations

from collections.abc import Sequence

from chover.engine import rights
from chover.engine.append import NOTHING, Append, under_rules
from chover.engine.events import (
    AccessSet,
    Event,
    Grant,
    HistorySet,
    ModeChange,
    ModesSet,
    Source,
)
from chover.engine.model import Channel, User
from chover.engine.refusals import Refusal, Why
from chover.engine.verbs.mode_changes import rank_changes


def register(user: User, channel: Channel, granter: Source) -> Append:
    """Register the channel for its operator. Raises NOT_ON_CHANNEL, NOT_OPERATOR or ALREADY_REGISTERED."""
    rights.require_operator(channel, user)
    if channel.access:
        raise Refusal(Why.ALREADY_REGISTERED, channel.name)
    append = under_rules(channel, user.source, AccessSet((Grant(user.id, user.account, "q"),)))
    if "q" not in channel.members[user.id].modes:
        change = ModeChange(add=True, mode="q", arg=user.nick, who=user.id)
        append.events.append(Event(channel.log, granter, ModesSet((change,))))
    return append


def grant(user: User, channel: Channel, grants: Sequence[Grant], granter: Source) -> Append:
    """Change permanent ranks; members who are present get them at once.

    Raises NOT_FOUNDER if the user may not change one of them.
    """
    rights.require_access_right(channel, user, grants)
    append = under_rules(channel, user.source, AccessSet(tuple(grants)))
    if changes := tuple(rank_changes(channel, grants)):
        append.events.append(Event(channel.log, granter, ModesSet(changes)))
    return append


def resume_rank(user: User, channel: Channel, granter: Source) -> Append:
    """The permanent rank of a member who has just logged in. NOTHING if they have it already."""
    held, membership = channel.access.get(user.id), channel.members.get(user.id)
    if held is None or membership is None or held.role in membership.modes:
        return NOTHING
    change = ModeChange(add=True, mode=held.role, arg=user.nick, who=user.id)
    return under_rules(channel, granter, ModesSet((change,)))


def set_history(user: User, channel: Channel, *, visibility: str | None = None, days: int | None = None) -> Append:
    """Change the visibility of the history, or how long it is kept; None leaves it unchanged. Raises NOT_FOUNDER."""
    rights.require_founder(channel, user)
    body = HistorySet(
        channel.visibility if visibility is None else visibility, channel.retention_days if days is None else days
    )
    return (
        NOTHING
        if body == HistorySet(channel.visibility, channel.retention_days)
        else under_rules(channel, user.source, body)
    )

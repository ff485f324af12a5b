"""Joining a channel with an invitation made by somebody with the right to invite."""

from __future__ import annotations

from collections.abc import Sequence

from chover.engine.append import NOTHING, Append
from chover.engine.events import AccessSet, Event, Grant, Joined, ModeChange, ModesSet, Source
from chover.engine.ids import is_account
from chover.engine.model import Channel, User
from chover.engine.modes import RANKS
from chover.engine.refusals import Refusal, Why
from chover.engine.state import ChatState
from chover.engine.verbs import membership


def admit(state: ChatState, user: User, name: str, role: str, granter: Source) -> Append:
    """Enter, whatever the channel asks of others, but for bans; with ``role``, a rank or none.

    In a registered channel the rank is permanent, and ``granter`` gives it. A member only gets the rank.
    NOTHING when there is nothing to get. Raises BAD_CHANNEL_NAME, TOO_MANY_CHANNELS or BANNED.
    """
    channel = state.by_name.get(state.rules.same_channel(name))
    if channel is None:
        return membership.join(state, user, name)
    if channel.banned(user) and user.id not in channel.access:
        raise Refusal(Why.BANNED, channel.name)
    granted = _grant(user, channel, role)
    given = AccessSet((granted,)) if granted else None
    came = _change(user, channel, role, granter) if user.id in channel.members else [_join(state, user, channel, role)]
    events = [Event(channel.log, granter, given)] if given else []
    return Append([*events, *came], {channel.log: channel.rules_version}) if events or came else NOTHING


def _grant(user: User, channel: Channel, role: str) -> Grant | None:
    """The permanent rank, if it is higher than the current one."""
    held = channel.access.get(user.id)
    if not (role and channel.access and is_account(user.id)) or (held is not None and not _above(role, held.role)):
        return None
    return Grant(user.id, user.account, role)


def _join(state: ChatState, user: User, channel: Channel, role: str) -> Event:
    if len(user.channels) >= state.rules.channels_per_user:
        raise Refusal(Why.TOO_MANY_CHANNELS, channel.name)
    held = channel.access[user.id].role if user.id in channel.access else ""
    first = "" if channel.members or channel.access else state.first_modes(channel.folded)
    contested = "l" in channel.modes or "j" in channel.modes
    return Event(channel.log, user.source, Joined(_highest((role, held, first)), contested, user.realname))


def _change(user: User, channel: Channel, role: str, granter: Source) -> Sequence[Event]:
    if not role or not _above(role, channel.members[user.id].modes[:1]):
        return []
    return [Event(channel.log, granter, ModesSet((ModeChange(add=True, mode=role, arg=user.nick, who=user.id),)))]


def _above(role: str, other: str) -> bool:
    return not other or RANKS.index(role) < RANKS.index(other)


def _highest(roles: Sequence[str]) -> str:
    return min((role for role in roles if role), key=RANKS.index, default="")

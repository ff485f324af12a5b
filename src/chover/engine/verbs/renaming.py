"""Giving a channel another name (https://ircv3.net/specs/extensions/channel-rename)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from chover import names
from chover.engine import rights
from chover.engine.append import Append
from chover.engine.events import ChannelRenamed, Event
from chover.engine.ids import ChannelId
from chover.engine.lines import cut
from chover.engine.model import Channel, User
from chover.engine.refusals import Refusal, Why
from chover.engine.state import ChatState

AGAIN_MILLISECONDS: Final = 30_000
"""A renamed channel keeps its name for so long, because each rename notifies every member."""


def rename_channel(state: ChatState, user: User, channel: Channel, name: str, reason: str) -> Append:
    """Rename a channel. Raises NOT_ON_CHANNEL, NOT_OPERATOR, NOT_FOUNDER, NAME_IN_USE or CANNOT_RENAME."""
    _require_right(channel, user)
    folded = _require_name(state, channel, name)
    if (now := state.now()) < (again := channel.renamed_at + AGAIN_MILLISECONDS):
        hint = f"it was renamed a moment ago; try again in {-(-(again - now) // 1000)} s"
        raise Refusal(Why.CANNOT_RENAME, channel.name, name, hint=hint)
    if state.reservations.hold_channel(folded, channel.id) != channel.id:
        raise Refusal(Why.NAME_IN_USE, channel.name, name)
    body = ChannelRenamed(name, channel.name, cut(reason, state.rules.kick_len))
    return Append([Event(channel.log, user.source, body)], {channel.log: channel.rules_version}, folded)


def _require_right(channel: Channel, user: User) -> None:
    """An operator may rename a channel without an owner, its founder a registered one."""
    rights.require_operator(channel, user)
    own = channel.access.get(user.id)
    if channel.access and (own is None or own.role != "q"):
        raise Refusal(Why.NOT_FOUNDER, channel.name)


def _require_name(state: ChatState, channel: Channel, name: str) -> str:
    """The folded new name, which must be free or the channel's own in other letters."""
    try:
        folded = state.rules.fold_channel(name)
    except names.BadName as bad:
        raise Refusal(Why.CANNOT_RENAME, channel.name, name, hint=str(bad)) from None
    if channel.folded in state.rules.permanent or (folded in state.rules.permanent and folded != channel.folded):
        raise Refusal(Why.CANNOT_RENAME, channel.name, name, hint="the server's settings refer to that channel")
    if name == channel.name:
        raise Refusal(Why.CANNOT_RENAME, channel.name, name, hint="it has that name already")
    if state.by_name.get(folded, channel) is not channel:
        raise Refusal(Why.NAME_IN_USE, channel.name, name)
    return folded


@contextmanager
def held_name(state: ChatState, channel: ChannelId) -> Iterator[None]:
    """In any case the reserved name is released: it is free again, or it belongs to the channel."""
    try:
        yield
    finally:
        state.reservations.free_channels(channel)

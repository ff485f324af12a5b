"""Selects the readers of a channel who see what a user does there apart from sending messages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from chover.engine.events import AwaySet, HostSet, RealnameSet, bodies_where
from chover.engine.ids import UserId
from chover.engine.model import Channel
from chover.server.delivery.recipient import R
from chover.server.delivery.subscribers import Subscribers
from chover.wire.capabilities import Cap

BEFORE_APPLY: Final = bodies_where(lambda kind: kind.departs)
"""Departures are delivered while the person is still there, and a rename while the old nick is."""
ONLY_WITH: Final = {AwaySet: Cap.AWAY_NOTIFY, RealnameSet: Cap.SETNAME, HostSet: Cap.CHGHOST}
"""Events shown only to clients with the capability."""


def hushed(channel: Channel | None, who: UserId, quiet_above: int) -> bool:
    """Whether joins and leaves of a plain member who has not spoken are hidden in a large channel."""
    if channel is None or not 0 < quiet_above < len(channel.members):
        return False
    membership = channel.members.get(who)
    return membership is None or not (membership.modes or membership.spoke_at)


def secluded(channel: Channel | None, who: UserId) -> bool:
    """Whether an auditorium (+u) shows somebody only to members with a rank."""
    if channel is None or "u" not in channel.modes:
        return False
    membership = channel.members.get(who)
    return membership is None or not membership.modes


def onlookers(channel: Channel | None, who: UserId, subscribers: Subscribers[R]) -> Iterable[R]:
    """The sessions of a channel that may see a user."""
    if channel is None or not secluded(channel, who):
        return subscribers.sessions()
    return [session for session in subscribers.sessions() if not secluded(channel, session.me.id)]

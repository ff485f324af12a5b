"""How much of what a server sends is kept: no honest server reaches it, and a hostile one fills no memory. No I/O."""

from __future__ import annotations

from typing import Final

from chover.client.notifications import Note, Notification
from chover.client.state.conversation import Conversation, Member
from chover.client.state.model.state import State
from chover.i18n import _

PEOPLE: Final = 200_000
"""Members of all channels together, and as many people of whom something is known."""
CHANNELS: Final = 2000
"""Channels that a server may put us into."""
LISTED: Final = 50_000
"""Channels in the answer to LIST."""


def has_room(state: State) -> bool:
    """Whether another member can be kept."""
    return sum(len(each.members) + len(each.naming or ()) for each in state.conversations.values()) < PEOPLE


def admit(state: State, conversation: Conversation, nick: str, known_as: str) -> list[Notification]:
    """Somebody is in a channel. Says so, once, if that cannot be kept."""
    if known_as not in conversation.members and not has_room(state):
        return left_out(state, _("members of channels"))
    conversation.members[known_as] = Member(nick)
    return []


def left_out(state: State, what: str) -> list[Notification]:
    """Say that no more of something is kept, the first time."""
    if what in state.left_out:
        return []
    state.left_out.add(what)
    return [Note(_("The server sends more {what} than a client can keep: the others are left out", what=what))]

"""An overview of all conversations: their order in lists, and what is new in each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from chover.client.state.conversation import Conversation
from chover.client.state.model.state import State
from chover.i18n import ngettext

MOST: Final = 99
"""Larger numbers say nothing more."""


class Place(NamedTuple):
    """A conversation in a list of those of all servers."""

    state: State
    """What it belongs to."""
    conversation: Conversation
    number: int
    """Its place in the list, from 1."""
    server: str
    """The name of its server; "" if there is only one."""
    here: bool
    """Whether it is the one that is written to."""

    @property
    def badge(self) -> str:
        return badge(self.conversation, muted=self.muted)

    @property
    def muted(self) -> bool:
        return self.conversation.key in self.state.preferences.muted


class Heading(NamedTuple):
    """A server in a list of the conversations of several."""

    state: State
    server: str
    remark: str
    """Why it is not there now, in a word; usually ""."""
    here: bool
    """Whether a conversation of it is written to."""


def in_order(state: State) -> list[Conversation]:
    """Pinned conversations, then channels, then private ones, each by name, so the list does not jump."""
    pinned = state.preferences.pinned
    every = [c for c in state.conversations.values() if c.leaving is None]
    return sorted(every, key=lambda c: (c.key not in pinned, not c.channel, c.key.lstrip("#")))


def badge(conversation: Conversation, *, muted: bool) -> str:
    """The unread count: ``3`` is three new messages, ``@2`` two mentions."""
    if conversation.mentions:
        return f"@{min(conversation.mentions, MOST)}"
    if not conversation.unread or muted:
        return ""
    return f"{MOST}+" if conversation.unread > MOST else str(conversation.unread)


def unsent(states: Iterable[State]) -> str:
    """A sentence, after a blank, on what waits to be sent to these servers; "" if nothing does."""
    waiting = sum(len(state.outbox) for state in states)
    if not waiting:
        return ""
    return ngettext(
        " Not sent yet: {n} message, to be sent next time.",
        " Not sent yet: {n} messages, to be sent next time.",
        waiting,
    )

"""An overview of all conversations: their order in lists, and what is new in each."""

from __future__ import annotations

from typing import Final

from chover.client.state.conversation import Conversation
from chover.client.state.model.state import State

MOST: Final = 99
"""Larger numbers say nothing more."""


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

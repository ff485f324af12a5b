"""All conversations at one look: in which order they are listed, and what is new in each."""

from __future__ import annotations

from typing import Final

from chover.client.state.conversation import Conversation
from chover.client.state.model.state import State

MOST: Final = 99
"""Above this the number itself tells nothing more."""


def in_order(state: State) -> list[Conversation]:
    """What is pinned, then channels, then private conversations, each by name: places do not jump while one looks."""
    pinned = state.preferences.pinned
    every = [c for c in state.conversations.values() if c.leaving is None]
    return sorted(every, key=lambda c: (c.key not in pinned, not c.channel, c.key.lstrip("#")))


def badge(conversation: Conversation, *, muted: bool) -> str:
    """Two levels: ``3`` is three new messages, ``@2`` two of them for us."""
    if conversation.mentions:
        return f"@{min(conversation.mentions, MOST)}"
    if not conversation.unread or muted:
        return ""
    return f"{MOST}+" if conversation.unread > MOST else str(conversation.unread)

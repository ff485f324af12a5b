"""Leaving the server."""

from __future__ import annotations

from chover.engine.append import Append
from chover.engine.chat import Chat
from chover.engine.model import User


def quitting(chat: Chat, user: User, reason: str) -> Append:
    """What makes a user leave; nothing for one who is gone already."""
    return chat.quit(user, reason) if user.id in chat.users else Append([])

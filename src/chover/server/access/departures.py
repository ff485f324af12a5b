"""Leaving the server."""

from __future__ import annotations

from chover.engine import verbs
from chover.engine.append import Append
from chover.engine.model import User
from chover.engine.state import ChatState


def quitting(chat: ChatState, user: User, reason: str) -> Append:
    """What makes a user leave; nothing for one who is gone already."""
    return verbs.leave_server(user, reason) if user.id in chat.users else Append([])

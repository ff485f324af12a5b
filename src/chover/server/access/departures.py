"""Leaving the server."""

from __future__ import annotations

from chover.engine import verbs
from chover.engine.append import Append
from chover.engine.model import User
from chover.engine.state import ChatState


def quitting(chat: ChatState, user: User, reason: str) -> Append:
    """The append that makes a user leave; NOTHING if they have left already."""
    return verbs.leave_server(user, reason) if user.id in chat.users else Append([])

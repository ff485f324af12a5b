"""Notices of ChanServ to people online about their channels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from chover.engine.ids import UserId
from chover.engine.model import User
from chover.engine.state import ChatState
from chover.server.delivery.recipient import Recipient
from chover.wire.message import format_line

SERVICE: Final = "ChanServ"


def present(chat: ChatState, sessions: Mapping[UserId, Any], ids: Iterable[str]) -> list[User]:
    """Those of some users who have a session."""
    return [user for user in map(chat.users.get, ids) if user is not None and user.id in sessions]  # type: ignore[arg-type]


def notify(sessions: Mapping[UserId, Sequence[Recipient]], server: str, user: User, texts: Iterable[str]) -> None:
    source = f"{SERVICE}!{SERVICE}@{server}"
    data = "".join(f"{format_line('NOTICE', user.nick, text, source=source)}\r\n" for text in texts).encode()
    for device in sessions.get(user.id, ()):
        device.send(data)

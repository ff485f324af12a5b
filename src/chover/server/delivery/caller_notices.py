"""The notice to somebody with +g that another person wants to write to them.

The numerics are those of Solanum, InspIRCd and UnrealIRCd.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Final, Generic, Protocol

from chover.engine.ids import UserId
from chover.engine.model import User
from chover.engine.state import ChatState
from chover.server.delivery.recipient import R
from chover.wire.message import format_line
from chover.wire.numerics import Err, Rpl

EVERY_SECONDS: Final = 60.0
"""The minimum time between two such notices to one person."""
REMEMBERED: Final = 10_000


class RefusedCaller(Protocol):
    """A session whose message was refused."""

    @property
    def me(self) -> User: ...
    def reply(self, numeric: Rpl | Err, *params: str) -> None: ...


class CallerNotices(Generic[R]):
    """When each user last got a notice, in seconds of a monotonic clock."""

    def __init__(self, server: str, chat: ChatState, sessions: Mapping[UserId, Sequence[R]]) -> None:
        self._server = server
        self._chat = chat
        self._sessions = sessions
        self._told: OrderedDict[UserId, float] = OrderedDict()

    def may_tell(self, user: UserId, now: float) -> bool:
        """Whether another notice is due; it then counts as given."""
        if now - self._told.get(user, -EVERY_SECONDS) < EVERY_SECONDS:
            return False
        self._told.pop(user, None)
        self._told[user] = now
        if len(self._told) > REMEMBERED:
            self._told.popitem(last=False)
        return True

    def knock(self, caller: RefusedCaller, nick: str, *, answered: bool = True) -> None:
        """Tell a user with +g who wants to write to them, and tell the sender so.

        Senders whom the user blocks get the usual answer, but the user is not notified.
        """
        user, target = caller.me, self._chat.find_user(nick)
        if not self.may_tell(target.id, time.monotonic()):
            return
        if answered:
            caller.reply(Rpl.TARGNOTIFY, target.nick, "was told that you want to write to them")
        if self._chat.blocked(target, user):
            return
        words = f"wants to write to you, but you have +g; ACCEPT {user.nick} allows it"
        mask = f"{user.username}@{user.host}"
        line = format_line(Rpl.UMODEGMSG.value, target.nick, user.nick, mask, words, source=self._server)
        for device in self._sessions.get(target.id, ()):
            device.send(f"{line}\r\n".encode())

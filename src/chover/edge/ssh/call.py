"""One caller over SSH, from the server's side: who that is, and the session that its client has here."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from typing import Final

from chover.edge.hall import Hall
from chover.edge.irc import IrcDoor
from chover.edge.ssh.caller import Acquaintance
from chover.edge.ssh.letters import Admitted, Answer, Asked, Cut, Enters, IsGuest, SaysPassword, ShowsKey
from chover.edge.ssh.line import Line
from chover.edge.visit import Visit

log: Final = logging.getLogger(__name__)


class Call:
    """Ends, and calls ``done``, when both the SSH connection and the session have ended."""

    def __init__(self, number: int, hall: Hall, visit: Visit, line: Line, done: Callable[[int], None]) -> None:
        self._number = number
        self._hall = hall
        self._visit = visit
        self._line = line
        self._done = done
        self._who = Acquaintance(hall.host.accounts, visit)
        self._answering: asyncio.Task[None] | None = None
        self._session: Visit | None = None
        self._entered = False
        self._gone = False
        visit.end = self.cut

    def cut(self) -> None:
        """End it from here."""
        self._line.send(Cut(self._number))
        self._end_session()

    def left(self) -> None:
        """There is no SSH connection any more."""
        self._gone = True
        if self._answering:
            self._answering.cancel()
        self._settle()

    def lost(self) -> None:
        """Nor is there who speaks SSH with it."""
        self.left()
        self._end_session()

    def _end_session(self) -> None:
        if self._session:
            self._session.end()

    def _settle(self) -> None:
        if self._gone and self._session is None:
            self._done(self._number)
            self._visit.leave()

    # ---- who it is

    def ask(self, letter: Asked) -> None:
        """One thing at a time: what is asked next means that nobody waits for what was asked before."""
        if self._answering:
            self._answering.cancel()
        if isinstance(letter, Enters):
            self._enter(letter.question)
        else:
            self._answering = asyncio.get_running_loop().create_task(self._answer(letter))

    async def _answer(self, letter: IsGuest | ShowsKey | SaysPassword) -> None:
        try:
            yes = await self._judge(letter)
        except Exception:
            log.exception("it could not be found out who calls from %s", self._visit.address)
            yes = False
        self._line.send(Answer(letter.question, yes))

    async def _judge(self, letter: IsGuest | ShowsKey | SaysPassword) -> bool:
        match letter:
            case IsGuest():
                return self._who.as_guest(letter.username)
            case ShowsKey():
                return await self._who.shows_key(letter.username, letter.key)
            case SaysPassword():
                return await self._who.says_password(letter.username, letter.password)

    # ---- the session

    def _enter(self, question: int) -> None:
        """One terminal for each connection, which is what is counted for each address."""
        if self._entered or self._gone:
            self._line.send(Answer(question, yes=False))
            return
        self._entered = self._visit.in_session = True
        caller = self._who.caller()
        near, far = socket.socketpair()
        # Sent first: should it fail, the session sees that its other end is closed.
        self._line.send(Admitted(question, caller), far)
        # As the visit, but its end is that of the session alone.
        self._session = Visit(self._visit.address, self._visit.port, self._visit.here, self._session_ended)
        door = IrcDoor(self._hall.host, self._session, self._hall.settings.close_seconds, caller.peer)
        self._opening = asyncio.get_running_loop().create_task(_connect(near, door))

    def _session_ended(self, _inside: Visit) -> None:
        self._session = None
        self._settle()


async def _connect(sock: socket.socket, door: IrcDoor) -> None:
    await asyncio.get_running_loop().connect_accepted_socket(lambda: door, sock)

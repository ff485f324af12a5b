"""One SSH connection as the server sees it: who the caller is, and the session of its client."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from typing import Final

from chover import server_log
from chover.edge.accepted import AcceptedConnection
from chover.edge.irc import IrcHandler
from chover.edge.listener_context import ListenerContext
from chover.edge.ssh.caller import Acquaintance
from chover.edge.ssh.ipc_channel import IpcChannel
from chover.edge.ssh.ipc_messages import Admitted, Asked, Cut, Enters, IsGuest, LoginAnswer, SaysPassword, ShowsKey

log: Final = logging.getLogger(__name__)


class SshCall:
    """Ends, and calls ``done``, when both the SSH connection and the session have ended."""

    def __init__(
        self,
        number: int,
        shared: ListenerContext,
        accepted: AcceptedConnection,
        line: IpcChannel,
        done: Callable[[int], None],
    ) -> None:
        self._number = number
        self._shared = shared
        self._accepted = accepted
        self._line = line
        self._done = done
        self._who = Acquaintance(shared.host.accounts, accepted)
        self._answering: asyncio.Task[None] | None = None
        self._session: AcceptedConnection | None = None
        self._entered = False
        self._gone = False
        accepted.end = self.cut

    def cut(self) -> None:
        """End it from the server's side."""
        self._line.send(Cut(self._number))
        self._end_session()

    def left(self) -> None:
        """The SSH connection is gone."""
        self._gone = True
        if self._answering:
            self._answering.cancel()
        self._settle()

    def lost(self) -> None:
        """The process that handles the SSH connection is gone, too."""
        self.left()
        self._end_session()

    def _end_session(self) -> None:
        if self._session:
            self._session.end()

    def _settle(self) -> None:
        if self._gone and self._session is None:
            self._done(self._number)
            self._accepted.leave()

    # ---- who it is

    def ask(self, message: Asked) -> None:
        """Handle one question at a time: a new one means that nobody waits for the answer to the one before."""
        if self._answering:
            self._answering.cancel()
        if isinstance(message, Enters):
            self._enter(message.question)
        else:
            self._answering = asyncio.get_running_loop().create_task(self._answer(message))

    async def _answer(self, message: IsGuest | ShowsKey | SaysPassword) -> None:
        try:
            yes = await self._judge(message)
        except Exception:
            where = server_log.from_address(self._accepted.address)
            log.exception("the caller could not be identified%s", where)
            yes = False
        self._line.send(LoginAnswer(message.question, yes))

    async def _judge(self, message: IsGuest | ShowsKey | SaysPassword) -> bool:
        match message:
            case IsGuest():
                return self._who.as_guest(message.username)
            case ShowsKey():
                return await self._who.shows_key(message.username, message.key)
            case SaysPassword():
                return await self._who.says_password(message.username, message.password)

    # ---- the session

    def _enter(self, question: int) -> None:
        """Start the session. Each connection has one terminal, and connections are counted for each address."""
        if self._entered or self._gone:
            self._line.send(LoginAnswer(question, yes=False))
            return
        self._entered = self._accepted.in_session = True
        caller = self._who.caller()
        near, far = socket.socketpair()
        # Sent first: if it fails, the session sees that its other end is closed.
        self._line.send(Admitted(question, caller), far)
        # Like the connection's peer, but ``end`` ends only the session.
        self._session = AcceptedConnection(
            self._accepted.address, self._accepted.port, self._accepted.here, self._session_ended
        )
        handler = IrcHandler(self._shared.host, self._session, self._shared.settings.close_seconds, caller.peer)
        self._opening = asyncio.get_running_loop().create_task(_connect(near, handler))

    def _session_ended(self, _inside: AcceptedConnection) -> None:
        self._session = None
        self._settle()


async def _connect(sock: socket.socket, handler: IrcHandler) -> None:
    await asyncio.get_running_loop().connect_accepted_socket(lambda: handler, sock)

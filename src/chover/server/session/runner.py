"""Runs the commands of a session, one at a time; messages run beside messages."""

from __future__ import annotations

import logging
from collections.abc import Awaitable
from functools import partial
from typing import Any, Final, Generic, Protocol, TypeVar

from chover import server_log
from chover.engine.refusals import Refusal
from chover.server.delivery.recipient import ConnectedSession
from chover.server.delivery.replies import Replies
from chover.server.pipeline.ledger import NotKept
from chover.server.session import checks
from chover.server.session.command import Command
from chover.server.session.context import Context
from chover.server.session.input_queue import InputQueue
from chover.server.session.multiline import MultilineSession, gather
from chover.wire.capabilities import Cap
from chover.wire.message import Message, ProtocolError, decode, parse
from chover.wire.numerics import Err, Rpl

_log = logging.getLogger(__name__)

WAITING_MESSAGES: Final = 256
"""How many messages of a session may be on their way to the store; the next one waits for them."""


def log_label(session: ConnectedSession) -> str:
    """A description of the session for the log."""
    peer = session.peer
    return f"{session.nick_or_star} ({peer.protocol}){server_log.from_address(peer.address, peer.port)}"


class RunningSession(ConnectedSession, MultilineSession, Protocol):
    """A session, as far as its commands are run."""

    label: str
    caps: Cap
    ending: str
    lines: InputQueue

    @property
    def node(self) -> Context[Any]: ...
    def reply(self, numeric: Rpl | Err, *params: str) -> None: ...
    def refuse(self, refusal: Refusal) -> None: ...
    def new_batch(self) -> str: ...
    def flush(self) -> None: ...


S = TypeVar("S", bound=RunningSession)


async def _made(command: Command[S], session: S, message: Message) -> None:
    """The answer of a command that reads."""
    handled = command.run(session, message)
    if handled is not None:
        await handled


class CommandRunner(Generic[S]):
    """From a line to the end of its command: the checks, the handler, and the answer under its label."""

    __slots__ = ("_session",)

    def __init__(self, session: S) -> None:
        self._session = session

    def line(self, raw: bytes) -> None:
        try:
            message = parse(decode(raw))
        except ProtocolError as error:
            self._garbled(raw, error)
            return
        if (message.tags or self._session.gathering is not None) and gather(self._session, message):
            return
        command = self._session.node.commands.get(message.command)
        if self._session.lines.pending and not self._runs_beside(message, command):
            self._session.lines.again(raw)
            return
        try:
            self._run(message, command)
        except Refusal as refusal:
            self._refused(raw, refusal)
        except Exception:  # noqa: BLE001 - a bug ends a command, not the server
            self._bug()

    def _garbled(self, raw: bytes, error: ProtocolError) -> None:
        """Answer a malformed line; the answer does not overtake earlier messages."""
        if error.code == "EMPTY":
            return
        if self._session.lines.pending:
            self._session.lines.again(raw)
            return
        self._begin(checks.label(raw) if Cap.LABELED_RESPONSE in self._session.caps else "")
        checks.garbled(self._session, raw, error)
        self._finish()

    def _runs_beside(self, message: Message, command: Command[S] | None) -> bool:
        """Whether it may run while messages are pending: only a message to a single target, up to a limit."""
        if command is None or self._session.lines.pending >= WAITING_MESSAGES:
            return False
        return 0 < command.pipelined <= len(message.params) and "," not in message.params[0]

    def _refused(self, raw: bytes, refusal: Refusal) -> None:
        if self._session.lines.pending:
            # Its answer must not overtake the echoes of earlier messages.
            self._session.replies = None
            self._session.lines.again(raw)
        else:
            self._session.refuse(refusal)
            self._finish()

    def _bug(self) -> None:
        _log.exception("a command of %s failed", log_label(self._session))
        self._session.fail("*", "UNKNOWN_ERROR", text="This is a bug in the server; its log has the details")
        self._finish()

    def _run(self, message: Message, command: Command[S] | None) -> None:
        session = self._session
        self._begin(message.tags.get("label", "") if message.tags and Cap.LABELED_RESPONSE in session.caps else "")
        if session not in session.node.sessions:
            # Writing has shown that this peer does not read; it was disconnected.
            return
        if command is None:
            checks.unknown(session, message.command)
        elif checks.fits(session, message, command):
            if command.reads is not None:
                self._drive(session.node.reads.run(command.reads, session, partial(_made, command, session, message)))
                return
            handled = command.run(session, message)
            if handled is not None:
                self._drive(handled)
                return
        self._finish()

    def _drive(self, work: Awaitable[None]) -> None:
        self._session.lines.busy = True
        self._session.node.spawn(self._guarded(work))

    async def _guarded(self, work: Awaitable[None]) -> None:
        try:
            await work
        except Refusal as refusal:
            self._session.refuse(refusal)
        except NotKept as error:
            self._session.fail("*", "CANNOT_SAVE", text=str(error))
        except Exception:  # noqa: BLE001 - a bug ends a command, not the server
            self._bug()
        self._session.lines.busy = False
        self._finish()
        self._session.lines.turn()

    def _begin(self, label: str) -> None:
        self._session.label = label
        if label:
            self._session.flush()
            self._session.replies = Replies(label, self._session.node.name)

    def _finish(self) -> None:
        """End the command: its collected answer is sent before what others said meanwhile."""
        replies, self._session.replies = self._session.replies, None
        if replies is None:
            return
        text = replies.text(self._session.new_batch()).encode()
        if self._session.out:
            self._session.out.insert(0, text)
            self._session.node.outbox.queue(self._session)
        else:
            self._session.send(text)

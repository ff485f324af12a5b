"""One connection of a user, without its socket: bytes in, bytes out."""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections.abc import Callable
from typing import TypeAlias

from chover.config import LimitSettings
from chover.engine.append import Append
from chover.engine.model import User
from chover.engine.refusals import Refusal, Why
from chover.ports import Peer, Sink
from chover.server.delivery.render import Rendered, render_key_of, text_of
from chover.server.delivery.replies import Replies
from chover.server.session.answers import Answering
from chover.server.session.context import Context
from chover.server.session.input_queue import InputQueue
from chover.server.session.keepalive import Keepalive
from chover.server.session.line_buffer import TooMuch
from chover.server.session.multiline import MultilineInput
from chover.server.session.registration import Registration
from chover.server.session.runner import CommandRunner
from chover.server.session.session_identity import SessionIdentity
from chover.server.session.submissions import Submitting
from chover.wire.capabilities import Cap

_log = logging.getLogger(__name__)


def _drop(_data: bytes) -> None:
    """Replaces the write method of a session whose connection is gone."""


class Session(Answering, SessionIdentity, Submitting):
    """Implements ports.OpenSession. ``left`` is called once, when it is over and all its lines are processed."""

    # fmt: off
    __slots__ = (
        "_left",
        "announced",
        "awaits_version",
        "away",
        "batches",
        "cap_version",
        "caps",
        "descriptor",
        "echoes",
        "ending",
        "gathering",
        "held",
        "keepalive",
        "label",
        "last_spoke",
        "lines",
        "node",
        "out",
        "peer",
        "registration",
        "render_key",
        "replies",
        "server",
        "since",
        "sink",
        "user",
        "version",
        "write",
    )
    # fmt: on

    caps: Cap
    render_key: int
    echoes: bool
    held: bool
    descriptor: int
    ending: str
    version: str
    peer: Peer
    node: Node
    out: list[bytes]
    write: Callable[[bytes], None]
    replies: Replies | None
    user: User | None

    def __init__(self, node: Node, peer: Peer, sink: Sink, left: Callable[[Session, str], None]) -> None:
        limits = node.config.limits
        self._left = left
        self.node = node
        self.peer = peer
        self.sink = sink
        self.write: Callable[[bytes], None] = sink.write
        self.held = True
        self.descriptor = -1
        self.user: User | None = None
        self.registration = Registration()
        self.change_caps(Cap(0))
        self.cap_version = 0
        self.version = ""
        self.label = ""
        self.announced = False
        self.away = ""
        self.awaits_version: asyncio.TimerHandle | None = None
        self.out: list[bytes] = []
        self.since = time.time_ns() // 1_000_000
        self.last_spoke = time.monotonic()
        self.ending = ""
        self.batches = itertools.count(1)
        self.replies: Replies | None = None
        self.gathering: MultilineInput | None = None
        self.server = node.name
        self.lines = InputQueue(limits, sink, CommandRunner(self).line, self._leave_when_done)
        self.keepalive = Keepalive(self, node.alarms)
        self.keepalive.watch(limits.registration_seconds)

    # ---- what the protocol handler calls --------------------------------------------------------------------------

    def receive(self, data: bytes) -> None:
        if self.ending:
            return
        self.keepalive.heard()
        try:
            self.lines.put(data)
        except TooMuch:
            self.end("Input line was too long: it is longer than the read queue")

    def lost(self, reason: str) -> None:
        """The peer is gone. Its lines are still processed."""
        self.write = _drop
        self.descriptor = -1
        self.node.gate.move_back(self.registration.gateway, self.peer.address)
        if not self.ending:
            self.ending = reason or "Connection closed"
            self.lines.last_lines()
        else:
            self._leave_when_done()

    def held_up(self) -> None:
        self.held = True
        self.descriptor = -1

    def drained(self) -> None:
        self.held = False
        self.descriptor = self.sink.descriptor

    def refuse(self, refusal: Refusal) -> None:
        """Answer the current command; somebody with +g is told who wanted to write to them."""
        super().refuse(refusal)
        if refusal.why is Why.ACCEPTED_ONLY:
            self.node.callers.knock(self, refusal.subject[0])

    @property
    def limits(self) -> LimitSettings:
        return self.node.config.limits

    def send(self, data: bytes) -> None:
        self.node.outbox.put(self, data)

    def flush(self) -> None:
        """Write everything pending in one piece."""
        self.node.outbox.write((self,))

    def limit_backlog(self) -> None:
        """End a session that reads too slowly; it can catch up with history."""
        if self.sink.backlog() > self.node.config.limits.send_queue_bytes and not self.ending:
            self.end("You read too slowly; reconnect, and history has the rest", at_once=True)

    # ---- messages ------------------------------------------------------------------------------------------------

    async def commit(self, decide: Callable[[], Append]) -> Append:
        """Have a decision committed, applied and delivered. Raises Refusal and NotKept."""
        return await self.node.ledger.commit(decide, self, self.label)

    # ---- beginning and end ---------------------------------------------------------------------------------------

    def change_caps(self, caps: Cap) -> None:
        """Change the capabilities of this session."""
        if self.user is not None:
            self.node.fanout.change_caps(self, self.user.id, caps)
        else:
            self.have(caps)

    def have(self, caps: Cap) -> None:
        """Set capabilities, and what the hot path needs of them as plain integers, because flags are slow."""
        self.caps = caps
        self.render_key = render_key_of(caps)
        self.echoes = Cap.ECHO_MESSAGE in caps

    def end(self, reason: str, *, at_once: bool = False) -> None:
        """Send ERROR with the reason, close the connection, and remove the user.

        While a labeled command is running, ERROR is the last line of its answer.
        """
        if self.ending:
            return
        self.ending = reason
        self.lines.clear()
        replies, self.replies = self.replies, None
        line = Rendered("", f"ERROR :{reason}")
        if replies is not None:
            replies.add(line)
        self.out.append((text_of(line) if replies is None else replies.text(self.new_batch())).encode())
        self.flush()
        if at_once:
            self.sink.abort()
        self._leave_when_done()

    def _leave_when_done(self) -> None:
        """Remove the user once the session is ending and all its lines are processed."""
        if self.ending and self.lines.idle and self in self.node.sessions:
            self.keepalive.stop()
            self._left(self, self.ending)


Node: TypeAlias = Context[Session]
"""What a session and its handlers work with."""

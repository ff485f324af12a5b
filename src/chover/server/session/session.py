"""One connection of a user, without its socket: bytes in, bytes out."""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeAlias

from chover.config import LimitSettings
from chover.engine.append import Append
from chover.engine.events import Event, in_own_name
from chover.engine.model import User
from chover.engine.refusals import Refusal, Why
from chover.ports import Failed, Login, Outcome, Peer, Repeated, Sink
from chover.server.delivery.pending_append import PendingAppend
from chover.server.delivery.render import Rendered, render, render_key_of, text_of
from chover.server.delivery.replies import Replies
from chover.server.pipeline.ledger import NotKept
from chover.server.session import checks
from chover.server.session.answers import Answering
from chover.server.session.command import Command
from chover.server.session.context import Context
from chover.server.session.input_queue import InputQueue
from chover.server.session.keepalive import Keepalive
from chover.server.session.line_buffer import TooMuch
from chover.server.session.multiline import MultilineInput, gather
from chover.server.session.registration import Registration
from chover.server.session.standard_replies import failure
from chover.wire.capabilities import Cap
from chover.wire.message import Message, ProtocolError, decode, parse

_log = logging.getLogger(__name__)


def _drop(_data: bytes) -> None:
    """Where a session writes whose connection is gone."""


WAITING_MESSAGES: Final = 256
"""So many messages of a session are on their way to the store at most; the next one waits for them."""


class Session(Answering):
    """Implements ports.OpenSession. ``left`` is called once, when it is over and all that it had sent is done."""

    # fmt: off
    __slots__ = (
        "_left",
        "announced",
        "awaits_version",
        "away",
        "batches",
        "cap_version",
        "caps",
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
        self.lines = InputQueue(limits, sink, self._line, self._leave_when_done)
        self.keepalive = Keepalive(self)
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
        """The peer is gone. What it had sent is still done."""
        self.write = _drop
        self.node.gate.move_back(self.registration.gateway, self.peer.address)
        if not self.ending:
            self.ending = reason or "Connection closed"
            self.lines.last_lines()
        else:
            self._leave_when_done()

    def held_up(self) -> None:
        self.held = True

    def drained(self) -> None:
        self.held = False

    # ---- one line ------------------------------------------------------------------------------------------------

    def _line(self, raw: bytes) -> None:
        try:
            message = parse(decode(raw))
        except ProtocolError as error:
            self._garbled(raw, error)
            return
        if (message.tags or self.gathering is not None) and gather(self, message):
            return
        command = self.node.commands.get(message.command)
        if self.lines.pending and not self._runs_beside(message, command):
            self.lines.again(raw)
            return
        try:
            self._run(message, command)
        except Refusal as refusal:
            self._refused(raw, refusal)
        except Exception:  # noqa: BLE001 - a bug ends a command, not the server
            self._bug()

    def _garbled(self, raw: bytes, error: ProtocolError) -> None:
        """Answer a line that cannot be read; the answer does not overtake what was sent before it."""
        if error.code == "EMPTY":
            return
        if self.lines.pending:
            self.lines.again(raw)
            return
        self._begin(checks.label(raw) if Cap.LABELED_RESPONSE in self.caps else "")
        checks.garbled(self, raw, error)
        self._finish()

    def _runs_beside(self, message: Message, command: Command[Session] | None) -> bool:
        """Whether it may run while messages are on their way: a message to one target, as long as they are not many."""
        if command is None or self.lines.pending >= WAITING_MESSAGES:
            return False
        return 0 < command.pipelined <= len(message.params) and "," not in message.params[0]

    def _refused(self, raw: bytes, refusal: Refusal) -> None:
        if self.lines.pending:
            # Its answer must not overtake the echoes of what was sent before it.
            self.replies = None
            self.lines.again(raw)
        else:
            self.refuse(refusal)
            self._finish()

    def refuse(self, refusal: Refusal) -> None:
        """Answer the command that runs; somebody with +g hears who wanted to write to them."""
        super().refuse(refusal)
        if refusal.why is Why.ACCEPTED_ONLY:
            self.node.callers.knock(self, refusal.subject[0])

    def _bug(self) -> None:
        _log.exception("a command of %s failed", self.label_for_log)
        self.fail("*", "UNKNOWN_ERROR", text="This is a bug in the server; its log has the details")
        self._finish()

    def _run(self, message: Message, command: Command[Session] | None) -> None:
        self._begin(message.tags.get("label", "") if message.tags and Cap.LABELED_RESPONSE in self.caps else "")
        if self not in self.node.sessions:
            # Writing what there was has shown that this peer does not read; it was cut off.
            return
        if command is None:
            checks.unknown(self, message.command)
        elif checks.fits(self, message, command):
            handled = command.run(self, message)
            if handled is not None:
                self._drive(handled)
                return
        self._finish()

    def _drive(self, work: Awaitable[None]) -> None:
        self.lines.busy = True
        self.node.spawn(self._guarded(work))

    async def _guarded(self, work: Awaitable[None]) -> None:
        try:
            await work
        except Refusal as refusal:
            self.refuse(refusal)
        except NotKept as error:
            self.fail("*", "CANNOT_SAVE", text=str(error))
        except Exception:  # noqa: BLE001 - a bug ends a command, not the server
            self._bug()
        self.lines.busy = False
        self._finish()
        self.lines.turn()

    # ---- replies -------------------------------------------------------------------------------------------------

    def _begin(self, label: str) -> None:
        self.label = label
        if label:
            self.flush()
            self.replies = Replies(label, self.node.name)

    def _finish(self) -> None:
        """End the command: what its label collected goes out before what others said meanwhile."""
        replies, self.replies = self.replies, None
        if replies is None:
            return
        text = replies.text(self.new_batch()).encode()
        if self.out:
            self.out.insert(0, text)
            self.node.outbox.queue(self)
        else:
            self.send(text)

    def answer_under_label(self, after: Replies | None) -> None:
        """Send what was collected under a label; from now on ``after`` collects."""
        replies, self.replies = self.replies, after
        if replies is not None:
            self._send_replies(replies)

    @property
    def nick_or_star(self) -> str:
        return self.user.nick if self.user is not None else self.registration.nick or "*"

    @property
    def host(self) -> str:
        """The stand-in for its address."""
        return self.node.cloaks.of_address(self.peer.address)

    @property
    def username(self) -> str:
        return self.user.username if self.user is not None else self.registration.username

    @property
    def login(self) -> Login | None:
        """The account that it has proved to be."""
        return self.registration.login

    @property
    def subscribed(self) -> Mapping[str, None]:
        """The keys of metadata whose changes it is told."""
        return self.registration.subscribed

    @property
    def server(self) -> str:
        """The name of the server."""
        return self.node.name

    @property
    def limits(self) -> LimitSettings:
        return self.node.config.limits

    @property
    def me(self) -> User:
        """The user of a registered session."""
        assert self.user is not None
        return self.user

    @property
    def label_for_log(self) -> str:
        return f"{self.nick_or_star} at {self.peer.address}:{self.peer.port} ({self.peer.protocol})"

    def send(self, data: bytes) -> None:
        self.node.outbox.put(self, data)

    def flush(self) -> None:
        """Write what there is in one piece."""
        self.node.outbox.write((self,))

    def limit_backlog(self) -> None:
        """Cut off a reader that is too slow; it resumes by history."""
        if self.sink.backlog() > self.node.config.limits.send_queue_bytes and not self.ending:
            self.end("You read too slowly; reconnect and history gives you the rest", at_once=True)

    # ---- messages ------------------------------------------------------------------------------------------------

    def submit(self, append: Append) -> None:
        """Send a message on its way without waiting for it; its echo carries the label."""
        replies, self.replies = self.replies, None
        self.lines.pending += 1
        self.last_spoke = time.monotonic()
        self.node.ledger.submit(PendingAppend(append, self.settled, self, self.label, replies))

    async def commit(self, decide: Callable[[], Append]) -> Append:
        """Have a decision kept, applied and delivered. Raises Refusal and NotKept."""
        return await self.node.ledger.commit(decide, self, self.label)

    def settled(self, unit: PendingAppend[Session], outcome: Outcome) -> None:
        """How a submitted message went; its echo was delivered already when it went well."""
        match outcome:
            case Repeated(original):
                self.echo(original, unit, self.node.channel_name(original.log))
            case Failed(reason):
                self._answer(unit, failure(self, "*", "CANNOT_SAVE", text=reason))
        self.lines.settled()

    def echo(self, event: Event, unit: PendingAppend[Session], channel: str) -> None:
        """What an author sees of an own event: the line itself, with the label if it was a labeled message."""
        if not self.echoes and in_own_name(event):
            if self.replies is None and unit.replies is not None:
                self._send_replies(unit.replies)
            return
        line = render(event, self.render_key, channel)
        if line is None:
            return
        if self.replies is not None:
            self.replies.add(line)
        else:
            self._answer(unit, line)

    def _answer(self, unit: PendingAppend[Session], line: Rendered) -> None:
        """The last line of the answer to a submitted message."""
        if unit.replies is None:
            self.send(text_of(line).encode())
        else:
            unit.replies.add(line)
            self._send_replies(unit.replies)

    def _send_replies(self, replies: Replies) -> None:
        self.send(replies.text(self.new_batch()).encode())

    # ---- beginning and end ---------------------------------------------------------------------------------------

    @property
    def display_name(self) -> str:
        """What the original's clients called themselves, else the nick."""
        said = self.registration
        return said.realname if self.peer.protocol == "legacy" and said.realname else self.nick_or_star

    def change_caps(self, caps: Cap) -> None:
        """From now on this session has these capabilities."""
        if self.user is not None:
            self.node.fanout.change_caps(self, self.user.id, caps)
        else:
            self.have(caps)

    def have(self, caps: Cap) -> None:
        """Take capabilities on, and what the hot path asks of them in plain numbers: flags are slow."""
        self.caps = caps
        self.render_key = render_key_of(caps)
        self.echoes = Cap.ECHO_MESSAGE in caps

    def registered(self, user: User) -> None:
        """From now on this session is one of the user's."""
        self.user = user
        self.node.gate.registered(self.peer.address)
        self.node.fanout.attach(self, user.id)
        self.keepalive.watch(self.node.config.limits.ping_seconds)

    def end(self, reason: str, *, at_once: bool = False) -> None:
        """Say ERROR with the reason, close the connection, and let the user go.

        While a labeled command runs it is the last line of that one's answer.
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
        """Once it is ending and all that it had sent is done: the user goes."""
        if self.ending and self.lines.idle and self in self.node.sessions:
            self.keepalive.stop()
            self._left(self, self.ending)


Node: TypeAlias = Context[Session]
"""What a session and its handlers find beside them."""

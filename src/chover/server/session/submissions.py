"""Messages of a session on their way to the store, and their author's answers."""

from __future__ import annotations

import time
from typing import Generic, Protocol, TypeVar

from chover.engine.append import Append
from chover.engine.events import Event, in_own_name
from chover.ports import Failed, Outcome, Repeated
from chover.server.delivery.pending_append import PendingAppend
from chover.server.delivery.render import Rendered, render, text_of
from chover.server.delivery.replies import Replies
from chover.server.session.runner import RunningSession
from chover.server.session.standard_replies import failure


class Author(RunningSession, Protocol):
    """A session, as far as it sends messages."""

    last_spoke: float


S = TypeVar("S", bound=Author)


class Submissions(Generic[S]):
    """Sends messages, and answers their author with echoes, labels and failures."""

    __slots__ = ("_session",)

    def __init__(self, session: S) -> None:
        self._session = session

    def answer_under_label(self, after: Replies | None) -> None:
        """Send what was collected under a label; ``after`` collects from now on."""
        replies, self._session.replies = self._session.replies, after
        if replies is not None:
            self._send_replies(replies)

    def submit(self, append: Append) -> None:
        """Submit a message without waiting for it; its echo has the label."""
        session = self._session
        replies, session.replies = session.replies, None
        session.lines.pending += 1
        session.last_spoke = time.monotonic()
        session.node.ledger.submit(PendingAppend(append, self._settled, session, session.label, replies))

    def _settled(self, pending: PendingAppend[S], outcome: Outcome) -> None:
        """The outcome of a submitted message; on success, its echo was delivered already."""
        match outcome:
            case Repeated(original):
                self.echo(original, pending, self._session.node.channel_name(original.log))
            case Failed(reason):
                self._answer(pending, failure(self._session, "*", "CANNOT_SAVE", text=reason))
        self._session.lines.settled()

    def echo(self, event: Event, pending: PendingAppend[S], channel: str) -> None:
        """An author's own event: its line, with the label if it was a labeled message."""
        session = self._session
        if not session.echoes and in_own_name(event):
            if session.replies is None and pending.replies is not None:
                self._send_replies(pending.replies)
            return
        line = render(event, session.render_key, channel)
        if line is None:
            return
        if session.replies is not None:
            session.replies.add(line)
        else:
            self._answer(pending, line)

    def _answer(self, pending: PendingAppend[S], line: Rendered) -> None:
        """The last line of the answer to a submitted message."""
        if pending.replies is None:
            self._session.send(text_of(line).encode())
        else:
            pending.replies.add(line)
            self._send_replies(pending.replies)

    def _send_replies(self, replies: Replies) -> None:
        self._session.send(replies.text(self._session.new_batch()).encode())

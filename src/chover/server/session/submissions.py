"""Messages of a session on their way to the store, and their author's answers."""

from __future__ import annotations

import time
from typing import Protocol, TypeVar

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


def _settled(pending: PendingAppend[S], outcome: Outcome) -> None:
    """The outcome of a submitted message; on success, its echo was delivered already."""
    session = pending.session
    assert session is not None
    match outcome:
        case Repeated(original):
            session.echo(original, pending, session.node.channel_name(original.log))
        case Failed(reason):
            _answer(session, pending, failure(session, "*", "CANNOT_SAVE", text=reason))
    session.lines.settled()


def _answer(session: S, pending: PendingAppend[S], line: Rendered) -> None:
    """The last line of the answer to a submitted message."""
    if pending.replies is None:
        session.send(text_of(line).encode())
    else:
        pending.replies.add(line)
        _send_replies(session, pending.replies)


def _send_replies(session: Author, replies: Replies) -> None:
    session.send(replies.text(session.new_batch()).encode())


class Submitting:
    """The part of a session that sends messages and hears what became of them."""

    __slots__ = ()

    def answer_under_label(self: Author, after: Replies | None) -> None:
        """Send what was collected under a label; ``after`` collects from now on."""
        replies, self.replies = self.replies, after
        if replies is not None:
            _send_replies(self, replies)

    def submit(self: S, append: Append) -> None:  # noqa: PYI019 - Self says nothing of what an author has
        """Submit a message without waiting for it; its echo has the label."""
        replies, self.replies = self.replies, None
        self.lines.pending += 1
        self.last_spoke = time.monotonic()
        self.node.ledger.submit(PendingAppend(append, _settled, self, self.label, replies))

    def echo(self: S, event: Event, pending: PendingAppend[S], channel: str) -> None:  # noqa: PYI019 - as above
        """An author's own event: its line, with the label if it was a labeled message."""
        if not self.echoes and in_own_name(event):
            if self.replies is None and pending.replies is not None:
                _send_replies(self, pending.replies)
            return
        line = render(event, self.render_key, channel)
        if line is None:
            return
        if self.replies is not None:
            self.replies.add(line)
        else:
            _answer(self, pending, line)

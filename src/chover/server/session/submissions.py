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


def answer_under_label(session: Author, after: Replies | None) -> None:
    """Send what was collected under a label; ``after`` collects from now on."""
    replies, session.replies = session.replies, after
    if replies is not None:
        _send_replies(session, replies)


def submit(session: S, append: Append) -> None:
    """Submit a message without waiting for it; its echo has the label."""
    replies, session.replies = session.replies, None
    session.lines.pending += 1
    session.last_spoke = time.monotonic()
    session.node.ledger.submit(PendingAppend(append, _settled, session, session.label, replies))


def _settled(pending: PendingAppend[S], outcome: Outcome) -> None:
    """The outcome of a submitted message; on success, its echo was delivered already."""
    session = pending.session
    assert session is not None
    match outcome:
        case Repeated(original):
            echo(session, original, pending, session.node.channel_name(original.log))
        case Failed(reason):
            _answer(session, pending, failure(session, "*", "CANNOT_SAVE", text=reason))
    session.lines.settled()


def echo(session: S, event: Event, pending: PendingAppend[S], channel: str) -> None:
    """An author's own event: its line, with the label if it was a labeled message."""
    if not session.echoes and in_own_name(event):
        if session.replies is None and pending.replies is not None:
            _send_replies(session, pending.replies)
        return
    line = render(event, session.render_key, channel)
    if line is None:
        return
    if session.replies is not None:
        session.replies.add(line)
    else:
        _answer(session, pending, line)


def _answer(session: S, pending: PendingAppend[S], line: Rendered) -> None:
    """The last line of the answer to a submitted message."""
    if pending.replies is None:
        session.send(text_of(line).encode())
    else:
        pending.replies.add(line)
        _send_replies(session, pending.replies)


def _send_replies(session: Author, replies: Replies) -> None:
    session.send(replies.text(session.new_batch()).encode())

"""Passes the server's messages to their handlers: the table of all of them. No I/O, no clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from chover.client.notifications import Notification, ScheduledDue
from chover.client.state import (
    delivery,
    drafts,
    history_requests,
    message_events,
    preferences,
    presence,
    server,
)
from chover.client.state.model import bounds
from chover.client.state.model.batches import DRAFTS, METADATA, SCHEDULED, Batch
from chover.client.state.model.preferences import OWN
from chover.client.state.model.scheduled import ScheduledRow
from chover.client.state.model.state import State
from chover.i18n import _
from chover.wire.message import Message

Handler = Callable[[State, Message], list[Notification]]
HANDLERS: Final[Mapping[str, Handler]] = {
    **message_events.HANDLERS,
    **presence.HANDLERS,
    **server.HANDLERS,
}


def receive(state: State, message: Message, at: int) -> list[Notification]:
    """Process one message; ``at`` is now, in milliseconds since 1970, for servers that send no time."""
    state.now = at
    state.received += 1
    complete = state.batches.feed(message)
    if state.batches.full:
        return bounds.left_out(state, _("messages in batches"))
    if isinstance(complete, Batch):
        return _batch(state, complete)
    return _dispatch(state, complete) if complete is not None else []


def _batch(state: State, batch: Batch) -> list[Notification]:
    """Preferences or drafts that the account has, or the answer to a request."""
    if batch.kind == DRAFTS:
        return drafts.everything(state, batch)
    if batch.kind == SCHEDULED:
        state.answered(batch.label)
        return [_due(row) for row in state.scheduled.take(batch.messages)]
    if batch.kind != METADATA:
        return history_requests.page(state, state.answered(batch.label), batch)
    if batch.params[:1] == [OWN] and not batch.label:
        return preferences.everything(state, batch)
    return [notifications for message in batch.messages for notifications in _dispatch(state, message)]


def _due(row: ScheduledRow) -> ScheduledDue:
    return ScheduledDue(row.conversation, row.author, row.text, row.kind, row.state, row.why, row.msgid)


def _dispatch(state: State, message: Message) -> list[Notification]:
    label = message.tags.get("label", "")
    if delivery.refuses(message.command):
        if label in state.outbox:
            return delivery.refuse(state, label, message)
        request = state.answered(label)
        if request is not None:
            if request.kind == "mark":
                preferences.refused(state)
            return history_requests.refused(state, request, message)
    if (handler := HANDLERS.get(message.command)) is not None:
        return handler(state, message)
    return server.numeric(state, message) if message.command.isdigit() else []

"""Missed messages, as the server counts them for all devices (docs/protocol.md, "What was missed"). No I/O."""

from __future__ import annotations

from chover.client.notifications import HistoryMissed, Notification, PlainLine, UnreadChanged
from chover.client.state import timeline
from chover.client.state.entries import is_said, said, told
from chover.client.state.model.batches import MENTIONS, Batch
from chover.client.state.model.state import State
from chover.wire.plain import harmless


def missed(state: State, batch: Batch) -> list[Notification]:
    unread: list[UnreadChanged] = []
    lines: list[PlainLine] = []
    for message in batch.messages:
        if is_said(message):
            name = timeline.partner(state, message)
            entry = said(message, state.nick, state.now)
            # The server says that it is for us.
            entry.mentions = entry.counts
            lines.append(told(name, entry, past=True))
        elif message.command == "CATCHUP" and len(message.params) > 2:
            name, count, ours = message.params[:3]
            unread.append(UnreadChanged(harmless(name), _number(count), _number(ours)))
    return [HistoryMissed(batch.kind == MENTIONS, tuple(unread), tuple(lines))]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0

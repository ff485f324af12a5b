"""What was missed, as the server counts it for every device (docs/protocol.md, "What was missed"). No I/O."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chover.client.notifications import HistoryMissed, Notification, PlainLine, UnreadChanged
from chover.client.state import message_events
from chover.client.state.batches import MENTIONS, Batch
from chover.client.state.entries import said, told
from chover.wire.plain import harmless

if TYPE_CHECKING:
    from chover.client.state import State


def missed(state: State, batch: Batch) -> list[Notification]:
    unread: list[UnreadChanged] = []
    lines: list[PlainLine] = []
    for message in batch.messages:
        if message_events.is_said(message):
            name = message_events.partner(state, message)
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

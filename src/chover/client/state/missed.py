"""What was missed, as the server counts it for every device (docs/protocol.md, "What was missed"). No I/O."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chover.client.news import Line, Missed, News, Unread
from chover.client.state import talk
from chover.client.state.batches import MENTIONS, Batch
from chover.client.state.entries import said, told
from chover.wire.plain import harmless

if TYPE_CHECKING:
    from chover.client.state import State


def missed(state: State, batch: Batch) -> list[News]:
    unread: list[Unread] = []
    lines: list[Line] = []
    for message in batch.messages:
        if talk.is_said(message):
            name = talk.partner(state, message)
            entry = said(message, state.nick, state.now)
            # The server says that it is for us.
            entry.mentions = entry.counts
            lines.append(told(name, entry, past=True))
        elif message.command == "CATCHUP" and len(message.params) > 2:
            name, count, ours = message.params[:3]
            unread.append(Unread(harmless(name), _number(count), _number(ours)))
    return [Missed(batch.kind == MENTIONS, tuple(unread), tuple(lines))]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0

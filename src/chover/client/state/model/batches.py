"""Batches: messages that belong together, collected until the last one has arrived. No I/O.

Source: https://ircv3.net/specs/extensions/batch
"""

from __future__ import annotations

from typing import Final

import msgspec

from chover.wire.capabilities import VENDOR
from chover.wire.message import Message

OPEN: Final = 16
"""The maximum number of open batches."""
CHARACTERS: Final = 16 * 1024 * 1024
"""The maximum size of the parameters in all open batches."""
MULTILINE: Final = "draft/multiline"
CATCHUP: Final = f"{VENDOR}/catchup"
MENTIONS: Final = f"{VENDOR}/mentions"
THREAD: Final = f"{VENDOR}/thread"
THREADS: Final = f"{VENDOR}/threads"
METADATA: Final = "metadata"
DRAFTS: Final = f"{VENDOR}/drafts"
SCHEDULED: Final = f"{VENDOR}/scheduled"
COLLECTED: Final = frozenset(
    {"chathistory", "draft/chathistory-targets", "soju.im/search"}
    | {MULTILINE, CATCHUP, MENTIONS, THREAD, THREADS, METADATA, DRAFTS, SCHEDULED}
)
"""Types that are collected; others pass line by line, each with the label of its batch."""


class Batch(msgspec.Struct):
    kind: str
    params: list[str]
    opening: Message
    parent: str
    messages: list[Message] = []
    size: int = 0
    """Characters in the parameters of its messages."""

    @property
    def label(self) -> str:
        return self.opening.tags.get("label", "")


class Batches:
    """``most`` is how many lines of one batch are kept."""

    def __init__(self, most: int) -> None:
        self._open: dict[str, Batch] = {}
        self._most = most
        self._size = 0
        self.full = False
        """Whether the message that came last was left out, since open batches hold too much."""

    def clear(self) -> None:
        self._open.clear()
        self._size = 0

    def feed(self, message: Message) -> Message | Batch | None:
        """The next thing to process: a message, a complete batch, or None while one is being collected."""
        self.full = False
        if message.command == "BATCH":
            return self._turn(message)
        batch = self._open.get(message.tags.get("batch", ""))
        if batch is None:
            return message
        if batch.kind in COLLECTED:
            self._collect(batch, message)
            return None
        if batch.label and "label" not in message.tags:
            return Message(message.command, message.params, message.source, {**message.tags, "label": batch.label})
        return message

    def _collect(self, batch: Batch, message: Message) -> None:
        if len(batch.messages) >= self._most:
            return
        size = sum(map(len, message.params))
        self.full = self._size + size > CHARACTERS
        if not self.full:
            batch.messages.append(message)
            batch.size += size
            self._size += size

    def _turn(self, message: Message) -> Message | Batch | None:
        match message.params:
            case [ref, kind, *params] if ref.startswith("+"):
                if len(self._open) >= OPEN:
                    self.full = True
                    return None
                parent = message.tags.get("batch", "")
                above = self._open.get(parent)
                if above is not None and above.label and "label" not in message.tags:
                    message.tags = {**message.tags, "label": above.label}
                self._open[ref[1:]] = Batch(kind, params, message, parent)
            case [ref, *_] if ref.startswith("-"):
                batch = self._open.pop(ref[1:], None)
                if batch is not None:
                    self._size -= batch.size
                    return self._close(batch)
        return None

    def _close(self, batch: Batch) -> Message | Batch | None:
        if batch.kind not in COLLECTED:
            return None
        above = self._open.get(batch.parent)
        collecting = above is not None and above.kind in COLLECTED
        if batch.kind == MULTILINE:
            whole = joined(batch)
            if whole is None or above is None or not collecting:
                return whole
            self._collect(above, whole)
            return None
        if above is not None and collecting:
            for message in batch.messages:
                self._collect(above, message)
            return None
        return batch


def joined(batch: Batch) -> Message | None:
    """A multi-line message as one message (https://ircv3.net/specs/extensions/multiline)."""
    lines = [line for line in batch.messages if len(line.params) > 1]
    if not lines:
        return None
    *about, text = lines[0].params[1:]
    for line in lines[1:]:
        text += ("" if "draft/multiline-concat" in line.tags else "\n") + line.params[-1]
    opening = batch.opening
    source = lines[0].source or opening.source
    target = batch.params[0] if batch.params else lines[0].params[0]
    return Message(lines[0].command, [target, *about, text], source, opening.tags)

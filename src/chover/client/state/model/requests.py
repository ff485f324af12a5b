"""What the server was asked for and has not answered yet, and what it answers in parts. No I/O."""

from __future__ import annotations

from typing import Literal

import msgspec

from chover.client.state.entries import Entry

Asking = Literal[
    "older", "detour-older", "detour-newer", "around", "search", "targets", "missed", "wish", "mark", "modes"
]


class HistoryRequest(msgspec.Struct, frozen=True):
    """Something the server was asked for; ``key`` is the conversation it is about, ``what`` is for people."""

    kind: Asking
    key: str = ""
    what: str = ""


class HistoryRequests:
    """What was asked for and is not answered, by label."""

    def __init__(self) -> None:
        self._open: dict[str, HistoryRequest] = {}
        self._count = 0

    def remember(self, request: HistoryRequest) -> str:
        """The label to send it with."""
        self._count += 1
        label = f"ask-{self._count}"
        self._open[label] = request
        return label

    def answered(self, label: str) -> HistoryRequest | None:
        """The request that a label belongs to; from now on it is answered."""
        return self._open.pop(label, None) if label else None

    def clear(self) -> None:
        self._open.clear()


class SearchResults(msgspec.Struct, frozen=True):
    name: str
    entry: Entry


class SearchState(msgspec.Struct):
    attributes: dict[str, str]
    found: list[SearchResults] = []
    status: Literal["asking", "done", "failed"] = "asking"
    reason: str = ""


class Listed(msgspec.Struct, frozen=True):
    """A channel as LIST shows it."""

    name: str
    members: int
    topic: str

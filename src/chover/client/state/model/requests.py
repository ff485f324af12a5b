"""Requests that the server has not answered yet, and answers in parts. No I/O."""

from __future__ import annotations

from typing import Literal

import msgspec

from chover.client.state.entries import Entry

Asking = Literal[
    "older",
    "detour-older",
    "detour-newer",
    "around",
    "search",
    "targets",
    "missed",
    "wish",
    "mark",
    "modes",
    "thread",
    "threads",
]


class HistoryRequest(msgspec.Struct, frozen=True):
    """A request; ``key`` is the conversation that it is about, ``what`` is for people."""

    kind: Asking
    key: str = ""
    what: str = ""


class HistoryRequests:
    """Requests without an answer, by label."""

    def __init__(self) -> None:
        self._open: dict[str, HistoryRequest] = {}
        self._count = 0

    def remember(self, request: HistoryRequest) -> str:
        """The label to send a request with."""
        self._count += 1
        label = f"ask-{self._count}"
        self._open[label] = request
        return label

    def answered(self, label: str) -> HistoryRequest | None:
        """Remove and return the request with a label."""
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
    complete: bool = True
    """Whether nothing older is left to ask for."""
    before: int = 0
    """The time of the oldest message that was told, in ms since 1970."""
    limit: int = 0
    """How many messages the last request asked for."""
    asked: str = ""
    """The last request; the answer to an earlier one is not for this search."""


class Listed(msgspec.Struct, frozen=True):
    """A channel as LIST shows it."""

    name: str
    members: int
    topic: str

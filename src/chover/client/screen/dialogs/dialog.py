"""What the line at the bottom is for when it is not for saying something: switching, searching, reacting, asking."""

from __future__ import annotations

from typing import Protocol

CHOICES = 50
"""Most rows to pick from."""

Popup = tuple[str, list[str], int]


class DialogLine(Protocol):
    """The line that a dialog has for itself."""

    def close(self) -> None:
        """The dialog is over; what was written before stands there again."""

    def put(self, text: str) -> None:
        """Have this in the line."""

    def insert(self, text: str) -> None:
        """Have this in the line, too, as if it were typed."""


class Dialog:
    """``prompt`` stands in front of what is typed, ``begin`` is there already; ``hidden``: not shown as it is typed."""

    prompt = "? "
    begin = ""
    hidden = False

    answers = False
    """Whether what is typed answers a message, and is kept as a draft."""
    reply_to = ""
    """The msgid of that message."""

    def __init__(self, line: DialogLine) -> None:
        self.line = line
        self.picked = 0

    def rows(self) -> list[str]:
        """What may be picked."""
        return []

    def picture(self) -> list[str]:
        """Painted rows that stand where the messages and the topic are."""
        return []

    def title(self) -> str:
        return ""

    def popup(self) -> Popup | None:
        rows = self.rows()
        return (self.title(), rows, self.picked) if rows or self.title() else None

    def settle(self) -> None:
        """Before painting: what is picked is among the rows that there are by now."""
        self.move(0)

    def move(self, by: int) -> None:
        self.picked = min(max(self.picked + by, 0), max(len(self.rows()) - 1, 0))

    def changed(self, text: str) -> None:
        """Something was typed."""

    def accept(self, text: str) -> None:
        """Enter."""
        raise NotImplementedError
